"""Compiled code of substring_passages.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

Array = NDArray[Any]


@compiled
def widen(begins: Array, length: int) -> Array:
    """Whether each unit is one of the ``length`` units from a marked one on."""
    marked = np.zeros(len(begins), np.bool_)
    until = 0
    for i in range(len(begins)):
        if begins[i]:
            until = i + length
        marked[i] = i < until
    return marked


@compiled
def to_ends(marked: Array, starts: Array) -> Array:
    """Marked units from each unit on, within its record."""
    ends = np.zeros(len(marked), np.int32)
    for d in range(len(starts) - 1):
        n = 0
        for i in range(starts[d + 1] - 1, starts[d] - 1, -1):
            n = n + 1 if marked[i] else 0
            ends[i] = n
    return ends


@compiled
def holds(values: Array, starts: Array, rows: Array, run: Array) -> Array:
    """Whether the record of each row holds the run."""
    holding = np.zeros(len(rows), np.bool_)
    for n in range(len(rows)):
        for i in range(starts[rows[n]], starts[rows[n] + 1] - len(run) + 1):
            u = 0
            while u < len(run) and values[i + u] == run[u]:
                u += 1
            if u == len(run):
                holding[n] = True
                break
    return holding


@compiled
def best_runs(starts: Array, length: Array, counted: Array) -> tuple[Array, Array]:
    """Per record the first run with most counted units, and how many; -1 and 0 without any."""
    records = len(starts) - 1
    at, most = np.full(records, -1, np.int64), np.zeros(records, np.int64)
    for d in range(records):
        upto = starts[d]  # units already in ``total``, which counts those of [i, upto)
        total = 0
        for i in range(starts[d], starts[d + 1]):
            while upto < i + length[i]:
                total += counted[upto]
                upto += 1
            if length[i] and total > most[d]:
                at[d], most[d] = i, total
            if upto > i:
                total -= counted[i]
            else:
                upto = i + 1
    return at, most


@compiled
def _records_by_unit(
    begin: int, end: int, grams: Array, shared: Array, length: int, first: Array, holders: Array,
    group: int, groups: Array,
) -> Array:  # fmt: skip
    """Source record and unit in one number, for every gram that holds a unit not shared; sorted."""
    found = np.empty(16, np.int64)
    n, own, looked = 0, 0, begin  # ``own``: units from i to the one looked at that are not shared
    for i in range(begin, end - length + 1):
        while looked < i + length:
            own += not shared[looked]
            looked += 1
        if grams[i] >= 0 and own:
            for h in range(first[grams[i]], first[grams[i] + 1]):
                if groups[holders[h]] == group:
                    continue
                if n == len(found):
                    found = np.concatenate((found, np.empty(n, np.int64)))
                found[n] = (np.int64(holders[h]) << 32) + i
                n += 1
        own -= not shared[i]
    found = found[:n]
    found.sort()
    return found


@compiled
def cover(
    starts: Array, grams: Array, shared: Array, length: int, first: Array, holders: Array,
    own: Array, groups: Array, sentences: Array, count: int,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """What single source records cover, units of shared language not counted.

    Per record: the source record that covers most, and how much. Per unit: covered by that one.
    Per sentence: the most that one source record covers of it.
    """
    records = len(starts) - 1
    owner, most = np.full(records, -1, np.int64), np.zeros(records, np.int64)
    covered = np.zeros(len(grams), np.bool_)
    of_sentence = np.zeros(count, np.int32)
    for d in range(records):
        found = _records_by_unit(
            starts[d], starts[d + 1], grams, shared, length, first, holders, own[d], groups
        )
        at = 0
        while at < len(found):
            source = found[at] >> 32
            total, reach = 0, 0
            sentence, within = -1, 0
            while at < len(found) and found[at] >> 32 == source:
                i = found[at] & 0xFFFFFFFF
                for u in range(max(i, reach), i + length):
                    if shared[u]:
                        continue
                    total += 1
                    if sentences[u] != sentence:
                        sentence, within = sentences[u], 0
                    within += 1
                    of_sentence[sentence] = max(of_sentence[sentence], within)
                reach = i + length
                at += 1
            if total > most[d]:
                owner[d], most[d] = source, total
        for n in range(len(found)):
            if found[n] >> 32 == owner[d]:
                for u in range(found[n] & 0xFFFFFFFF, (found[n] & 0xFFFFFFFF) + length):
                    covered[u] = not shared[u]
    return owner, most, covered, of_sentence
