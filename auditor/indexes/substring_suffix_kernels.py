"""Compiled code of substring_suffixes.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

BLOCK = 64
Array = NDArray[Any]


@compiled
def to_ends(units: Array) -> Array:
    """Units from each place to the -1 that ends its record."""
    ends = np.zeros(len(units), np.int32)
    for i in range(len(units) - 2, -1, -1):
        ends[i] = 0 if units[i] < 0 else ends[i + 1] + 1
    return ends


@compiled
def common_lengths(units: Array, order: Array, rank: Array) -> tuple[Array, Array]:
    """Units that each suffix has in common with the one before, -1 at both ends; block minima."""
    n = len(order)
    common = np.zeros(n + 1, np.int32)
    length = 0
    for i in range(n):
        if rank[i] == 0:
            length = 0
            continue
        j = order[rank[i] - 1]
        while units[i + length] >= 0 and units[i + length] == units[j + length]:
            length += 1
        common[rank[i]] = length
        length = max(0, length - 1)
    common[0] = common[n] = -1
    least = np.full(n // BLOCK + 1, np.int32(1 << 30))
    for i in range(n + 1):
        least[i // BLOCK] = min(least[i // BLOCK], common[i])
    return common, least


@compiled
def _next_break(common: Array, least: Array, i: int, depth: int) -> int:
    """The first place from i on where no more than ``depth`` units are in common."""
    while common[i] > depth:
        i += 1
        while i % BLOCK == 0 and least[i // BLOCK] > depth:
            i += BLOCK
    return i


@compiled
def _last_break(common: Array, least: Array, i: int, depth: int) -> int:
    """The last place up to i where no more than ``depth`` units are in common."""
    while common[i] > depth:
        i -= 1
        while i % BLOCK == BLOCK - 1 and least[i // BLOCK] > depth:
            i -= BLOCK
    return i


@compiled
def _longest_from(
    other: Array, p: int, units: Array, order: Array, common: Array, least: Array, r: int, d: int
) -> tuple[int, int]:
    """The suffix that has most in common with ``other[p:]``, and how much, from one that has d."""
    while True:
        at = order[r]
        while other[p + d] >= 0 and other[p + d] == units[at + d]:
            d += 1
        wanted = other[p + d]
        if wanted < 0:
            return r, d
        if wanted > units[at + d]:
            new = _next_break(common, least, r + 1, d)
            if common[new] < d or units[order[new] + d] > wanted:
                return r, d
        else:
            new = _last_break(common, least, r, d)
            if common[new] < d or units[order[new - 1] + d] < wanted:
                return r, d
            new -= 1
        r = new


@compiled
def _keep_two(
    at: int, length: int, group: int, source: int, noted: Array, groups: Array, sources: Array
) -> None:
    """Notes a length, if it is one of the two longest of different groups."""
    if group == groups[at, 0]:
        if length > noted[at, 0]:
            noted[at, 0], sources[at, 0] = length, source
    elif length > noted[at, 0]:
        noted[at, 1], groups[at, 1], sources[at, 1] = noted[at, 0], groups[at, 0], sources[at, 0]
        noted[at, 0], groups[at, 0], sources[at, 0] = length, group, source
    elif length > noted[at, 1]:
        noted[at, 1], groups[at, 1], sources[at, 1] = length, group, source


@compiled
def note_witnesses(
    others: Array, begins: Array, of_groups: Array, of_sources: Array, places: Array,
    units: Array, order: Array, rank: Array, common: Array, least: Array,
    noted: Array, groups: Array, sources: Array,
) -> None:  # fmt: skip
    """Notes each run of the other records that cannot be prolonged at one place that has it too.

    ``places``: by unit, where it stands in the records of the array; all units do. ``of_sources``:
    what to write down for the first unit of each other record, one more for each further on.
    """
    for n in range(len(begins)):
        p, reach, r, d = begins[n], 0, 0, 0
        while others[p] >= 0:
            if d == 0:
                r = rank[places[others[p]]]
            r, d = _longest_from(others, p, units, order, common, least, r, d)
            if p + d > reach:
                reach = p + d
                origin = of_sources[n] + p - begins[n]
                _keep_two(order[r], d, of_groups[n], origin, noted, groups, sources)
            if others[p + d] < 0:  # the rest of the record is part of this run
                break
            p += 1
            d -= 1
            if d:
                r = rank[order[r] + 1]


@compiled
def sweep(
    order: Array, common: Array, own: Array, noted: Array, groups: Array, sources: Array
) -> tuple[Array, Array]:
    """Longest run from each unit, of other groups than its ``own``, and its source."""
    n = len(order)
    for i in range(1, n):
        for c in range(2):
            if noted[i - 1, c] > 1:
                length, source = noted[i - 1, c] - 1, sources[i - 1, c] + 1
                _keep_two(i, length, groups[i - 1, c], source, noted, groups, sources)
    best, found = np.zeros(n, np.int32), np.full(n, -1, np.int64)
    for downwards in (True, False):
        length = np.zeros((1, 2), np.int32)  # the two best so far, cut to what is in common
        group = np.full((1, 2), -2, np.int32)
        source = np.full((1, 2), -1, np.int64)
        for k in range(n):
            i = k if downwards else n - 1 - k
            both = max(0, common[i] if downwards else common[i + 1])
            at = order[i]
            for c in range(2):
                length[0, c] = min(length[0, c], both)
            for c in range(2):
                if noted[at, c]:
                    _keep_two(0, noted[at, c], groups[at, c], sources[at, c], length, group, source)
            c = 1 if group[0, 0] == own[at] else 0
            if length[0, c] > best[at]:
                best[at], found[at] = length[0, c], source[0, c]
    return best, found
