"""Edits of a text, from which its views are made."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

BEFORE, AFTER = 100, 60  # characters around an edit that a recognizer may look at
SNAP = 30  # further characters to the next blank, so that no word is cut
APART = "\n\n\n\n"  # no recognizer reaches over so many line breaks

# Groups of digits that are read as a number whatever stands between them.
SHAPES = {
    (3, 2, 4), (3, 3, 4), (1, 3, 3, 4), (4, 4, 4, 4), (3, 3, 3), (3, 2, 2, 2), (2, 2, 4),
    (4, 2, 2), (2, 3, 2, 2), (2, 3, 3, 3), (2, 3, 2, 2, 2), (4, 4, 2, 10), (3, 2, 2, 2, 2),
    (1, 2, 4), (2, 1, 4),
}  # fmt: skip


class Edit(NamedTuple):
    """``text[start:end]`` becomes ``new``, letter by letter when it is as long."""

    start: int
    end: int
    new: str
    backward: bool = False  # the last letter comes first


def near(text: str, edits: list[Edit]) -> Iterator[Edit]:
    """The edits, and more that leave only their surroundings of the text; in its order.

    ``edits`` must be in that order too. Without this, one zip code written oddly in a long note
    would have the whole note scanned twice.
    """
    windows: list[list[Edit]] = []
    end = 0
    for edit in edits:
        if not windows or _low(text, edit) > end:
            windows.append([])
        windows[-1].append(edit)
        end = _high(text, edit)
    kept = [(_low(text, w[0]), _high(text, w[-1])) for w in windows]
    yield from _gap(0, kept[0][0], "")
    for window, ((_, high), (low, _)) in zip(
        windows, pairwise([*kept, (len(text), len(text))]), strict=True
    ):
        yield from window
        yield from _gap(high, low, APART if low < len(text) else "")


def _gap(start: int, end: int, new: str) -> Iterable[Edit]:
    return [Edit(start, end, new)] if end > start else ()


def _low(text: str, edit: Edit) -> int:
    low = max(0, edit.start - BEFORE)
    blank = text.find(" ", low - 1, low + SNAP) if low else -1
    return low if blank < 0 else blank + 1


def _high(text: str, edit: Edit) -> int:
    high = min(len(text), edit.end + AFTER)
    blank = text.rfind(" ", high - SNAP, high + 1) if high < len(text) else -1
    return high if blank < 0 else blank
