"""The seed index against brute force, on thousands of random cases."""

import random

import numpy as np
import pytest

from auditor.corpus import Corpus
from auditor.indexes import packing, substring
from auditor.record import Record


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def shared(source: list[str], query: list[str], floor: int, seed: int) -> substring.Shared:
    index = substring.build(packing.characters(corpus(*source)), floor, seed)
    return substring.longest(index, packing.characters(corpus(*query)))


def brute_force(source: list[str], text: str, floor: int) -> tuple[int, int, list[bool]]:
    """Longest common substring by dynamic programming; the record that covers most, and what."""
    best, owner, widest = 0, -1, [False] * len(text)
    for number, other in enumerate(source):
        row, covered = [0] * (len(other) + 1), [False] * len(text)
        for i, char in enumerate(text):
            row = [0, *(row[j] + 1 if char == other[j] else 0 for j in range(len(other)))]
            run = max(row)
            best = max(best, run)
            if run >= floor:
                covered[i - run + 1 : i + 1] = [True] * run
        if sum(covered) > sum(widest):
            owner, widest = number, covered
    return (best if best >= floor else 0), owner, widest


def draw(rng: random.Random, alphabet: str) -> str:
    # No white space: the comparable text is then the text itself, which the oracle can read.
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 36)))


@pytest.mark.parametrize("alphabet", ["ab", "abcdé", "aß" * 3 + "漢𝔘"])
@pytest.mark.parametrize(("floor", "seed"), [(8, 4), (5, 5), (3, 1), (7, 2)])
def test_equals_brute_force(alphabet: str, floor: int, seed: int) -> None:
    rng = random.Random(f"{alphabet}{floor}{seed}")
    for _ in range(150):
        source = [draw(rng, alphabet) for _ in range(rng.randint(1, 4))]
        query = [draw(rng, alphabet) for _ in range(3)]
        if rng.random() < 0.3:
            query[0] = source[0][: rng.randint(1, 36)] + query[0]
        plain = [[packing.normalise([t]).text() for t in side] for side in (source, query)]
        result = shared(source, query, floor, seed)
        ends = np.cumsum([0] + [len(text) for text in plain[1]])
        for i, text in enumerate(plain[1]):
            best, owner, covered = brute_force(plain[0], text, floor)
            assert result.length[i] == best
            assert (result.owner[i], result.cover[i]) == (owner, sum(covered))
            assert result.covered[ends[i] : ends[i + 1]].tolist() == covered


def test_the_reported_place_holds_the_same_text_on_both_sides() -> None:
    source = ["nothing alike here", "she kept a diary of every meal for weeks"]
    query = ["Then she  KEPT a diary of every meal, he said."]
    result = shared(source, query, 10, 6)
    mine = packing.characters(corpus(*query)).span(int(result.at[0]), int(result.length[0]))
    theirs = packing.characters(corpus(*source)).span(int(result.where[0]), int(result.length[0]))
    assert result.record[0] == 1
    assert query[0][mine.start : mine.end] == " she  KEPT a diary of every meal"[1:]
    assert source[1][theirs.start : theirs.end] == "she kept a diary of every meal"


def test_no_run_crosses_from_one_record_into_the_next() -> None:
    assert shared(["abcdef", "ghijkl"], ["abcdefghijkl"], 4, 2).length[0] == 6


def test_own_group_is_left_out() -> None:
    twice = corpus("the same words in both", "the same words in both", "and something else")
    index = substring.build(packing.words(twice), 2, 2)
    assert substring.longest(index, index.packed, groups=(0, 0, 1)).length.tolist() == [0, 0, 0]
    assert substring.longest(index, index.packed, groups=(0, 1, 2)).length.tolist() == [5, 5, 0]


def test_nothing_in_nothing() -> None:
    assert shared([""], ["abc"], 2, 1).length.tolist() == [0]
    assert shared(["abc"], [""], 2, 1).length.tolist() == [0]
