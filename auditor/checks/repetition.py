"""Repetition: how much of a record is an earlier record of the set, told with some words changed.

A generator that has found one text tells it again and again (mode collapse): a word in ten is
another one, left out or moved. So records are compared as sets of words. `weighted_jaccard` is the
weight of the words that a record shares with the most alike earlier one / that of the words of
either. A word weighs the more, the fewer records of the set have it, so that a generator's manner
of speaking counts for little. Two texts that each leave out a fifth of the words of a third, or
replace a tenth by words of their own, keep a value of about 0.65; unrelated reports have 0.1 to
0.2, and statements of a few sentences on one subject seldom more than 0.5.

"Earlier" is in the order of the set, whatever becomes of the earlier record: the first of a cluster
survives and the rest do not. A value below `least` is 0. No source is needed.

What it cannot see: the same content in other words (an eighth of them replaced is enough), or in
another language; a text that stands whole inside a much longer one; a script without spaces. A
template whose blanks are filled with rare words is no repetition here, and a form that all records
share is one when it is most of their words.

Method: weighted Jaccard similarity (Ruzicka), smooth inverse document frequency as in scikit-learn,
all pairs by prefix filtering (Bayardo et al. 2007).
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from auditor.corpus import Corpora
from auditor.finding import Finding, Metric, Reference
from auditor.indexes.short import is_long_enough
from auditor.indexes.similarity_join import nearest_earlier

Share = Annotated[float, Field(ge=0.05, le=1)]
SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "weighted_jaccard": Metric("share of words, by weight, common with an earlier record", "", 0, 1)
}


def measure(corpora: Corpora, *, least: Share = 0.3) -> Iterator[Finding]:
    """The metric of every record."""
    records = corpora.synthetic.records
    found = nearest_earlier(corpora.synthetic, least)
    nearest = zip(records, found.record.tolist(), found.similarity.tolist(), strict=True)
    for record, other, value in nearest:
        reference = Reference(records[other].id) if other >= 0 else None
        yield Finding("weighted_jaccard", value, record.id, (), reference)
