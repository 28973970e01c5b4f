"""Compiled code of packing.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled
from auditor.normalise_kernels import fold

Array = NDArray[Any]
FNV_OFFSET = np.uint64(14695981039346656037)
FNV_PRIME = np.uint64(1099511628211)


@compiled
def hash_words(codes: Array, starts: Array, letters: Array) -> tuple[Array, Array, Array, Array]:
    """FNV-1a hash of each word, where each text's words begin, and where each begins and ends.

    ``letters``: what to hash for each code, 0 where it is no part of a word.
    """
    room = len(codes) // 2 + len(starts)
    hashes = np.empty(room, np.uint64)
    begins = np.empty(room, np.int32)
    ends = np.empty(room, np.int32)
    word_starts = np.zeros(len(starts), np.int64)
    n = 0
    for text in range(len(starts) - 1):
        origin, i, end = starts[text], starts[text], starts[text + 1]
        while i < end:
            letter = letters[codes[i]]
            if letter == 0:
                i += 1
                continue
            begins[n] = i - origin
            h = FNV_OFFSET
            while letter != 0:
                h = (h ^ np.uint64(letter)) * FNV_PRIME
                i += 1
                letter = letters[codes[i]] if i < end else np.uint32(0)
            hashes[n], ends[n] = h, i - origin
            n += 1
        word_starts[text + 1] = n
    return hashes[:n].copy(), word_starts, begins[:n].copy(), ends[:n].copy()


@compiled
def collapse_only(codes: Array, starts: Array, spaces: Array, folded: Array) -> tuple[Array, Array]:
    """Runs of white space as one space, without the places that ``normalise`` keeps."""
    kept = np.empty(len(codes), np.uint32)
    out_starts = np.zeros(len(starts), np.int64)
    n = 0
    for text in range(len(starts) - 1):
        begin, space = n, True
        for i in range(starts[text], starts[text + 1]):
            if codes[i] >= len(spaces) or not spaces[codes[i]]:
                kept[n] = fold(codes[i], folded)
                n += 1
                space = False
            elif not space:
                kept[n] = 0x20
                n += 1
                space = True
        if n > begin and space:
            n -= 1
        out_starts[text + 1] = n
    return kept[:n], out_starts
