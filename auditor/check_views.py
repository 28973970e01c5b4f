"""A check as a page shows it: its metrics with figures, and its values for parts of the set."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.audit import (
    Audit,
    BreachTold,
    CheckResult,
    LimitTold,
    MetricResult,
    PartValue,
    RecordVerdict,
)
from auditor.charts.histogram import Histogram, histogram
from auditor.charts.strip import Strip, strip

ENDS = ("_low", "_high")


@dataclass(frozen=True)
class Series:
    """One distribution in numbers: what a chart says to those who do not see it."""

    name: str
    count: int
    zeros: int
    median: float
    most: float  # 99 of 100 values are at most this
    largest: float
    beyond: int


@dataclass(frozen=True)
class MetricView:
    """A metric as the page shows it. ``rejected``: records that its limit rejected.

    ``interval``: values of the metrics ``_low`` and ``_high`` beside it, which have no row then.
    """

    name: str
    told: MetricResult
    interval: tuple[float, float] | None
    rejected: int
    broken: bool
    histogram: Histogram | None
    strip: Strip | None
    series: list[Series]


@dataclass(frozen=True)
class PartRow:
    """A part of the set, such as a code: its value of every metric that has any for parts."""

    name: str
    values: list[PartValue | None]
    broken: bool


@dataclass(frozen=True)
class CheckView:
    """A check as the page shows it."""

    told: CheckResult
    metrics: list[MetricView]
    parts: list[PartRow]

    @property
    def of_parts(self) -> list[MetricView]:
        """The metrics that have values of parts of the set."""
        return [metric for metric in self.metrics if metric.told.parts]


def view(result: CheckResult, audit: Audit) -> CheckView:
    """The view of a check. An interval's ends have no row of their own."""
    intervals = {name for name in result.metrics if _interval(result, name)}
    folded = {f"{name}{end}" for name in intervals for end in ENDS}
    rows = {name: metric for name, metric in result.metrics.items() if name not in folded}
    return CheckView(
        result,
        [_metric(result, name, metric, audit) for name, metric in rows.items()],
        _part_rows([metric for metric in rows.values() if metric.parts]),
    )


def _part_rows(metrics: Sequence[MetricResult]) -> list[PartRow]:
    """A row for every part, those that break a limit first."""
    columns = [({value.part: value for value in m.parts}, m.limit) for m in metrics]
    rows = []
    for name in sorted({name for column, _ in columns for name in column}):
        values = [column.get(name) for column, _ in columns]
        kept = [_kept(v, limit) for v, (_, limit) in zip(values, columns, strict=True) if v]
        rows.append(PartRow(name, values, not all(kept)))
    return sorted(rows, key=lambda row: not row.broken)


def _kept(value: PartValue, limit: LimitTold | None) -> bool:
    """By the band of the part itself where it has one."""
    return holds(value.value, limit) if value.holds is None else value.holds


def _interval(result: CheckResult, name: str) -> tuple[float, float] | None:
    """The ends of a value's interval, where they are metrics that no limit is on."""
    ends = [result.metrics.get(f"{name}{end}") for end in ENDS]
    values = [end.value for end in ends if end and not (end.limit or end.parts)]
    low, high = values if len(values) == len(ENDS) else (None, None)
    return None if low is None or high is None else (low, high)


def _metric(result: CheckResult, name: str, metric: MetricResult, audit: Audit) -> MetricView:
    limit, key = metric.limit, (result.name, name)
    values = [value for value in metric.values if value is not None]
    low, high = (limit.low, limit.high) if limit else (None, None)
    of_records = result.scope == "record" and limit is not None
    return MetricView(
        name=name,
        told=metric,
        interval=_interval(result, name),
        rejected=sum(_broke(key, record, bool(metric.advisory)) for record in audit.records),
        broken=any((b.check, b.metric) == key for b in audit.verdict.breaches),
        histogram=histogram(
            values, list(metric.controls.values()), low, high, limit.text if limit else ""
        )
        if of_records
        else None,
        strip=strip(metric.controls.get("real", []), metric.value, low, high),
        series=_series(values, metric) if of_records else [],
    )


def _broke(key: tuple[str, str], record: RecordVerdict, advisory: bool) -> bool:
    told: Sequence[BreachTold] = record.advisories if advisory else record.breaches
    return any((breach.check, breach.metric) == key for breach in told)


def _series(values: list[float], metric: MetricResult) -> list[Series]:
    rows = {"records": values, **metric.controls}
    return [_numbers(name, sorted(row), metric.limit) for name, row in rows.items() if row]


def _numbers(name: str, values: list[float], limit: LimitTold | None) -> Series:
    count = len(values)
    return Series(
        name=name,
        count=count,
        zeros=sum(value == 0 for value in values),
        median=values[(count - 1) // 2],
        most=values[math.ceil(0.99 * count) - 1],
        largest=values[-1],
        beyond=sum(not holds(value, limit) for value in values),
    )


def holds(value: float, limit: LimitTold | None) -> bool:
    """Whether a value lies between the ends of a limit, as far as it has any."""
    return limit is None or (
        (limit.low is None or value >= limit.low) and (limit.high is None or value <= limit.high)
    )
