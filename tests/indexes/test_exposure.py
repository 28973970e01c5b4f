"""Rare runs against brute force; relabelings and paired sums against what they stand for."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.indexes import binomial, exposure
from auditor.indexes.exposure_kernels import paired_sums
from auditor.record import Record


def corpus(*texts: str, groups: list[str | None] | None = None, name: str = "c") -> Corpus:
    groups = groups or [None] * len(texts)
    pairs = zip(texts, groups, strict=True)
    records = (Record(f"{name}{i}", t, group=g) for i, (t, g) in enumerate(pairs))
    return Corpus(name, tuple(records))


def told(runs: exposure.Runs) -> list[dict[int, int]]:
    """For each record, group -> words."""
    pairs = list(zip(runs.groups.tolist(), runs.words.tolist(), strict=True))
    return [dict(pairs[a:b]) for a, b in itertools.pairwise(runs.starts.tolist())]


def rare(synthetic: Corpus, source: Corpus, holdout: Corpus, n: int) -> list[dict[int, int]]:
    """Rare runs where every group is compared, whatever its length."""
    of = exposure.groups(source, holdout)
    of.stratum[:] = 0
    return told(exposure.rare_runs(synthetic, source, holdout, of, n))


def test_the_longest_stretch_that_one_patient_owns() -> None:
    source = corpus("a quiet man who kept bees behind the mill", "she kept bees behind the house")
    holdout = corpus("he kept a diary")
    synthetic = corpus("there was a quiet man who kept bees behind the house")
    # "kept bees behind", "bees behind the" stand in two records and are nobody's.
    assert rare(synthetic, source, holdout, 3) == [{0: 6, 1: 3}]


def test_what_the_holdout_has_too_is_nobodys() -> None:
    text = "a quiet man who kept bees"
    assert rare(corpus(text), corpus(text), corpus(text), 3) == [{}]


def test_two_notes_of_one_patient_are_one_owner() -> None:
    text = "a quiet man who kept bees"
    source = corpus(text, text, "something else", groups=["p1", "p1", "p2"])
    assert rare(corpus(text), source, corpus("nothing of it"), 3) == [{0: 6}]


def test_the_own_patient_is_left_out() -> None:
    source = corpus("a quiet man who kept bees", "he drove a red van", groups=["p1", "p2"])
    made = corpus("a quiet man who kept bees and drove a red van", groups=["p1"])
    assert rare(made, source, corpus("nothing"), 3) == [{1: 4}]


def test_no_run_crosses_records() -> None:
    source, holdout = corpus("one two three", "four five six"), corpus("x")
    assert rare(corpus("one two three four five six"), source, holdout, 2) == [{0: 3, 1: 3}]
    assert rare(corpus("one two", "three four"), source, holdout, 3) == [{}, {}]


def test_empty_texts_are_no_trouble() -> None:
    assert rare(corpus("", "a b"), corpus("", "a b"), corpus(""), 2) == [{}, {1: 2}]
    assert rare(corpus(""), corpus(""), corpus(""), 2) == [{}]


def brute_force(
    synthetic: Corpus, source: Corpus, holdout: Corpus, of: exposure.Groups, n: int
) -> list[dict[int, int]]:
    """Sets of tuples, position by position."""

    def pieces(record: Record) -> list[tuple[str, ...]]:
        words = record.text.split()
        return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]

    owners: dict[tuple[str, ...], set[int]] = {}
    for side, numbers in ((source, of.source), (holdout, of.holdout)):
        for record, number in zip(side.records, numbers.tolist(), strict=True):
            for piece in pieces(record):
                owners.setdefault(piece, set()).add(number)
    result = []
    for record in synthetic.records:
        best: dict[int, int] = {}
        for owner, stretch in itertools.groupby(pieces(record), lambda p: owners.get(p, set())):
            if len(owner) == 1 and (number := min(owner)) != of.names.get(record.group or "none"):
                best[number] = max(best.get(number, 0), len(list(stretch)) + n - 1)
        result.append(best)
    return result


TEXT = st.lists(st.sampled_from("abc"), max_size=14).map(" ".join)
SIDE = st.lists(st.tuples(TEXT, st.sampled_from([None, "p", "q"])), min_size=1, max_size=4)


@settings(max_examples=300)
@given(SIDE, SIDE, SIDE, st.integers(1, 3))
def test_equals_brute_force(
    made: list[tuple[str, str | None]],
    seen: list[tuple[str, str | None]],
    unseen: list[tuple[str, str | None]],
    n: int,
) -> None:
    sides = [
        corpus(*(text for text, _ in side), groups=[group for _, group in side])
        for side in (made, seen, unseen)
    ]
    of = exposure.groups(sides[1], sides[2])
    of.stratum[:] = 0
    runs = exposure.rare_runs(*sides, of, n)
    assert told(runs) == brute_force(*sides, of, n)
    for longest in told(runs):
        assert list(longest.values()) == sorted(longest.values(), reverse=True)


def test_patients_are_compared_with_those_who_have_as_much_text() -> None:
    short, long = ["a b"] * 20, ["a b c d e f g h"] * 20
    of = exposure.groups(corpus(*short, *long), corpus(*long, *short))
    lengths = np.array([2] * 20 + [8] * 20 + [8] * 20 + [2] * 20)
    assert (of.stratum >= 0).all()
    for stratum in np.unique(of.stratum):
        assert len(set(lengths[of.stratum == stratum])) == 1


def test_patients_of_equal_length_stay_together() -> None:
    of = exposure.groups(corpus(*["a b"] * 30), corpus(*["a b"] * 30))
    assert len(set(of.stratum.tolist())) == 1


def test_a_patient_of_both_corpora_is_not_compared() -> None:
    filler = [f"text {i}" for i in range(20)]
    sides = [corpus("a b c", *filler, groups=["both", *([None] * 20)], name=name) for name in "sh"]
    of = exposure.groups(*sides)
    assert of.stratum[of.names["both"]] == -1
    assert np.sum(of.stratum >= 0) == 40


def test_relabelings_keep_how_many_of_each_length_are_source() -> None:
    rng = random.Random(1)
    texts = [" ".join("w" * rng.randint(1, 60)) for _ in range(90)]
    of = exposure.groups(corpus(*texts[:60]), corpus(*texts[60:]))
    everyone = np.arange(90)
    blocks = np.concatenate(list(exposure.relabelings(of, everyone, 200, 0)))
    assert (blocks[0] == of.seen).all()
    assert blocks.shape == (201, 90)
    for stratum in np.unique(of.stratum):
        members = of.stratum == stratum
        assert (blocks[:, members].sum(axis=1) == of.seen[members].sum()).all()


def test_every_choice_of_exposed_patients_is_as_likely() -> None:
    """Three of six patients are exposed, half of all are source: every place is as good."""
    texts = ["one two"] * 6
    of = exposure.groups(corpus(*texts[:3]), corpus(*texts[3:]))
    blocks = np.concatenate(list(exposure.relabelings(of, np.array([0, 2, 5]), 8000, 3)))[1:]
    kinds, counts = np.unique(blocks, axis=0, return_counts=True)
    share = {(*kind.tolist(),): count / 8000 for kind, count in zip(kinds, counts, strict=True)}
    for kind, value in share.items():
        expected = 1 / 20 if sum(kind) in (0, 3) else 3 / 20
        assert value == pytest.approx(expected, abs=0.015)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=1, max_size=4), st.data()
)
def test_paired_sums_are_means_over_all_equally_large_draws(
    runs: list[list[int]], data: st.DataObject
) -> None:
    seen = data.draw(
        st.lists(st.booleans(), min_size=6, max_size=6).filter(lambda s: 0 < sum(s) < 6)
    )
    sides = [[g for g in range(6) if seen[g] is side] for side in (True, False)]
    fair = min(map(len, sides))
    expected = 0.0
    for words in runs:
        means = [
            np.mean([max(words[g] for g in draw) for draw in itertools.combinations(side, fair)])
            for side in sides
        ]
        expected += means[0] - means[1]
    order = [sorted((g for g in range(6) if w[g]), key=lambda g: -w[g]) for w in runs]
    starts = np.cumsum([0, *map(len, order)])
    groups = np.array([g for one in order for g in one], np.int64)
    words_of = np.array([w[g] for w, one in zip(runs, order, strict=True) for g in one], np.int64)
    weights = [binomial.expected_maximum(len(side), fair) for side in sides]
    sums = paired_sums(np.array([seen]), starts, groups, words_of, *weights)
    assert sums[0] == pytest.approx(expected)
