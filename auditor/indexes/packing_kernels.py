"""Compiled code of packing.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

Array = NDArray[Any]
FNV_OFFSET = np.uint64(14695981039346656037)
FNV_PRIME = np.uint64(1099511628211)


@compiled
def hash_words(codes: Array, starts: Array, is_word: Array) -> tuple[Array, Array, Array, Array]:
    """FNV-1a hash of each word, where each text's words begin, first and last character of each."""
    room = len(codes) // 2 + len(starts)
    hashes = np.empty(room, np.uint64)
    first = np.empty(room, np.int64)
    last = np.empty(room, np.int64)
    word_starts = np.zeros(len(starts), np.int64)
    n = 0
    for text in range(len(starts) - 1):
        inside, h = False, FNV_OFFSET
        for i in range(starts[text], starts[text + 1]):
            if is_word[codes[i]]:
                if not inside:
                    inside, h = True, FNV_OFFSET
                    first[n] = i
                h = (h ^ np.uint64(codes[i])) * FNV_PRIME
            elif inside:
                inside = False
                hashes[n], last[n] = h, i - 1
                n += 1
        if inside:
            hashes[n], last[n] = h, starts[text + 1] - 1
            n += 1
        word_starts[text + 1] = n
    return hashes[:n].copy(), word_starts, first[:n], last[:n]
