"""Near-duplicates: how much of the wording stands in one source record, or earlier in the set.

Texts are compared as sets of word 3-grams. `jaccard` is shared / all distinct ones of both records,
`containment` is shared / those of the smaller one, each for the nearest source record.
`edit_similarity` compares the words in their order with the record of highest Jaccard similarity:
1 less the share of words of both to delete or insert. For `jaccard_earlier` the others are the
records that stand before it in the synthetic set, so that the first of a cluster of look-alikes
survives and the rest do not.

Candidates come from MinHash signatures (128 permutations) in LSH bands for pairs of Jaccard
similarity about `threshold` and above, chosen for recall, and from an exact pass over the rare
3-grams, those of at most three source groups (patients): a short note inside a long text has most
of them in common with it, however little that is of the text. Every candidate is then compared
exactly. A pair that shares less than `least` of the smaller record counts as 0: that much any two
texts of one kind may share, and which of such pairs become candidates is chance. A second pass with
longer n-grams would find nothing new: whoever shares those shares their 3-grams.

What it cannot see: a change every two or three words; the wording of a note that four patients
share, inside a longer text; paraphrase; translation.

Method: Broder 1997, On the resemblance and containment of documents; datasketch's MinHashLSH; edit
similarity as in Lee et al. 2022, by rapidfuzz.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Metric, Reference
from auditor.indexes import minhash
from auditor.indexes.packing import words
from auditor.indexes.short import is_long_enough
from auditor.indexes.substring import Groups

Words = Annotated[int, Field(ge=1, le=50)]
Share = Annotated[float, Field(ge=0.05, le=1)]
SCOPE = "record"
applies_to = is_long_enough
METRICS = {
    "jaccard": Metric("Jaccard similarity to the nearest source record", "", 0, 1),
    "containment": Metric("containment in or of the nearest source record", "", 0, 1),
    "edit_similarity": Metric("share of words kept, in order, from that source record", "", 0, 1),
    "jaccard_earlier": Metric("Jaccard similarity to the nearest earlier record", "", 0, 1),
}
Pairs = NDArray[np.int64]
Best = list[tuple[float, int]]  # per record, the highest value and whose it is, or -1


def measure(
    corpora: Corpora, *, shingle_words: Words = 3, threshold: Share = 0.3, least: Share = 0.25
) -> Iterator[Finding]:
    """The metrics of every record. Raises CannotMeasure without a source."""
    synthetic, source = corpora.synthetic, corpora.real()
    own, groups = _groups(corpora)
    pairs = _candidates(synthetic, source, shingle_words, threshold)
    pairs = pairs[own[pairs[:, 0]] != groups[pairs[:, 1]]]
    held = minhash.held_in_common(synthetic, source, shingle_words, least, own, groups)
    pairs = np.unique(np.concatenate([pairs, held]), axis=0)
    pairs, jaccard, containment = _similarities(synthetic, source, pairs, shingle_words, least)
    nearest = _best(pairs, jaccard, synthetic)
    yield from _findings("jaccard", synthetic, nearest, source.fingerprint)
    contained = _best(pairs, containment, synthetic)
    yield from _findings("containment", synthetic, contained, source.fingerprint)
    edited = _edit_similarities(synthetic, source, nearest)
    yield from _findings("edit_similarity", synthetic, edited, source.fingerprint)

    pairs = _candidates(synthetic, synthetic, shingle_words, threshold)
    pairs = pairs[pairs[:, 1] < pairs[:, 0]]
    pairs, jaccard, _ = _similarities(synthetic, synthetic, pairs, shingle_words, least)
    names = [record.id for record in synthetic.records]
    earlier = _best(pairs, jaccard, synthetic)
    yield from _findings("jaccard_earlier", synthetic, earlier, names.__getitem__)


def _groups(corpora: Corpora) -> tuple[Groups, Groups]:
    """A number per synthetic and per source record; equal ones are not compared."""
    mine, theirs = corpora.apart()
    keys = np.array([*mine, *(theirs or corpora.real().group_keys)], np.int64)
    numbers = np.unique(keys, return_inverse=True)[1].astype(np.int32)
    own = numbers[: len(mine)] if mine else np.full(len(corpora.synthetic.records), -1, np.int32)
    return own, numbers[len(mine) :]


def _candidates(of: Corpus, among: Corpus, shingle_words: int, threshold: float) -> Pairs:
    index = among.memo(minhash.bands, shingle_words, threshold)
    return minhash.candidates(index, of.memo(minhash.signatures, shingle_words))


def _similarities(
    of: Corpus, among: Corpus, pairs: Pairs, shingle_words: int, least: float
) -> tuple[Pairs, NDArray[np.float64], NDArray[np.float64]]:
    mine, theirs = (side.memo(minhash.shingles, shingle_words) for side in (of, among))
    jaccard, containment = minhash.similarities(mine, theirs, pairs)
    alike = containment >= least
    return pairs[alike], jaccard[alike], containment[alike]


def _best(pairs: Pairs, values: NDArray[np.float64], synthetic: Corpus) -> Best:
    best = [(0.0, -1)] * len(synthetic.records)
    for (i, j), value in zip(pairs.tolist(), values.tolist(), strict=True):
        if value > best[i][0]:
            best[i] = (value, j)
    return best


def _edit_similarities(synthetic: Corpus, source: Corpus, nearest: Best) -> Best:
    from rapidfuzz.distance import Indel

    mine, theirs = synthetic.memo(words), source.memo(words)
    return [
        (Indel.normalized_similarity(mine.of(i), theirs.of(j)), j) if j >= 0 else (0.0, -1)
        for i, (_, j) in enumerate(nearest)
    ]


def _findings(
    metric: str, synthetic: Corpus, best: Best, name: Callable[[int], str]
) -> Iterator[Finding]:
    for record, (value, j) in zip(synthetic.records, best, strict=True):
        yield Finding(metric, value, record.id, (), Reference(name(j)) if j >= 0 else None)
