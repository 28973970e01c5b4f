"""Hits of a detector, and how those that overlap are settled."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

SCRAP = 3  # letters and digits; less than that is no identifier of its own, but for a door number


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text, in code points: ``text[start:end]``.

    ``label``       what was seen: NAME, DATE, ID ...
    ``score``       how sure the recognizer is, 0 to 1
    ``recognizer``  who saw it
    ``kind``        direct (singles out a person) or quasi (narrows down who it is)
    ``view``        empty, or the disguise under which alone it was found, such as ``base64``
    """

    start: int
    end: int
    label: str
    score: float
    recognizer: str
    kind: str
    view: str = ""


def resolve(text: str, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits that do not overlap, in the order of the text: the surest, then longest, then first.

    Of a hit that overlaps a better one, what lies before and behind it stays, if that is more
    than a scrap: a post code must not take the street with it.
    """
    kept: list[Hit] = []
    starts: list[int] = []
    for hit in sorted(hits, key=lambda h: (-h.score, h.start - h.end, h.start, h.recognizer)):
        low = high = bisect_left(starts, hit.start)
        low -= low > 0 and kept[low - 1].end > hit.start
        while high < len(kept) and kept[high].start < hit.end:
            high += 1
        rest = list(_rest(text, hit, kept[low:high]))
        kept[low:high] = sorted([*kept[low:high], *rest], key=lambda h: h.start)
        starts[low:high] = [h.start for h in kept[low : high + len(rest)]]
    return tuple(kept)


def _matters(remainder: str, label: str) -> bool:
    """Whether a remainder can tell something: of a number only its digits do."""
    if label in ("ID", "PHONE"):
        return any(map(str.isdecimal, remainder))
    return sum(map(str.isalnum, remainder)) >= (1 if label == "LOCATION" else SCRAP)


def _rest(text: str, hit: Hit, better: list[Hit]) -> Iterator[Hit]:
    """The pieces of a hit that none of the better ones covers; the hit itself without any."""
    if not better:
        yield hit
        return
    begins = [hit.start, *(b.end for b in better)]
    for low, high in zip(begins, [*(b.start for b in better), hit.end], strict=True):
        inner = text[low:high].strip(" \t\r\n,.;:()/-")
        if _matters(inner, hit.label):
            start = text.index(inner, low)
            yield replace(hit, start=start, end=start + len(inner))
