"""Yield: how much of what was asked for is accepted, in all and for each label.

A gate that throws away most records ships a set that its generator never described, and a label
that loses all its records is missing downstream without anyone having decided so. `acceptance_rate`
is accepted / asked; `label_acceptance_rate` is the same for the records of each label, and
`labels_lost` counts the labels of at least `min_records` records that have no accepted one.

What it cannot see: why a record was rejected (the other checks say), and what the generator was
asked for and never delivered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric

SCOPE = "set"
METRICS = {
    "asked": Metric("synthetic records that were put before the gate", "records"),
    "accepted": Metric("records that are within every limit", "records"),
    "acceptance_rate": Metric("accepted / asked", "", 0, 1),
    "labels_lost": Metric("labels of several records that have no accepted one", "labels"),
    "label_acceptance_rate": Metric("accepted / asked, of the records with one label", "", 0, 1),
}
# A label is printed in the audit, so it has to look like a code: free text might be a patient's.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,11}")


def measure(corpora: Corpora, *, min_records: Annotated[int, Field(ge=1)] = 5) -> Iterator[Finding]:
    """The counts and rates of the set, and one rate per label."""
    asked = corpora.asked or corpora.synthetic
    accepted = corpora.synthetic
    yield Finding("asked", len(asked.records))
    yield Finding("accepted", len(accepted.records))
    yield Finding("acceptance_rate", len(accepted.records) / len(asked.records))
    before, after = _labels(asked), _labels(accepted)
    lost = [label for label, n in before.items() if n >= min_records and not after[label]]
    yield Finding("labels_lost", len(lost))
    for label, count in sorted(before.items()):
        yield Finding("label_acceptance_rate", after[label] / count, part=label)


def _labels(corpus: Corpus) -> Counter[str]:
    return Counter(
        label if CODE.fullmatch(label) else "(not a code)"
        for record in corpus.records
        for label in dict.fromkeys(record.label)
    )
