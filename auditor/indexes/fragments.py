"""Fragments: word n-grams of synthetic records that one group of the source alone holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora
from auditor.indexes.ownership import NOBODY, Hashes, Keys, grams, held
from auditor.indexes.packing import words


@dataclass(frozen=True, eq=False)
class Fragments:
    """Per synthetic word the n-gram that starts there: its hash, and the key of its one owner.

    ``owner`` is NOBODY where no group of the source holds the n-gram, or another group does too.
    """

    n: int
    hashes: Hashes
    owner: Keys

    def longest(self, first: int, end: int) -> tuple[int, int, int]:
        """Longest stretch of one owner's fragments among these words: words, start, owner."""
        owner = self.owner[first:end]
        edges = np.flatnonzero(np.diff(owner, prepend=NOBODY - 1, append=NOBODY - 1))
        lengths = np.where(owner[edges[:-1]] == NOBODY, 0, np.diff(edges))
        if not lengths.any():
            return 0, first, NOBODY
        best = int(np.argmax(lengths))
        at = int(edges[best])
        return int(lengths[best]) + self.n - 1, first + at, int(owner[at])

    def most(self, first: int, end: int) -> tuple[int, int]:
        """The owner of most distinct fragments among these words: how many, and who.

        Of equal ones it is whoever's fragment comes first: keys say nothing, and differ by run.
        """
        owned = self.owner[first:end] != NOBODY
        owner = self.owner[first:end][owned]
        pairs = np.stack([owner, self.hashes[first:end][owned].view(np.int64)])
        _, at = np.unique(pairs, axis=1, return_index=True)
        distinct = owner[np.sort(at)]
        owners, begins, counts = np.unique(distinct, return_index=True, return_counts=True)
        if not len(owners):
            return 0, NOBODY
        best = np.lexsort((begins, -counts))[0]
        return int(counts[best]), int(owners[best])

    def covered(self, owned: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The words that lie in a fragment which starts at a marked word."""
        inside = owned.copy()
        for offset in range(1, self.n):
            inside[offset:] |= owned[: len(owned) - offset]
        return inside


def fragments(corpora: Corpora, n: int) -> Fragments:
    """The fragments of all synthetic records. Raises CannotMeasure without a source."""
    return corpora.synthetic.memo(_fragments, corpora, n)


def _fragments(_: object, corpora: Corpora, n: int) -> Fragments:
    owner = held(corpora, n).owner
    ours = np.isin(owner, np.array(corpora.real().group_keys, np.int64))
    hashes, whole = grams(corpora.synthetic.memo(words), n)
    return Fragments(n, hashes, np.where(ours & whole, owner, NOBODY))
