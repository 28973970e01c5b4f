"""What one sentence denies and another asserts, of the same patient at the same time."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import Field

from auditor.indexes.contradictions_text import Contradiction, Place, Told
from auditor.indexes.contradictions_words import Language, Patterns, Rule, Said, Strict, each, load
from auditor.indexes.contradictions_words import choice as words_of

MOST = 20  # places of a finding that are compared; a real record repeats itself less


class FindingRule(Rule):
    """One finding; ``within`` bounds how far apart the two places may be, 0 is no bound."""

    denied: Said
    asserted: Said
    within: int = Field(0, ge=0)


class FindingFile(Strict):
    """``findings.yaml``."""

    fragments: dict[Language, dict[str, str]]
    then: Said
    rules: list[FindingRule]


def contradictions(told: Told) -> Iterator[Contradiction]:
    """Each finding that is both denied and asserted, once, with both places."""
    for rule, denied, asserted in _rules():
        absent = [place for place in _now(told, denied) if not told.mentions_other(place)][:MOST]
        if not absent:
            continue
        present = [place for place in _now(told, asserted) if told.of_patient(place)][:MOST]
        pairs = [(a, p) for a in absent for p in present if _apart(told, a, p, rule.within)]
        if pairs:
            yield Contradiction(rule.id, pairs[0])


def _now(told: Told, patterns: Patterns) -> Iterator[Place]:
    """Places in sentences that tell of no other time."""
    for _, match in told.found(patterns):
        if not told.mentions(_then(), match.span()):
            yield match.span()


def _apart(told: Told, one: Place, other: Place, within: int) -> bool:
    """Whether two places are of different sentences, and near enough."""
    near = not within or min(abs(one[0] - other[1]), abs(other[0] - one[1])) <= within
    return near and told.number(one[0]) != told.number(other[0])


@cache
def _rules() -> tuple[tuple[FindingRule, Patterns, Patterns], ...]:
    file = load("findings", FindingFile)
    more = file.fragments
    return tuple((r, each(r.denied, more), each(r.asserted, more)) for r in file.rules)


@cache
def _then() -> Mapping[str, re.Pattern[str]]:
    file = load("findings", FindingFile)
    return words_of(file.then, file.fragments)
