"""The patient's age and sex, as the text states them, against what cannot be at that age or sex.

Only plain statements count ("A 34-year-old woman"); pronouns are too weak. A text of several
people, or of a sex that is not one word, is left alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from auditor.indexes.contradictions_text import (
    Contradiction,
    Place,
    Told,
    of_other_sex,
    others,
    several,
)
from auditor.indexes.contradictions_words import Patterns, Rule, Said, Strict, count, each, load

OLDEST = 120  # years; a higher number is no age


class Whom(Strict):
    """The patients whom a rule concerns; ages in years, not counting the bound itself."""

    sex: Literal["male", "female"] | None = None
    below: int | None = None
    above: int | None = None


class PatientRule(Rule):
    """One rule of the file."""

    patient: Whom = Whom()
    codes: tuple[str, ...] = ()
    says: Said = Field(default_factory=dict)
    number: Literal["exceeds_age"] | None = None
    compares: Literal["ages", "sexes"] | None = None
    margin: int = Field(0, ge=0)


class PatientFile(Strict):
    """``patient.yaml``."""

    who: Said
    rules: list[PatientRule]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one place says of the patient; ``again`` when it points back to somebody known."""

    place: Place
    age: int | None
    sex: str | None
    again: bool


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient as first told, and every other statement."""

    age: int | None
    sex: str | None
    place: Place
    statements: tuple[Statement, ...]


def contradictions(told: Told, codes: Sequence[str]) -> Iterator[Contradiction]:
    """Each broken rule once, with the statement on the patient and what it does not go with."""
    patient = _patient(told)
    if patient is None:
        return
    for rule, says in _rules():
        if rule.compares:
            yield from _compared(rule, patient)
        elif _concerns(rule.patient, patient):
            place = _said(rule, says, told, patient)
            if place or _coded(rule, codes):
                yield Contradiction(rule.id, (patient.place, *([place] if place else ())))


def _patient(told: Told) -> Patient | None:
    """Who the text is about; None where it does not say, or where it is about several people."""
    if any(several()[language].search(told.text) for language in told.languages):
        return None
    statements = sorted(_statements(told), key=lambda statement: statement.place)
    if not statements:
        return None
    firsts = [s for s in statements if not s.again] or statements
    ages = [s.age for s in firsts if s.age is not None]
    sexes = [s.sex for s in firsts if s.sex]
    age = ages[0] if ages and max(ages) - min(ages) <= 1 else None
    sex = sexes[0] if len(set(sexes)) == 1 else None
    return Patient(age, sex, firsts[0].place, tuple(statements))


def _statements(told: Told) -> Iterator[Statement]:
    for _, match in told.found(_who()):
        groups = match.groupdict()
        start = next(match.start(name) for name in match.re.groupindex if match[name])
        place = (start, match.end())
        if told.mentions_before(place) or not told.holds(place):
            continue
        age = groups.get("age")
        years = int(age) if age else 0 if groups.get("months") else None
        sex = "male" if groups.get("male") else "female" if groups.get("female") else None
        if years is None or years < OLDEST:
            yield Statement(place, years, sex, bool(groups.get("again")))


def _concerns(whom: Whom, patient: Patient) -> bool:
    if whom.sex and whom.sex != patient.sex:
        return False
    if whom.below is not None and (patient.age is None or patient.age >= whom.below):
        return False
    return whom.above is None or (patient.age is not None and patient.age > whom.above)


def _coded(rule: PatientRule, codes: Sequence[str]) -> bool:
    return any(code.upper().startswith(rule.codes) for code in codes)


def _said(rule: PatientRule, says: Patterns, told: Told, patient: Patient) -> Place | None:
    """The first place that breaks a rule."""
    for language, match in told.found(says):
        place = match.span()
        if rule.number:
            years = count(match["n"], language)
            if patient.age is None or years <= patient.age + rule.margin:
                continue
        told_of_other = told.mentions_until(others(), place[1]) or told.mentions_until(
            of_other_sex(patient.sex), place[1]
        )
        if told.holds(place) and not told_of_other:
            return place
    return None


def _compared(rule: PatientRule, patient: Patient) -> Iterator[Contradiction]:
    """A patient who is told again with another age, or at the same age with another sex."""
    first = next((s for s in patient.statements if s.age is not None and s.sex), None)
    if first is None or first.age is None:
        return
    for other in patient.statements:
        if other.age is None or not other.again or other.place <= first.place:
            continue
        if rule.compares == "ages":
            differs = abs(other.age - first.age) > rule.margin and other.sex in (None, first.sex)
        else:
            differs = other.age == first.age and other.sex not in (None, first.sex)
        if differs:
            yield Contradiction(rule.id, (first.place, other.place))
            return


@cache
def _rules() -> tuple[tuple[PatientRule, Patterns], ...]:
    return tuple((rule, each(rule.says)) for rule in load("patient", PatientFile).rules)


@cache
def _who() -> Patterns:
    return each(load("patient", PatientFile).who)
