"""How typing, copying and layout change a text. Nothing changes its length, so spans stay."""

import random
import re
import unicodedata

from expand import Span


def disturbed(text: str, spans: list[Span], rng: random.Random) -> str:
    """The text with the noise that one writer or machine would make."""
    dice = rng.random()
    if dice < 0.07:
        text = _mapped(text, str.lower)
    elif dice < 0.11:
        text = _mapped(text, str.upper)
    elif dice < 0.17:
        text = _mapped(text, _plain)
    elif dice < 0.20:
        text = _mapped(text, lambda c: _plain(c).lower())
    for start, end, _ in spans:
        dice = rng.random()
        if dice < 0.04:
            text = text[:start] + _mapped(text[start:end], str.lower) + text[end:]
        elif dice < 0.07:
            text = text[:start] + _mapped(text[start:end], str.upper) + text[end:]
    dice = rng.random()
    if dice < 0.06:
        text = _wrapped(text, rng.randint(30, 100))
    elif dice < 0.12:
        text = text.replace("\n", " ")
    if rng.random() < 0.2:
        text = _headed(text, spans, rng)
    if rng.random() < 0.08:
        text = _mistyped(text, rng)
    if rng.random() < 0.04:
        text = re.sub(r"[.,;](?= )", " ", text)
    if rng.random() < 0.05:
        text = text.replace(": ", rng.choice(("  ", " -", ":\n", "\t ")))
    return text


def _mapped(text: str, change) -> str:  # type: ignore[no-untyped-def]
    return "".join(new if len(new := change(c)) == 1 else c for c in text)


def _plain(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0] if char.isalpha() else char


def _wrapped(text: str, width: int) -> str:
    column, pieces = 0, []
    for char in text:
        column = 0 if char == "\n" or (char == " " and column > width) else column + 1
        pieces.append("\n" if column == 0 else char)
    return "".join(pieces)


def _headed(text: str, spans: list[Span], rng: random.Random) -> str:
    """Some ordinary words get a capital, as in headings and in haste."""
    private = {place for start, end, _ in spans for place in range(start, end)}
    for match in re.finditer(r"(?<![^\W])[^\W\d_]{3,}", text):
        at = match.start()
        if rng.random() < 0.05 and at not in private and match[0].islower():
            text = text[:at] + _mapped(text[at], str.upper) + text[at + 1 :]
    return text


def _mistyped(text: str, rng: random.Random) -> str:
    for _ in range(max(1, len(text) // 200)):
        at = rng.randrange(max(1, len(text) - 2))
        if text[at : at + 2].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text
