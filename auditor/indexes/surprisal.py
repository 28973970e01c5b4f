"""How surprising the words of a synthetic record are, had its writer never seen the owner's record.

A word costs -log2 P(word | the two words before it) bits under a trigram model of the real records,
source and holdout together, in which the group whose record is compared does not count. Shared
boilerplate is cheap, since others have it too; a rare name or a turn of phrase is dear. The bits of
a shared passage are then the evidence that it was copied rather than written: a passage of b bits
comes about by chance once in 2^b places.

Counts are numbers of groups, smoothed from the trigram to the bigram to the single word (Jelinek
and Mercer 1980; MacKay and Peto 1995). Weighing a match by its information: Lin 1998; for
alignments, Altschul 1991.
"""

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora
from auditor.indexes import ownership
from auditor.indexes.packing import words

ORDERS = 3
BACK_OFF = 50.0  # how many groups' worth of evidence the shorter context counts for
UNSEEN = 1.0  # groups' worth of evidence for a word that no real record holds

Bits = NDArray[np.float64]


def surprisal(corpora: Corpora) -> Bits:
    """Bits of every synthetic word, shape (words,): as if the owner's group had never been seen.

    Whoever the owner is, it is one group, so one is taken off every count.
    """
    table = ownership.owners(corpora, 1)
    total, kinds = float(table.groups.sum()), len(table.grams) + 1
    counts = [np.maximum(_ending(corpora, n) - 1, 0) for n in range(1, ORDERS + 1)]
    chance = (counts[0] + UNSEEN) / (total + UNSEEN * kinds)
    place = _places(corpora)
    for n in range(2, ORDERS + 1):
        before = np.where(place >= n - 1, np.roll(counts[n - 2], 1), 0)
        context = np.maximum(before, counts[n - 1])
        chance = (counts[n - 1] + BACK_OFF * chance) / (context + BACK_OFF)
    bits: Bits = -np.log2(chance)
    return bits


def _ending(corpora: Corpora, n: int) -> Bits:
    """Number of real groups that hold the n-gram which *ends* at each word; 0 where none can."""
    held = ownership.held(corpora, n)
    count = np.zeros(len(held.groups))
    count[n - 1 :] = np.where(held.whole, held.groups, 0)[: len(count) - n + 1]
    return count


def _places(corpora: Corpora) -> NDArray[np.int64]:
    """Number of words before each word in its record."""
    starts = corpora.synthetic.memo(words).starts
    place: NDArray[np.int64] = np.arange(starts[-1]) - np.repeat(starts[:-1], np.diff(starts))
    return place
