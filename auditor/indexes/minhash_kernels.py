"""Compiled code of minhash.py."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
Array = NDArray[Any]


@njit(cache=True, nogil=True, parallel=True)
def distinct_shingles(values: Array, starts: Array, k: int) -> tuple[Array, Array]:
    """Sorted distinct 32-bit hashes of every record's k-grams, and where each record begins."""
    records = len(starts) - 1
    first = np.zeros(records + 1, np.int64)
    for d in range(records):
        words = starts[d + 1] - starts[d]
        first[d + 1] = first[d] + (max(1, words - k + 1) if words else 0)
    loose = np.empty(first[records], np.uint32)
    kept = np.zeros(records, np.int64)
    for d in prange(records):
        words = starts[d + 1] - starts[d]
        size = min(k, words)
        room = loose[first[d] : first[d + 1]]
        for i in range(len(room)):
            h = np.uint64(0)
            for w in range(starts[d] + i, starts[d] + i + size):
                h = (h ^ values[w]) * MIX
                h ^= h >> np.uint64(29)
            room[i] = np.uint32(h >> np.uint64(32))
        room.sort()
        count = 0
        for i in range(len(room)):
            if i == 0 or room[i] != room[i - 1]:
                room[count] = room[i]
                count += 1
        kept[d] = count
    out_starts = np.zeros(records + 1, np.int64)
    out_starts[1:] = np.cumsum(kept)
    out = np.empty(out_starts[records], np.uint32)
    for d in prange(records):
        out[out_starts[d] : out_starts[d + 1]] = loose[first[d] : first[d] + kept[d]]
    return out, out_starts


@njit(cache=True, nogil=True, parallel=True)
def sign(hashes: Array, starts: Array, a: Array, b: Array) -> Array:
    """MinHash signatures: the least a * h + b mod 2^32 over the finalised shingle hashes."""
    records = len(starts) - 1
    signatures = np.full((records, len(a)), np.uint32(0xFFFFFFFF), np.uint32)
    for d in prange(records):
        mixed = hashes[starts[d] : starts[d + 1]].copy()
        for i in range(len(mixed)):  # the finaliser of murmur3
            h = mixed[i]
            h = np.uint32(h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
            h = np.uint32(h)
            h = np.uint32(h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
            h = np.uint32(h)
            mixed[i] = np.uint32(h ^ (h >> np.uint32(16)))
        for p in range(len(a)):
            least = np.uint32(0xFFFFFFFF)
            pa, pb = a[p], b[p]
            for i in range(len(mixed)):
                least = min(least, np.uint32(pa * mixed[i] + pb))
            signatures[d, p] = least
    return signatures


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
