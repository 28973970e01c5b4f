"""Names of instruments: "Boston Naming Test" names a test, and nobody's home.

``rules/identifiers/instruments.yaml`` holds them word for word. Where a name model or a list of
names and places finds a part of one, the find is left out. One that reaches beyond the term counts,
and so does what a label or a title proves ("Name: Beck", "Dr. Hamilton").
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from auditor import strict_yaml
from auditor.detect.hit import Hit
from auditor.resources import shipped

Span = tuple[int, int]
ARTICLE = "(?:(?:the|la|el|las|los) )?"  # name models take it along
VERSION = r"(?:[ -](?:I{1,3}|IV|V|R|\d))?"


def places(text: str) -> list[Span]:
    """Where the text names an instrument, in its order."""
    return [match.span() for match in _terms().finditer(text)]


def outside(terms: list[Span], hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits that do not lie wholly inside of one of the terms, which stand in order."""
    starts = [start for start, _ in terms]
    for hit in hits:
        before = bisect_right(starts, hit.start)  # terms that begin no later; they do not overlap
        if not before or terms[before - 1][1] < hit.end:
            yield hit


@cache
def _terms() -> re.Pattern[str]:
    path = shipped("rules", "identifiers", "instruments.yaml")
    content = strict_yaml.parse(path.name, path.read_text(encoding="utf-8"))
    listed = strict_yaml.shaped(path.name, content, list[str])
    longest_first = sorted(listed, key=lambda term: (-len(term), term))
    either = "|".join(re.escape(term).replace("'", "['’]") for term in longest_first)
    return re.compile(rf"(?<!\w){ARTICLE}(?:{either}){VERSION}(?!\w)", re.IGNORECASE)
