"""Measuring: one check over the corpora, with an account of what was and was not measured."""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast, get_type_hints

from auditor import measured_before, resources
from auditor.checks import Check
from auditor.corpus import Corpora
from auditor.errors import AuditorError, CannotMeasure
from auditor.finding import Advisory, Finding, Outcome, Unmeasured
from auditor.policy import Known

ALL = "all metrics"


@dataclass(frozen=True)
class Measurement:
    """What one check measured.

    ``findings``    metric -> record id (scope "record") or part of the set -> Finding
    ``expected``    the records it has to answer for
    ``unmeasured``  all that it could not measure; a value that is not a number is among it
    ``advisory``    metric -> why its values must not decide
    ``advised``     metric -> record id -> why its value must not decide
    """

    check: str
    options: Mapping[str, Any]
    expected: tuple[str, ...]
    findings: dict[str, dict[str, Finding]] = field(default_factory=dict)
    unmeasured: list[Unmeasured] = field(default_factory=list)
    advisory: dict[str, str] = field(default_factory=dict)
    advised: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def owed(self) -> frozenset[str]:
        """The expected records, for looking one up."""
        return frozenset(self.expected)

    def decides(self, metric: str, record: str) -> bool:
        """Whether the check answers for the record, and the metric's value of it may decide."""
        return (
            record in self.owed
            and metric not in self.advisory
            and record not in self.advised.get(metric, {})
        )

    @property
    def executed(self) -> int:
        """Number of records with a value of every metric."""
        columns = self.findings.values()
        return sum(all(record in column for column in columns) for record in self.expected)


def check(name: str) -> Check:
    """The check of a name. Raises PolicyError when there is none."""
    return cast(Check, resources.load("checks", name))


def options(module: Check) -> dict[str, Any]:
    """The options of a check and their defaults: the keyword-only parameters of ``measure``."""
    parameters = inspect.signature(module.measure).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}


def catalogue() -> dict[str, Known]:
    """What a policy may say of every check."""
    found = {}
    for name in resources.names("checks"):
        module = check(name)
        types = get_type_hints(module.measure, include_extras=True)
        kinds = {option: types[option] for option in options(module)}
        found[name] = Known(module.SCOPE, tuple(module.METRICS), kinds)
    return found


def measure(name: str, chosen: Mapping[str, Any], corpora: Corpora) -> Measurement:
    """Runs a check. What it cannot measure is part of the result, never an exception."""
    module = check(name)
    all_options = {**options(module), **chosen}
    expected = _expected(module, corpora) if module.SCOPE == "record" else ()
    findings: dict[str, dict[str, Finding]] = {metric: {} for metric in module.METRICS}
    result = Measurement(name, all_options, expected, findings)
    try:
        for outcome in _outcomes(name, module.measure, all_options, corpora):
            _note(result, outcome)
    except CannotMeasure as error:
        result.unmeasured.append(Unmeasured(ALL, str(error)))
        for column in findings.values():
            column.clear()
    result.unmeasured.extend(_missing(result))
    return result


def _outcomes(
    what: str,
    measuring: Callable[..., Iterator[Outcome]],
    options: Mapping[str, Any],
    corpora: Corpora,
) -> list[Outcome]:
    """What a check says of corpora, or has said of the same ones before."""
    if not measured_before.is_kept():
        return list(measuring(corpora, **options))
    key = measured_before.key(what, options, corpora)
    outcomes = measured_before.recall(key)
    if outcomes is None:
        outcomes = list(measuring(corpora, **options))
        measured_before.remember(key, outcomes)
    return outcomes


def control_values(
    name: str, chosen: Mapping[str, Any], corpora: Corpora
) -> dict[str, dict[str, list[float]]]:
    """Metric -> part of the set -> values on random real sets as large; none without a control."""
    module = check(name)
    control = getattr(module, "control", None)
    values: dict[str, dict[str, list[float]]] = {}
    if control is not None:
        try:
            all_options = {**options(module), **chosen}
            for finding in _outcomes(f"{name}: control", control, all_options, corpora):
                if not isinstance(finding, Finding):
                    raise AuditorError(f"{name}: breaks its contract: its control gives findings")
                parts = values.setdefault(finding.metric, {})
                parts.setdefault(finding.part, []).append(finding.value)
        except CannotMeasure:
            return {}  # measuring the set itself fails for the same reason, and is reported there
    return values


def _expected(module: Check, corpora: Corpora) -> tuple[str, ...]:
    applies = getattr(module, "applies_to", None)
    return tuple(
        record.id for record in corpora.synthetic.records if not applies or applies(record, corpora)
    )


def _note(result: Measurement, outcome: Outcome) -> None:
    of_records = check(result.check).SCOPE == "record"
    match outcome:
        case Unmeasured():
            result.unmeasured.append(outcome)
        case Advisory(record=None):
            result.advisory[outcome.metric] = outcome.reason
        case Advisory(record=str(record)):
            result.advised.setdefault(outcome.metric, {})[record] = outcome.reason
        case Finding() if not math.isfinite(outcome.value):
            where = outcome.record
            result.unmeasured.append(Unmeasured(outcome.metric, "not a number", where))
        case Finding() if of_records and outcome.record and outcome.record not in result.owed:
            pass  # the check has no answer for this record
        case Finding():
            key = outcome.part if outcome.record is None else outcome.record
            column = result.findings.get(outcome.metric)
            if column is None or key in column or (outcome.record is None) == of_records:
                raise AuditorError(f"{result.check}: breaks its contract at {outcome.metric}")
            column[key] = outcome


def _missing(result: Measurement) -> Iterator[Unmeasured]:
    """What the check owes a value and gave neither a value nor a reason."""
    if any(gap.record is None and gap.what == ALL for gap in result.unmeasured):
        return
    if check(result.check).SCOPE == "set" and not any(result.findings.values()):
        yield Unmeasured(ALL, "the check gave no value")
    told = {(gap.what, gap.record) for gap in result.unmeasured}
    for metric, column in result.findings.items():
        for record in result.expected:
            if record not in column and (metric, record) not in told:
                yield Unmeasured(metric, "the check gave no value", record)
