"""How long an illness has lasted, as the text plainly says, against what its diagnosis asks for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import Field

from auditor.indexes.contradictions_text import Contradiction, Place, Told
from auditor.indexes.contradictions_words import (
    Patterns,
    Rule,
    Said,
    Strict,
    alternatives,
    choice,
    days,
    each,
    load,
    words,
)


class DurationRule(Rule):
    """One rule of the file; bounds in days, either one."""

    codes: list[str] = Field(min_length=1)
    named: Said
    shows: Said
    below: int | None = None
    above: int | None = None


class DurationFile(Strict):
    """``durations.yaml``."""

    lasts: Said
    partly: Said
    rules: list[DurationRule]


def contradictions(told: Told, codes: Sequence[str]) -> Iterator[Contradiction]:
    """Each broken rule once: the diagnosis, where the text names it, and the duration."""
    for rule, named, lasts in _rules():
        diagnosis = next(_of_patient(told, named), None)
        coded = any(code.upper().startswith(tuple(rule.codes)) for code in codes)
        if not (diagnosis or coded):
            continue
        found = sorted(_durations(told, lasts))
        if found and _beyond(rule, [lasted for lasted, _ in found]):
            place = found[0][1]
            yield Contradiction(rule.id, (*([diagnosis] if diagnosis else ()), place))


def _beyond(rule: DurationRule, durations: list[float]) -> bool:
    """Whether every duration lies beyond the rule's bound."""
    if rule.below is not None:
        return max(durations) < rule.below
    return rule.above is not None and min(durations) > rule.above


def _durations(told: Told, lasts: Patterns) -> Iterator[tuple[float, Place]]:
    for language, match in told.found(lasts):
        if told.of_patient(match.span()) and not told.mentions(_partly(), match.span()):
            yield days(match["n"], match["unit"], language), match.span()


def _of_patient(told: Told, patterns: Patterns) -> Iterator[Place]:
    return (m.span() for _, m in told.found(patterns) if told.of_patient(m.span()))


@cache
def _rules() -> tuple[tuple[DurationRule, Patterns, Patterns], ...]:
    file = load("durations", DurationFile)
    return tuple((rule, _named(rule), _lasts(rule, file.lasts)) for rule in file.rules)


def _named(rule: DurationRule) -> Patterns:
    """The diagnosis behind a word such as "diagnosed with"."""
    return each(
        {
            language: [f"{{{{diagnosed}}}}(?:{alternatives(language, phrases)})"]
            for language, phrases in rule.named.items()
        }
    )


def _lasts(rule: DurationRule, lasts: Said) -> Patterns:
    shows = {lang: {"shows": alternatives(lang, some)} for lang, some in rule.shows.items()}
    return each(lasts, {lang: {**words().fragments[lang], **shows[lang]} for lang in shows})


@cache
def _partly() -> Mapping[str, re.Pattern[str]]:
    return choice(load("durations", DurationFile).partly)
