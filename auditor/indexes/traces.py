"""Traces of a generator as data: ``rules/artifacts/*.yaml``, read strictly.

A file holds a list of entries with ``id``, ``why``, ``patterns``, ``finds`` and ``leaves``;
``any.yaml`` says what they mean. All files are read for every record: a model that writes Spanish
may refuse in English.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.detect.patterns.expressions import compiled
from auditor.finding import Span
from auditor.resources import shipped

SPACE = r"\s{1,3}"
NO_SPACE = r"\s{0,3}"  # of a space that may be missing
APOSTROPHE = "['’´`]"


class Entry(BaseModel):
    """One kind of trace as it stands in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    why: str = Field(min_length=10)
    patterns: list[str] = Field(min_length=1)
    finds: list[str] = Field(min_length=1)
    leaves: list[str] = Field(min_length=1)


@dataclass(frozen=True)
class Trace:
    """A kind of trace, ready for use."""

    entry: Entry
    patterns: tuple[re.Pattern[str], ...]


@cache
def traces() -> tuple[Trace, ...]:
    """All that is shipped. Raises PolicyError that names the file and what is wrong with it."""
    files = sorted(shipped("rules", "artifacts").glob("*.yaml"))
    return tuple(
        trace for file in files for trace in read(file.name, file.read_text(encoding="utf-8"))
    )


def read(place: str, text: str) -> list[Trace]:
    """The traces of one file. Raises PolicyError as ``traces`` does."""
    entries = strict_yaml.shaped(place, strict_yaml.parse(place, text), list[Entry])
    return [Trace(entry, tuple(_compiled(place, entry))) for entry in entries]


def find(text: str, kinds: tuple[Trace, ...]) -> tuple[Span, ...]:
    """Where the text has a trace, in order; of those that overlap, the first and longest."""
    found = sorted(
        (match.start(), -match.end(), trace.entry.id)
        for trace in kinds
        for pattern in trace.patterns
        for match in pattern.finditer(text)
    )
    spans: list[Span] = []
    for start, minus_end, name in found:
        if not spans or start >= spans[-1].end:
            spans.append(Span(start, -minus_end, label=name))
    return tuple(spans)


def _compiled(place: str, entry: Entry) -> Iterator[re.Pattern[str]]:
    for pattern in entry.patterns:
        spaced = pattern.replace(" ?", NO_SPACE).replace(" ", SPACE).replace("'", APOSTROPHE)
        yield compiled(f"{place}: {entry.id}:", spaced, re.IGNORECASE)
