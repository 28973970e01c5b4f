"""Compiled code of substring.py: the table of a corpus's grams, and finding them in other texts.

Units are small numbers, -1 where the indexed corpus lacks the unit. A gram is a run of ``floor``
units of one record; its number is the place where the indexed corpus has it first.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

BASE = np.uint64(1099511628211)
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: spreads the hash into its top bits
Array = NDArray[Any]


@compiled
def _slot_of(value: Any, keys: Array, numbers: Array) -> Any:
    """Where the value is in an open table, or would be."""
    mask = len(keys) - 1
    slot = np.int64((value * MIX) >> np.uint64(20)) & mask
    while numbers[slot] >= 0 and keys[slot] != value:
        slot = (slot + 1) & mask
    return slot


@compiled
def number_values(values: Array, keys: Array, numbers: Array) -> Array:
    """The number of each value by an open table, or -1."""
    out = np.empty(len(values), np.int32)
    for i in range(len(values)):
        out[i] = numbers[_slot_of(np.uint64(values[i]), keys, numbers)]
    return out


@compiled
def number_kinds(values: Array) -> tuple[Array, Array, Array]:
    """The number of each value, from 0 on in order of appearance; the open table of them."""
    keys, numbers = np.zeros(1 << 10, np.uint64), np.full(1 << 10, -1, np.int32)
    out = np.empty(len(values), np.int32)
    kinds = 0
    for i in range(len(values)):
        slot = _slot_of(np.uint64(values[i]), keys, numbers)
        if numbers[slot] < 0:
            keys[slot], numbers[slot] = np.uint64(values[i]), kinds
            kinds += 1
            if 4 * kinds > len(keys):
                keys, numbers = _widened(keys, numbers)
            out[i] = kinds - 1
        else:
            out[i] = numbers[slot]
    return out, keys, numbers


@compiled
def _widened(keys: Array, numbers: Array) -> tuple[Array, Array]:
    """An open table of four times the size."""
    wider, kept = np.zeros(4 * len(keys), np.uint64), np.full(4 * len(keys), -1, np.int32)
    for old in range(len(keys)):
        if numbers[old] >= 0:
            slot = _slot_of(keys[old], wider, kept)
            wider[slot], kept[slot] = keys[old], numbers[old]
    return wider, kept


@compiled
def _power(floor: int) -> Any:
    drop = np.uint64(1)
    for _ in range(floor):
        drop *= BASE
    return drop


@compiled
def _same(a: Array, i: int, b: Array, j: int, length: int) -> bool:
    n = 0
    while n < length and a[i + n] == b[j + n]:
        n += 1
    return n == length


@compiled
def _gram_at(units: Array, first: int, x: Any, floor: int, indexed: Array, table: Array) -> Any:
    """The number of a gram of which ``x`` is the hash, or the slot for it as -1 - slot."""
    bits = 0
    while (1 << bits) < len(table):
        bits += 1
    mask = len(table) - 1
    slot = np.int64(x >> np.uint64(64 - bits))
    tag = x << np.uint64(32)
    while table[slot]:
        entry = table[slot]
        if (entry ^ tag) >> np.uint64(32) == 0:
            gram: Any = np.int64(entry & np.uint64(0xFFFFFFFF)) - 1
            if _same(units, first, indexed, gram, floor):
                return gram
        slot = (slot + 1) & mask
    return -1 - slot


@compiled
def index_grams(units: Array, starts: Array, floor: int, table: Array, present: Array) -> Array:
    """The gram at every unit or -1; fills the open table of grams, and the filter in front of it.

    The table is to hold 32 bits of the hash and the gram's number + 1, or 0; its size is a power of
    two. The filter has four bits for each of its places.
    """
    bits = 0
    while (1 << bits) < len(table):
        bits += 1
    grams = np.full(len(units), -1, np.int32)
    drop = _power(floor)
    for d in range(len(starts) - 1):
        h = np.uint64(0)
        for i in range(starts[d], starts[d + 1]):
            h = h * BASE + np.uint64(units[i] + 1)
            first = i - floor + 1
            if first > starts[d]:
                h -= drop * np.uint64(units[first - 1] + 1)
            if first < starts[d]:
                continue
            x = h * MIX
            gram = _gram_at(units, first, x, floor, units, table)
            if gram < 0:
                table[-1 - gram] = (x << np.uint64(32)) | np.uint64(first + 1)
                bit = np.int64(x >> np.uint64(62 - bits))
                present[bit >> 3] |= np.uint8(1 << (bit & 7))
                gram = first
            grams[first] = gram
    return grams


@compiled
def _seed_hash(units: Array, first: int, seed: int) -> Any:
    """The same polynomial as elsewhere; even and odd units apart, which is faster."""
    even, odd = np.uint64(0), np.uint64(0)
    odd_one = seed & 1
    if odd_one:
        odd = np.uint64(units[first] + 1)
    for i in range(first + odd_one, first + seed, 2):
        even = even * (BASE * BASE) + np.uint64(units[i] + 1)
        odd = odd * (BASE * BASE) + np.uint64(units[i + 1] + 1)
    h = even * BASE + odd
    return (h ^ (h >> np.uint64(29))) * MIX


@compiled
def filter_seeds(units: Array, starts: Array, seed: int, words: Array) -> None:
    """Fills bits by which to know runs of ``seed`` units: two of a word for each."""
    bits = 0
    while (1 << bits) < len(words):
        bits += 1
    drop = _power(seed)
    for d in range(len(starts) - 1):
        h = np.uint64(0)
        for i in range(starts[d], starts[d + 1]):
            h = h * BASE + np.uint64(units[i] + 1)
            first = i - seed + 1
            if first > starts[d]:
                h -= drop * np.uint64(units[first - 1] + 1)
            if first >= starts[d]:
                x = (h ^ (h >> np.uint64(29))) * MIX
                words[np.int64(x >> np.uint64(64 - bits))] |= _two_bits(x)


@compiled
def _two_bits(x: Any) -> Any:
    low, high = x & np.uint64(63), (x >> np.uint64(6)) & np.uint64(63)
    return (np.uint64(1) << low) | (np.uint64(1) << high)


@compiled
def _next_seed(units: Array, first: int, end: int, seed: int, step: int, words: Array) -> int:
    """The first of every ``step``-th place where a known seed may begin, or ``end``."""
    bits = 0
    while (1 << bits) < len(words):
        bits += 1
    shift = np.uint64(64 - bits)
    while first + seed <= end:
        x = _seed_hash(units, first, seed)
        two = _two_bits(x)
        if words[np.int64(x >> shift)] & two == two:
            return first
        first += step
    return end


@compiled
def find_grams(  # compiled, flat
    units: Array, starts: Array, floor: int, indexed: Array, their_grams: Array,
    table: Array, present: Array, seed: int, words: Array,
) -> Array:  # fmt: skip
    """The indexed gram at every unit of other records, or -1.

    With ``words`` of ``filter_seeds``, only every few units a seed is looked up: each gram holds a
    seed that begins at a multiple of ``floor - seed + 1``.
    """
    bits = 0
    while (1 << bits) < len(table):
        bits += 1
    fine = np.uint64(62 - bits)
    drop = _power(floor)
    step = floor - seed + 1
    grams = np.full(len(units), -1, np.int32)
    for d in range(len(starts) - 1):
        end = starts[d + 1]
        first, h, unknown, seeded = starts[d], np.uint64(0), -1, starts[d]
        fresh = True  # the hash is not yet that of the gram before ``first``
        following = -1  # the gram after that one in the indexed corpus
        while first + floor <= end:
            until = end - floor
            if len(words):
                at_seed = _next_seed(units, seeded, end, seed, step, words)
                if at_seed == end:
                    break
                if at_seed - step + 1 > first:
                    first, fresh = at_seed - step + 1, True
                until, seeded = min(until, at_seed), at_seed + step
            if fresh:
                h, following = np.uint64(0), -1
                for i in range(first, first + floor - 1):
                    h = h * BASE + np.uint64(units[i] + 1)
                    if units[i] < 0:
                        unknown = i
            while first <= until:
                entering = units[first + floor - 1]
                h = h * BASE + np.uint64(entering + 1)
                if not fresh:
                    h -= drop * np.uint64(units[first - 1] + 1)
                fresh = False
                if entering < 0:
                    unknown = first + floor - 1
                gram = -1
                if following >= 0 and indexed[following + floor - 1] == entering:
                    gram = their_grams[following]
                elif unknown < first:
                    x = h * MIX
                    bit = np.int64(x >> fine)
                    if (present[bit >> 3] >> (bit & 7)) & 1:
                        gram = _gram_at(units, first, x, floor, indexed, table)
                following = -1
                if gram >= 0:
                    grams[first] = gram
                    if gram + 1 < len(their_grams) and their_grams[gram + 1] >= 0:
                        following = gram + 1
                first += 1
    return grams
