"""Singling out: how many records lead to one real record, and how many would do so by chance.

Singling out is the first of the three risks that anonymised data are examined for (Article 29
Working Party, Opinion 05/2014): a record that one real record stands out for among all others is
the first step of a linkage attack, whatever else it has or has not in common with it.
"""

from collections.abc import Iterable, Mapping

from auditor.audit import RecordVerdict, SinglingOut
from auditor.bounds import Bound
from auditor.control import Control
from auditor.finding import Metric
from auditor.indexes.binomial import wilson


def singling_out(
    metrics: Mapping[str, Metric],
    records: Iterable[RecordVerdict],
    bounds: Iterable[Bound],
    controls: Mapping[str, Control],
) -> SinglingOut | None:
    """The figure for the whole set, accepted or not; None where no limit asks for it.

    ``metrics``: by ``check.metric``.
    """
    asked = {
        name: bound
        for bound in bounds
        if (name := f"{bound.limit.check}.{bound.limit.metric}") in metrics
        and metrics[name].singles_out
        and bound.resolved
    }
    if not asked:
        return None
    verdicts = list(records)
    found = [
        [b for b in record.breaches + record.advisories if f"{b.check}.{b.metric}" in asked]
        for record in verdicts
    ]
    beyond = sum(map(bool, found))
    low, high = wilson(beyond, len(verdicts))
    chance = _by_chance(asked, controls)
    return SinglingOut(
        metrics=sorted(asked),
        records=beyond,
        of=len(verdicts),
        low=low,
        high=high,
        real_records=len({b.reference for breaches in found for b in breaches if b.reference}),
        by_chance=chance[0] if chance else None,
        by_chance_of=chance[1] if chance else None,
    )


def _by_chance(
    asked: Mapping[str, Bound], controls: Mapping[str, Control]
) -> tuple[int, int] | None:
    """Of the records of a control, how many are beyond such a bound."""
    beyond: set[str] = set()
    known: set[str] = set()
    for bound in asked.values():
        control = controls.get(bound.limit.relative.control) if bound.limit.relative else None
        column = control.values.get((bound.limit.check, bound.limit.metric), {}) if control else {}
        known |= column.keys()
        beyond |= {record for record, value in column.items() if not bound.holds(value)}
    return (len(beyond), len(known)) if known else None
