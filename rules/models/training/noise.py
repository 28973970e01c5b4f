"""How typing, copying and layout change a text. Nothing changes its length, so spans stay."""

import random
import re
import unicodedata
from collections.abc import Callable

from expand import Span

Change = Callable[[str], str]  # of one character
LOWER_WORD = re.compile(r"(?<![^\W])[^\W\d_]{3,}")
STOP = re.compile(r"[.,;](?= )")
COLONS = ("  ", " -", ":\n", "\t ")  # what may stand for a colon and a blank


def disturbed(text: str, spans: list[Span], rng: random.Random) -> str:
    """The text with the noise that one writer or machine would make."""
    text = _changed(text, _text_change(rng))
    for start, end, _ in spans:
        text = text[:start] + _changed(text[start:end], _value_change(rng)) + text[end:]
    text = _laid_out(text, rng)
    if rng.random() < 0.12:
        text = _headed(text, spans, rng)
    if rng.random() < 0.08:
        text = _mistyped(text, rng)
    if rng.random() < 0.04:
        text = STOP.sub(" ", text)
    if rng.random() < 0.05:
        text = text.replace(": ", rng.choice(COLONS))
    return text


def _text_change(rng: random.Random) -> Change | None:
    """How a whole text loses its capitals or its accents."""
    dice = rng.random()
    if dice < 0.07:
        return str.lower
    if dice < 0.11:
        return str.upper
    if dice < 0.17:
        return _bare
    if dice < 0.20:
        return lambda char: _bare(char).lower()
    return None


def _value_change(rng: random.Random) -> Change | None:
    """How a single value does."""
    dice = rng.random()
    if dice < 0.04:
        return str.lower
    return str.upper if dice < 0.07 else None


def _changed(text: str, change: Change | None) -> str:
    """Every character changed, but for those that would become two, such as ß in capitals."""
    if change is None:
        return text
    return "".join(new if len(new := change(char)) == 1 else char for char in text)


def _bare(char: str) -> str:
    """A letter without its accent."""
    return unicodedata.normalize("NFD", char)[0] if char.isalpha() else char


def _laid_out(text: str, rng: random.Random) -> str:
    """Lines that are wrapped at some width, or all in one."""
    dice = rng.random()
    if dice < 0.06:
        return _wrapped(text, rng.randint(30, 100))
    return text.replace("\n", " ") if dice < 0.12 else text


def _wrapped(text: str, width: int) -> str:
    """Line breaks instead of blanks, at the first blank beyond the width."""
    column, pieces = 0, []
    for char in text:
        column = 0 if char == "\n" or (char == " " and column > width) else column + 1
        pieces.append("\n" if column == 0 else char)
    return "".join(pieces)


def _headed(text: str, spans: list[Span], rng: random.Random) -> str:
    """Some ordinary words get a capital, as in headings and in haste."""
    private = {place for start, end, _ in spans for place in range(start, end)}
    for word in LOWER_WORD.finditer(text):
        at = word.start()
        if rng.random() < 0.05 and at not in private and word[0].islower():
            text = text[:at] + _changed(text[at], str.upper) + text[at + 1 :]
    return text


def _mistyped(text: str, rng: random.Random) -> str:
    """Some neighbouring letters change places."""
    for _ in range(max(1, len(text) // 200)):
        at = rng.randrange(max(1, len(text) - 2))
        if text[at : at + 2].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text
