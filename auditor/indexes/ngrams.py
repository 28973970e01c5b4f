"""Word n-grams of a corpus as small numbers, to count distinct and shared ones in any subset."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.errors import CannotMeasure
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

    def taken(self, records: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The n-grams of some records, in order, and for each the place of its record among them.

        Records without any have none.
        """
        lengths = np.diff(self.starts)[records]
        places = np.repeat(self.starts[:-1][records], lengths) + _within(lengths)
        return self.values[places], np.repeat(np.arange(len(records)), lengths)

    def distinct(self, records: NDArray[np.int64], budget: int) -> float:
        """Share of distinct ones among the first ``budget`` n-grams of the records, in order."""
        taken = self.taken(records)[0][:budget]
        if not len(taken):
            raise CannotMeasure("records of one word have no pairs of words; leave diversity out")
        seen = np.zeros(self.kinds, np.bool_)
        seen[taken] = True
        return np.count_nonzero(seen) / len(taken)

    def shared(self, records: NDArray[np.int64]) -> float:
        """Mean over records of the share of their n-grams that another of the records has too."""
        return self.share_of(records, self.owners(records) > 1)

    def owners(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each n-gram, how many of the records have it."""
        once = self.once
        return np.bincount(once.taken(records)[0], minlength=self.kinds)

    @cached_property
    def once(self) -> "Ids":
        """The same, with every n-gram of a record once."""
        owner = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        pairs = np.unique(owner * self.kinds + self.values)
        starts = np.searchsorted(pairs, np.arange(len(self.starts)) * self.kinds)
        return Ids(pairs % max(1, self.kinds), starts, self.kinds)

    def share_of(self, records: NDArray[np.int64], marked: NDArray[np.bool_]) -> float:
        """Mean over records of the share of their n-grams that are marked; 0 without any."""
        values, owner = self.taken(records)
        lengths = np.bincount(owner, minlength=len(records))
        hits = np.bincount(owner, weights=marked[values], minlength=len(records))
        some = lengths > 0
        return float(np.mean(hits[some] / lengths[some])) if some.any() else 0.0


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
    return enough(grams, budget, rng.permutation(len(grams.starts) - 1))


def enough(grams: Ids, budget: int, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first records of an order that together hold at least ``budget`` n-grams, or all."""
    total = np.cumsum(np.diff(grams.starts)[order])
    return order[: int(np.searchsorted(total, budget)) + 1]


def _within(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
