"""Word n-grams as numbers, against counting them as tuples."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.indexes import ngrams
from auditor.record import Record

TEXTS = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join),
    min_size=1,
    max_size=6,
)


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def tuples(text: str, n: int) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def everything(texts: list[str]) -> np.ndarray:
    return np.arange(len(texts))


@given(TEXTS, st.integers(1, 5))
def test_equal_numbers_are_equal_n_grams(texts: list[str], n: int) -> None:
    ids = ngrams.ids(corpus(*texts), n)
    grams = [gram for text in texts for gram in tuples(text, n)]
    assert len(ids.values) == len(grams)
    assert ids.kinds == len(set(grams))
    assert len(set(zip(ids.values.tolist(), grams, strict=True))) == len(set(grams))
    for i, text in enumerate(texts):
        assert len(ids.of(i)) == len(tuples(text, n))


@given(TEXTS, st.integers(1, 3), st.integers(1, 30))
def test_distinct_is_the_share_of_distinct_ones(texts: list[str], n: int, budget: int) -> None:
    grams = [gram for text in texts for gram in tuples(text, n)][:budget]
    if grams:
        found = ngrams.ids(corpus(*texts), n).distinct(everything(texts), budget)
        assert found == len(set(grams)) / len(grams)


@given(TEXTS, st.integers(1, 5))
def test_shared_is_the_mean_share_that_another_record_has(texts: list[str], n: int) -> None:
    grams = [tuples(text, n) for text in texts]
    shares = [
        np.mean([any(g in other for j, other in enumerate(grams) if j != i) for g in mine])
        for i, mine in enumerate(grams)
        if mine
    ]
    found = ngrams.ids(corpus(*texts), n).shared(everything(texts))
    assert found == pytest.approx(np.mean(shares) if shares else 0)


def test_the_order_of_words_counts() -> None:
    assert ngrams.ids(corpus("a b", "b a", "A, B!"), 2).kinds == 2


def test_no_n_gram_crosses_from_one_record_into_the_next() -> None:
    ids = ngrams.ids(corpus("a b", "c", "", "d e f"), 2)
    assert [len(ids.of(i)) for i in range(4)] == [1, 0, 0, 2]


@given(TEXTS, st.integers(1, 40), st.integers(0, 5))
def test_a_draw_holds_enough_or_everything(texts: list[str], budget: int, seed: int) -> None:
    ids = ngrams.ids(corpus(*texts), 1)
    drawn = ngrams.draw(ids, budget, np.random.default_rng(seed))
    assert len(set(drawn.tolist())) == len(drawn)
    total = sum(len(ids.of(r)) for r in drawn)
    assert total >= budget or len(drawn) == len(texts)
    assert sum(len(ids.of(r)) for r in drawn[:-1]) < budget, "and no record more than needed"


def test_a_draw_is_by_its_seed() -> None:
    ids = ngrams.ids(corpus(*(f"w{i}" for i in range(50))), 1)
    one, two, other = (ngrams.draw(ids, 20, np.random.default_rng(s)).tolist() for s in (1, 1, 2))
    assert one == two != other
