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
# How the template files of a kind begin.
STEMS = {
    "en": {"notes": "notes_", "sentences": "sentences_", "negatives": "negatives_"},
    "es": {"notes": "notas_", "sentences": "frases_", "negatives": "negativos_"},
}
# Weights of the kinds of text: real ones are "carriers", without identifiers, and "reports".
SHARES = {
    "en": {"notes": 38, "sentences": 31, "negatives": 18, "carriers": 13},
    "es": {"notes": 31, "sentences": 26, "negatives": 18, "reports": 25},
}
HELD_OUT = 12  # every twelfth template is for validation
UNITS = (" años", " año", " meses", " mes", " días", " semanas", " anos", " AÑOS")
Text = tuple[str, list[Span]]


def texts(language: str, rng: random.Random, *, validation: bool = False) -> Iterator[Text]:
    """Texts and their labelled spans, of training or of held-out templates."""
    shares = SHARES[language]
    while True:
        kind = rng.choices(list(shares), list(shares.values()))[0]
        if kind == "reports" and validation:
            continue  # there are none that were held out
        text, spans = drawn(language, kind, rng, validation=validation)
        if language == "es":
            spans = [_with_unit(text, span) for span in spans]
        yield disturbed(text, spans, rng), spans


def drawn(language: str, kind: str, rng: random.Random, *, validation: bool = False) -> Text:
    """A text of a kind, without noise."""
    if kind == "reports":
        return _excerpt(*real.resurrogated(rng), rng)
    if kind == "notes":
        return filled(language, kind, rng, validation=validation)
    return _paragraph(language, kind, rng, validation=validation)


def filled(language: str, kind: str, rng: random.Random, *, validation: bool = False) -> Text:
    """A text of one template."""
    template = rng.choice(templates(language, kind, validation=validation))
    return expand(template, Values(language, rng).fill, rng)


@cache
def templates(language: str, kind: str, *, validation: bool) -> tuple[Sequence, ...]:
    """The templates of a kind: those for training or those that are held out."""
    files = sorted((HERE / language).glob(f"{STEMS[language][kind]}*.txt"))
    found = [template for path in files for template in read(path)]
    return tuple(t for i, t in enumerate(found) if (i % HELD_OUT == 0) == validation)


def _paragraph(language: str, kind: str, rng: random.Random, *, validation: bool) -> Text:
    """One to eight short texts one after the other, mostly of one kind."""
    count = rng.choice((1, 1, 2, 3, 5, 8))
    joint = rng.choice((" ", " ", "\n", "\n\n", "\n- "))
    whole, spans = "", list[Span]()
    for _ in range(count):
        other = kind if rng.random() < 0.85 else rng.choice(("sentences", "negatives"))
        text, found = _short(language, other, rng, validation=validation)
        whole += joint if whole else ""
        spans += [(s + len(whole), e + len(whole), label) for s, e, label in found]
        whole += text
    return whole, spans


def _short(language: str, kind: str, rng: random.Random, *, validation: bool) -> Text:
    if kind == "carriers":
        return rng.choice(real.carriers(language)), []
    return filled(language, kind, rng, validation=validation)


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
    """The gold spans of Spanish ages hold the unit."""
    start, end, label = span
    if label != "AGE":
        return span
    unit = next((unit for unit in UNITS if text.startswith(unit, end)), "")
    return start, end + len(unit), label
