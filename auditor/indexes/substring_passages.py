"""What records share with a source, in words: their own and those of shared language.

A phrase of ``shared_words`` words that stands in at least ``SHARED_BY`` groups of real records, of
source and holdout together, is shared language: it is nobody's. Repeats in one group are one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.indexes import packing, substring

SHARED_BY = 3


@dataclass(frozen=True, eq=False)
class Cover:
    """What single source records cover of records, shared language not counted.

    ``owner``        shape (records,): the source record that covers most words, or -1
    ``most``         and how many; ``covered``  shape (words,): which
    ``of_sentence``  shape (sentences,): the most words that one source record covers
    """

    owner: NDArray[np.int64]
    most: NDArray[np.int64]
    covered: NDArray[np.bool_]
    of_sentence: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Passages:
    """Shared runs of the words of a corpus.

    ``shared``    shape (words,): whether the word is part of shared language
    ``runs``      the longest run shared with one source record from each word on
    ``starts``, ``holders``   of each gram, the source records that hold it, if few groups do
    ``own``       the group of each record, -1 where it may be compared with all
    ``groups``    of the source records
    """

    words: packing.Packed
    floor: int
    grams: NDArray[np.int32]
    shared: NDArray[np.bool_]
    runs: substring.Runs
    starts: NDArray[np.int64]
    holders: NDArray[np.int32]
    own: substring.Groups
    groups: substring.Groups

    def owned(self) -> NDArray[np.bool_]:
        """Whether each word lies in a shared run and is not part of shared language."""
        from auditor.indexes.substring_cover_kernels import widen

        return widen(self.runs.length > 0, self.floor) & ~self.shared

    def shared_runs(self) -> substring.Runs:
        """The longest shared run of nothing but shared language from each word on."""
        from auditor.indexes.substring_cover_kernels import to_ends

        alike = to_ends(self.shared, self.words.starts)
        length = np.minimum(self.runs.length, alike)
        length[length < self.floor] = 0
        return substring.Runs(length, self.runs.record, self.runs.first)

    def records_with(self, at: int) -> NDArray[np.int32]:
        """The source records that may hold the run from this word on: all that do are among them.

        Those that hold one of its grams with a word of its own, the rarest one.
        """
        first = np.arange(at, at + self.runs.length[at] - self.floor + 1)
        own = np.cumsum(np.append(0, ~self.shared[at : first[-1] + self.floor]))
        first = first[own[self.floor :] > own[: -self.floor]]
        grams = self.grams[first]
        rarest = grams[np.argmin(self.starts[grams + 1] - self.starts[grams])]
        return self.holders[self.starts[rarest] : self.starts[rarest + 1]]


def passages(corpora: Corpora, min_words: int, shared_words: int) -> Passages:
    """Reads the source and then the holdout, if there is one. Raises CannotMeasure without source.

    With ``leave_out`` a record's own group is not counted and not compared.
    """
    from auditor.indexes.substring_cover_kernels import widen

    synthetic, source = corpora.synthetic, corpora.real()
    own, groups, unseen_groups = _groups(corpora)
    most = SHARED_BY + corpora.leave_out  # one of them may be a record's own
    note = most if min_words >= shared_words else substring.ALL
    grams = synthetic.memo(_index, min_words)
    held = substring.holders(grams, most)
    stretches = substring.read(grams, source, packing.only_words, groups, held, note)
    runs = _longest(corpora, grams, held, stretches, own)
    phrases, told = grams, held
    if shared_words != min_words:
        phrases = synthetic.memo(_index, shared_words)
        told = substring.holders(phrases, most)
        substring.read(phrases, source, packing.only_words, groups, told)
    if corpora.holdout is not None:
        substring.read(phrases, corpora.holdout, packing.only_words, unseen_groups, told)
    shared = widen(told.others(phrases, own) >= SHARED_BY, shared_words)
    return Passages(grams.packed, min_words, grams.grams, shared, runs, *held.of(note), own, groups)


def characters(corpora: Corpora, floor: int) -> substring.Runs:
    """The longest run of characters shared with one source record from each character on."""
    own, groups, _ = _groups(corpora)
    if not corpora.leave_out:
        groups = np.zeros_like(groups)
    # Not kept: it takes twenty times the memory of the text, and is soon made again.
    grams = substring.index(corpora.synthetic.memo(packing.characters), floor)
    held = substring.holders(grams, 1 + corpora.leave_out)
    stretches = substring.read(grams, corpora.real(), packing.only_characters, groups, held)
    return _longest(corpora, grams, held, stretches, own)


def _longest(
    corpora: Corpora, grams: substring.Grams, held: substring.Holders,
    stretches: substring.Stretches, own: substring.Groups,
) -> substring.Runs:  # fmt: skip
    if corpora.leave_out and corpora.synthetic is corpora.source:
        return substring.longest(grams, held.others(grams, own) > 0, None, own)
    shared = (grams.grams >= 0) & (held.counts > 0)[grams.grams]
    return substring.longest(grams, shared, stretches, own)


def cover(found: Passages, sentences: NDArray[np.int64]) -> Cover:
    """``sentences``: the sentence of each word, numbered through all records."""
    from auditor.indexes.substring_cover_kernels import cover as covered

    count = int(sentences.max(initial=-1)) + 1
    return Cover(
        *covered(
            found.words.starts, found.grams, found.shared, found.floor, found.starts,
            found.holders, found.own, found.groups, sentences, count,
        )
    )  # fmt: skip


def holding_groups(corpora: Corpora, found: Passages, at: NDArray[np.int64]) -> list[int]:
    """Number of source groups that hold the whole run from ``at`` on, per record; 0 for -1."""
    from auditor.indexes.substring_cover_kernels import holds

    source, groups = corpora.real(), found.groups
    likely: dict[int, NDArray[np.int32]] = {}
    for i in np.flatnonzero(at >= 0).tolist():
        holders = found.records_with(int(at[i]))
        likely[i] = holders[groups[holders] != found.own[i]]
    several = {i: of for i, of in likely.items() if len(set(groups[of])) > 1}
    asked = np.unique(np.concatenate([np.empty(0, np.int32), *several.values()]))
    theirs = packing.words(Corpus(source.name, tuple(source.records[r] for r in asked)))
    for i, holders in several.items():
        run = found.words.values[at[i] : at[i] + found.runs.length[at[i]]]
        rows = np.searchsorted(asked, holders)
        likely[i] = holders[holds(theirs.values, theirs.starts, rows, run)]
    return [len(set(groups[likely[i]])) if i in likely else 0 for i in range(len(at))]


def _index(corpus: Corpus, floor: int) -> substring.Grams:
    return substring.index(corpus.memo(packing.words), floor)


def _groups(corpora: Corpora) -> tuple[substring.Groups, substring.Groups, substring.Groups]:
    """A number per record of all three, equal for records of one group (patient).

    Those of the synthetic records are -1 unless their own group is to be left out.
    """
    synthetic, source, holdout = corpora.synthetic, corpora.real(), corpora.holdout
    keys = [synthetic.group_keys, source.group_keys, holdout.group_keys if holdout else ()]
    _, numbers = np.unique(
        np.concatenate([np.array(k, np.int64) for k in keys]), return_inverse=True
    )
    own, of_source, of_holdout = np.split(
        numbers.astype(np.int32), np.cumsum([len(k) for k in keys])[:2]
    )
    return own if corpora.leave_out else np.full_like(own, -1), of_source, of_holdout
