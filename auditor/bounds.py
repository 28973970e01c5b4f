"""Bounds: what each limit of a policy comes to in numbers, once its controls are measured.

A limit that is relative to a control is first turned into a bound:

* The control holds the same metric for records that can have learned nothing. A record of the set
  is compared with the whole source, a control record perhaps with less text, and the best match of
  more text is larger. When a source of r times as many words behaves like r independent draws, a
  share (1 - b) of clean records stays within the quantile (1 - b)^(1/r) of the control; so that is
  the quantile read off, and no part of the source is left out to make sizes equal.
* A control record beyond a ceiling is no chance: it is a copy of what it was compared with. It is
  left out, which can only tighten a bound, and the bound says so. When more than one holdout record
  in ten is beyond most of the ceilings against the source, the holdout is not unseen and proves
  nothing; templates alone break one or two of them.
* So is a synthetic record that the measurement itself finds beyond a ceiling, or beyond a bound
  read off the control ``chance``: it is real text, and what it shares with the holdout is what real
  texts share, not what its generator writes. Bounds are read again without such records.
* Joint limits share one budget: every control record's worst rank over the joint metrics is taken,
  and the bounds are read off at the strictest rank at which together they reject no more than that
  share of the control, less one standard error: of 600 records and a budget of 2 %, not 12 but 8.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from auditor.control import (
    Control,
    Joint,
    Key,
    Values,
    joint_of,
    sorted_values,
    spare,
    value_at_rank,
)
from auditor.policy import Band, Limit, Policy, Relative

MISSING = {
    "chance": "the control chance needs a holdout; give one with --holdout",
    "unseen": "the control unseen needs a holdout; give one with --holdout",
    "leave_one_out": "the control leave_one_out needs a source; give one with --source",
}
Ends = tuple[float | None, float | None]
READINGS = 5  # each can only find more copies; two or three are the rule
MOST_SEEN = 0.1  # of the holdout; template families make a few unrelated records look like copies
MOST_CEILINGS = 0.5


@dataclass(frozen=True)
class Bound:
    """A limit with its numbers worked out: what holds is ``low <= value <= high``.

    ``how`` says in words where the numbers come from. ``resolved`` is False when they could not be
    worked out, and then nothing holds. ``part``: the part of the set it is for, such as a code.
    """

    limit: Limit
    low: float | None = None
    high: float | None = None
    how: str = "fixed"
    resolved: bool = True
    part: str = ""

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


def number(value: float | None) -> str:
    """A value for people: no more than four significant digits, no trailing zeros."""
    if value is None or not math.isfinite(value):
        return "not a number"
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"


def record_bounds(
    policy: Policy,
    controls: Mapping[str, Control],
    measured: Mapping[Key, Values] | None = None,
) -> tuple[list[Bound], list[Joint]]:
    """A bound for every limit of the policy that is no band, and how the joint ones came about.

    ``measured``: the values of the synthetic records themselves.
    """
    measured = measured or {}
    copies = set(_beyond_ceilings(policy, measured))
    bounds, joints = _read(policy, controls, copies)
    for _ in range(READINGS - 1):
        more = _beyond_chance(bounds, measured)
        if more <= copies:
            break
        copies |= more
        again, their_joints = _read(policy, controls, copies)
        if not all(map(_no_looser, again, bounds)):
            break
        bounds, joints = again, their_joints
    return bounds, joints


def _no_looser(again: Bound, before: Bound) -> bool:
    """Fewer control records are weaker evidence: they may tighten a bound and nothing else."""
    if before.high is None or again.high is None:
        return again.resolved == before.resolved
    return again.resolved and again.high <= before.high


def _read(
    policy: Policy, controls: Mapping[str, Control], copies: set[str]
) -> tuple[list[Bound], list[Joint]]:
    controls = {
        name: _without(control, copies if name == "chance" else set(), policy)
        for name, control in controls.items()
    }
    joints = [
        joint
        for name in sorted(policy.controls)
        if (joint := joint_of(policy, controls.get(name))) is not None
    ]
    ranks = {joint.control: joint for joint in joints}
    bounds = [_bound(limit, controls, ranks) for limit in policy.limits if limit.within is None]
    return bounds, joints


def _beyond_chance(bounds: list[Bound], values: Mapping[Key, Values]) -> set[str]:
    """The records beyond a bound that was read off the control of the same records."""
    return {
        record
        for bound in bounds
        if bound.high is not None
        and (relative := bound.limit.relative)
        and relative.control == "chance"
        for record, value in values.get((bound.limit.check, bound.limit.metric), {}).items()
        if value > bound.high
    }


def _beyond_ceilings(policy: Policy, values: Mapping[Key, Values]) -> dict[str, float]:
    """The records that are copies, whatever a control says: share of ceilings that each breaks."""
    broken: Counter[str] = Counter()
    ceilings = 0
    for limit in policy.limits:
        column = values.get((limit.check, limit.metric))
        if column and limit.relative and (ceiling := limit.relative.ceiling) is not None:
            ceilings += 1
            broken.update(record for record, value in column.items() if value > ceiling)
    return {record: count / ceilings for record, count in broken.items()}


def _without(control: Control, copies: set[str], policy: Policy) -> Control:
    """The control without these records, and without copies of what it was compared with."""
    beyond = _beyond_ceilings(policy, control.values)
    known = {record for column in control.values.values() for record in column}
    left_out = (copies & known) | beyond.keys()
    values = {
        key: {record: value for record, value in column.items() if record not in left_out}
        for key, column in control.values.items()
    }
    seen = sum(share > MOST_CEILINGS for share in beyond.values())
    return replace(control, values=values, left_out=len(left_out), seen=seen)


def _bound(limit: Limit, controls: Mapping[str, Control], joints: Mapping[str, Joint]) -> Bound:
    relative = limit.relative
    if relative is None:
        low = limit.at_least if isinstance(limit.at_least, float) else None
        return Bound(limit, low, limit.at_most if isinstance(limit.at_most, float) else None)
    control = controls.get(relative.control)
    if control is None:
        return Bound(limit, how=MISSING[relative.control], resolved=False)
    values = sorted_values(control, limit)
    if not values:
        return _without_values(limit, relative, control.left_out)
    if relative.control == "chance" and (seen := _seen(controls)):
        return Bound(limit, how=seen, resolved=False)
    if limit.at_least is not None:
        return _from_below(limit, relative, values)
    return _from_above(limit, relative, control, joints.get(control.name))


def _without_values(limit: Limit, relative: Relative, left_out: int) -> Bound:
    """Where every record is a copy the ceiling holds: all of them are beyond one."""
    if left_out and relative.ceiling is not None:
        return Bound(limit, None, relative.ceiling, f"ceiling; all {left_out} records are copies")
    return Bound(limit, how=f"no values of the control {relative.control}", resolved=False)


def _from_below(limit: Limit, relative: Relative, values: list[float]) -> Bound:
    share = float(relative.quantile)
    low = values[spare(share, 1.0, len(values))]
    how = f"quantile {share:g} of {relative.control}, {len(values)} records"
    return Bound(limit, low if relative.floor is None else max(low, relative.floor), None, how)


def _from_above(limit: Limit, relative: Relative, control: Control, joint: Joint | None) -> Bound:
    values = sorted_values(control, limit)
    if relative.quantile != "joint":
        beyond = spare(1 - relative.quantile, control.ratio, len(values))
        high = values[-1 - beyond]
        how = f"quantile {relative.quantile:g} of {relative.control}, {len(values)} records"
    elif joint is not None:
        beyond = joint.beyond
        high = value_at_rank(values, joint.rank)
        how = f"joint limit of {relative.control}, {beyond} of {joint.records} records beyond"
    else:
        return Bound(limit, how="no control record has all joint metrics", resolved=False)
    if beyond == 0:
        how += "; too few for the quantile, so the largest value holds"
    if control.left_out:
        how += f"; {control.left_out} copies left out of the control"
    if relative.ceiling is not None and relative.ceiling < high:
        return Bound(limit, None, relative.ceiling, f"ceiling; {how} would be {number(high)}")
    return Bound(limit, None, high, how)


def _seen(controls: Mapping[str, Control]) -> str:
    """Why the holdout cannot be called unseen; empty when it can."""
    unseen = controls.get("unseen")
    records = len({r for column in unseen.values.values() for r in column}) if unseen else 0
    if unseen is None or unseen.seen <= MOST_SEEN * (records + unseen.left_out):
        return ""
    return (
        f"{unseen.seen} of {records + unseen.left_out} holdout records are copies of source"
        " records; give a holdout that the generator has never seen"
    )


def bands(
    limit: Limit, parts: Mapping[str, Iterable[float]], ends: Ends = (None, None)
) -> list[Bound]:
    """A bound for the whole set and for each of its parts, from real sets as large as that part.

    ``parts``: part of the set ("" for all) -> the same metric of random real sets. ``ends``: what
    the metric can be at least and at most; widening leads no further.
    """
    return [
        replace(_band(limit, parts.get(part, ()), ends), part=part) for part in {"": None, **parts}
    ]


def _band(limit: Limit, control: Iterable[float], ends: Ends) -> Bound:
    values = sorted(value for value in control if not math.isnan(value))
    if limit.within is None or len(values) < 20:
        return Bound(limit, how="too few real sets to compare with", resolved=False)
    return _widened(limit, limit.within, values, ends)


def _widened(limit: Limit, within: Band, values: list[float], ends: Ends) -> Bound:
    tail = spare((1 - within.real) / 2, 1.0, len(values))
    slack = within.widen * values[len(values) // 2]
    how = f"central {within.real:.0%} of {len(values)} real draws of equal size"
    if within.widen:
        how += f", widened by {within.widen:.0%} of their median"
    low, high = values[tail] - slack, values[-1 - tail] + slack
    least, most = ends
    return Bound(
        limit,
        low if least is None else max(low, least),
        high if most is None else min(high, most),
        how,
    )
