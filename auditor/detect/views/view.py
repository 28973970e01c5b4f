"""A text as recognizers should see it: written plainly, and with disguises taken off.

A view knows where each of its characters came from, so what is found in it is pointed at in the
text as given. ``plain`` is what every recognizer scans. Almost no text needs another view.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.detect.views import confusables, decodings, layouts, spoken
from auditor.detect.views.confusables import ODD, folded, latin
from auditor.detect.views.decodings import unescaped
from auditor.detect.views.edits import Edit, near
from auditor.detect.views.spoken import numbers

Places = NDArray[np.int32]
Disguises = dict[str, Callable[[str], Iterator[Edit]]]

PLAIN = "plain"
NUMBER_WORDS = "number words"
DISGUISES: Disguises = {
    "spaced digits": layouts.spaced,
    "blanks around marks": layouts.blanks,
    "odd separators": layouts.separators,
    "line breaks inside": layouts.joined_lines,
    "line breaks as blanks": layouts.blank_lines,
    "markup inside": layouts.unmarked,
    "reversed": layouts.forwards,
    "look-alike digits": confusables.digits,
    "raised digits": confusables.level,
    "control characters": confusables.uncontrolled,
    "at and dot": spoken.marks,
    "base64": decodings.base64_text,
    "hex": decodings.hexadecimal,
    "escapes": decodings.escapes,
    "quoted-printable": decodings.quoted_printable,
}
ROUNDS = 8  # disguises within disguises that are taken off; each unwrapped one is shorter


@dataclass(frozen=True, eq=False)
class View:
    """A text, and where in the original each of its characters came from.

    ``name``            ``plain``, or the disguise that was taken off, such as ``base64``
    ``starts``, ``ends``  ``text[i]`` came from ``original[starts[i]:ends[i]]``
    """

    name: str
    text: str
    starts: Places
    ends: Places

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Place in the original of ``text[start:end]``, which must not be empty."""
        return int(self.starts[start:end].min()), int(self.ends[start:end].max())


def plain(text: str) -> View:
    """The text in composed, unescaped, visible characters, digits as 0 to 9.

    Case, accents, line breaks and the order of words stay. Time is linear in the length.
    """
    places = np.arange(len(text) + 1, dtype=np.int32)
    view = View(PLAIN, text, places[:-1], places[1:])
    for _ in range(ROUNDS):
        before = view.text
        if not ODD.search(before) and "&" not in before and "%" not in before:
            break
        for step in (unescaped, folded, latin):
            view = rewritten(view, PLAIN, step(view.text))
        if view.text == before:
            break
    return view


def disguises(plain: View, language: str) -> Iterator[View]:
    """Further views of a text, for recognizers that are patterns; none of most texts.

    ``language`` is ``en``, ``es`` or ``und``, which stands for both. A view holds what is written
    differently in it and what stands around that; the rest of the text is left out.
    """
    every: Disguises = DISGUISES | {NUMBER_WORDS: partial(numbers, language=language)}
    for name, disguise in every.items():
        edits = [*disguise(plain.text)]
        if edits and (view := rewritten(plain, name, near(plain.text, edits))).text:
            yield view


def rewritten(view: View, name: str, edits: Iterable[Edit]) -> View:
    """A view after edits, which come in the order of the text and do not overlap."""
    pieces: list[str] = []
    spans: list[tuple[int, int, int, int]] = []  # start, end, new length, step
    at = 0
    for start, end, new, backward in edits:
        if start > at:
            pieces.append(view.text[at:start])
            spans.append((at, start, start - at, 1))
        step = -1 if backward else int(len(new) == end - start)
        pieces.append(new)
        spans.append((start, end, len(new), step))
        at = end
    if not spans:
        return view if view.name == name else replace(view, name=name)
    pieces.append(view.text[at:])
    spans.append((at, len(view.text), len(view.text) - at, 1))
    return View(name, "".join(pieces), *_places(view, np.array(spans, dtype=np.int32)))


def _places(view: View, spans: Places) -> tuple[Places, Places]:
    lengths = spans[:, 2]
    before = np.cumsum(lengths) - lengths
    starts, ends, steps, before = (
        np.repeat(column, lengths) for column in (spans[:, 0], spans[:, 1], spans[:, 3], before)
    )
    within = np.arange(len(before)) - before
    first = np.where(steps < 0, ends - 1, starts) + steps * within
    last = np.where(steps == 0, ends - 1, first)
    return view.starts[first], view.ends[last]
