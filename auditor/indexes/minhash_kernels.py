"""Compiled code of minhash.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
Array = NDArray[Any]


@compiled
def _hash_shingles(values: Array, begin: int, end: int, k: int) -> Array:
    """32-bit hashes of the k-grams of one record; of all its words when it has fewer than k."""
    size = min(k, end - begin)
    hashes = np.empty(max(0, end - begin - size + 1) if size else 0, np.uint32)
    for i in range(len(hashes)):
        h = np.uint64(0)
        for w in range(begin + i, begin + i + size):
            h = (h ^ values[w]) * MIX
            h ^= h >> np.uint64(29)
        hashes[i] = np.uint32(h >> np.uint64(32))
    return hashes


@compiled
def distinct_shingles(values: Array, starts: Array, k: int) -> tuple[Array, Array]:
    """Sorted distinct shingle hashes of every record, and where each record's begin."""
    out = np.empty(len(values), np.uint32)
    out_starts = np.zeros(len(starts), np.int64)
    n = 0
    for d in range(len(starts) - 1):
        hashes = _hash_shingles(values, starts[d], starts[d + 1], k)
        hashes.sort()
        for i in range(len(hashes)):
            if i == 0 or hashes[i] != hashes[i - 1]:
                out[n] = hashes[i]
                n += 1
        out_starts[d + 1] = n
    return out[:n].copy(), out_starts


@compiled
def _finalise(hashes: Array) -> None:
    """The finaliser of murmur3, in place."""
    for i in range(len(hashes)):
        h = hashes[i]
        h = np.uint32(np.uint32(h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
        h = np.uint32(np.uint32(h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
        hashes[i] = np.uint32(h ^ (h >> np.uint32(16)))


@compiled
def sign(values: Array, starts: Array, k: int, a: Array, b: Array) -> Array:
    """MinHash signatures: the least a * h + b mod 2^32 over the finalised shingle hashes."""
    records = len(starts) - 1
    signatures = np.full((records, len(a)), np.uint32(0xFFFFFFFF), np.uint32)
    for d in range(records):
        hashes = _hash_shingles(values, starts[d], starts[d + 1], k)
        _finalise(hashes)
        for p in range(len(a)):
            least = np.uint32(0xFFFFFFFF)
            pa, pb = a[p], b[p]
            for i in range(len(hashes)):
                least = min(least, np.uint32(pa * hashes[i] + pb))
            signatures[d, p] = least
    return signatures


@compiled
def band_keys(signatures: Array, count: int, rows: int) -> Array:
    """One 64-bit key per band and record: shape (count, records)."""
    keys = np.empty((count, len(signatures)), np.uint64)
    for d in range(len(signatures)):
        for band in range(count):
            h = np.uint64(band + 1)
            for r in range(band * rows, (band + 1) * rows):
                h = (h ^ np.uint64(signatures[d, r])) * MIX
                h ^= h >> np.uint64(31)
            keys[band, d] = h
    return keys


@compiled
def overlaps(a: Array, a_starts: Array, b: Array, b_starts: Array, pairs: Array) -> Array:
    """Number of hashes that both records of a pair hold, by merging their sorted lists."""
    shared = np.zeros(len(pairs), np.int64)
    for n in range(len(pairs)):
        i, i_end = a_starts[pairs[n, 0]], a_starts[pairs[n, 0] + 1]
        j, j_end = b_starts[pairs[n, 1]], b_starts[pairs[n, 1] + 1]
        while i < i_end and j < j_end:
            if a[i] == b[j]:
                shared[n] += 1
                i += 1
                j += 1
            elif a[i] < b[j]:
                i += 1
            else:
                j += 1
    return shared


@compiled
def rare_pairs(
    starts: Array, grams: Array, first: Array, holders: Array, own: Array, groups: Array,
    sizes: Array, least: float,
) -> Array:  # fmt: skip
    """Pairs of record and holder that share enough distinct grams: those with holders listed."""
    pairs = np.empty((16, 2), np.int64)
    n = 0
    for d in range(len(starts) - 1):
        mine = np.unique(grams[starts[d] : starts[d + 1]])
        count, rare = 0, 0
        for gram in mine:
            if gram >= 0 and first[gram + 1] > first[gram]:
                rare += 1
                count += first[gram + 1] - first[gram]
        found = np.empty(count, np.int32)
        count = 0
        for gram in mine:
            if gram >= 0:
                for h in range(first[gram], first[gram + 1]):
                    if groups[holders[h]] != own[d]:
                        found[count] = holders[h]
                        count += 1
        found = np.sort(found[:count])
        i = 0
        while i < count:
            j = i
            while j < count and found[j] == found[i]:
                j += 1
            if j - i >= least * min(rare, sizes[found[i]]):
                if n == len(pairs):
                    pairs = np.concatenate((pairs, np.empty_like(pairs)))
                pairs[n, 0], pairs[n, 1] = d, found[i]
                n += 1
            i = j
    return pairs[:n].copy()
