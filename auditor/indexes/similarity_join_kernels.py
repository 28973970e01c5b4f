"""Compiled code of similarity_join.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

SLACK = 1e-9  # sums of the same weights in another order differ by less
Array = NDArray[Any]


@compiled
def prefixes(
    words: Array, starts: Array, weights: Array, least: float
) -> tuple[Array, Array, Array]:
    """Weight of every record, the end of its prefix in ``words``, and the weight behind that."""
    records = len(starts) - 1
    totals, rests = np.zeros(records), np.zeros(records)
    ends = starts[1:].copy()
    for d in range(records):
        for i in range(starts[d], starts[d + 1]):
            totals[d] += weights[words[i]]
        for i in range(starts[d + 1] - 1, starts[d] - 1, -1):
            more = rests[d] + weights[words[i]]
            if more >= least * totals[d] * (1 - SLACK):
                break
            rests[d] = more
            ends[d] = i
    return totals, ends, rests


@compiled
def _shared(words: Array, weights: Array, i: int, i_end: int, j: int, j_end: int) -> float:
    """Weight of the words that both records have, by merging their sorted lists."""
    weight = 0.0
    while i < i_end and j < j_end:
        if words[i] == words[j]:
            weight += weights[words[i]]
            i += 1
            j += 1
        elif words[i] < words[j]:
            i += 1
        else:
            j += 1
    return weight


@compiled
def nearest(
    first: int, last: int, words: Array, starts: Array, weights: Array,
    totals: Array, ends: Array, rests: Array, holders: Array, held_from: Array, least: float,
) -> tuple[Array, Array]:  # fmt: skip
    """The most similar earlier record of records ``first`` to ``last``, and the similarity."""
    record = np.full(last - first, -1, np.int64)
    similarity = np.zeros(last - first)
    common = np.zeros(last)  # weight that the prefixes of two records have in common
    touched = np.empty(last, np.int64)
    for d in range(first, last):
        n = 0
        for i in range(starts[d], ends[d]):
            word = words[i]
            for h in range(held_from[word], held_from[word + 1]):
                other = holders[h]
                if other >= d:
                    break
                if common[other] == 0:
                    touched[n] = other
                    n += 1
                common[other] += weights[word]
        best = least * (1 - SLACK)
        for other in np.sort(touched[:n]):
            # What one of the two has behind its prefix is all that they can share beyond that.
            bound = common[other] + max(rests[d], rests[other])
            common[other] = 0
            bound = min(bound, totals[d], totals[other])
            both = totals[d] + totals[other]
            if bound < best * (both - bound) * (1 - SLACK):
                continue
            theirs = starts[other], starts[other + 1]
            shared = _shared(words, weights, starts[d], starts[d + 1], *theirs)
            value = shared / (both - shared)
            if value > best:
                best = value
                record[d - first], similarity[d - first] = other, value
    return record, similarity
