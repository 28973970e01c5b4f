"""A corpus as flat arrays: its words and its characters, each with its place in the original.

What compiled code reads. Words are runs of letters, digits and underscores of the comparable
text, as 64-bit hashes: two different words collide with a chance of about 1 in 10^12 even in a
corpus of a million distinct ones.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.finding import Span
from auditor.normalise import normalise


@dataclass(frozen=True, eq=False)
class Packed:
    """All units (words or characters) of a corpus, one record after the other.

    ``values``  shape (n,): word hashes (uint64) or code points (uint32)
    ``starts``  shape (records + 1,): record i holds ``values[starts[i]:starts[i + 1]]``
    ``begins``, ``ends``  shape (n,): place of each unit in the original text of its record
    """

    values: NDArray[Any]
    starts: NDArray[np.int64]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]

    def span(self, first: int, length: int) -> Span:
        """The place of ``length`` units from unit ``first`` on, all of one record."""
        return Span(int(self.begins[first]), int(self.ends[first + length - 1]))

    def spans(self, covered: NDArray[np.bool_], record: int) -> tuple[Span, ...]:
        """The places of the covered units of one record, neighbours joined."""
        first, last = self.starts[record], self.starts[record + 1]
        edges = np.diff(covered[first:last].astype(np.int8), prepend=0, append=0)
        runs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
        return tuple(self.span(int(first + a), int(b - a)) for a, b in runs)


Units = Callable[[Corpus], Packed]


def words(corpus: Corpus) -> Packed:
    """The words of every record, as hashes."""
    from auditor.indexes.packing_kernels import hash_words

    table = _word_characters()
    parts = []
    for record in corpus.records:
        norm = normalise(record.text)
        hashes, first, past = hash_words(norm.codes, table)
        parts.append((hashes, norm.offsets[first], norm.offsets[past]))
    return _pack(parts, np.uint64)


def characters(corpus: Corpus) -> Packed:
    """The characters of every record's comparable text."""
    parts = []
    for record in corpus.records:
        norm = normalise(record.text)
        parts.append((norm.codes, norm.offsets[:-1], norm.offsets[1:]))
    return _pack(parts, np.uint32)


def _pack(parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]], dtype: type) -> Packed:
    lengths = [0, *(len(values) for values, _, _ in parts)]
    values, begins, ends = zip(*parts, strict=True) if parts else ((), (), ())
    return Packed(
        np.concatenate([np.empty(0, dtype), *values]),
        np.cumsum(lengths, dtype=np.int64),
        np.concatenate([np.empty(0, np.int32), *begins]),
        np.concatenate([np.empty(0, np.int32), *ends]),
    )


@cache
def _word_characters() -> NDArray[np.bool_]:
    r"""For every code point, whether it is a word character (``\w``)."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    table = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
    for run in re.finditer(r"\w+", everything):
        table[run.start() : run.end()] = True
    return table
