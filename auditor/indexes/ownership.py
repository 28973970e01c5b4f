"""Who else has it: for every word n-gram of the real records, how many groups hold it, and which.

A phrase that many patients' records hold is language; one that a single patient's records hold
points to that patient. Source and holdout are counted together, so that a phrase weighs the same
in a run and in its control, where the two change places. Counted are groups (patients) and not
records: what stands in ten notes of one patient is still that patient's alone (k-anonymity:
Sweeney 2002; k-eidetic memorisation: Carlini et al. 2021).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.indexes.ngrams import hashed
from auditor.indexes.packing import Packed, words

NOBODY = -1
Hashes = NDArray[np.uint64]
Keys = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Owners:
    """The distinct n-grams of the real records, shape (kinds,), sorted by hash.

    ``groups``  in how many groups each stands
    ``first``, ``second``  keys of two of these groups; ``second`` is NOBODY where there is but one
    """

    grams: Hashes
    groups: NDArray[np.int32]
    first: Keys
    second: Keys


@dataclass(frozen=True, eq=False)
class Held:
    """Per word of the synthetic records, the n-gram that starts there and who else holds it.

    ``whole``   False where the record ends before n words; there the others say nothing
    ``groups``  number of real groups that hold it
    ``owner``   key of the one group that holds it, or NOBODY where none or several do
    """

    whole: NDArray[np.bool_]
    groups: NDArray[np.int32]
    owner: Keys


def grams(packed: Packed, n: int) -> tuple[Hashes, NDArray[np.bool_]]:
    """Hash of the n-gram that starts at each word, and whether its record has so many words."""
    hashes = np.zeros(len(packed.values), np.uint64)
    whole = np.zeros(len(packed.values), np.bool_)
    of_grams, first, _ = hashed(packed, n)
    hashes[first], whole[first] = of_grams, True
    return hashes, whole


def keys(corpus: Corpus) -> Keys:
    """The group of each word of a corpus, as a key."""
    return np.repeat(np.array(corpus.group_keys, np.int64), np.diff(corpus.memo(words).starts))


def real(corpora: Corpora) -> tuple[Corpus, ...]:
    """Source and holdout, in an order that is the same in a run and in its control."""
    both = [corpora.real()] + ([corpora.holdout] if corpora.holdout else [])
    return tuple(sorted(both, key=lambda corpus: (corpus.digest, corpus.name)))


def owners(corpora: Corpora, n: int) -> Owners:
    """Who holds the n-grams of source and holdout. Raises CannotMeasure without a source."""
    first, *others = real(corpora)
    return first.memo(_owners, tuple(others), n)


def held(corpora: Corpora, n: int) -> Held:
    """What others hold of the synthetic records' n-grams. Raises CannotMeasure without a source.

    A record's own group does not count, since a patient's other notes would make its phrases
    common; but an owner in the source does, since a record written about a patient may still copy.
    """
    return corpora.synthetic.memo(_held, corpora, n)


def _held(_: object, corpora: Corpora, n: int) -> Held:
    table = owners(corpora, n)
    packed = corpora.synthetic.memo(words)
    hashes, whole = grams(packed, n)
    at = np.minimum(np.searchsorted(table.grams, hashes), max(0, len(table.grams) - 1))
    there = whole & (table.grams[at] == hashes) if len(table.grams) else np.zeros_like(whole)
    groups = np.zeros(len(hashes), np.int32)
    groups[there] = table.groups[at[there]]
    first, second = np.full((2, len(hashes)), NOBODY, np.int64)
    first[there], second[there] = table.first[at[there]], table.second[at[there]]
    own = keys(corpora.synthetic)
    ours = there & _of_own_group(corpora, n, hashes)
    first = np.where(ours & (first == own), second, first)
    groups[ours] -= 1
    return Held(whole, groups, np.where(groups == 1, first, NOBODY))


def _owners(one: Corpus, others: tuple[Corpus, ...], n: int) -> Owners:
    hashes, holders = [], []
    for corpus in (one, *others):
        of_corpus, whole = grams(corpus.memo(words), n)
        hashes.append(of_corpus[whole])
        holders.append(keys(corpus)[whole])
    gram, holder = np.concatenate(hashes), np.concatenate(holders)
    order = np.lexsort((holder, gram))
    gram, holder = gram[order], holder[order]
    fresh = np.ones(len(gram), np.bool_)
    fresh[1:] = (gram[1:] != gram[:-1]) | (holder[1:] != holder[:-1])
    gram, holder = gram[fresh], holder[fresh]
    kinds, at, groups = np.unique(gram, return_index=True, return_counts=True)
    second = np.full(len(kinds), NOBODY, np.int64)
    second[groups > 1] = holder[at[groups > 1] + 1]
    return Owners(kinds, groups.astype(np.int32), holder[at], second)


def _of_own_group(corpora: Corpora, n: int, hashes: Hashes) -> NDArray[np.bool_]:
    """Whether an n-gram stands in a real record of the synthetic record's own group."""
    starts = corpora.synthetic.memo(words).starts
    found = np.zeros(len(hashes), np.bool_)
    for i, theirs in _own_records(corpora, n):
        mine = slice(starts[i], starts[i + 1])
        found[mine] = np.isin(hashes[mine], theirs)
    return found


def _own_records(corpora: Corpora, n: int) -> Iterator[tuple[int, Hashes]]:
    """Synthetic records with real records of their group that do not count, and these n-grams."""
    source = corpora.real()
    places: dict[int, list[tuple[Corpus, int]]] = defaultdict(list)
    for corpus in real(corpora):
        for j, key in enumerate(corpus.group_keys):
            places[key].append((corpus, j))
    counted = frozenset() if corpora.leave_out else frozenset(source.group_keys)
    for i, key in enumerate(corpora.synthetic.group_keys):
        if key in places and key not in counted:
            yield i, np.concatenate([_grams_of(corpus, n, j) for corpus, j in places[key]])


def _grams_of(corpus: Corpus, n: int, record: int) -> Hashes:
    hashes, whole = corpus.memo(_grams, n)
    starts = corpus.memo(words).starts
    here = slice(starts[record], starts[record + 1])
    return hashes[here][whole[here]]


def _grams(corpus: Corpus, n: int) -> tuple[Hashes, NDArray[np.bool_]]:
    return grams(corpus.memo(words), n)
