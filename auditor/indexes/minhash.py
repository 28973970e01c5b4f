"""Near-duplicate candidates by MinHash and banded LSH, and exact similarities of candidates.

Signatures equal datasketch's own (scheme affine32) on the same shingle hashes, and candidates equal
those of its MinHashLSH with the same bands: datasketch supplies the permutations and chooses the
bands, compiled code does the hashing, and sorted arrays take the place of its dictionaries. The
tests hold both to that. Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import substring
from auditor.indexes.packing import Starts, Values, blocks, only_words, words
from auditor.indexes.substring import Groups

T = TypeVar("T")
PERMUTATIONS = 128
SEED = 1
# A gate buys recall: candidates are verified exactly, so a false one costs time and nothing else.
MISSES_COST = 0.9
RARE = 3


@dataclass(frozen=True, eq=False)
class Shingles:
    """The distinct word k-grams of every record, as 32-bit hashes, sorted within a record.

    Record i holds ``hashes[starts[i]:starts[i + 1]]``. A record of fewer than k words has one
    shingle, all of it; one without words has none.
    """

    hashes: NDArray[np.uint32]
    starts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bands:
    """Band keys of every record, each band sorted: shape (bands, records), and who has them."""

    rows: int
    keys: NDArray[np.uint64]
    order: NDArray[np.int64]


def shingles(corpus: Corpus, k: int) -> Shingles:
    """The shingles of a corpus, for exact comparison."""
    from auditor.indexes.minhash_kernels import distinct_shingles

    parts = [(np.empty(0, np.uint32), np.zeros(1, np.int64))]
    parts += _by_block(corpus, lambda values, starts: distinct_shingles(values, starts, k))
    lengths = np.concatenate([np.diff(starts) for _, starts in parts])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Shingles(np.concatenate([hashes for hashes, _ in parts]), starts)


def signatures(corpus: Corpus, k: int) -> NDArray[np.uint32]:
    """The MinHash signatures of a corpus, shape (records, PERMUTATIONS)."""
    from auditor.indexes.minhash_kernels import sign

    permutations = _permutations()
    parts = _by_block(corpus, lambda values, starts: sign(values, starts, k, *permutations))
    return np.concatenate([np.empty((0, PERMUTATIONS), np.uint32), *parts])


def _by_block(corpus: Corpus, work: Callable[[Values, Starts], T]) -> list[T]:
    """``work`` of the words of a few records at a time."""
    from auditor.compiled import in_turn

    return list(in_turn(lambda block: work(*only_words(block[1])), blocks(corpus)))


def bands(corpus: Corpus, k: int, threshold: float) -> Bands:
    """The LSH index of a corpus, for pairs of Jaccard similarity about ``threshold`` and above."""
    from auditor.indexes.minhash_kernels import band_keys

    count, rows = banding(threshold)
    keys = band_keys(corpus.memo(signatures, k), count, rows)
    order = np.argsort(keys, axis=1, kind="stable")
    return Bands(rows, np.take_along_axis(keys, order, axis=1), order)


def candidates(index: Bands, of: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Pairs (signature, indexed record) that agree in a band: shape (pairs, 2), sorted."""
    from auditor.indexes.minhash_kernels import band_keys

    keys = band_keys(of, len(index.keys), index.rows)
    pairs = [np.empty(0, np.int64)]
    indexed = max(1, index.keys.shape[1])
    for band, (sorted_keys, order) in enumerate(zip(index.keys, index.order, strict=True)):
        left = np.searchsorted(sorted_keys, keys[band], side="left")
        right = np.searchsorted(sorted_keys, keys[band], side="right")
        counts = right - left
        query = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        pairs.append(query * indexed + order[left[query] + within])
    return np.stack(np.divmod(np.unique(np.concatenate(pairs)), indexed), axis=1)


def held_in_common(
    corpus: Corpus, among: Corpus, k: int, least: float, own: Groups, groups: Groups
) -> NDArray[np.int64]:
    """Pairs (record, record among) that have much of what is rare in common, whatever their length.

    Rare are the shingles that at most ``RARE`` groups hold. A pair shares at least ``least`` of the
    first record's rare ones, or as many as ``least`` of all that the second has. ``own`` and
    ``groups``: records of equal number are not compared. Shape (pairs, 2), sorted.
    """
    from auditor.indexes.minhash_kernels import rare_pairs

    grams = corpus.memo(_grams, k)
    held = substring.holders(grams, RARE + 1)
    substring.read(grams, among, only_words, groups, held, RARE + 1)
    sizes = np.diff(among.memo(shingles, k).starts)
    starts = grams.packed.starts
    return rare_pairs(starts, grams.grams, *held.of(RARE + 1), own, groups, sizes, least)


def _grams(corpus: Corpus, k: int) -> substring.Grams:
    return substring.index(corpus.memo(words), k)


def similarities(
    a: Shingles, b: Shingles, pairs: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact Jaccard similarity and containment (shared / smaller set) of each pair, 0 to 1."""
    from auditor.indexes.minhash_kernels import overlaps

    shared = overlaps(a.hashes, a.starts, b.hashes, b.starts, pairs)
    size_a = np.diff(a.starts)[pairs[:, 0]]
    size_b = np.diff(b.starts)[pairs[:, 1]]
    union = np.maximum(size_a + size_b - shared, 1)  # two records without a word share nothing
    return shared / union, shared / np.maximum(np.minimum(size_a, size_b), 1)


@cache
def banding(threshold: float) -> tuple[int, int]:
    """Number of bands and rows per band that datasketch chooses for a threshold."""
    from datasketch import MinHashLSH

    lsh = MinHashLSH(
        threshold=threshold, num_perm=PERMUTATIONS, weights=(1 - MISSES_COST, MISSES_COST)
    )
    return int(lsh.b), int(lsh.r)


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    from datasketch import MinHash

    a, b = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32").permutations
    return a.astype(np.uint32), b.astype(np.uint32)
