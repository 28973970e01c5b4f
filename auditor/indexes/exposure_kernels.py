"""Compiled code of exposure.py."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from auditor.compiled import compiled_parallel

Array = NDArray[Any]


@compiled_parallel
def paired_sums(
    seen: Array, starts: Array, groups: Array, words: Array, of_source: Array, of_holdout: Array
) -> Array:
    """For each relabeling, the sum over records of (mean longest run: source less holdout).

    ``seen``     shape (relabelings, groups): whether the group is then one of the source
    ``groups``, ``words``  the runs of record i, longest first, from starts[i] to starts[i + 1]
    ``of_source``, ``of_holdout``  weight of the first, second, ... run of that side
    """
    sums = np.zeros(len(seen))
    for b in prange(len(seen)):
        total = 0.0
        for record in range(len(starts) - 1):
            i = j = 0
            for e in range(starts[record], starts[record + 1]):
                if seen[b, groups[e]]:
                    if i < len(of_source):
                        total += of_source[i] * words[e]
                    i += 1
                else:
                    if j < len(of_holdout):
                        total -= of_holdout[j] * words[e]
                    j += 1
                if i >= len(of_source) and j >= len(of_holdout):
                    break
        sums[b] = total
    return sums
