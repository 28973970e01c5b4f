"""Texts to comparable texts, with a map back to places in the originals.

The only normalisation in the project: canonical composition (NFC), case folding, no accents on
letters that have a code point with them (a copy typed without them is a copy), and every run of
white space as one space, none at either end. What is compared is this; what is shown, published
and pointed at is always the original.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int32]
NOT_PLAIN = 0xFFFFFFFF


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


@dataclass(frozen=True, eq=False)
class Composed:
    """Composed texts, one after the other, before white space is collapsed.

    ``codes``    code points, shape (n,); those of characters that are not plain are folded already
    ``origins``  per text that was composed, where each of its characters came from
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    origins: dict[int, Offsets]

    def lead_back(self, starts: NDArray[np.int64], begins: Offsets, ends: Offsets) -> None:
        """Turns places in composed texts into those in the originals, in place.

        Text i has those from ``starts[i]`` to ``starts[i + 1]``. A place that ends within what one
        original character became (``ss`` of ``ß``, and its accent) ends behind all of that.
        """
        for number, origins in self.origins.items():
            of_text = slice(starts[number], starts[number + 1])
            begins[of_text] = origins[begins[of_text]]
            last = origins[np.maximum(ends[of_text] - 1, 0)]
            behind = origins[np.searchsorted(origins, last, side="right")]
            ends[of_text] = np.where(ends[of_text] > 0, behind, 0)


def normalise(texts: Sequence[str]) -> Normalised:
    """Comparable texts, in time linear in their length."""
    from auditor.normalise_kernels import collapse

    composed = compose(texts)
    normalised = Normalised(*collapse(composed.codes, composed.starts, SPACES, folded()))
    composed.lead_back(normalised.starts, normalised.begins, normalised.ends)
    return normalised


def compose(texts: Sequence[str]) -> Composed:
    """Composed texts: most hold plain characters only, and need nothing."""
    from auditor.normalise_kernels import all_plain

    pieces, origins = list(texts), {}
    codes, starts = _codes(pieces)
    plain = all_plain(codes, starts, folded())
    for number in np.flatnonzero(~plain).tolist():
        text = texts[number]
        pieces[number] = text.casefold()
        # Case folding never shortens a character, so equal length means one for one.
        if len(pieces[number]) != len(text) or not unicodedata.is_normalized("NFC", text):
            pieces[number], origins[number] = _compose(text)
    return Composed(*(_codes(pieces) if not plain.all() else (codes, starts)), origins)


def _codes(texts: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    return codes, np.cumsum([0, *map(len, texts)], dtype=np.int64)


@cache
def folded() -> NDArray[np.uint32]:
    """Each plain character with its case folded, without accent; NOT_PLAIN for others below U+2C00.

    Plain are those that nothing composes with and that are as long when folded: letters of Latin,
    Greek and Cyrillic, punctuation and symbols.
    """
    table = np.full(0x2C00, NOT_PLAIN, np.uint32)
    for code in (*range(0x300), *range(0x370, 0x530), *range(0x2000, 0x2C00)):
        char = chr(code)
        if unicodedata.is_normalized("NFC", char) and not unicodedata.combining(char):
            case = char.casefold()
            table[code] = ord(_unaccented(case)) if len(case) == 1 else NOT_PLAIN
    return table


def _unaccented(char: str) -> str:
    """The letter that an accented one is composed of; any other character as it is."""
    parts = unicodedata.normalize("NFD", char)
    return parts[0] if parts[0].isalpha() and all(map(unicodedata.combining, parts[1:])) else char


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
SPACES = np.array([chr(code).isspace() for code in range(0x3001)])  # none lies beyond U+3000
