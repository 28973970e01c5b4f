"""Compiled code of substring.py. Values are unsigned integers: code points or word hashes."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

BASE = np.uint64(1099511628211)
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: spreads the hash into its top bits
Array = NDArray[Any]


@njit(cache=True, nogil=True)
def index_seeds(
    values: Array, starts: Array, seed: int, step: int
) -> tuple[Array, Array, Array]:
    """Positions of all seeds, ascending; heads of the chains by hash; next seed of each chain."""
    count = 0
    for d in range(len(starts) - 1):
        count += max(0, (starts[d + 1] - starts[d] - seed) // step + 1)
    positions = np.empty(count, np.int64)
    at = 0
    for d in range(len(starts) - 1):
        for position in range(starts[d], starts[d + 1] - seed + 1, step):
            positions[at] = position
            at += 1
    bits = 8
    while (1 << bits) < 2 * count:
        bits += 1
    heads = np.full(1 << bits, -1, np.int32)
    chain = np.empty(count, np.int32)
    for s in range(count - 1, -1, -1):
        h = np.uint64(0)
        for i in range(positions[s], positions[s] + seed):
            h = h * BASE + np.uint64(values[i])
        key = (h * MIX) >> np.uint64(64 - bits)
        chain[s] = heads[key]
        heads[key] = s
    return positions, heads, chain


@njit(cache=True, nogil=True)
def _backwards(a: Array, i: int, a_start: int, b: Array, j: int, b_start: int, most: int) -> int:
    """Equal units before a[i] and b[j], at most ``most`` and within their records."""
    n = 0
    while n < most and i - n > a_start and j - n > b_start and a[i - n - 1] == b[j - n - 1]:
        n += 1
    return n


@njit(cache=True, nogil=True)
def _forwards(a: Array, i: int, a_end: int, b: Array, j: int, b_end: int) -> int:
    """Equal units from a[i] and b[j] on, within their records."""
    n = 0
    while i + n < a_end and j + n < b_end and a[i + n] == b[j + n]:
        n += 1
    return n


@njit(cache=True, nogil=True, parallel=True)
def match_records(
    query: Array, query_starts: Array, source: Array, source_starts: Array, source_records: Array,
    positions: Array, heads: Array, chain: Array, seed: int, floor: int, groups: Array,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """Per query record: longest match, its start there and in the source; per unit: covered."""
    records = len(query_starts) - 1
    length = np.zeros(records, np.int64)
    at = np.full(records, -1, np.int64)
    where = np.full(records, -1, np.int64)
    covered = np.zeros(len(query), np.bool_)
    step = floor - seed + 1
    bits = 0
    while (1 << bits) < len(heads):
        bits += 1
    shift = np.uint64(64 - bits)
    drop = np.uint64(1)  # BASE ** seed
    for _ in range(seed):
        drop *= BASE
    for d in prange(records):
        begin, end = query_starts[d], query_starts[d + 1]
        h = np.uint64(0)
        for q in range(begin - seed + 1, end - seed + 1):
            h = h * BASE + np.uint64(query[q + seed - 1])
            if q > begin:
                h -= drop * np.uint64(query[q - 1])
            if q < begin:
                continue
            s = heads[(h * MIX) >> shift]
            while s >= 0:
                p = positions[s]
                s = chain[s]
                r = source_records[p]
                if len(groups) and groups[d] == groups[r]:
                    continue
                if query[q] != source[p]:
                    continue
                left = _backwards(query, q, begin, source, p, source_starts[r], step)
                if left == step:  # the seed before this one saw the same match
                    continue
                right = _forwards(query, q, end, source, p, source_starts[r + 1])
                run = left + right
                if right < seed or run < floor:
                    continue
                covered[q - left : q + right] = True
                first = q - left
                better = run > length[d] or (
                    run == length[d]
                    and (first < at[d] or (first == at[d] and p - left < where[d]))
                )
                if better:
                    length[d], at[d], where[d] = run, first, p - left
    return length, at, where, covered
