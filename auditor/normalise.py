"""Texts to comparable texts, with a map back to places in the originals.

The only normalisation in the project: canonical composition (NFC), case folding, and every run of
white space as one space, none at either end. What is compared is this; what is shown, published
and pointed at is always the original.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Normalised:
    """Comparable texts, one after the other.

    ``codes``   code points, shape (n,); text i is ``codes[starts[i]:starts[i + 1]]``
    ``begins``, ``ends``  shape (n,): ``original[begins[a]:ends[b]]`` is where characters a to b of
                a text came from
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    begins: Offsets
    ends: Offsets

    def text(self, number: int = 0) -> str:
        """One comparable text as a string."""
        codes = self.codes[self.starts[number] : self.starts[number + 1]]
        return codes.tobytes().decode("utf-32-le")


def normalise(texts: Sequence[str]) -> Normalised:
    """Comparable texts, in time linear in their length."""
    from auditor.normalise_kernels import collapse

    pieces: list[str] = []
    composed: dict[int, Offsets] = {}
    for number, text in enumerate(texts):
        folded = text.casefold()
        # Case folding never shortens a character, so equal length means one for one.
        if len(folded) != len(text) or not unicodedata.is_normalized("NFC", text):
            folded, composed[number] = _compose(text)
        pieces.append(folded)
    lengths = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
    raw = np.frombuffer("".join(pieces).encode("utf-32-le"), dtype=np.uint32)
    normalised = Normalised(*collapse(raw, lengths, _SPACES))
    for number, origins in composed.items():
        of_text = slice(normalised.starts[number], normalised.starts[number + 1])
        normalised.begins[of_text] = origins[normalised.begins[of_text]]
        normalised.ends[of_text] = origins[normalised.ends[of_text]]
    return normalised


def _compose(text: str) -> tuple[str, Offsets]:
    """NFC and case folding, cluster by cluster, and where each resulting character came from."""
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain:
            end = plain.end()
            pieces.append(plain[0].casefold())
            origins.extend(range(at, end))
        else:
            end = _cluster_end(text, at)
            pieces.append(unicodedata.normalize("NFC", text[at:end]).casefold())
            origins.extend([at] * len(pieces[-1]))
        at = end
    return "".join(pieces), np.array([*origins, len(text)], dtype=np.int32)


def _cluster_end(text: str, start: int) -> int:
    """End of the stretch that composes on its own: nothing in it interacts with what follows."""
    end = start + 1
    while end < len(text) and not text[end].isascii():
        if not unicodedata.combining(text[end]) and not _composes(text[start:end], text[end]):
            break
        end += 1
    return end


def _composes(before: str, char: str) -> bool:
    joined = unicodedata.normalize("NFC", before + char)
    return joined != unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char)


_PLAIN = re.compile(r"[\x00-\x7f]+(?![^\x00-\x7f])")  # a letter before an accent is not plain
_SPACES = np.array([chr(code).isspace() for code in range(0x3001)])  # none lies beyond U+3000
