"""Compiled code of substring.py: what is noted of the grams of a source that is read."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled
from auditor.indexes.substring_kernels import BASE, MIX

Array = NDArray[Any]


@compiled
def note_groups(grams: Array, starts: Array, groups: Array, seen: Array, counts: Array) -> None:
    """Counts the groups that hold each gram, as far as one more than ``seen`` has columns."""
    most = seen.shape[1] + 1
    for d in range(len(starts) - 1):
        for i in range(starts[d], starts[d + 1]):
            gram = grams[i]
            if gram < 0 or counts[gram] == most:
                continue
            column = 0
            while column < counts[gram] and seen[gram, column] != groups[d]:
                column += 1
            if column == counts[gram]:
                if column < most - 1:
                    seen[gram, column] = groups[d]
                counts[gram] += 1


@compiled
def count_others(grams: Array, starts: Array, own: Array, seen: Array, counts: Array) -> Array:
    """Groups that hold the gram at each unit, without the record's own; as far as counted."""
    others = np.zeros(len(grams), np.uint8)
    for d in range(len(starts) - 1):
        for i in range(starts[d], starts[d + 1]):
            gram = grams[i]
            if gram < 0:
                continue
            others[i] = counts[gram]
            for column in range(min(counts[gram], seen.shape[1])):
                if seen[gram, column] == own[d]:
                    others[i] -= 1
    return others


@compiled
def note_holders(
    grams: Array, starts: Array, first_record: int, counts: Array, most: int, last: Array
) -> tuple[Array, Array]:
    """Pairs of gram and record, each once, for grams that fewer than ``most`` groups hold.

    ``last``: per gram the record that was noted last, kept from call to call.
    """
    found = np.empty(len(grams), np.int32)
    holders = np.empty(len(grams), np.int32)
    n = 0
    for d in range(len(starts) - 1):
        for i in range(starts[d], starts[d + 1]):
            gram = grams[i]
            if gram >= 0 and counts[gram] < most and last[gram] != first_record + d:
                last[gram] = first_record + d
                found[n], holders[n] = gram, first_record + d
                n += 1
    return found[:n].copy(), holders[:n].copy()


@compiled
def keep_stretches(grams: Array, starts: Array, groups: Array) -> tuple[Array, Array, Array]:
    """Every stretch of grams without a gap, then -1; its record; where it begins there.

    No shared run leaves its stretch. With ``groups``, a number per record, a stretch is left out
    that was just kept of a record of the same group.
    """
    total, count = 0, 0
    for d in range(len(starts) - 1):
        for i in range(starts[d], starts[d + 1]):
            if grams[i] >= 0:
                total += 1
                count += i == starts[d] or grams[i - 1] < 0
    kept = np.empty(total + count, np.int32)
    record, first = np.empty(count, np.int32), np.empty(count, np.int32)
    recent = np.zeros(1 << 12, np.uint64)
    n, m = 0, 0
    for d in range(len(starts) - 1):
        i = starts[d]
        while i < starts[d + 1]:
            if grams[i] < 0:
                i += 1
                continue
            begin, until = i, n
            h = np.uint64(groups[d] + 1) * MIX if len(groups) else np.uint64(0)
            while i < starts[d + 1] and grams[i] >= 0:
                h = (h ^ np.uint64(grams[i] + 1)) * BASE
                kept[until] = grams[i]
                until += 1
                i += 1
            slot = np.int64((h * MIX) >> np.uint64(52))
            if recent[slot] == h and len(groups):
                continue
            recent[slot] = h
            kept[until] = -1
            record[m], first[m] = d, begin - starts[d]
            n, m = until + 1, m + 1
    return kept[:n].copy(), record[:m].copy(), first[:m].copy()
