"""Near-duplicates: how much of the wording stands in one source record, or earlier in the set.

Texts are compared as sets of word 3-grams. `jaccard` is shared / all distinct ones of both records,
`containment` is shared / those of the smaller one, each for the nearest source record. For
`jaccard_earlier` the others are the records that stand before it in the synthetic set, so that the
first of a cluster of look-alikes survives and the rest do not.

Candidates come from MinHash signatures (128 permutations) in LSH bands for pairs of Jaccard
similarity about `threshold` and above, chosen for recall; every candidate is then compared exactly.
What it cannot see: a pair below the threshold counts as 0, so a short source record inside a long
text escapes (copied_passage sees it); rewording of every third word; paraphrase; translation.

Method: Broder 1997, On the resemblance and containment of documents; datasketch's MinHashLSH.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference
from auditor.indexes import minhash

SCOPE = "record"
METRICS = {
    "jaccard": Metric("Jaccard similarity to the nearest source record", "", 0, 1),
    "containment": Metric("containment in or of the nearest source record", "", 0, 1),
    "jaccard_earlier": Metric("Jaccard similarity to the nearest earlier record", "", 0, 1),
}
Pairs = NDArray[np.int64]


def measure(
    corpora: Corpora, *, shingle_words: int = 3, threshold: float = 0.3
) -> Iterator[Finding]:
    """The three metrics of every record. Raises CannotMeasure without a source."""
    synthetic, source = corpora.synthetic, corpora.real()
    mine = synthetic.memo(minhash.shingles, shingle_words)
    theirs = source.memo(minhash.shingles, shingle_words)
    index = source.memo(minhash.bands, shingle_words, threshold)
    pairs = minhash.candidates(index, synthetic.memo(minhash.signatures, shingle_words))
    if corpora.leave_out:
        groups = np.array(source.groups)
        pairs = pairs[groups[pairs[:, 0]] != groups[pairs[:, 1]]]
    for metric, values in zip(
        ("jaccard", "containment"), minhash.similarities(mine, theirs, pairs), strict=True
    ):
        yield from _nearest(metric, synthetic, pairs, values, source.fingerprint)
    yield from _earlier(synthetic, shingle_words, threshold)


def _earlier(synthetic: Corpus, shingle_words: int, threshold: float) -> Iterator[Finding]:
    mine = synthetic.memo(minhash.shingles, shingle_words)
    index = synthetic.memo(minhash.bands, shingle_words, threshold)
    pairs = minhash.candidates(index, synthetic.memo(minhash.signatures, shingle_words))
    pairs = pairs[pairs[:, 1] < pairs[:, 0]]
    values, _ = minhash.similarities(mine, mine, pairs)
    names = [record.id for record in synthetic.records]
    yield from _nearest("jaccard_earlier", synthetic, pairs, values, names.__getitem__)


def _nearest(
    metric: str,
    synthetic: Corpus,
    pairs: Pairs,
    values: NDArray[np.float64],
    name: Callable[[int], str],
) -> Iterator[Finding]:
    best = dict.fromkeys(range(len(synthetic.records)), (0.0, -1))
    for (i, j), value in zip(pairs.tolist(), values.tolist(), strict=True):
        if value > best[i][0]:
            best[i] = (value, j)
    for i, record in enumerate(synthetic.records):
        value, j = best[i]
        yield Finding(metric, value, record.id, (), Reference(name(j)) if j >= 0 else None)
