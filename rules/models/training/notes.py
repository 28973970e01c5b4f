"""Training texts without end: notes, sentences, carrier prose and reports, mixed and disturbed."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import real
from expand import Sequence, Span, expand, read
from noise import disturbed
from values import Values

HERE = Path(__file__).parent
STEMS = {
    "en": {"notes": "notes_", "sentences": "sentences_", "negatives": "negatives_"},
    "es": {"notes": "notas_", "sentences": "frases_", "negatives": "negativos_"},
}
SHARES = {
    "en": {"notes": 36, "sentences": 26, "negatives": 22, "carriers": 16},
    "es": {"notes": 30, "sentences": 22, "negatives": 22, "reports": 26},
}
HELD_OUT = 12  # every twelfth template is for validation
Text = tuple[str, list[Span]]
UNITS = (" años", " año", " meses", " mes", " días", " semanas", " anos", " AÑOS")


@cache
def templates(language: str, kind: str, validation: bool) -> tuple[Sequence, ...]:
    """The templates of a kind."""
    found: list[Sequence] = []
    for path in sorted((HERE / language).glob(f"{STEMS[language][kind]}*.txt")):
        found += read(path)
    return tuple(t for i, t in enumerate(found) if (i % HELD_OUT == 0) == validation)


def texts(language: str, rng: random.Random, validation: bool = False) -> Iterator[Text]:
    """Texts and their labelled spans."""
    shares = SHARES[language]
    while True:
        kind = rng.choices(list(shares), list(shares.values()))[0]
        if kind == "reports":
            if validation:
                continue
            text, spans = _excerpt(*real.resurrogated(rng), rng)
        elif kind == "notes":
            text, spans = _filled(language, kind, rng, validation)
        else:
            text, spans = _paragraph(language, kind, rng, validation)
        if language == "es":
            spans = [_with_unit(text, span) for span in spans]
        yield disturbed(text, spans, rng), spans


def _filled(language: str, kind: str, rng: random.Random, validation: bool) -> Text:
    template = rng.choice(templates(language, kind, validation))
    return expand(template, Values(language, rng).fill, rng)


def _paragraph(language: str, kind: str, rng: random.Random, validation: bool) -> Text:
    """One to eight short texts one after the other, mostly of one kind."""
    count = rng.choice((1, 1, 2, 3, 5, 8))
    joint = rng.choice((" ", " ", "\n", "\n\n", "\n- "))
    whole, spans = "", []
    for _ in range(count):
        other = kind if rng.random() < 0.85 else rng.choice(("sentences", "negatives"))
        if other == "carriers":
            text, found = rng.choice(real.carriers(language)), []
        else:
            text, found = _filled(language, other, rng, validation)
        whole += joint if whole else ""
        spans += [(s + len(whole), e + len(whole), label) for s, e, label in found]
        whole += text
    return whole, spans


def _excerpt(text: str, spans: list[Span], rng: random.Random) -> Text:
    """The whole report, or a stretch of some of its lines."""
    if rng.random() < 0.4:
        return text, spans
    breaks = [0, *(i + 1 for i, c in enumerate(text) if c == "\n"), len(text)]
    first = rng.randrange(len(breaks) - 1)
    low = breaks[first]
    high = breaks[min(len(breaks) - 1, first + rng.choice((1, 2, 4, 8, 16)))]
    return text[low:high], [(s - low, e - low, n) for s, e, n in spans if low <= s and e <= high]


def _with_unit(text: str, span: Span) -> Span:
    """Spanish gold spans of ages hold the unit."""
    start, end, label = span
    if label == "AGE":
        unit = next((u for u in UNITS if text.startswith(u, end)), "")
        return start, end + len(unit), label
    return span
