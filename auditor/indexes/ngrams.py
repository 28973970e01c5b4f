"""Word n-grams of a corpus as small numbers, to count distinct and shared ones in any subset."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes.packing import Packed, words

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio


@dataclass(frozen=True, eq=False)
class Ids:
    """n-grams numbered 0 to ``kinds`` - 1; record i holds ``values[starts[i]:starts[i + 1]]``."""

    values: NDArray[np.int64]
    starts: NDArray[np.int64]
    kinds: int

    def of(self, record: int) -> NDArray[np.int64]:
        """The n-grams of one record, in order."""
        return self.values[self.starts[record] : self.starts[record + 1]]

    def distinct(self, records: NDArray[np.int64], budget: int) -> float:
        """Share of distinct ones among the first ``budget`` n-grams of the records, in order."""
        taken = np.concatenate([self.of(r) for r in records])[:budget]
        return len(np.unique(taken)) / len(taken)

    def shared(self, records: NDArray[np.int64]) -> float:
        """Mean over records of the share of their n-grams that another of the records has too."""
        owners = np.zeros(self.kinds, np.int64)
        for r in records:
            owners[np.unique(self.of(r))] += 1
        shares = [float(np.mean(owners[self.of(r)] > 1)) for r in records if len(self.of(r))]
        return float(np.mean(shares)) if shares else 0.0


def ids(corpus: Corpus, n: int) -> Ids:
    """The word n-grams of every record; none crosses from one record into the next."""
    hashes, _, starts = hashed(corpus.memo(words), n)
    kinds, values = np.unique(hashes, return_inverse=True)
    return Ids(values.astype(np.int64), starts, len(kinds))


def hashed(
    packed: Packed, n: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Hashes of the n-grams in order, the first word of each, and where each record's begin."""
    lengths = np.maximum(np.diff(packed.starts) - n + 1, 0)
    first = np.repeat(packed.starts[:-1], lengths) + _within(lengths)
    hashes = np.zeros(len(first), np.uint64)
    for offset in range(n):
        hashes = (hashes ^ packed.values[first + offset]) * MIX
        hashes ^= hashes >> np.uint64(29)
    return hashes, first, np.concatenate([[0], np.cumsum(lengths)])


def draw(grams: Ids, budget: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Random records that together hold at least ``budget`` n-grams, or all of them."""
    order = rng.permutation(len(grams.starts) - 1)
    total = np.cumsum(np.diff(grams.starts)[order])
    return order[: int(np.searchsorted(total, budget)) + 1]


def _within(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
