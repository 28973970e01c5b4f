"""Suffix array of a few records, and the longest run from each of their units in other records.

The records are one array of units, numbers from 0 on, each record followed by -1.

The other records are never sorted: they are read once against the array, and each of their runs
that cannot be prolonged is noted at one place of the array that has it too (its witness). A unit's
longest run is then the longest of min(what is noted at a place, what both places have in common)
over all places, which two sweeps over the array find: the common length of two suffixes is the
least of those of the neighbours between them (Manber and Myers 1993; Kasai et al. 2001).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Suffixes:
    """Sorted suffixes of records.

    ``order``   where the suffixes begin, sorted; ``rank`` is its inverse
    ``common``  shape (n + 1,): units that a suffix has in common with the one before; -1 at the
                ends. ``least``: its minimum over blocks, to skip by
    """

    units: NDArray[np.int32]
    order: NDArray[np.int32]
    rank: NDArray[np.int32]
    common: NDArray[np.int32]
    least: NDArray[np.int32]


def build(units: NDArray[np.int32]) -> Suffixes:
    """Suffixes of records, sorted by doubling prefixes (Larsson and Sadakane 2007)."""
    from auditor.indexes.substring_suffix_kernels import common_lengths, to_ends

    ends = to_ends(units)
    order, rank = _sorted(units, ends)
    common, least = common_lengths(units, order, rank)
    return Suffixes(units, order, rank, common, least)


def _sorted(
    units: NDArray[np.int32], ends: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Order and rank of all suffixes; those that are equal up to their -1 by place."""
    n = len(units)
    key, sorted_by = _first_units(units, ends)
    order = np.argsort(key).astype(np.int32)
    rank = np.zeros(n, np.int32)
    tied = np.arange(n)
    keys = key[order]
    while len(tied):
        head = np.append(True, keys[1:] != keys[:-1])
        rank[order[tied]] = tied[head][np.cumsum(head) - 1]
        alone = head & np.append(head[1:], True)
        tied = tied[~alone]
        places = order[tied]
        ended = ends[places] <= sorted_by
        beyond = np.where(ended, 0, places + sorted_by)
        keys = rank[places] * np.int64(2 * n) + np.where(ended, places, n + rank[beyond])
        within = np.argsort(keys)
        order[tied], keys = places[within], keys[within]
        sorted_by *= 2
    return order, rank


def _first_units(
    units: NDArray[np.int32], ends: NDArray[np.int32]
) -> tuple[NDArray[np.int64], int]:
    """As many first units of each suffix as fit into one number; nothing stands beyond a -1."""
    bits = int(units.max(initial=0) + 1).bit_length()
    fit = max(1, 62 // bits)
    key = np.zeros(len(units), np.int64)
    for offset in range(fit):
        there = np.zeros(len(units), np.int64)
        there[: max(0, len(units) - offset)] = units[offset:] + 1
        there[ends < offset] = 0
        key = (key << bits) | there
    return key, fit
