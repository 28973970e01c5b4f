"""One figure of one set, read off its audit: a value, a median, a largest value, or a gap.

What was not measured stays empty and gets a footnote that says why.
"""

import statistics

from auditor.audit import Audit, CheckResult, LimitTold, MetricResult
from auditor.profiles.axes import ends
from auditor.profiles.footnotes import Footnotes
from auditor.profiles.profile import Cell, State, Statistic

ALL = "all metrics"  # what a check calls everything that it measures


def cell(
    audit: Audit, result: CheckResult | None, metric: str, statistic: Statistic, notes: Footnotes
) -> Cell:
    """A number that is no share: of the set, or of its records together."""
    told = result.metrics.get(metric) if result else None
    value = _number(told, statistic) if told else None
    if result is None or told is None or value is None:
        return gap(audit, result, metric, notes)
    low, high = bounds(told)
    state = side(value, low, high)
    means = _means(audit, result.name, metric) if statistic == "value" else ""
    meaning = f"{result.name}.{metric} {state}: {means}" if means else ""
    return Cell(
        state=state,
        value=value,
        low=low,
        high=high,
        least=_end(result, metric, "low") if statistic == "value" else None,
        most=_end(result, metric, "high") if statistic == "value" else None,
        means=means,
        notes=notes.numbers(*caveats(result, metric), meaning),
    )


def _number(told: MetricResult, statistic: Statistic) -> float | None:
    values = [value for value in told.values if value is not None]
    if statistic == "value":
        return told.value
    if statistic == "lowest part":
        return min((part.value for part in told.parts), default=None)
    if not values:
        return None
    return max(values) if statistic == "largest" else statistics.median(values)


def _end(result: CheckResult, metric: str, end: str) -> float | None:
    """One end of an interval that the check tells as a metric of its own."""
    names = (name for name, of in ends(result.metrics).items() if of == metric)
    return next((result.metrics[name].value for name in names if name.endswith(end)), None)


def _means(audit: Audit, check: str, metric: str) -> str:
    """What the audit says of a value outside its limit."""
    breaches = (
        b for b in audit.verdict.breaches if (b.check, b.metric, b.part) == (check, metric, "")
    )
    return next((breach.means for breach in breaches), "")


def works(limit: LimitTold | None) -> bool:
    """Whether there is a limit with a number to compare with."""
    return bool(limit and limit.resolved and not (limit.low is None and limit.high is None))


def bounds(told: MetricResult) -> tuple[float | None, float | None]:
    """The limit that decides; no ends at all where none does."""
    if told.limit is None or not works(told.limit) or told.advisory:
        return None, None
    return told.limit.low, told.limit.high


def side(value: float, low: float | None, high: float | None) -> State:
    """Where a value lies."""
    if low is None and high is None:
        return "not judged"
    if low is not None and value < low:
        return "below"
    return "above" if high is not None and value > high else "inside"


def gap(audit: Audit, result: CheckResult | None, metric: str, notes: Footnotes) -> Cell:
    """A cell without a value, and why it has none."""
    return Cell(state="not measured", notes=notes.numbers(*_reasons(audit, result, metric)))


def _reasons(audit: Audit, result: CheckResult | None, metric: str) -> list[str]:
    if result is None:
        return [f"not a check of the policy {audit.policy.name}"]
    told = [
        f"{result.name}: {missing.reason}"
        for missing in result.not_measured
        if missing.records is None and (missing.what in (ALL, metric) or not metric)
    ]
    if told:
        return told
    if result.scope == "set" and not audit.accepted:
        return ["no record was accepted, so there is no set to measure"]
    if result.scope == "record" and not result.expected:
        return [f"{result.name} has nothing to measure in these records"]
    return [f"{result.name} gave no value of {metric or 'any metric'}"]


def caveats(result: CheckResult, metric: str) -> list[str]:
    """What has to be said beside a value: that it does not decide, or is not of all records."""
    told = result.metrics.get(metric)
    found = [_incomplete(result)]
    if told and told.advisory:
        found.append(f"{result.name}.{metric} does not decide: {told.advisory}")
    elif told and told.limit and not told.limit.resolved:
        found.append(f"{result.name}.{metric} has no limit here: {told.limit.how}")
    return found


def _incomplete(result: CheckResult) -> str:
    missing = result.expected - result.executed
    if not missing:
        return ""
    return f"{result.name}: {missing:,} of {result.expected:,} records not measured"
