"""Our signatures and candidates against datasketch's, and exact similarities against sets."""

import random

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

from auditor.corpus import Corpus
from auditor.indexes import minhash
from auditor.record import Record

WORDS = ["pain", "sleep", "mood", "knee", "left", "right", "daily", "mild", "severe", "denies"]


def corpus(count: int, seed: str) -> Corpus:
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 40))) for _ in range(count)]
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def shingle_set(shingles: minhash.Shingles, record: int) -> set[int]:
    return set(shingles.hashes[shingles.starts[record] : shingles.starts[record + 1]].tolist())


@pytest.mark.parametrize("k", [1, 3, 5])
def test_signatures_are_datasketchs(k: int) -> None:
    texts = corpus(60, "signatures")
    shingles = minhash.shingles(texts, k)
    for i, row in enumerate(minhash.signatures(texts, k)):
        theirs = MinHash(num_perm=minhash.PERMUTATIONS, hashfunc=lambda x: x)
        theirs.update_batch(list(shingle_set(shingles, i)))
        assert theirs.hashvalues.tolist() == row.tolist()


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
def test_candidates_are_datasketchs(threshold: float) -> None:
    source, query = corpus(80, "source"), corpus(60, "query")
    bands, rows = minhash.banding(threshold)
    lsh = MinHashLSH(num_perm=minhash.PERMUTATIONS, params=(bands, rows))
    for i, row in enumerate(minhash.signatures(source, 1)):
        lsh.insert(i, LeanMinHash(seed=1, hashvalues=row, scheme="affine32"))
    theirs = [
        [q, hit]
        for q, row in enumerate(minhash.signatures(query, 1))
        for hit in sorted(lsh.query(LeanMinHash(seed=1, hashvalues=row, scheme="affine32")))
    ]
    assert len(theirs) > 10
    index = minhash.bands(source, 1, threshold)
    assert minhash.candidates(index, minhash.signatures(query, 1)).tolist() == theirs


def test_similarities_are_those_of_the_sets() -> None:
    a, b = (minhash.shingles(corpus(20, seed), 2) for seed in ("a", "b"))
    pairs = np.array([(i, j) for i in range(20) for j in range(20)])
    jaccard, containment = minhash.similarities(a, b, pairs)
    for n, (i, j) in enumerate(pairs):
        x, y = shingle_set(a, i), shingle_set(b, j)
        assert jaccard[n] == len(x & y) / len(x | y)
        assert containment[n] == len(x & y) / min(len(x), len(y))


def test_records_that_hold_what_is_rare_are_those_of_brute_force() -> None:
    k, least, rng = 2, 0.3, random.Random("rare")
    source, query = corpus(40, "rare source"), corpus(30, "rare query")
    own, groups = (np.array([rng.randrange(9) for _ in range(n)], np.int32) for n in (30, 40))
    shingles = [
        [shingle_set(minhash.shingles(c, k), i) for i in range(n)]
        for c, n in ((query, 30), (source, 40))
    ]
    expected = []
    for i, mine in enumerate(shingles[0]):
        holders = {
            h: {groups[j] for j, other in enumerate(shingles[1]) if h in other} for h in mine
        }
        rare = {h for h in mine if 1 <= len(holders[h]) <= minhash.RARE}
        for j, other in enumerate(shingles[1]):
            shared = len(rare & other)
            if own[i] != groups[j] and shared and shared >= least * min(len(rare), len(other)):
                expected.append([i, j])
    assert len(expected) > 20
    found = minhash.held_in_common(query, source, k, least, own, groups)
    assert found.tolist() == expected


def test_a_text_shorter_than_a_shingle_still_has_one() -> None:
    short = Corpus(
        "test", (Record("a", "knee pain"), Record("b", "Knee  PAIN"), Record("c", "..."))
    )
    shingles = minhash.shingles(short, 5)
    assert np.diff(shingles.starts).tolist() == [1, 1, 0]
    assert shingle_set(shingles, 0) == shingle_set(shingles, 1)
