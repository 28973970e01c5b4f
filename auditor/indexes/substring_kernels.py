"""Compiled code of substring.py. Values are unsigned integers: code points or word hashes."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from auditor.compiled import compiled, compiled_parallel

BASE = np.uint64(1099511628211)
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: spreads the hash into its top bits
Array = NDArray[Any]


@compiled
def index_seeds(values: Array, starts: Array, seed: int, step: int) -> tuple[Array, Array, Array]:
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


@compiled
def _backwards(a: Array, i: int, a_start: int, b: Array, j: int, b_start: int, most: int) -> int:
    """Equal units before a[i] and b[j], at most ``most`` and within their records."""
    n = 0
    while n < most and i - n > a_start and j - n > b_start and a[i - n - 1] == b[j - n - 1]:
        n += 1
    return n


@compiled
def _forwards(a: Array, i: int, a_end: int, b: Array, j: int, b_end: int) -> int:
    """Equal units from a[i] and b[j] on, within their records."""
    n = 0
    while i + n < a_end and j + n < b_end and a[i + n] == b[j + n]:
        n += 1
    return n


@compiled
def _widest_cover(
    owners: Array, firsts: Array, runs: Array, begin: int, covered: Array
) -> tuple[int, int]:
    """The owner whose runs cover the most units, and how many; marks them from ``begin`` on."""
    order = np.argsort(firsts, kind="mergesort")  # stable: by owner, and by first unit within one
    order = order[np.argsort(owners[order], kind="mergesort")]
    best_owner, best_count = -1, 0
    at = 0
    while at < len(order):
        owner, count, reach, past = owners[order[at]], 0, begin, at
        while past < len(order) and owners[order[past]] == owner:
            first = firsts[order[past]]
            end = first + runs[order[past]]
            if end > reach:
                count += end - max(first, reach)
                reach = end
            past += 1
        if count > best_count:
            best_owner, best_count = owner, count
        at = past
    for m in range(len(owners)):
        if owners[m] == best_owner:
            covered[firsts[m] : firsts[m] + runs[m]] = True
    return best_owner, best_count


@compiled
def _maximal_matches(
    query: Array, begin: int, end: int, group: int, source: Array, source_starts: Array,
    source_records: Array, groups: Array, positions: Array, heads: Array, chain: Array,
    seed: int, floor: int,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """Every maximal match of one query record: source record, first unit here and there, length."""
    step = floor - seed + 1
    bits = 0
    while (1 << bits) < len(heads):
        bits += 1
    shift = np.uint64(64 - bits)
    drop = np.uint64(1)  # BASE ** seed
    for _ in range(seed):
        drop *= BASE
    count = 0
    found = np.empty((4, 16), np.int64)
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
            if query[q] != source[p] or (len(groups) and group == groups[r]):
                continue
            left = _backwards(query, q, begin, source, p, source_starts[r], step)
            if left == step:  # the seed before this one saw the same match
                continue
            right = _forwards(query, q, end, source, p, source_starts[r + 1])
            if right < seed or left + right < floor:
                continue
            if count == found.shape[1]:
                found = np.concatenate((found, np.empty((4, count), np.int64)), axis=1)
            found[0, count], found[1, count] = r, q - left
            found[2, count], found[3, count] = p - left, left + right
            count += 1
    return found[0, :count], found[1, :count], found[2, :count], found[3, :count]


@compiled_parallel
def match_records(
    query: Array, query_starts: Array, source: Array, source_starts: Array, source_records: Array,
    positions: Array, heads: Array, chain: Array, seed: int, floor: int, groups: Array,
) -> tuple[Array, Array, Array, Array, Array, Array]:  # fmt: skip
    """Per query record: longest match, its start there and in the source; the source record that
    covers most of it, and how much; per unit: covered by that one."""
    records = len(query_starts) - 1
    length = np.zeros(records, np.int64)
    at = np.full(records, -1, np.int64)
    where = np.full(records, -1, np.int64)
    owner = np.full(records, -1, np.int64)
    cover = np.zeros(records, np.int64)
    covered = np.zeros(len(query), np.bool_)
    for d in prange(records):
        begin, end = query_starts[d], query_starts[d + 1]
        owners, firsts, places, runs = _maximal_matches(
            query, begin, end, groups[d] if len(groups) else -1, source, source_starts,
            source_records, groups, positions, heads, chain, seed, floor,
        )  # fmt: skip
        for m in range(len(runs)):
            earlier = firsts[m] < at[d] or (firsts[m] == at[d] and places[m] < where[d])
            if runs[m] > length[d] or (runs[m] == length[d] and earlier):
                length[d], at[d], where[d] = runs[m], firsts[m], places[m]
        owner[d], cover[d] = _widest_cover(owners, firsts, runs, begin, covered)
    return length, at, where, owner, cover, covered
