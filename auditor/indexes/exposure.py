"""Exposure: how much of each real patient stands in a synthetic set, source and holdout alike.

A word n-gram is *owned* when one group (patient) has it and no other group of source or holdout
does: phrases that several patients share, in whichever corpus, say nothing. A *rare run* is a
stretch of consecutive n-grams of one synthetic record that one group owns, counted in words, and a
group's exposure is the longest rare run that any synthetic record shares with it. Source and
holdout are treated as one pool up to here, so if the generator learned nothing from the source,
which groups are called source is exchangeable. That, and nothing about the synthetic records, is
what ``relabelings`` puts to the test: a real record that is like many synthetic ones counts once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes.ngrams import hashed
from auditor.indexes.packing import words

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
MOST_STRATA = 10
FEWEST_PER_STRATUM = 10
CELLS = 4_000_000  # of relabelings held at a time


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of source and holdout, numbered together.

    ``names``    name -> number, of those that have a name
    ``source``, ``holdout``  number of the group of each record
    ``seen``     shape (groups,): whether it is one of the source
    ``stratum``  groups of about as many words; -1: not compared (it stands in both corpora, or its
                 stratum lacks two groups of either)
    """

    names: dict[str, int]
    source: Ints
    holdout: Ints
    seen: Bools
    stratum: Ints


def groups(source: Corpus, holdout: Corpus) -> Groups:
    """The groups of two corpora. Patients are compared with patients who have as much text."""
    numbers: dict[str | tuple[str, int], int] = {}
    of = [
        np.array(
            [
                numbers.setdefault(r.group if r.group is not None else (side, i), len(numbers))
                for i, r in enumerate(corpus.records)
            ],
            np.int64,
        )
        for side, corpus in (("source", source), ("holdout", holdout))
    ]
    count = len(numbers)
    seen, unseen = (np.isin(np.arange(count), side) for side in of)
    length = np.zeros(count, np.int64)
    for side, corpus in zip(of, (source, holdout), strict=True):
        np.add.at(length, side, np.diff(corpus.memo(words).starts))
    names = {name: number for name, number in numbers.items() if isinstance(name, str)}
    return Groups(names, of[0], of[1], seen, _strata(length, seen, seen & unseen))


