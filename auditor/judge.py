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


def judge_set(bounds: Iterable[Bound], values: Mapping[str, float]) -> list[Breach]:
    """Breaches of one limit on the set. ``values``: part of the set ("" for all) -> value.

    A part without a bound of its own is judged by the bound of the whole set, unless that is a
    band: sets of another size prove nothing about it, and it is not measured.
    """
    by_part = {bound.part: bound for bound in bounds}
    whole = by_part[""]
    if not values or (whole.limit.within is not None and "" not in values):
        return [Breach(whole, None)]
    breaches = []
    for part, value in values.items():
        bound = by_part.get(part, whole)
        if bound.part != part and bound.limit.within is not None:
            breaches.append(Breach(bound, None, part))
        elif not bound.holds(value):
            breaches.append(Breach(bound, value, part))
    return breaches
