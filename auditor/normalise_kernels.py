"""Compiled code of normalise.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

Array = NDArray[Any]


@compiled
def collapse(codes: Array, starts: Array, spaces: Array) -> tuple[Array, Array, Array, Array]:
    """Runs of white space as one space, none at the ends of a text.

    Returns the kept code points, where each text begins among them, and where each of them began
    and ended in its text as given.
    """
    kept = np.empty(len(codes), np.uint32)
    begins = np.empty(len(codes), np.int32)
    ends = np.empty(len(codes), np.int32)
    out_starts = np.zeros(len(starts), np.int64)
    n = 0
    for text in range(len(starts) - 1):
        origin, stop = starts[text], starts[text + 1]
        i = origin
        while i < stop:
            past = i
            while past < stop and codes[past] < len(spaces) and spaces[codes[past]]:
                past += 1
            if past == i:
                kept[n], begins[n], ends[n] = codes[i], i - origin, i + 1 - origin
                n += 1
                i += 1
                continue
            if i > origin and past < stop:
                kept[n], begins[n], ends[n] = 0x20, i - origin, past - origin
                n += 1
            i = past
        out_starts[text + 1] = n
    return kept[:n], out_starts, begins[:n], ends[:n]
