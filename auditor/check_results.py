"""What the audit says of one check: its metrics with values, controls and limits, and its gaps."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from auditor.audit import (
    Advised,
    CheckResult,
    LimitTold,
    MetricResult,
    NotMeasured,
    PartValue,
    RecordVerdict,
)
from auditor.bounds import Bound
from auditor.control import Control, Joint, Key
from auditor.judge import Breach
from auditor.measure import Measurement, check
from auditor.policy import Policy

SetOf = Literal["accepted", "generated"]
BLIND = "What it cannot see: "


@dataclass(frozen=True)
class Measured:
    """All measurements of a run; ``real``: set metrics by part of the set, on random real sets."""

    checks: Mapping[str, Measurement]
    controls: Mapping[str, Control]
    real: Mapping[Key, Mapping[str, list[float]]]
    set_of: SetOf = "accepted"


@dataclass(frozen=True)
class Judged:
    """All bounds of a run and what they led to for the set."""

    bounds: list[Bound]
    joints: list[Joint]
    breaches: list[Breach]


def check_result(
    name: str,
    policy: Policy,
    records: list[RecordVerdict],
    measured: Measured,
    judged: Judged,
) -> CheckResult:
    """All of one check, in plain data."""
    module, section = check(name), policy.text.checks[name]
    result = measured.checks.get(name) or Measurement(name, section.options, ())
    bounds: dict[str, dict[str, Bound]] = {}
    for bound in judged.bounds:
        if bound.limit.check == name:
            bounds.setdefault(bound.limit.metric, {})[bound.part] = bound
    return CheckResult(
        name=name,
        scope=module.SCOPE,
        summary=(module.__doc__ or "").partition("\n")[0],
        blind_spots=_blind_spots(module.__doc__ or ""),
        options={k: list(v) if isinstance(v, tuple) else v for k, v in result.options.items()},
        expected=len(result.expected),
        executed=result.executed,
        metrics={
            metric: _metric(name, metric, records, result, measured, bounds.get(metric, {}))
            for metric in module.METRICS
        },
        not_measured=_not_measured(result, section.out_of_scope),
    )


def _blind_spots(manual: str) -> str:
    """What a check cannot see: the paragraph of its manual page that says so."""
    told = manual.partition(BLIND)[2].partition("\n\n")[0]
    return " ".join(told.replace("`", "").split())


def _metric(
    name: str,
    metric: str,
    records: list[RecordVerdict],
    result: Measurement,
    measured: Measured,
    bounds: Mapping[str, Bound],
) -> MetricResult:
    column = {key: finding.value for key, finding in result.findings.get(metric, {}).items()}
    module = check(name)
    of_records, meaning = module.SCOPE == "record", module.METRICS[metric]
    return MetricResult(
        meaning=meaning.meaning,
        unit=meaning.unit,
        values=[column.get(record.id) for record in records] if of_records else [],
        value=None if of_records else column.get(""),
        parts=[
            _part(part, value, bounds.get(part))
            for part, value in column.items()
            if part and not of_records
        ],
        controls=_control_values(name, metric, measured),
        limit=_limit(bounds[""], bool(result.expected if of_records else column))
        if bounds
        else None,
        advisory=result.advisory.get(metric),
        advised=_advised(result, metric),
    )


def _part(part: str, value: float, bound: Bound | None) -> PartValue:
    if bound is None:
        return PartValue(part=part, value=value)
    low, high = bound.low, bound.high
    return PartValue(part=part, value=value, low=low, high=high, holds=bound.holds(value))


def _advised(result: Measurement, metric: str) -> list[Advised]:
    reasons = Counter(result.advised.get(metric, {}).values())
    return [Advised(reason=reason, records=count) for reason, count in reasons.items()]


def _control_values(name: str, metric: str, measured: Measured) -> dict[str, list[float]]:
    controls = {
        control.name: sorted(control.values[name, metric].values())
        for control in measured.controls.values()
        if control.values.get((name, metric))
    }
    if (name, metric) in measured.real:
        real = measured.real[name, metric].get("", [])
        controls["real"] = sorted(value for value in real if math.isfinite(value))
    return controls


def _limit(bound: Bound, applies: bool) -> LimitTold:
    """A limit that concerns nobody needs no bound: it is as good as worked out."""
    needless = not applies and not bound.resolved
    return LimitTold(
        text="concerns no record" if needless else bound.text,
        low=bound.low,
        high=bound.high,
        how="the check has nothing to measure here" if needless else bound.how,
        why=bound.limit.why,
        resolved=bound.resolved or needless,
    )


def _not_measured(result: Measurement, out_of_scope: Mapping[str, str]) -> list[NotMeasured]:
    """What was not measured, equal gaps of several records told as one."""
    counts = Counter((gap.what, gap.reason, gap.record is None) for gap in result.unmeasured)
    return [
        NotMeasured(
            what=what,
            reason=reason,
            records=None if whole_run else count,
            out_of_scope=out_of_scope.get(what) if whole_run else None,
        )
        for (what, reason, whole_run), count in counts.items()
    ]
