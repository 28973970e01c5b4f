"""Measures of a set against closed forms and against counting by hand."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.finding import Metric
from auditor.indexes import compression, draws, skeletons
from auditor.indexes.frontier import frechet, mauve
from auditor.indexes.mtld import by_record, factors, mtld
from auditor.indexes.prdc import density_and_coverage
from auditor.indexes.record_vectors import cosines
from auditor.indexes.self_bleu import self_bleu
from auditor.indexes.vendi import vendi
from auditor.record import Record

WORDS = st.lists(st.integers(0, 5), max_size=40)


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def everything(of: Corpus) -> np.ndarray:
    return np.arange(len(of.records))


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def cloud(count: int, seed: int = 0, dimensions: int = 8) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)))


# --- mtld ---


def test_a_text_of_one_word_is_a_factor_every_second_word() -> None:
    assert factors([1] * 10) == 5


def test_what_is_left_over_is_the_part_of_a_factor_that_it_has_come() -> None:
    """Four words, one of them twice in five: .8 distinct, of the way from 1 to .72."""
    assert factors([1, 2, 3, 4, 1]) == pytest.approx((1 - 0.8) / (1 - 0.72))


def test_no_words_are_no_factor() -> None:
    assert factors([]) == 0


@given(WORDS)
def test_a_text_without_repetition_has_no_factor(words: list[int]) -> None:
    assert factors(list(dict.fromkeys(words))) == 0
    assert 0 <= factors(words) <= len(words) / 2


def test_words_per_factor_are_the_mean_of_both_directions() -> None:
    made = corpus("a a a a b c d e", "a b c d")
    of_records = by_record(made)
    words = [0, 0, 0, 0, 1, 2, 3, 4]
    assert of_records[0] == pytest.approx((factors(words) + factors(words[::-1])) / 2)
    assert mtld(of_records, np.array([8, 4])) == pytest.approx(12 / max(1, of_records.sum()))


# --- compression ---


def test_repetition_compresses() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, 5000, dtype=np.uint8).tobytes()
    assert compression.ratio(noise) < 1.01
    assert compression.ratio(noise[:500] * 10) > 8
    assert compression.ratio(b"") == 0


def test_as_many_bytes_are_taken_as_were_asked_for() -> None:
    made = corpus("abc", "défg", "hij")
    assert compression.first(made, [1, 0], 7) == "défg\na".encode()
    assert compression.first(made, [2], 100) == b"hij\n"
    assert compression.size(made, [0, 1]) == 10


# --- skeletons ---


def test_numbers_and_rare_words_are_gaps() -> None:
    common = frozenset({"she", "takes", "of", "a", "day"})
    words = ["she", "takes", "20", "mg", "of", "sertraline", "twice", "a", "day"]
    assert skeletons.skeleton(words, common) == ("she", "takes", "", "of", "", "a", "day")


@pytest.mark.parametrize("sentence", ["she takes it", "x of y of z", "of a b c d e f g"])
def test_a_skeleton_that_says_little_is_none(sentence: str) -> None:
    assert skeletons.skeleton(sentence.split(), frozenset({"she", "takes", "of", "a"})) == ()


def test_template_share_counts_sentences_whose_skeleton_another_record_has() -> None:
    fillings = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "k"]
    frame = "She takes {} for the {} and sleeps.\nThen {}."
    made = corpus(*(frame.format(f, f + "x", f) for f in fillings), "One more of another kind.")
    grams = made.memo(skeletons.ids)
    assert skeletons.template_share(grams, np.arange(10)) == pytest.approx(0.5)
    assert skeletons.template_share(grams, np.arange(11)) == pytest.approx(0.5 * 10 / 11)
    assert skeletons.template_share(grams, np.arange(1)) == 0


def test_the_same_sentence_twice_in_one_record_is_no_template() -> None:
    made = corpus("He sleeps well and eats well now. " * 5)
    assert skeletons.template_share(made.memo(skeletons.ids), everything(made)) == 0


# --- vendi ---


@pytest.mark.parametrize("count", [1, 5, 20])
def test_equal_vectors_are_one_thing(count: int) -> None:
    assert vendi(np.repeat(cloud(1), count, axis=0)) == pytest.approx(1)


@pytest.mark.parametrize("count", [1, 3, 8])
def test_orthogonal_vectors_are_as_many_things(count: int) -> None:
    assert vendi(np.eye(8)[:count]) == pytest.approx(count)
    assert vendi(np.repeat(np.eye(8)[:count], 4, axis=0)) == pytest.approx(count)


@given(st.integers(1, 30), st.integers(0, 5))
def test_the_score_is_between_one_and_the_smaller_side(count: int, seed: int) -> None:
    vectors = cloud(count, seed)
    assert 1 - 1e-9 <= vendi(vectors) <= min(vectors.shape) + 1e-9
    values = np.linalg.eigvalsh(vectors @ vectors.T / count)
    shares = values[values > 1e-12]
    assert vendi(vectors) == pytest.approx(math.exp(-np.sum(shares * np.log(shares))))


# --- density and coverage ---


def test_real_vectors_cover_themselves() -> None:
    real = cosines(cloud(40), cloud(40))
    density, coverage = density_and_coverage(real, real)
    assert coverage == 1
    assert density > 1


def test_vectors_elsewhere_cover_nothing() -> None:
    real = np.abs(cloud(40))
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    assert density_and_coverage(cosines(real, real), cosines(-real, real)) == (0, 0)


@given(st.integers(6, 30), st.integers(1, 30), st.integers(0, 5))
def test_density_and_coverage_by_hand(real: int, count: int, seed: int) -> None:
    theirs, ours = cloud(real, seed), cloud(count, seed + 100)
    among, across = cosines(theirs, theirs), cosines(ours, theirs)
    radius = [sorted(np.delete(row, i))[-5] for i, row in enumerate(among)]
    inside = [[across[j, i] >= radius[i] for i in range(real)] for j in range(count)]
    density, coverage = density_and_coverage(among, across)
    assert density == pytest.approx(np.sum(inside) / (5 * count))
    assert coverage == pytest.approx(np.mean(np.any(inside, axis=0)))


# --- draws ---


def test_a_set_of_a_large_real_corpus_strays_as_a_draw_does() -> None:
    assert draws.stretch(100, 100, 10**9, 20) == pytest.approx(1, abs=1e-3)


def test_a_set_half_as_large_as_the_real_corpus() -> None:
    assert draws.stretch(100, 100, 200, 20) == pytest.approx(math.sqrt(3))


def test_independent_sets_stray_as_stretched_draws_do() -> None:
    """Means of 100 numbers: of draws from 200, stretched, and of sets that are not among them."""
    rng = np.random.default_rng(0)
    ratio = []
    for _ in range(200):
        real, apart = rng.normal(size=200), rng.normal(size=100)
        means = [real[order[:100]].mean() for order in draws.orders(np.arange(200), 50, 1)]
        ratio.append((apart.mean() - np.mean(means)) / np.std(means))
    assert np.std(ratio) == pytest.approx(draws.stretch(100, 100, 200, 10**6), rel=0.15)


def test_no_stretched_value_is_beyond_what_its_metric_can_be() -> None:
    metrics = {"m": Metric("a share of something", "", 0, 1)}
    values = [{"m": 0.0}, {"m": 1.0}, {"m": 0.4}]
    told = [f.value for f in draws.stretched("F32", values, {"m": 2.0}, metrics, {})]
    assert told == [0, 1, pytest.approx(0.3333, abs=1e-3)]


def test_what_no_real_record_does_may_happen_once() -> None:
    metrics = {"m": Metric("a share of records", "", 0, 1)}
    told = draws.stretched("", [{"m": 0.0}] * 200, {"m": 1.5}, metrics, {"m": 1 / 50})
    column = sorted(f.value for f in told)
    assert column[0] == 0
    assert 1 / 50 < column[190] < 3 / 50


def test_draws_are_by_their_seed() -> None:
    records = np.arange(30)
    one, two, other = (
        [order.tolist() for order in draws.orders(records, 3, seed)] for seed in (1, 1, 2)
    )
    assert one == two != other
    assert sorted(one[0]) == records.tolist()


# --- for comparison with papers ---


def test_self_bleu_of_equal_and_of_different_texts() -> None:
    same, other = "she slept badly again last night", "nobody there ever saw him walk home"
    made = corpus(same, same, same)
    assert self_bleu(made, everything(made)) == pytest.approx(1)
    apart = corpus(same, other)
    assert self_bleu(apart, everything(apart)) < 0.15
    assert self_bleu(apart, np.array([0])) == 0


LETTERS = st.lists(st.sampled_from("abc"), min_size=5, max_size=9)


@given(st.lists(LETTERS, min_size=2, max_size=5))
def test_self_bleu_against_counting(texts: list[list[str]]) -> None:
    made = corpus(*(" ".join(text) for text in texts))
    expected = np.mean([bleu(i, texts) for i in range(len(texts))])
    assert self_bleu(made, everything(made)) == pytest.approx(expected)


def bleu(i: int, texts: list[list[str]]) -> float:
    others = [text for j, text in enumerate(texts) if j != i]
    logs = []
    for n in (1, 2, 3, 4):
        mine, theirs = counted(texts[i], n), [counted(text, n) for text in others]
        hits = sum(min(c, max(t[g] for t in theirs)) for g, c in mine.items())
        logs.append(math.log(max(hits, 0.5) / sum(mine.values())))
    nearest = min((abs(len(t) - len(texts[i])), j, len(t)) for j, t in enumerate(others))[2]
    return math.exp(sum(logs) / 4) * min(1, math.exp(1 - nearest / len(texts[i])))


def counted(text: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))


def test_distances_of_a_cloud_from_itself_and_from_another() -> None:
    one, other = cloud(200), cloud(200, seed=1)
    moved = unit(one + 2)
    assert frechet(one, one) == pytest.approx(0, abs=1e-9)
    assert frechet(one, other) < frechet(one, moved) / 5
    assert mauve(one, one, 0) == pytest.approx(1)
    assert mauve(one, other, 0) > 0.7
    assert mauve(one, moved, 0) < 0.4
    assert mauve(one, other, 0) == mauve(one, other, 0)
