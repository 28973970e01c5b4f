"""The verdict on every record, in plain data: what was breached, where, and whether it decides."""

from collections.abc import Iterable, Mapping

from auditor.audit import BreachTold, RecordVerdict
from auditor.bounds import Bound
from auditor.corpus import Corpus
from auditor.judge import Breach
from auditor.measure import Measurement, check


def record_verdicts(
    synthetic: Corpus,
    verdicts: Mapping[str, list[Breach]],
    measured: Mapping[str, Measurement],
    bounds: Iterable[Bound],
) -> list[RecordVerdict]:
    """The verdict on every record, in order. A breach of an advisory metric decides nothing.

    ``bounds``: all of them. A record that no deciding one applies to was judged by nobody, and
    counts as not measured.
    """
    gaps = {gap.record for result in measured.values() for gap in result.unmeasured if gap.record}
    limits = [b.limit for b in bounds if b.limit.check in measured]
    gaps |= {
        record.id
        for record in synthetic.records
        if not any(measured[limit.check].decides(limit.metric, record.id) for limit in limits)
    }
    verdicts_told = []
    for record in synthetic.records:
        deciding: list[Breach] = []
        advisory: list[Breach] = []
        for breach in verdicts[record.id]:
            limit = breach.bound.limit
            decides = measured[limit.check].decides(limit.metric, record.id)
            (deciding if decides else advisory).append(breach)
        missing = any(b.value is None or not b.bound.resolved for b in deciding)
        verdicts_told.append(
            RecordVerdict(
                id=record.id,
                accepted=not deciding and record.id not in gaps,
                measured=not missing and record.id not in gaps,
                spans=_spans(record.id, deciding, measured),
                breaches=[told(record.id, b, measured) for b in deciding],
                advisories=[told(record.id, b, measured) for b in advisory],
            )
        )
    return verdicts_told


def _spans(
    record: str, breaches: list[Breach], measured: Mapping[str, Measurement]
) -> list[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for breach in breaches:
        limit = breach.bound.limit
        finding = measured[limit.check].findings[limit.metric].get(record)
        places.update((span.start, span.end) for span in (finding.spans if finding else ()))
    return sorted(places)


def told(record: str, breach: Breach, measured: Mapping[str, Measurement]) -> BreachTold:
    """A breach in plain data, with the record that it matches."""
    limit = breach.bound.limit
    column = measured[limit.check].findings[limit.metric] if limit.check in measured else {}
    finding = column.get(record)
    reference = finding.reference if finding else None
    place = reference.span if reference else None
    return BreachTold(
        check=limit.check,
        metric=limit.metric,
        value=breach.value,
        limit=breach.bound.text,
        part=breach.part,
        means=_means(breach),
        detail=finding.detail if finding else "",
        reference=reference.record if reference else None,
        reference_span=(place.start, place.end) if place else None,
    )


def _means(breach: Breach) -> str:
    """What the metric says of values beyond that side of the bound."""
    bound, value = breach.bound, breach.value
    meaning = check(bound.limit.check).METRICS.get(bound.limit.metric)
    if meaning is None or value is None:
        return ""
    if bound.low is not None and value < bound.low:
        return meaning.below
    return meaning.above if bound.high is not None and value > bound.high else ""
