"""What a control says: its quantiles, and the one rank that joint limits share."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.policy import Limit, Policy

Values = Mapping[str, float]  # record id -> value
Key = tuple[str, str]  # check, metric
CAUTION = 1.0  # standard errors: a budget is then kept in about five draws of six
ROUNDING = 1e-9  # counts are compared as floats


@dataclass(frozen=True)
class Control:
    """What a control measured. ``ratio``: words of the source / words it was compared with.

    ``left_out``: records that are copies, and are not among the values; ``seen``: those of them
    that are beyond most of the ceilings.
    """

    name: str
    ratio: float
    values: Mapping[Key, Values]
    left_out: int = 0
    seen: int = 0


@dataclass(frozen=True)
class Joint:
    """How the joint limits of one control came about."""

    control: str
    metrics: tuple[Key, ...]
    budget: float
    ratio: float
    records: int
    rank: float
    beyond: int


def sorted_values(control: Control | None, limit: Limit) -> list[float]:
    """The numbers of the metric that a limit is about, ascending."""
    values = control.values.get((limit.check, limit.metric), {}) if control else {}
    return sorted(value for value in values.values() if not math.isnan(value))


def spare(budget: float, ratio: float, count: int, errors: float = 0.0) -> int:
    """How many of ``count`` control records may lie beyond a bound that ``budget`` may exceed.

    ``errors``: so many standard errors of that number are kept back (Poisson).
    """
    expected = (1 - (1 - budget) ** (1 / ratio)) * count
    kept = max(0.0, expected - errors * math.sqrt(expected))
    return min(int(kept + ROUNDING), count - 1)


def joint_of(policy: Policy, control: Control | None) -> Joint | None:
    """How the joint limits of a control come about; None without a record that has them all."""
    if control is None:
        return None
    keys = tuple(
        (limit.check, limit.metric)
        for limit in policy.limits
        if (relative := limit.relative)
        and (relative.control, relative.quantile) == (control.name, "joint")
    )
    columns = [control.values.get(key, {}) for key in keys]
    records = [
        record
        for record in (columns[0] if columns else ())
        if all(not math.isnan(column.get(record, math.nan)) for column in columns)
    ]
    if not records:
        return None
    ranks = [_ranks([column[record] for record in records]) for column in columns]
    worst = sorted(max(of_one) for of_one in zip(*ranks, strict=True))
    rank = worst[-1 - spare(policy.text.false_rejects, control.ratio, len(worst), CAUTION)]
    beyond = sum(value > rank for value in worst)
    return Joint(
        control.name, keys, policy.text.false_rejects, control.ratio, len(records), rank, beyond
    )


def _ranks(values: list[float]) -> list[float]:
    """For each value, the share of smaller ones: of equal values all are as good as the first."""
    first: dict[float, int] = {}
    for position, value in enumerate(sorted(values)):
        first.setdefault(value, position)
    return [first[value] / len(values) for value in values]


def value_at_rank(values: list[float], rank: float) -> float:
    """The largest control value whose rank is no more than ``rank``."""
    allowed = values[0]
    for position, value in enumerate(values):
        if (position == 0 or value != values[position - 1]) and position / len(values) <= rank:
            allowed = value
    return allowed
