"""Diversity: is the accepted set as rich in wording as unseen real records of equal size?

`distinct_1` and `distinct_2` are the shares of distinct words and word pairs among a fixed number
of words; they fall when the generator repeats itself. `cross_document_share` is the mean share of a
record's word 5-grams that some other record of the set has too; it rises with templates and mode
collapse, and sees collapse of one record in twenty. All three depend on size, so every value is
taken from random draws of records with equally many words (half of what the smaller side has, or
fewer), and the control is the same draws from real records: a policy sets a band, with two sides,
because word salad looks more diverse than anything real.

What it cannot see: copies (a copied set is as diverse as its source), meaning, and variety inside a
single record.

Sources: Li et al. 2016, A Diversity-Promoting Objective Function (distinct-n); the shared 5-grams
follow n-gram overlap as used for self-repetition (Salkar et al. 2022).
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric
from auditor.indexes import ngrams

Side = Literal["holdout", "source"]
Draws = Annotated[int, Field(ge=2, le=1000)]
Seed = Annotated[int, Field(ge=0)]
SCOPE = "set"
METRICS = {
    "distinct_1": Metric("share of distinct words among equally many words", "", 0, 1),
    "distinct_2": Metric("share of distinct word pairs among equally many", "", 0, 1),
    "cross_document_share": Metric("mean share of 5-grams that another record has", "", 0, 1),
}
FEWEST_WORDS = 1000  # with fewer, chance moves every figure more than a generator does


def measure(
    corpora: Corpora, *, against: Side = "holdout", draws: Draws = 20, seed: Seed = 0
) -> Iterator[Finding]:
    """Each metric, averaged over draws. Raises CannotMeasure when a side is small or missing."""
    budget = _budget(corpora, against)
    yield from _averages(_draws(corpora.synthetic, budget, draws, seed))


def control(
    corpora: Corpora, *, against: Side = "holdout", draws: Draws = 20, seed: Seed = 0
) -> Iterator[Finding]:
    """The metrics of ten times as many draws of equal size from the real records."""
    budget = _budget(corpora, against)
    for values in _draws(_reference(corpora, against), budget, 10 * draws, seed):
        for metric, value in values.items():
            yield Finding(metric, value)


def _reference(corpora: Corpora, against: str) -> Corpus:
    reference = {"holdout": corpora.holdout, "source": corpora.source}.get(against)
    if reference is None:
        raise CannotMeasure(f"no {against} to compare with; give one with --{against}")
    return reference


def _budget(corpora: Corpora, against: str) -> int:
    """Words per draw: no more than the accepted records hold, nor half of the real ones."""
    accepted = len(corpora.synthetic.memo(ngrams.ids, 1).values)
    real = len(_reference(corpora, against).memo(ngrams.ids, 1).values)
    budget = min(accepted, real // 2)
    if budget < FEWEST_WORDS:
        raise CannotMeasure(
            f"{accepted:,} words accepted and {real:,} real ones; at least {FEWEST_WORDS:,} and "
            f"{2 * FEWEST_WORDS:,} are needed"
        )
    return budget


def _draws(corpus: Corpus, budget: int, draws: int, seed: int) -> list[dict[str, float]]:
    rng = np.random.default_rng(seed)
    words = corpus.memo(ngrams.ids, 1)
    return [_profile(corpus, ngrams.draw(words, budget, rng), budget) for _ in range(draws)]


def _profile(corpus: Corpus, records: NDArray[np.int64], budget: int) -> dict[str, float]:
    """The metrics of some records of a corpus, the first ``budget`` words of them."""
    ones, twos, fives = (corpus.memo(ngrams.ids, n) for n in (1, 2, 5))
    return {
        "distinct_1": ones.distinct(records, budget),
        "distinct_2": twos.distinct(records, budget),
        "cross_document_share": fives.shared(records),
    }


def _averages(draws: list[dict[str, float]]) -> Iterator[Finding]:
    for metric in METRICS:
        yield Finding(metric, float(np.mean([values[metric] for values in draws])))
