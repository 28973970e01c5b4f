"""A corpus as flat arrays: its words and its characters, each with its place in the original.

What compiled code reads. Words are runs of letters, digits and underscores of the comparable
text, as 64-bit hashes: two different words collide with a chance of about 1 in 10^12 even in a
corpus of a million distinct ones.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.finding import Span
from auditor.normalise import NOT_PLAIN, SPACES, compose, folded, normalise


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

    def of(self, record: int) -> list[int]:
        """The units of one record."""
        units: list[int] = self.values[self.starts[record] : self.starts[record + 1]].tolist()
        return units

    def span(self, first: int, length: int) -> Span:
        """The place of ``length`` units from unit ``first`` on, all of one record."""
        return Span(int(self.begins[first]), int(self.ends[first + length - 1]))

    def spans(self, covered: NDArray[np.bool_], record: int) -> tuple[Span, ...]:
        """The places of the covered units of one record, neighbours joined."""
        first, last = self.starts[record], self.starts[record + 1]
        edges = np.diff(covered[first:last].astype(np.int8), prepend=0, append=0)
        runs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
        return tuple(self.span(int(first + a), int(b - a)) for a, b in runs)


Values = NDArray[Any]
Starts = NDArray[np.int64]
Units = Callable[[Corpus], Packed]
Block = tuple[int, list[str]]  # number of the first record, texts
Pack = Callable[[Sequence[str]], tuple[Values, Starts]]
TOGETHER = 64  # texts at a time: what is worked out on the way then stays in the cache


def words(corpus: Corpus) -> Packed:
    """The words of every record, as hashes."""
    parts = []
    for _, texts in blocks(corpus):
        hashes, starts, begins, ends = _words(texts)
        parts.append((hashes, np.diff(starts), begins, ends))
    hashes, lengths, begins, ends = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Packed(hashes, np.concatenate([[0], np.cumsum(lengths)]), begins, ends)


def characters(corpus: Corpus) -> Packed:
    """The characters of every record's comparable text."""
    texts = normalise([record.text for record in corpus.records])
    return Packed(texts.codes, texts.starts, texts.begins, texts.ends)


def blocks(corpus: Corpus) -> Iterator[Block]:
    """The texts, a few at a time; at least one block."""
    records = corpus.records
    for first in range(0, max(1, len(records)), TOGETHER):
        yield first, [record.text for record in records[first : first + TOGETHER]]


def only_words(texts: Sequence[str]) -> tuple[Values, Starts]:
    """The words of texts without their places, and where each text's begin."""
    hashes, starts, _, _ = _words(texts)
    return hashes, starts


def only_characters(texts: Sequence[str]) -> tuple[Values, Starts]:
    """The characters of comparable texts without their places, and where each text's begin."""
    from auditor.indexes.packing_kernels import collapse_only

    composed = compose(texts)
    kept: tuple[Values, Starts] = collapse_only(composed.codes, composed.starts, SPACES, folded())
    return kept


def _words(texts: Sequence[str]) -> tuple[Values, Starts, Values, Values]:
    """Hashes of words, where each text's begin, and the place of each in its original."""
    from auditor.indexes.packing_kernels import hash_words

    composed = compose(texts)
    hashes, starts, begins, ends = hash_words(composed.codes, composed.starts, _letters())
    composed.lead_back(starts, begins, ends)
    return hashes, starts, begins, ends


@cache
def _letters() -> NDArray[np.uint32]:
    r"""Every code point that is a word character (``\w``), case folded; 0 in place of others."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint32)
    for run in re.finditer(r"\w+", everything):
        table[run.start() : run.end()] = np.arange(run.start(), run.end())
    plain = np.flatnonzero(folded() != NOT_PLAIN)
    table[plain] = table[folded()[plain]]
    return table
