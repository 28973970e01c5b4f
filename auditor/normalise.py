"""Text to comparable text, with a map back to places in the original.

The only normalisation in the project: canonical composition (NFC), case folding, and every run of
white space as one space, none at either end. What is compared is this; what is shown, published
and pointed at is always the original.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Normalised:
    """Comparable text.

    ``codes``    code points of the comparable text, shape (n,)
    ``offsets``  shape (n + 1,): ``offsets[i]`` is where character i began in the original, and
                 ``offsets[j]`` is where the original of ``codes[i:j]`` ended
    """

    codes: Codes
    offsets: Offsets

    @property
    def text(self) -> str:
        """The comparable text as a string."""
        return self.codes.tobytes().decode("utf-32-le")


def normalise(text: str) -> Normalised:
    """Comparable text of one record, in time linear in its length."""
    folded = text.casefold()
    if unicodedata.is_normalized("NFC", text) and len(folded) == len(text):
        # Case folding never shortens a character, so equal length means one for one.
        origins = np.arange(len(text) + 1, dtype=np.int32)
        return _collapse(_code_points(folded), origins)
    pieces, origins = _compose(text)
    return _collapse(_code_points(pieces), origins)


def _code_points(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _compose(text: str) -> tuple[str, Offsets]:
    """NFC and case folding, cluster by cluster, and where each resulting character came from."""
    pieces: list[str] = []
    origins: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFC", text[start:end]).casefold()
        pieces.append(piece)
        origins.extend([start] * len(piece))
    return "".join(pieces), np.array([*origins, len(text)], dtype=np.int32)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Stretches that compose on their own: no character of one interacts with the next one."""
    starts = [0] if text else []
    for at in range(1, len(text)):
        char = text[at]
        if char.isascii() or not (
            unicodedata.combining(char) or _composes(text[starts[-1] : at], char)
        ):
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _composes(before: str, char: str) -> bool:
    joined = unicodedata.normalize("NFC", before + char)
    return joined != unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char)


def _collapse(codes: Codes, origins: Offsets) -> Normalised:
    """Runs of white space become one space; those at the ends go."""
    space = _is_space(codes)
    keep = ~space
    keep[1:] |= space[1:] & ~space[:-1]
    first, last = _ends(space)
    keep[:first] = False
    keep[last:] = False
    kept = np.flatnonzero(keep)
    out = codes[kept]
    out[space[kept]] = 0x20
    end = origins[last] if len(kept) else 0
    return Normalised(out, np.append(origins[kept], end).astype(np.int32))


def _ends(space: NDArray[np.bool_]) -> tuple[int, int]:
    inked = np.flatnonzero(~space)
    return (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, 0)


_SPACES = np.array([c for c in range(0x3001) if chr(c).isspace()], dtype=np.uint32)


def _is_space(codes: Codes) -> NDArray[np.bool_]:
    return np.isin(codes, _SPACES)
