"""Judging: numbers against limits. No file, no clock, no chance, and no knowledge of any check.

A limit that is relative to a control is first turned into a bound:

* The control holds the same metric for records that can have learned nothing. A record of the set
  is compared with the whole source, a control record perhaps with less text, and the best match of
  more text is larger. When a source of r times as many words behaves like r independent draws, a
  share (1 - b) of clean records stays within the quantile (1 - b)^(1/r) of the control; so that is
  the quantile read off, and no part of the source is left out to make sizes equal.
* A control record beyond a ceiling is no chance: it is a copy of what it was compared with. It is
  left out, which can only tighten a bound, and the bound says so. When that is so for more than one
  holdout record in ten against the source, the holdout is not unseen and proves nothing.
* Joint limits share one budget: every control record's worst rank over the joint metrics is taken,
  and the bounds are read off at the strictest rank at which together they reject no more than that
  share of the control.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auditor.policy import Band, Limit, Policy, Relative

Values = Mapping[str, float]  # record id -> value
Key = tuple[str, str]  # check, metric
ROUNDING = 1e-9  # counts are compared as floats
MISSING = {
    "chance": "the control chance needs a holdout; give one with --holdout",
    "unseen": "the control unseen needs a holdout; give one with --holdout",
    "leave_one_out": "the control leave_one_out needs a source; give one with --source",
}
MOST_SEEN = 0.1  # template families make a few unrelated real records look like copies


@dataclass(frozen=True)
class Control:
    """What a control measured. ``ratio``: words of the source / words it was compared with.

    ``left_out``: records that were beyond a ceiling, and are not among the values.
    """

    name: str
    ratio: float
    values: Mapping[Key, Values]
    left_out: int = 0


@dataclass(frozen=True)
class Bound:
    """A limit with its numbers worked out: what holds is ``low <= value <= high``.

    ``how`` says in words where the numbers come from. ``resolved`` is False when they could not be
    worked out, and then nothing holds.
    """

    limit: Limit
    low: float | None = None
    high: float | None = None
    how: str = "fixed"
    resolved: bool = True

    def holds(self, value: float) -> bool:
        """True only when the value is proven to be inside: NaN never is."""
        return (
            self.resolved
            and not (self.low is None and self.high is None)
            and not math.isnan(value)
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
        )

    @property
    def text(self) -> str:
        """The bound in words, the only wording of it."""
        if not self.resolved:
            return "not worked out"
        if self.low is not None and self.high is not None:
            return f"between {number(self.low)} and {number(self.high)}"
        return (
            f"at most {number(self.high)}" if self.low is None else f"at least {number(self.low)}"
        )


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


@dataclass(frozen=True)
class Breach:
    """A bound that a value is not proven to keep. ``value`` is None when it was never measured."""

    bound: Bound
    value: float | None
    part: str = ""


def number(value: float | None) -> str:
    """A value for people: no more than four significant digits, no trailing zeros."""
    if value is None or not math.isfinite(value):
        return "not a number"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"


def record_bounds(
    policy: Policy, controls: Mapping[str, Control]
) -> tuple[list[Bound], list[Joint]]:
    """A bound for every limit of the policy that is no band, and how the joint ones came about."""
    controls = {name: _below_ceilings(policy, control) for name, control in controls.items()}
    joints = [
        joint
        for name in sorted(policy.controls)
        if (joint := _joint(policy, controls.get(name))) is not None
    ]
    ranks = {joint.control: joint for joint in joints}
    bounds = [_bound(limit, controls, ranks) for limit in policy.limits if limit.within is None]
    return bounds, joints


def _below_ceilings(policy: Policy, control: Control) -> Control:
    """The control without the records that are copies of what they were compared with."""
    beyond = {
        record
        for limit in policy.limits
        if (relative := limit.relative) and relative.ceiling is not None
        for record, value in control.values.get((limit.check, limit.metric), {}).items()
        if value > relative.ceiling
    }
    values = {
        key: {record: value for record, value in column.items() if record not in beyond}
        for key, column in control.values.items()
    }
    return replace(control, values=values, left_out=len(beyond))


def _bound(limit: Limit, controls: Mapping[str, Control], joints: Mapping[str, Joint]) -> Bound:
    relative = limit.relative
    if relative is None:
        low = limit.at_least if isinstance(limit.at_least, float) else None
        return Bound(limit, low, limit.at_most if isinstance(limit.at_most, float) else None)
    control = controls.get(relative.control)
    if control is None:
        return Bound(limit, how=MISSING[relative.control], resolved=False)
    values = _sorted(control, limit)
    if not values:
        return Bound(limit, how=f"no values of the control {relative.control}", resolved=False)
    if relative.control == "chance" and (seen := _seen(controls)):
        return Bound(limit, how=seen, resolved=False)
    if limit.at_least is not None:
        return _from_below(limit, relative, values)
    return _from_above(limit, relative, control, joints.get(control.name))


def _from_below(limit: Limit, relative: Relative, values: list[float]) -> Bound:
    share = float(relative.quantile)
    low = values[_spare(share, 1.0, len(values))]
    how = f"quantile {share:g} of {relative.control}, {len(values)} records"
    return Bound(limit, low if relative.floor is None else max(low, relative.floor), None, how)


def _from_above(limit: Limit, relative: Relative, control: Control, joint: Joint | None) -> Bound:
    values = _sorted(control, limit)
    if relative.quantile != "joint":
        spare = _spare(1 - relative.quantile, control.ratio, len(values))
        high = values[-1 - spare]
        how = f"quantile {relative.quantile:g} of {relative.control}, {len(values)} records"
    elif joint is not None:
        spare = joint.beyond
        high = _value_at_rank(values, joint.rank)
        how = f"joint limit of {relative.control}, {spare} of {joint.records} records beyond"
    else:
        return Bound(limit, how="no control record has all joint metrics", resolved=False)
    if spare == 0:
        how += "; too few for the quantile, so the largest value holds"
    if control.left_out:
        how += f"; {control.left_out} records beyond a ceiling left out of the control"
    if relative.ceiling is not None and relative.ceiling < high:
        return Bound(limit, None, relative.ceiling, f"ceiling; {how} would be {number(high)}")
    return Bound(limit, None, high, how)


def _seen(controls: Mapping[str, Control]) -> str:
    """Why the holdout cannot be called unseen; empty when it can."""
    unseen = controls.get("unseen")
    records = len({r for column in unseen.values.values() for r in column}) if unseen else 0
    if unseen is None or unseen.left_out <= MOST_SEEN * (records + unseen.left_out):
        return ""
    return (
        f"{unseen.left_out} of {records + unseen.left_out} holdout records are copies of source"
        " records; give a holdout that the generator has never seen"
    )


def _sorted(control: Control | None, limit: Limit) -> list[float]:
    values = control.values.get((limit.check, limit.metric), {}) if control else {}
    return sorted(value for value in values.values() if not math.isnan(value))


def _spare(budget: float, ratio: float, count: int) -> int:
    """How many of ``count`` control records may lie beyond a bound that ``budget`` may exceed."""
    share = 1 - (1 - budget) ** (1 / ratio)
    return min(int(share * count + ROUNDING), count - 1)


def _joint(policy: Policy, control: Control | None) -> Joint | None:
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
    rank = worst[-1 - _spare(policy.text.false_rejects, control.ratio, len(worst))]
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


def _value_at_rank(values: list[float], rank: float) -> float:
    """The largest control value whose rank is no more than ``rank``."""
    allowed = values[0]
    for position, value in enumerate(values):
        if (position == 0 or value != values[position - 1]) and position / len(values) <= rank:
            allowed = value
    return allowed


def band(limit: Limit, control: Iterable[float]) -> Bound:
    """The bound of a band, from the same metric of random real sets of equal size."""
    values = sorted(value for value in control if not math.isnan(value))
    if limit.within is None or len(values) < 20:
        return Bound(limit, how="too few real sets to compare with", resolved=False)
    return _widened(limit, limit.within, values)


def _widened(limit: Limit, within: Band, values: list[float]) -> Bound:
    tail = _spare((1 - within.real) / 2, 1.0, len(values))
    slack = within.widen * values[len(values) // 2]
    how = f"central {within.real:.0%} of {len(values)} real draws of equal size"
    if within.widen:
        how += f", widened by {within.widen:.0%} of their median"
    return Bound(limit, values[tail] - slack, values[-1 - tail] + slack, how)


def judge_record(bounds: Iterable[Bound], values: Mapping[Key, float | None]) -> list[Breach]:
    """Breaches of one record. ``values``: every metric that applies to it, None if unmeasured."""
    breaches = []
    for bound in bounds:
        key = (bound.limit.check, bound.limit.metric)
        if key in values:
            value = values[key]
            if value is None or not bound.holds(value):
                breaches.append(Breach(bound, value))
    return breaches


def judge_set(bound: Bound, values: Mapping[str, float]) -> list[Breach]:
    """Breaches of a limit on the set. ``values``: part of the set ("" for all) -> value."""
    if not values:
        return [Breach(bound, None)]
    return [Breach(bound, v, part) for part, v in values.items() if not bound.holds(v)]
