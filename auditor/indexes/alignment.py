"""Where a record was copied from, with changes or without: local alignment in bits.

Seeds are word pairs and single words that are rare in the real records. Seeds of one synthetic and
one source record that lie near one diagonal are chained; the best chains of each synthetic record
are aligned word by word in a band around the diagonal (Smith and Waterman 1981; seeds as in BLAST,
Altschul et al. 1990). An equal word scores its surprisal, a changed, missing or added one costs
``CHANGE`` bits. The source is read once, record by record, so that memory depends on the synthetic
side only.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora
from auditor.finding import Span
from auditor.indexes.ownership import Hashes, grams, real
from auditor.indexes.packing import words
from auditor.indexes.surprisal import surprisal

CHANGE = 8.0  # bits per changed, missing or added word
TAKEN = 0.15  # bits per equal word: chains of common words are to end
CHAINS = 8  # how many source records are aligned with each synthetic one
TRIES = 64.0  # how many chance seeds there may be for each synthetic word
BLOCKS = 4  # parts of the source, whatever the number of threads


Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Passages:
    """The best passage of every synthetic record; shape (records,).

    ``bits``    its score, 0 where there is none
    ``record``  the source record that it is shared with, or -1
    ``first``, ``end``  its words, as positions in the synthetic words; ``there`` and ``there_end``
                in the source's
    """

    bits: NDArray[np.float64]
    record: NDArray[np.int64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    there: NDArray[np.int64]
    there_end: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Alignments:
    """``edited``: passages with changes. ``exact``: words in a row, none of them changed."""

    edited: Passages
    exact: Passages


def alignments(corpora: Corpora) -> Alignments:
    """The best passages of every synthetic record. Raises CannotMeasure without a source."""
    return corpora.synthetic.memo(_alignments, corpora)


def place(corpora: Corpora, passages: Passages, i: int) -> tuple[Span, Span]:
    """Where the passage of record i stands in its text, and where in that of the source record."""
    mine, theirs = corpora.synthetic.memo(words), corpora.real().memo(words)
    here = mine.span(int(passages.first[i]), int(passages.end[i] - passages.first[i]))
    there = theirs.span(int(passages.there[i]), int(passages.there_end[i] - passages.there[i]))
    return here, there


def _alignments(_: object, corpora: Corpora) -> Alignments:
    from auditor.indexes.alignment_kernels import align, chains

    mine, theirs = corpora.synthetic.memo(words), corpora.real().memo(words)
    bits = surprisal(corpora)
    pairs = bits.copy()
    pairs[:-1] += bits[1:]
    rare = _rare(corpora)
    single, paired = _seeds(corpora, 1, bits >= rare), _seeds(corpora, 2, pairs >= rare)
    own, others = (np.array(side, np.int64) for side in corpora.apart())
    found = chains(
        mine.starts, bits, single, paired, grams(theirs, 1)[0], grams(theirs, 2)[0],
        theirs.starts, own, others, CHANGE, CHAINS, BLOCKS,
    )  # fmt: skip
    edited, exact = align(
        mine.values, mine.starts, bits, theirs.values, theirs.starts, *found, CHANGE, TAKEN
    )
    return Alignments(Passages(*edited), Passages(*exact))


def _rare(corpora: Corpora) -> float:
    """Bits from which on a seed is rare enough that chance gives at most TRIES of a kind."""
    total = sum(len(corpus.memo(words).values) for corpus in real(corpora))
    return math.log2(max(total, 1) / TRIES)


def _seeds(corpora: Corpora, n: int, rare: NDArray[np.bool_]) -> tuple[Hashes, Places, Places]:
    """The rare n-grams of the synthetic records: distinct hashes, and where each starts.

    n-gram k starts at the words ``places[starts[k]:starts[k + 1]]``.
    """
    hashes, whole = grams(corpora.synthetic.memo(words), n)
    places = np.flatnonzero(rare & whole)
    order = np.argsort(hashes[places], kind="stable")
    places = places[order]
    kinds, starts = np.unique(hashes[places], return_index=True)
    return kinds, np.append(starts, len(places)), places
