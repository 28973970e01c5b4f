"""The join finds exactly what comparing every pair finds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.indexes.similarity_join import nearest_earlier, word_sets
from auditor.record import Record

TEXTS = st.lists(
    st.lists(st.sampled_from("abcdefghijklmnop"), max_size=14).map(" ".join),
    min_size=1,
    max_size=30,
)


def corpus(texts: list[str]) -> Corpus:
    return Corpus("test", tuple(Record(f"r{i}", text) for i, text in enumerate(texts)))


def similarities(texts: list[str]) -> list[list[float]]:
    """Weighted Jaccard similarity of every record to every earlier one."""
    sets = [set(text.split()) for text in texts]
    holders = {word: sum(word in other for other in sets) for word in set().union(*sets)}
    weights = {w: 1 + math.log((1 + len(texts)) / (1 + n)) for w, n in holders.items()}

    def weight(words: set[str]) -> float:
        return sum(weights[word] for word in sorted(words))

    return [
        [weight(one & other) / max(weight(one | other), 1) for other in sets[:i]]
        for i, one in enumerate(sets)
    ]


@given(TEXTS, st.sampled_from([0.05, 0.3, 0.5, 0.9, 1.0]))
def test_the_nearest_earlier_record_is_that_of_all_pairs(texts: list[str], least: float) -> None:
    found = nearest_earlier(corpus(texts), least)
    for i, earlier in enumerate(similarities(texts)):
        best = max(earlier, default=0.0)
        if abs(best - least) < 1e-9:
            continue  # on the border either is right
        assert found.similarity[i] == pytest.approx(best if best > least else 0, abs=1e-6)
        if best > least:
            assert earlier[found.record[i]] == pytest.approx(best, abs=1e-9)
        else:
            assert found.record[i] == -1


def test_more_records_than_a_thread_takes_at_a_time() -> None:
    texts = [f"alpha beta n{i} m{i} o{i % 300}" for i in range(600)]
    found = nearest_earlier(corpus([*texts, *texts]), 0.9)
    assert (found.record[:600] == -1).all()
    assert found.record[600:].tolist() == list(range(600))
    assert (found.similarity[600:] == 1).all()


def test_of_equal_ones_the_first_is_told() -> None:
    found = nearest_earlier(corpus(["one two three"] * 4), 0.3)
    assert found.record.tolist() == [-1, 0, 0, 0]


def test_rare_words_come_first_and_weigh_more() -> None:
    sets = corpus(["the fox", "the hen", "the fox the"]).memo(word_sets)
    assert sets.starts.tolist() == [0, 2, 4, 6]
    assert sets.weights == pytest.approx([1 + math.log(n) for n in (2, 4 / 3, 1)])
    assert sets.words.tolist() == [1, 2, 0, 2, 1, 2]


@pytest.mark.parametrize("texts", [["..."], ["...", "..."], ["a", "...", "a"]])
def test_records_without_a_word_are_alike_to_nothing(texts: list[str]) -> None:
    found = nearest_earlier(corpus(texts), 0.3)
    empty = np.array([text == "..." for text in texts])
    assert (found.record[empty] == -1).all()
    assert (found.similarity[empty] == 0).all()
