"""Which earlier record each record is most alike to, as weighted sets of words: an exact join.

A record is the set of its words. A word weighs 1 + ln((1 + n) / (1 + how many of n records have
it)); weighted Jaccard similarity is the weight of the words of both / that of the words of either.

All pairs of similarity ``least`` and above are found, by prefix filtering: words are ordered by how
rare they are, and a record's prefix is as many of its rarest ones as leave less than ``least`` of
its weight behind. Two records that are alike enough share a word of their prefixes. Whoever does
is bounded from above by what the prefixes have in common, and compared in full only where that
could beat the best so far. Only rare words are looked up: seconds for 10,000 records of 250 words.
Time grows faster than their number, about as its square from there on.

Method: Bayardo, Ma, Srikant 2007, Scaling up all pairs similarity search; Chaudhuri, Ganti, Kaushik
2006, A primitive operator for similarity joins in data cleaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes.packing import words

Array = NDArray[Any]
BLOCK = 256  # records at a time, one thread each
DIGITS = 6  # the last bits of a logarithm depend on the processor


@dataclass(frozen=True, eq=False)
class Sets:
    """The distinct words of every record, rarest first.

    ``words``    record i has ``words[starts[i]:starts[i + 1]]``, ascending; 0 is the rarest word
    ``weights``  of every word, descending
    """

    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    weights: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each record the most similar earlier one, -1 where none reaches ``least``; shape (n,)."""

    record: NDArray[np.int64]
    similarity: NDArray[np.float64]


def nearest_earlier(corpus: Corpus, least: float) -> Nearest:
    """The earlier record of highest weighted Jaccard similarity; what is below ``least`` is 0."""
    from auditor.compiled import in_turn
    from auditor.indexes.similarity_join_kernels import nearest, prefixes

    sets = corpus.memo(word_sets)
    totals, ends, rests = prefixes(sets.words, sets.starts, sets.weights, least)
    postings = _postings(sets, ends)

    def work(rows: tuple[int, int]) -> tuple[Array, Array]:
        found: tuple[Array, Array] = nearest(
            *rows, sets.words, sets.starts, sets.weights, totals, ends, rests, *postings, least
        )
        return found

    parts = list(in_turn(work, _blocks(len(corpus.records))))
    record, similarity = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Nearest(record, similarity.round(DIGITS))


def word_sets(corpus: Corpus) -> Sets:
    """The distinct words of every record."""
    packed, records = corpus.memo(words), len(corpus.records)
    kinds, numbers = np.unique(packed.values, return_inverse=True)
    size = max(1, len(kinds))
    owners = np.repeat(np.arange(records), np.diff(packed.starts))
    held = np.unique(owners * size + numbers)
    holders = np.bincount(held % size, minlength=len(kinds))
    by_rarity = np.argsort(holders, kind="stable")  # of equally rare words, the smaller hash
    rank = np.empty(len(kinds), np.int64)
    rank[by_rarity] = np.arange(len(kinds))
    owners = held // size
    ranked = np.sort(owners * size + rank[held % size]) if len(kinds) else held
    lengths = np.bincount(owners, minlength=records)
    weights = 1 + np.log((1 + records) / (1 + holders[by_rarity]))
    return Sets(ranked % size, np.concatenate([[0], np.cumsum(lengths)]), weights)


def _postings(sets: Sets, ends: Array) -> tuple[Array, Array]:
    """For every word the records whose prefixes hold it, ascending, and where each word's begin."""
    lengths = ends - sets.starts[:-1]
    owners = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    held = sets.words[sets.starts[:-1][owners] + within]
    starts = np.searchsorted(np.sort(held), np.arange(len(sets.weights) + 1))
    return owners[np.argsort(held, kind="stable")], starts


def _blocks(records: int) -> Iterator[tuple[int, int]]:
    """First record and end of a few at a time; at least one block."""
    for first in range(0, max(1, records), BLOCK):
        yield first, min(first + BLOCK, records)
