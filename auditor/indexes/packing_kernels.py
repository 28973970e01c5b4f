"""Compiled code of packing.py."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FNV_OFFSET = np.uint64(14695981039346656037)
FNV_PRIME = np.uint64(1099511628211)


@njit(cache=True, nogil=True)
def hash_words(
    codes: NDArray[np.uint32], is_word: NDArray[np.bool_]
) -> tuple[NDArray[np.uint64], NDArray[Any], NDArray[Any]]:
    """FNV-1a hash of every word, its first character and the character past its end."""
    room = len(codes) // 2 + 1
    hashes = np.empty(room, np.uint64)
    first = np.empty(room, np.int64)
    past = np.empty(room, np.int64)
    count, inside = 0, False
    h = FNV_OFFSET
    for i in range(len(codes)):
        if is_word[codes[i]]:
            if not inside:
                inside, h = True, FNV_OFFSET
                first[count] = i
            h = (h ^ np.uint64(codes[i])) * FNV_PRIME
        elif inside:
            inside = False
            hashes[count], past[count] = h, i
            count += 1
    if inside:
        hashes[count], past[count] = h, len(codes)
        count += 1
    return hashes[:count], first[:count], past[:count]
