"""Contradictions within one record: the rules of ``rules/contradictions/`` that it breaks."""

from collections.abc import Iterator, Sequence

from auditor.indexes import (
    contradictions_doses,
    contradictions_durations,
    contradictions_findings,
    contradictions_patient,
)
from auditor.indexes.contradictions_text import Contradiction, told

LANGUAGES = ("en", "es", "und")


def contradictions(text: str, language: str, codes: Sequence[str] = ()) -> list[Contradiction]:
    """Every broken rule once, in the order of the files and their rules."""
    return list(dict.fromkeys(_broken(text, language, codes)))


def _broken(text: str, language: str, codes: Sequence[str]) -> Iterator[Contradiction]:
    read = told(text, language)
    yield from contradictions_patient.contradictions(read, codes)
    yield from contradictions_durations.contradictions(read, codes)
    yield from contradictions_doses.contradictions(read)
    yield from contradictions_findings.contradictions(read)
