"""Compiled code of alignment.py."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from auditor.compiled import compiled, compiled_parallel

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
DIAGONALS = 16  # seeds whose places differ by no more than about this belong to one passage
MARGIN = 60  # words on either side of a chain that are aligned too
SLACK = 24  # diagonals on either side
Array = NDArray[Any]


@compiled
def _slots(kinds: Array) -> Array:
    """Open-addressing table of the seeds' hashes: index of each, -1 where there is none."""
    bits = 4
    while (1 << bits) < 2 * len(kinds):
        bits += 1
    slots = np.full(1 << bits, -1, np.int32)
    for k in range(len(kinds)):
        at = (kinds[k] * MIX) >> np.uint64(64 - bits)
        while slots[at] >= 0:
            at = (at + np.uint64(1)) & np.uint64(len(slots) - 1)
        slots[at] = k
    return slots


@compiled
def _find(slots: Array, shift: int, kinds: Array, wanted: int) -> int:
    at = (wanted * MIX) >> np.uint64(shift)
    while slots[at] >= 0:
        if kinds[slots[at]] == wanted:
            return int(slots[at])
        at = (at + np.uint64(1)) & np.uint64(len(slots) - 1)
    return -1


@compiled
def _shift(slots: Array) -> int:
    bits = 0
    while (1 << bits) < len(slots):
        bits += 1
    return 64 - bits


@compiled
def _chain(
    keys: Array, lengths: Array, starts: Array, bits: Array, change: float, d: int,
    score: Array, where: Array,
) -> None:  # fmt: skip
    """Chains of the seeds of one source record; enters the best of each synthetic record.

    A key is synthetic record, diagonal and place in one number, so that sorting brings chains
    together; a seed costs nothing where it runs on from the one before.
    """
    order = np.argsort(keys, kind="mergesort")
    last_chain, total, begin, reach = -1, 0.0, 0, 0
    for n in range(len(order)):
        chain = keys[order[n]] >> 21
        i, length = keys[order[n]] & 0x1FFFFF, lengths[order[n]]
        r = chain >> 22
        first = starts[r] + i
        if chain != last_chain or i >= reach + 3 * MARGIN:
            total, begin, reach = 0.0, i, i
            last_chain = chain
        elif i > reach:
            total -= min(total, change / 2 * (i - reach))
            if total == 0.0:
                begin = i
        for w in range(max(i, reach), i + length):
            total += bits[first + w - i]
        reach = max(reach, i + length)
        if total > score[r, 0]:
            score[r, 0] = total
            where[r, 0], where[r, 1], where[r, 2] = begin, reach, chain & 0x3FFFFF
            where[r, 3] = d


@compiled
def _keep(score: Array, where: Array, r: int, best: Array, kept: Array) -> None:
    """Enters the chain into the record's best ones, the earlier source record first of equals."""
    at = best.shape[1]
    while at > 0 and score[r, 0] > best[r, at - 1]:
        at -= 1
    for n in range(best.shape[1] - 1, at, -1):
        best[r, n] = best[r, n - 1]
        kept[r, n] = kept[r, n - 1]
    if at < best.shape[1]:
        best[r, at] = score[r, 0]
        kept[r, at] = where[r]


