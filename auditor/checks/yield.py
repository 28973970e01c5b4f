"""Yield: how much of what was generated is accepted, in all and for each label.

A gate that throws away most records ships a set that its generator never described, and a label
that loses all its records is missing downstream without anyone having decided so. `acceptance_rate`
is `accepted` / `generated`; `label_acceptance_rate` is the same for the records of each label, and
`labels_lost` counts the labels of at least `min_records` records that have no accepted one.

`asked` is what the generation stage was asked for. Where nobody says, it is what was put before the
gate, which is `generated`. Labels are lost, and their mix has moved, in comparison with `asked`: a
label that the generator never delivered is missing all the same.

`label_shift` says how far the mix of labels moved: the total variation distance between the labels'
shares before and after, 0 (the same mix) to 1 (nothing in common). It is half the sum of all
differences: .03 means that 3 % of what is shipped stands under other labels than before.
Losing records moves the mix even if every record is as likely to go. `label_shift_by_chance` is
what 95 of 100 random losses of as many records stay within; beyond it, the gate picks labels.

What it cannot see: why a record was rejected (the other checks say; the audit's table of labels
counts it), and how many drafts an accepted record took where rejected ones are asked for again: the
audit tells that by itself.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora
from auditor.finding import Finding, Metric
from auditor.indexes import labels
from auditor.record import Record

SCOPE = "set"
METRICS = {
    "asked": Metric("records asked of the generator; if unknown, those generated", "records"),
    "generated": Metric("synthetic records that were put before the gate", "records"),
    "accepted": Metric("records that are within every limit", "records"),
    "acceptance_rate": Metric("accepted / generated", "", 0, 1),
    "labels_lost": Metric("labels of several records that have no accepted one", "labels"),
    "label_shift": Metric("how far the gate moved the mix of labels", "", 0, 1),
    "label_shift_by_chance": Metric(
        "what 95 of 100 random losses of as many records stay within", "", 0, 1
    ),
    "label_acceptance_rate": Metric("accepted / generated, of one label's records", "", 0, 1),
}
LOSSES = 200  # random ones
WITHIN = 0.95
DIGITS = 4
Counts = Counter[str]
Labels = tuple[str, ...]


def measure(corpora: Corpora, *, min_records: Annotated[int, Field(ge=1)] = 5) -> Iterator[Finding]:
    """The counts and rates of the set, and one rate per label."""
    generated = _names((corpora.asked or corpora.synthetic).records)
    asked = [labels.names(one) for one in corpora.wanted] or generated
    accepted = _names(corpora.synthetic.records)
    yield Finding("asked", len(asked))
    yield Finding("generated", len(generated))
    yield Finding("accepted", len(accepted))
    yield Finding("acceptance_rate", len(accepted) / len(generated))
    before, after = _counted(asked), _counted(accepted)
    lost = [label for label, n in before.items() if n >= min_records and not after[label]]
    yield Finding("labels_lost", len(lost))
    yield Finding("label_shift", round(_shift(before, after), DIGITS))
    yield Finding("label_shift_by_chance", round(_by_chance(asked, len(accepted)), DIGITS))
    for label, count in sorted(_counted(generated).items()):
        yield Finding("label_acceptance_rate", after[label] / count, part=label)


def _names(records: Sequence[Record]) -> list[Labels]:
    return [labels.names(record.label) for record in records]


def _counted(of: Sequence[Labels]) -> Counts:
    return Counter(label for names in of for label in names)


def _shift(before: Counts, after: Counts) -> float:
    """Total variation distance of two mixes; 0 without labels before, 1 without any after."""
    if not before.total() or not after.total():
        return float(bool(before.total()))
    shares = ((before[k] / before.total(), after[k] / after.total()) for k in {*before, *after})
    return sum(abs(was - became) for was, became in shares) / 2


def _by_chance(asked: Sequence[Labels], accepted: int) -> float:
    """The shift that 95 of 100 seeded random choices of as many records stay within."""
    draw = random.Random(0)
    before = _counted(asked)
    kept = min(accepted, len(asked))
    shifts = sorted(_shift(before, _counted(draw.sample(asked, kept))) for _ in range(LOSSES))
    return shifts[round(WITHIN * LOSSES) - 1]
