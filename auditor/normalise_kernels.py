"""Compiled code of normalise.py."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.compiled import compiled

Array = NDArray[Any]


NOT_PLAIN = 0xFFFFFFFF


@compiled
def all_plain(codes: Array, starts: Array, folded: Array) -> Array:
    """Whether every code point of a text has an entry in the table of plain characters."""
    plain = np.zeros(len(starts) - 1, np.bool_)
    for text in range(len(plain)):
        i, end = starts[text], starts[text + 1]
        while i < end and codes[i] < len(folded) and folded[codes[i]] != NOT_PLAIN:
            i += 1
        plain[text] = i == end
    return plain


@compiled
def fold(code: Any, folded: Array) -> Any:
    """A plain character with its case folded, any other as it is."""
    return folded[code] if code < len(folded) and folded[code] != NOT_PLAIN else code


@compiled
def collapse(
    codes: Array, starts: Array, spaces: Array, folded: Array
) -> tuple[Array, Array, Array, Array]:
    """Runs of white space as one space, none at the ends of a text; plain characters folded.

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
                kept[n] = fold(codes[i], folded)
                begins[n], ends[n] = i - origin, i + 1 - origin
                n += 1
                i += 1
                continue
            if i > origin and past < stop:
                kept[n], begins[n], ends[n] = 0x20, i - origin, past - origin
                n += 1
            i = past
        out_starts[text + 1] = n
    return kept[:n], out_starts, begins[:n], ends[:n]
