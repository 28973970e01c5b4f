"""Records as weighted bags of letters and word pairs, and which of a corpus stands out for a text.

A text is the character 4-grams of its words, each word with a space on either side, and its pairs
of neighbouring words; accents stripped, case folded, punctuation left out. An n-gram weighs
(1 + ln how often) * (1 + ln (1 + n) / (1 + how many of n real records hold it)), rows have length
1, and their products are cosines (Salton and Buckley 1988). n-grams inside words see shared roots
through inflection, rewording and, between related languages, translation; pairs see phrases.

n-grams are 64-bit hashes; that any two of a million distinct ones collide has a chance of 10^-7.
Cosines are added up over postings (for each n-gram the records that hold it), one text at a time
and nothing dropped, so that mean and deviation over all records are exact. Time grows with texts
times records. Memory: 8 bytes per distinct n-gram of each record, seven times that while building.
"""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.normalise import normalise

Array = NDArray[Any]
BLOCK = 512  # texts at a time: what is worked out on the way stays small
NO_GROUP = -1
SPACE, MARK = 0, 1  # in the table of letters: ends a word; belongs to the letter before it


@dataclass(frozen=True, eq=False)
class Rows:
    """n-grams of some texts: row i is ``[starts[i]:starts[i + 1]]``, hashes ascending."""

    hashes: NDArray[np.uint64]
    counts: NDArray[np.int32]
    starts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Index:
    """Postings of a corpus.

    ``kinds``   distinct n-grams, ``slots`` a hash table of their numbers, ``idf`` their weights;
                the last weight is of all that are not among them
    ``starts``  n-gram k stands in ``records[starts[k]:starts[k + 1]]``, with these ``weights``
    """

    kinds: NDArray[np.uint64]
    slots: NDArray[np.int32]
    idf: NDArray[np.float64]
    starts: NDArray[np.int64]
    records: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Nearest:
    """For each text, the nearest record of a corpus. Shape (texts,) each.

    ``record``     its number; -1 when no record has an n-gram in common with the text
    ``cosine``     to it, 0 to 1
    ``runner_up``  cosine to the nearest record of another group
    ``mean``, ``deviation``  of the cosines to all records of other groups
    """

    record: NDArray[np.int64]
    cosine: NDArray[np.float64]
    runner_up: NDArray[np.float64]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def index(corpus: Corpus, other: Corpus | None) -> Index:
    """Postings of a corpus; weights count the records of both, so that both have the same."""
    from auditor.indexes.char_vectors_kernels import invert, number

    own = len(corpus.records)
    records = corpus.records + (other.records if other else ())
    rows = _joined(list(_blocks([record.text for record in records])))
    numbers, kinds, slots = number(rows.hashes)
    holders = np.bincount(numbers, minlength=len(kinds))
    idf = 1 + np.log((1 + len(records)) / (1 + np.append(holders, 0)))
    end = rows.starts[own]
    mine = Rows(rows.hashes[:end], rows.counts[:end], rows.starts[: own + 1])
    numbers = numbers[:end]
    starts = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(kinds)))])
    postings = invert(numbers, _weighted(mine, idf[numbers]), mine.starts, starts)
    return Index(kinds, slots, idf, starts, *postings)


def nearest(real: Index, texts: Corpus, groups: Sequence[int], own: Sequence[int] = ()) -> Nearest:
    """The nearest record of the indexed corpus for each text.

    ``groups``: a number of 0 or more per indexed record, equal for records of one group. ``own``:
    the group that is not looked at for each text; empty when every text may have any.
    """
    from auditor.indexes.char_vectors_kernels import look_up, stand_out

    apart = np.array(own or [NO_GROUP] * len(texts.records), np.int64)
    postings = real.starts, real.records, real.weights, np.array(groups, np.int64)
    found, done = [], 0
    for rows in _blocks([record.text for record in texts.records]):
        numbers = look_up(rows.hashes, real.kinds, real.slots)
        query = numbers, _weighted(rows, real.idf[numbers]), rows.starts
        found.append(stand_out(*query, *postings, apart[done : done + BLOCK]))
        done += BLOCK
    records, cosines = (np.concatenate(part, axis=-1) for part in zip(*found, strict=True))
    return Nearest(records, *cosines)


def _blocks(texts: list[str]) -> Iterator[Rows]:
    from auditor.indexes.char_vectors_kernels import count_ngrams

    for first in range(0, max(1, len(texts)), BLOCK):
        block = normalise(texts[first : first + BLOCK])
        yield Rows(*count_ngrams(block.codes, block.starts, _letters()))


def _joined(blocks: list[Rows]) -> Rows:
    lengths = np.concatenate([np.diff(rows.starts) for rows in blocks])
    return Rows(
        np.concatenate([rows.hashes for rows in blocks]),
        np.concatenate([rows.counts for rows in blocks]),
        np.concatenate([[0], np.cumsum(lengths)]),
    )


def _weighted(rows: Rows, idf: NDArray[np.float64]) -> NDArray[np.float32]:
    """Weights of every n-gram, each row of length 1."""
    weights = (1 + np.log(rows.counts)) * idf
    owners = np.repeat(np.arange(len(rows.starts) - 1), np.diff(rows.starts))
    lengths = np.sqrt(np.bincount(owners, weights**2, len(rows.starts) - 1))
    unit: NDArray[np.float32] = (weights / lengths[owners]).astype(np.float32)
    return unit


@cache
def _letters() -> NDArray[np.uint32]:
    r"""For every code point its letter without accents; SPACE for what is no ``\w``, or MARK."""
    return np.array([_letter(chr(code)) for code in range(sys.maxunicode + 1)], np.uint32)


def _letter(char: str) -> int:
    if unicodedata.combining(char):
        return MARK
    if not (char.isalnum() or char == "_"):
        return SPACE
    if not unicodedata.decomposition(char):
        return ord(char)
    letters = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    return ord(letters[0]) if len(letters) == 1 else ord(char)
