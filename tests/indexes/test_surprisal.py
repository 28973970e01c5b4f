"""Bits of a word: dear where only one record has it, cheap where everyone does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpora, Corpus
from auditor.indexes.surprisal import surprisal
from auditor.record import Record

TEXTS = st.lists(
    st.lists(st.sampled_from("abcd"), max_size=9).map(" ".join), min_size=1, max_size=5
)


def corpus(name: str, *texts: str) -> Corpus:
    return Corpus(name, tuple(Record(f"{name}{i}", text) for i, text in enumerate(texts)))


def test_the_owner_is_not_asked() -> None:
    """A word of one record is as surprising as one of none: who copied has no excuse."""
    source = corpus("source", *["fever and cough"] * 50, "fever and zugzwang")
    made = corpus("made", "fever and cough", "fever and zugzwang", "fever and unheard")
    bits = surprisal(Corpora(made, source)).reshape(3, 3)
    assert bits[1, 2] == bits[2, 2]
    assert bits[0, 2] < 2
    assert bits[1, 2] > 5


def test_a_phrase_is_cheaper_than_its_words_apart() -> None:
    source = corpus("source", *["shortness of breath"] * 30, *["breath test of iron"] * 30)
    made = corpus("made", "shortness of breath", "breath of shortness")
    bits = surprisal(Corpora(made, source)).reshape(2, 3)
    assert bits[0].sum() < bits[1].sum()


def test_what_the_holdout_knows_is_no_surprise() -> None:
    source, made = corpus("source", "blue door"), corpus("made", "blue door")
    alone = surprisal(Corpora(made, source))
    known = surprisal(Corpora(made, source, corpus("holdout", *["blue door"] * 9)))
    assert (known < alone).all()


@given(TEXTS, TEXTS, TEXTS)
def test_bits_are_not_negative_and_equal_in_the_control(
    made: list[str], real: list[str], unseen: list[str]
) -> None:
    corpora = Corpora(corpus("s", *made), corpus("r", *real), corpus("h", *unseen))
    chance = corpora.chance()
    assert chance is not None
    bits = surprisal(corpora)
    assert len(bits) == sum(len(text.split()) for text in made)
    assert (bits >= 0).all()
    assert np.array_equal(bits, surprisal(chance))
