"""Paper scores: Self-BLEU, MAUVE and Fréchet distance, to compare a set with published ones.

* `self_bleu`: mean BLEU-4 of each record of a sample against the others of the sample.
* `mauve`: area under the divergence frontier of the set and the real records, whose sentence
  vectors are put into common k-means buckets; 1 when the two cannot be told apart.
* `frechet`: Fréchet distance of the two clouds of vectors, on 64 principal components.

None has a limit, and none should: each calls copies perfect. On transcribed reports a set copied
word for word had a Fréchet distance of .039 where unseen real ones had .047 to .061, and a
self-BLEU of .25 like theirs; with one record in twenty told over and over they were .059 and .28,
hardly to be told from real; MAUVE of two real sets was .94 or .99, with their size. All three
depend on sample size, tokens and vectors, so compare them only with figures made by this check at
equal `sample`. `diversity` and `semantic_spread` ask the same questions at equal size, beside
random real sets.

What it cannot see: copies, small shares of repeated records, single codes, and whether a difference
is more than chance: no interval is given.

Sources: Zhu et al. 2018, Texygen (Self-BLEU); Pillutla et al. 2021, MAUVE; Heusel et al. 2017
(Fréchet inception distance). MiniLM vectors stand in for GPT-2 and Inception.
"""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from auditor.corpus import Corpora
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric
from auditor.indexes import parts, record_vectors
from auditor.indexes.frontier import frechet, mauve
from auditor.indexes.parts import Side
from auditor.indexes.self_bleu import self_bleu

Seed = Annotated[int, Field(ge=0)]
Sample = Annotated[int, Field(ge=20, le=5000)]
Bleu = Annotated[int, Field(ge=2, le=1000)]
SCOPE = "set"
METRICS = {
    "self_bleu": Metric("BLEU-4 of a record against others of the set, mean", "", 0, 1),
    "mauve": Metric("area under the divergence frontier of set and real records", "", 0, 1),
    "frechet": Metric("distance of the clouds of sentence vectors, set and real", ""),
}
FEWEST = 20
DIGITS = 4


def measure(
    corpora: Corpora,
    *,
    against: Side = "holdout",
    sample: Sample = 500,
    bleu_sample: Bleu = 100,
    seed: Seed = 0,
) -> Iterator[Finding]:
    """The three scores of random records. Raises CannotMeasure when a side is small or missing."""
    synthetic, real = corpora.synthetic, parts.reference(corpora, against)
    size = min(sample, len(synthetic.records), len(real.records))
    if size < FEWEST:
        raise CannotMeasure(
            f"{len(synthetic.records):,} records accepted and {len(real.records):,} real ones; "
            f"at least {FEWEST} of either are needed"
        )
    rng = np.random.default_rng(seed)
    ours = rng.permutation(len(synthetic.records))[:size]
    theirs = rng.permutation(len(real.records))[:size]
    left = record_vectors.of_accepted(corpora, ours.tolist())
    right = record_vectors.of(real, theirs.tolist())
    yield Finding("self_bleu", round(self_bleu(synthetic, ours[:bleu_sample]), DIGITS))
    yield Finding("mauve", round(mauve(left, right, seed), DIGITS))
    yield Finding("frechet", round(frechet(left, right), DIGITS))