def _strata(length: Ints, seen: Bools, both: Bools) -> Ints:
    stratum = np.full(len(length), -1, np.int64)
    compared = np.flatnonzero(~both)
    smaller = min(int(np.sum(seen[compared])), int(np.sum(~seen[compared])))
    count = max(1, min(MOST_STRATA, smaller // FEWEST_PER_STRATUM))
    # Borders are lengths, so patients of equal length are never told apart by their order.
    borders = np.sort(length[compared])[np.arange(1, count) * len(compared) // count]
    stratum[compared] = np.searchsorted(borders, length[compared], side="right")
    for one in range(count):
        members = stratum == one
        if min(np.sum(seen[members]), np.sum(~seen[members])) < 2:
            stratum[members] = -1
    return stratum


@dataclass(frozen=True, eq=False)
class Runs:
    """Rare runs of synthetic records: those of record i from ``starts[i]`` to ``starts[i + 1]``.

    ``groups``, ``words``  whose it is and how long: one per record and group, longest first
    """

    starts: Ints
    groups: Ints
    words: Ints

    def exposure(self, count: int) -> Ints:
        """Of each of ``count`` groups, the longest rare run of any record; 0 if there is none."""
        longest = np.zeros(count, np.int64)
        np.maximum.at(longest, self.groups, self.words)
        return longest

    def longest(self, chosen: Bools) -> Ints:
        """Of each record, the longest rare run with one of the chosen groups."""
        return self._per_record(np.where(chosen[self.groups], self.words, 0), np.maximum)

    def count(self, chosen: Bools, least: int) -> Ints:
        """Of each record, with how many of the chosen groups it shares ``least`` words or more."""
        return self._per_record(
            (chosen[self.groups] & (self.words >= least)).astype(np.int64), np.add
        )

    def of(self, kept: Bools) -> "Runs":
        """The runs of some of the records."""
        lengths = np.diff(self.starts)
        mine = np.repeat(kept, lengths)
        starts = np.concatenate([[0], np.cumsum(lengths[kept])])
        return Runs(starts.astype(np.int64), self.groups[mine], self.words[mine])

    def _per_record(self, values: Ints, gather: np.ufunc) -> Ints:
        of_records = np.zeros(len(self.starts) - 1, np.int64)
        record = np.repeat(np.arange(len(of_records)), np.diff(self.starts))
        gather.at(of_records, record, values)
        return of_records


def rare_runs(synthetic: Corpus, source: Corpus, holdout: Corpus, of: Groups, n: int) -> Runs:
    """Rare runs of n words or more, with all compared groups but the record's own."""
    hashes, record = grams(synthetic, n)
    kinds, kind = np.unique(hashes, return_inverse=True)
    owner = _owners(kinds, ((source, of.source), (holdout, of.holdout)), n)[kind]
    own = np.array(
        [-2 if r.group is None else of.names.get(r.group, -2) for r in synthetic.records], np.int64
    )
    owner[(owner == own[record]) | (of.stratum[owner] < 0)] = -1

    first = np.ones(len(owner), np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (record[1:] != record[:-1])
    at = np.flatnonzero(first)
    length = np.diff(np.append(at, len(owner))) + n - 1
    rare = owner[at] >= 0
    whose, where, length = owner[at][rare], record[at][rare], length[rare]
    order = np.lexsort((whose, -length, where))
    whose, where, length = whose[order], where[order], length[order]
    _, longest = np.unique(np.stack([where, whose]), axis=1, return_index=True)
    longest.sort()
    starts = np.searchsorted(where[longest], np.arange(len(synthetic.records) + 1))
    return Runs(starts.astype(np.int64), whose[longest], length[longest])


def grams(corpus: Corpus, n: int) -> tuple[NDArray[np.uint64], Ints]:
    """Hashes of the word n-grams of every record, in order, and the record of each."""
    hashes, _, starts = hashed(corpus.memo(words), n)
    return hashes, np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _owners(kinds: NDArray[np.uint64], sides: tuple[tuple[Corpus, Ints], ...], n: int) -> Ints:
    """For each kind of n-gram, the one group that has it; -1 if none or several do."""
    holders = []
    for corpus, group in sides:
        hashes, record = grams(corpus, n)
        kind = np.searchsorted(kinds, hashes)
        kind[kind == len(kinds)] = 0
        known = kinds[kind] == hashes if len(kinds) else np.zeros(len(hashes), np.bool_)
        holders.append(np.stack([kind[known], group[record[known]]]))
    kind, group = np.unique(np.concatenate(holders, axis=1), axis=1)
    owner = np.full(len(kinds), -1, np.int64)
    alone = np.bincount(kind, minlength=len(kinds))[kind] == 1
    owner[kind[alone]] = group[alone]
    return owner


def relabelings(of: Groups, exposed: Ints, count: int, seed: int) -> Iterator[Bools]:
    """Which of the exposed groups are called source: as it is, then ``count`` times at random.

    Blocks of shape (relabelings, exposed). Every stratum keeps its number of source groups.
    """
    rng = np.random.default_rng(seed)
    yield of.seen[exposed][np.newaxis]
    size = max(1, CELLS // max(1, len(exposed)))
    for begin in range(0, count, size):
        block = np.zeros((min(size, count - begin), len(exposed)), np.bool_)
        for stratum in np.unique(of.stratum[exposed]):
            members = of.stratum == stratum
            mine = np.flatnonzero(of.stratum[exposed] == stratum)
            marked, others = int(np.sum(of.seen[members])), int(np.sum(~of.seen[members]))
            drawn = rng.hypergeometric(marked, others, len(mine), len(block))
            shuffled = rng.random((len(block), len(mine))).argsort(axis=1)
            block[:, mine] = shuffled < drawn[:, np.newaxis]
        yield block
