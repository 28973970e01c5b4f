"""Judging: numbers against bounds. No file, no clock, no chance, and no knowledge of any check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.bounds import Bound
from auditor.control import Key


@dataclass(frozen=True)
class Breach:
    """A bound that a value is not proven to keep. ``value`` is None when it was never measured."""

    bound: Bound
    value: float | None
    part: str = ""


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
