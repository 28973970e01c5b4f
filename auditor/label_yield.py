"""Label yield: how many records of each label were generated, are left, and went to which check.

Where the generation stage says what it was asked for, a label it never delivered stands here too.
Counts are of synthetic records and nobody's privacy; cells below five are marked because a rate of
so few says nothing.
"""

from collections import Counter
from collections.abc import Sequence

from auditor.audit import LabelYield, RecordVerdict
from auditor.corpus import Corpus
from auditor.indexes import labels

SMALL_CELL = 5
UNEXPLAINED = "not measured"
DIGITS = 4


def label_yield(
    synthetic: Corpus,
    verdicts: Sequence[RecordVerdict],
    wanted: Sequence[tuple[str, ...]] = (),
) -> list[LabelYield]:
    """One row per label, those that lost most records first. ``verdicts``: one per record.

    ``wanted``: the labels of each record that was asked for; empty where nobody knows.
    """
    asked = Counter(label for one in wanted for label in labels.names(one))
    generated: Counter[str] = Counter(dict.fromkeys(asked, 0))
    accepted: Counter[str] = Counter()
    lost: dict[str, Counter[str]] = {}
    for record, verdict in zip(synthetic.records, verdicts, strict=True):
        for label in labels.names(record.label):
            generated[label] += 1
            accepted[label] += verdict.accepted
            lost.setdefault(label, Counter()).update(_reasons(verdict))
    rows = [
        LabelYield(
            label=label,
            asked=asked[label] if wanted else None,
            generated=count,
            accepted=accepted[label],
            lost=dict(
                sorted(lost.get(label, Counter()).items(), key=lambda item: (-item[1], item[0]))
            ),
            small=count < SMALL_CELL,
            share_generated=_share(count, generated),
            share_accepted=_share(accepted[label], accepted),
        )
        for label, count in generated.items()
    ]
    return sorted(rows, key=lambda row: (row.accepted - (row.asked or row.generated), row.label))


def _reasons(verdict: RecordVerdict) -> list[str]:
    """The checks that rejected a record, each once; a record can be lost to several."""
    if verdict.accepted:
        return []
    return list(dict.fromkeys(breach.check for breach in verdict.breaches)) or [UNEXPLAINED]


def _share(count: int, of: Counter[str]) -> float:
    return round(count / of.total(), DIGITS) if of.total() else 0.0
