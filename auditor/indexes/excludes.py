"""Which codes may not stand beside a code: the Excludes1 notes of ICD-10-CM, read as rules.

A note names the codes that it rules out in brackets: ``(F31.-)``, ``(F30.2, F31.2)``,
``(A04.0-A04.4)``, ``(E08-E13 with .41)``. What is written otherwise, such as conditions on a
seventh character, rules nothing out: its words still tell what is meant. A note on a category
or a block holds for every code below it.
"""

import re
from dataclasses import dataclass
from itertools import product

from auditor.indexes import taxonomy

_CATEGORY = r"(?:[A-Z][0-9][0-9A-Z]|QA0)"  # QA0 alone is of another shape
_CODE = rf"{_CATEGORY}(?:\.[0-9A-Z]{{1,4}})?"
_SPAN = rf"({_CODE})\.?(?:-\s*-?\s*({_CODE})\.?)?-?"  # a dash at the end: and all below
_SUFFIX = r"\.([0-9]{1,3})(?:-\.([0-9]{1,3}))?-?"
_LIST = re.compile(rf"\s*{_SPAN}(?:\s*,\s*{_SPAN})*\s*,?\s*(?:with\s+{_SUFFIX}\s*)?")
_SPANS, _WITH = re.compile(_SPAN), re.compile(rf"\bwith\s+{_SUFFIX}")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_NAMES_A_CODE = re.compile(rf"\b{_CATEGORY}\b")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One note: its words without codes, and from which to which plain code it rules out.

    A span of one code has that code twice; what begins with an end of a span is within it.
    """

    words: str
    spans: tuple[tuple[str, str], ...]

    def covers(self, code: str) -> bool:
        """Whether the note rules out the code; not when it rules out only codes below it."""
        plain = code.upper().replace(".", "")
        return any(
            len(plain) >= len(high) and low <= plain[: len(low)] and plain[: len(high)] <= high
            for low, high in self.spans
        )

    @property
    def single(self) -> tuple[str, ...]:
        """The plain codes that it names one by one."""
        return tuple(low for low, high in self.spans if low == high)


def of(code: str) -> tuple[Exclusion, ...]:
    """The notes of a code and of all above it, nearest first; none of an unknown code.

    A note that would rule out the code itself is left out, as are headings of lists.
    Raises CannotMeasure when the table of codes is missing or damaged.
    """
    above = taxonomy.known(code)
    found: dict[str, Exclusion] = {}
    while above:
        entry = taxonomy.table()[above]
        for note in map(read, entry.excludes):
            if note.words and not note.words.endswith(":") and not note.covers(code):
                found.setdefault(note.words, note)
        above = entry.parent
    return tuple(found.values())


def read(note: str) -> Exclusion:
    """An Excludes1 note as a rule; with no spans where its brackets cannot be read."""
    lists = [inside for inside in _BRACKETS.findall(note) if _NAMES_A_CODE.search(inside)]
    words = _BRACKETS.sub(lambda m: "" if _NAMES_A_CODE.search(m[1]) else m[0], note)
    spans = (span for inside in lists if _LIST.fullmatch(inside) for span in _spans(inside))
    return Exclusion(" ".join(words.split()), tuple(dict.fromkeys(spans)))


def _spans(inside: str) -> list[tuple[str, str]]:
    """Spans of one pair of brackets; a suffix goes to each category from first to last."""
    found = (match.groups() for match in _SPANS.finditer(inside))
    ends = [(low.replace(".", ""), (high or low).replace(".", "")) for low, high in found]
    if not (suffix := _WITH.search(inside)):
        return ends
    first, last = suffix[1], suffix[2] or suffix[1]
    within = [
        category
        for category, (low, high) in product(taxonomy.categories(), ends)
        if low <= category <= high
    ]
    return [(category + first, category + last) for category in within]
