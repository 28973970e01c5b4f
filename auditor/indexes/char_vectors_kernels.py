"""Compiled code of char_vectors.py."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from auditor.compiled import compiled, compiled_parallel

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
BLANK = np.uint64(32)
CHARACTERS, PAIR = np.uint64(1), np.uint64(2)  # what a hash starts from: n-grams are no pairs
N = 4
Array = NDArray[Any]


@compiled
def _mixed(h: np.uint64, value: np.uint64) -> np.uint64:
    h = (h ^ value) * MIX
    return h ^ (h >> np.uint64(29))


@compiled
def _emit_word(word: Array, length: int, before: np.uint64, out: Array, n: int) -> Any:
    """The n-grams of one word, and its pair with the word before; its hash and the new end."""
    word[0] = word[length + 1] = BLANK
    size = min(N, length + 2)
    for first in range(length + 3 - size):
        h = CHARACTERS
        for i in range(first, first + size):
            h = _mixed(h, word[i])
        out[n] = h
        n += 1
    h = PAIR
    for i in range(1, length + 1):
        h = _mixed(h, word[i])
    if before:
        out[n] = _mixed(_mixed(PAIR, before), h)  # in this order: the xor of both has none
        n += 1
    return h, n


@compiled
def _ngrams(codes: Array, begin: int, end: int, letters: Array) -> Array:
    """Hashes of all n-grams of one text, sorted, repetitions and all."""
    out = np.empty(2 * (end - begin) + 4, np.uint64)
    word = np.empty(end - begin + 2, np.uint64)
    n, length, before = 0, 0, np.uint64(0)
    for i in range(begin, end):
        letter = letters[codes[i]]
        if letter > 1:
            length += 1
            word[length] = np.uint64(letter)
        elif letter == 0 and length:
            before, n = _emit_word(word, length, before, out, n)
            length = 0
    if length:
        before, n = _emit_word(word, length, before, out, n)
    return np.sort(out[:n])


@compiled
def count_ngrams(codes: Array, starts: Array, letters: Array) -> tuple[Array, Array, Array]:
    """Distinct n-grams of each text, how often each stands in it, and where texts begin."""
    hashes = np.empty(2 * len(codes) + 4 * len(starts), np.uint64)
    counts = np.empty(len(hashes), np.int32)
    out_starts = np.zeros(len(starts), np.int64)
    n = 0
    for text in range(len(starts) - 1):
        found = _ngrams(codes, starts[text], starts[text + 1], letters)
        for i in range(len(found)):
            if i and found[i] == found[i - 1]:
                counts[n - 1] += 1
            else:
                hashes[n], counts[n] = found[i], 1
                n += 1
        out_starts[text + 1] = n
    return hashes[:n].copy(), counts[:n].copy(), out_starts


@compiled
def _slot(value: np.uint64, kinds: Array, slots: Array) -> np.int64:
    """Where a hash is, or is to be put, in an open-addressing table whose size is a power of 2."""
    mask = len(slots) - 1
    at = np.int64(value >> np.uint64(32)) & mask
    while slots[at] >= 0 and kinds[slots[at]] != value:
        at = (at + 1) & mask
    return at


@compiled
def _table(kinds: Array, size: int) -> Array:
    slots = np.full(size, -1, np.int32)
    for kind in range(len(kinds)):
        slots[_slot(kinds[kind], kinds, slots)] = kind
    return slots


@compiled
def number(hashes: Array) -> tuple[Array, Array, Array]:
    """A number for each hash, by first appearance; the distinct hashes and a table of them."""
    size = 1 << 12
    slots = np.full(size, -1, np.int32)
    kinds = np.empty(size // 2, np.uint64)
    numbers = np.empty(len(hashes), np.int32)
    n = 0
    for i in range(len(hashes)):
        at = _slot(hashes[i], kinds, slots)
        if slots[at] < 0:
            if n == len(kinds):
                kinds = np.concatenate((kinds, np.empty_like(kinds)))
                slots = _table(kinds[:n], 4 * n)
                at = _slot(hashes[i], kinds, slots)
            kinds[n], slots[at] = hashes[i], n
            n += 1
        numbers[i] = slots[at]
    return numbers, kinds[:n].copy(), slots


@compiled
def look_up(hashes: Array, kinds: Array, slots: Array) -> Array:
    """The numbers of hashes, -1 for those that have none."""
    numbers = np.empty(len(hashes), np.int32)
    for i in range(len(hashes)):
        numbers[i] = slots[_slot(hashes[i], kinds, slots)]
    return numbers


@compiled
def invert(numbers: Array, weights: Array, row_starts: Array, starts: Array) -> tuple[Array, Array]:
    """Rows of n-grams to postings: for each n-gram the rows that hold it, ascending."""
    free = starts[:-1].copy()
    rows = np.empty(len(numbers), np.uint32)  # unsigned: indexed without a check for below 0
    values = np.empty(len(numbers), np.float32)
    for row in range(len(row_starts) - 1):
        for i in range(row_starts[row], row_starts[row + 1]):
            place = free[numbers[i]]
            rows[place], values[place] = row, weights[i]
            free[numbers[i]] += 1
    return rows, values


@compiled
def _scores(
    numbers: Array, weights: Array, starts: Array, records: Array, values: Array, size: int
) -> Array:
    """Cosines of one text to all real records, added up n-gram by n-gram."""
    scores = np.zeros(size)
    for i in range(len(numbers)):
        if numbers[i] >= 0:
            weight = np.float64(weights[i])
            for at in range(starts[numbers[i]], starts[numbers[i] + 1]):
                scores[records[at]] += weight * values[at]
    return scores


@compiled
def _nearest(scores: Array, groups: Array, own: int) -> int:
    """The first of the records with the highest score above 0, or -1."""
    best, highest = -1, 0.0
    for record in range(len(groups)):
        if scores[record] > highest and groups[record] != own:
            best, highest = record, scores[record]
    return best


@compiled
def _spread(scores: Array, groups: Array, group: int, own: int) -> tuple[float, float, float]:
    """Highest, mean and standard deviation of the scores of all groups but two."""
    total, count, highest = 0.0, 0, 0.0
    for record in range(len(groups)):
        if groups[record] not in (group, own):
            total += scores[record]
            count += 1
            highest = max(highest, scores[record])
    mean, squares = total / max(count, 1), 0.0
    for record in range(len(groups)):
        if groups[record] not in (group, own):
            squares += (scores[record] - mean) ** 2
    return highest, mean, np.sqrt(squares / max(count, 1))


@compiled_parallel
def stand_out(
    numbers: Array,
    weights: Array,
    row_starts: Array,
    starts: Array,
    records: Array,
    values: Array,
    groups: Array,
    own: Array,
) -> tuple[Array, Array]:
    """For each text the nearest record, and its cosine, then highest, mean and deviation of those
    to records of other groups: shapes (texts,) and (4, texts).

    Each text is worked out by one thread: the same bits for any number of threads.
    """
    texts = len(row_starts) - 1
    nearest = np.empty(texts, np.int64)
    cosines = np.zeros((4, texts))
    for text in prange(texts):
        row = slice(row_starts[text], row_starts[text + 1])
        scores = _scores(numbers[row], weights[row], starts, records, values, len(groups))
        best = _nearest(scores, groups, own[text])
        nearest[text] = best
        cosines[0, text] = scores[best] if best >= 0 else 0.0
        cosines[1:, text] = _spread(scores, groups, groups[best] if best >= 0 else -1, own[text])
    return nearest, cosines