@compiled
def _enter(
    hits: Array, n: int, place: int, size: int, p: int, owner: Array, starts: Array, d: int,
    mine: Array, theirs: Array,
) -> tuple[Array, int]:  # fmt: skip
    """Enters the seed of ``size`` words at a synthetic and a source place into two diagonals."""
    r = owner[place]
    if len(mine) and mine[r] == theirs[d]:
        return hits, n
    if n + 2 > hits.shape[1]:
        hits = np.concatenate((hits, np.empty_like(hits)), axis=1)
    i = place - starts[r]
    diagonal = p - i + (1 << 20)
    for half in range(2):
        bucket = (diagonal + half * DIAGONALS // 2) // DIAGONALS * 2 + half
        hits[0, n + half] = (((r << 22) | bucket) << 21) | i
        hits[1, n + half] = size
    return hits, n + 2


@compiled
def _hits(
    d: int, begin: int, end: int, words: Array, pairs: Array, slots: Array, pair_slots: Array,
    single: tuple[Array, Array, Array], paired: tuple[Array, Array, Array], owner: Array,
    starts: Array, mine: Array, theirs: Array,
) -> Array:  # fmt: skip
    """The seeds that one source record shares with any synthetic one: keys and lengths."""
    hits, n = np.empty((2, 256), np.int64), 0
    shift, pair_shift = _shift(slots), _shift(pair_slots)
    for p in range(begin, end):
        k = _find(slots, shift, single[0], words[p])
        if k >= 0:
            for x in range(single[1][k], single[1][k + 1]):
                hits, n = _enter(
                    hits, n, single[2][x], 1, p - begin, owner, starts, d, mine, theirs
                )
        k = _find(pair_slots, pair_shift, paired[0], pairs[p]) if p + 1 < end else -1
        if k >= 0:
            for x in range(paired[1][k], paired[1][k + 1]):
                hits, n = _enter(
                    hits, n, paired[2][x], 2, p - begin, owner, starts, d, mine, theirs
                )
    return hits[:, :n]


@compiled_parallel
def chains(
    starts: Array, bits: Array, single: tuple[Array, Array, Array],
    paired: tuple[Array, Array, Array], words: Array, pairs: Array, source_starts: Array,
    mine: Array, theirs: Array, change: float, count: int, blocks: int,
) -> tuple[Array, Array]:  # fmt: skip
    """Per synthetic record its best chains, one per source record: scores, and where.

    Where: shape (records, count, 4): first word and end in the record, diagonal, source record.
    """
    records, sources = len(starts) - 1, len(source_starts) - 1
    slots, pair_slots = _slots(single[0]), _slots(paired[0])
    owner = np.repeat(np.arange(records), np.diff(starts))
    best = np.zeros((blocks, records, count))
    kept = np.zeros((blocks, records, count, 4), np.int64)
    for block in prange(blocks):
        score, where = np.zeros((records, 1)), np.zeros((records, 4), np.int64)
        for d in range(block * sources // blocks, (block + 1) * sources // blocks):
            hits = _hits(
                d, source_starts[d], source_starts[d + 1], words, pairs, slots, pair_slots, single,
                paired, owner, starts, mine, theirs,
            )  # fmt: skip
            _chain(hits[0], hits[1], starts, bits, change, d, score, where)
            for n in range(hits.shape[1]):
                r = hits[0, n] >> 43
                if score[r, 0] > best[block, r, count - 1]:
                    _keep(score, where, r, best[block], kept[block])
                score[r, 0] = 0.0
    for block in range(1, blocks):
        for r in range(records):
            for n in range(count):
                if best[block, r, n] > best[0, r, count - 1]:
                    _keep(best[block, :, n : n + 1], kept[block, :, n], r, best[0], kept[0])
    return best[0], kept[0]


@compiled
def _align_one(
    query: Array, begin: int, bits: Array, source: Array, source_begin: int,
    source_end: int, from_word: int, to_word: int, low: int, high: int, change: float, taken: float,
    edited: Array, exact: Array,
) -> tuple[float, float]:  # fmt: skip
    """Local alignment in a band: query words from_word..to_word, source place = word + diagonal.

    Returns the bits of the best passage with and without changes, and enters their places. Kept per
    diagonal of the band: 0 the score, 1 and 2 where the passage began here and there; 3 and 4 score
    and length of the equal words in a row.
    """
    width = high - low + 1
    before, now = np.zeros((5, width + 2)), np.zeros((5, width + 2))
    best, best_exact = 0.0, 0.0
    for i in range(from_word, to_word):
        now[:] = 0.0
        for b in range(width):
            j = i - begin + source_begin + low + b
            if j < source_begin or j >= source_end:
                continue
            at = b + 1
            if query[i] == source[j]:
                total = before[0, at] + bits[i] - taken
                if total > 0.0:
                    fresh = before[0, at] <= 0.0
                    now[0, at] = total
                    now[1, at] = i if fresh else before[1, at]
                    now[2, at] = j if fresh else before[2, at]
                now[3, at] = before[3, at] + bits[i]
                now[4, at] = before[4, at] + 1
                if now[3, at] > best_exact:
                    best_exact = now[3, at]
                    exact[0], exact[1] = i + 1 - now[4, at], i + 1
                    exact[2], exact[3] = j + 1 - now[4, at], j + 1
            elif before[0, at] > change:
                now[0, at] = before[0, at] - change
                now[1, at], now[2, at] = before[1, at], before[2, at]
            for near in (before[:, at + 1], now[:, at - 1]):  # a word added here, one missing here
                if near[0] - change > now[0, at]:
                    now[0, at], now[1, at], now[2, at] = near[0] - change, near[1], near[2]
            if now[0, at] > best:
                best = now[0, at]
                edited[0], edited[1], edited[2], edited[3] = now[1, at], i + 1, now[2, at], j + 1
        before, now = now, before
    return best, best_exact


@compiled_parallel
def align(
    query: Array, starts: Array, bits: Array, source: Array, source_starts: Array, score: Array,
    chains: Array, change: float, taken: float,
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:  # fmt: skip
    """The best passage with changes, and the best without, of every record over its chains."""
    records = len(starts) - 1
    best = np.zeros((2, records))
    owner = np.full((2, records), -1, np.int64)
    places = np.zeros((2, records, 4), np.int64)
    for r in prange(records):
        here = np.zeros((2, 4), np.int64)
        for n in range(chains.shape[1]):
            if score[r, n] <= 0.0:
                break
            d, bucket = chains[r, n, 3], chains[r, n, 2]
            diagonal = bucket // 2 * DIAGONALS - (bucket % 2) * DIAGONALS // 2 - (1 << 20)
            found = _align_one(
                query, starts[r], bits, source, source_starts[d],
                source_starts[d + 1], max(starts[r], starts[r] + chains[r, n, 0] - MARGIN),
                min(starts[r + 1], starts[r] + chains[r, n, 1] + MARGIN),
                diagonal - SLACK, diagonal + DIAGONALS + SLACK, change, taken, here[0], here[1],
            )  # fmt: skip
            for kind in range(2):
                if found[kind] > best[kind, r]:
                    best[kind, r], owner[kind, r], places[kind, r] = found[kind], d, here[kind]
    return (
        (best[0], owner[0], places[0, :, 0], places[0, :, 1], places[0, :, 2], places[0, :, 3]),
        (best[1], owner[1], places[1, :, 0], places[1, :, 1], places[1, :, 2], places[1, :, 3]),
    )
