"""Cosines over n-grams, held to scikit-learn and to counting by hand."""

import random
import re
from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.indexes import char_vectors
from auditor.indexes.char_vectors_kernels import look_up, number
from auditor.record import Record

TEXTS = (
    "Sleeps badly since the spring; wakes at four and cannot rest.",
    "Knee swollen after a fall. The knee is warm, the patient walks with a stick.",
    "Started on 20 mg of a new tablet, sleeps better.",
    "A rash on both forearms, itching at night, no fever.",
)


def corpus(*texts: str, groups: tuple[str, ...] = ()) -> Corpus:
    names = groups or (None,) * len(texts)
    pairs = zip(texts, names, strict=True)
    return Corpus("test", tuple(Record(f"r{i}", t, group=g) for i, (t, g) in enumerate(pairs)))


def nearest(text: str, real: Corpus, other: Corpus | None = None) -> char_vectors.Nearest:
    return among(real, corpus(text), other)


def among(real: Corpus, texts: Corpus, other: Corpus | None = None) -> char_vectors.Nearest:
    return char_vectors.nearest(char_vectors.index(real, other), texts, real.groups)


def tokens(text: str) -> list[str]:
    """The n-grams of a text in plain words; ASCII only."""
    words = re.findall(r"\w+", text.lower())
    padded = [f" {word} " for word in words]
    grams = [p[i : i + 4] for p in padded for i in range(max(1, len(p) - 3))]
    return grams + [f"{a}|{b}" for a, b in pairwise(words)]


def peer(texts: list[str], real: list[str], weighed: list[str]) -> np.ndarray:
    """The same cosines by scikit-learn: weights fitted on ``weighed``."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    counts = CountVectorizer(analyzer=tokens).fit([*weighed, *texts])
    weights = TfidfTransformer(sublinear_tf=True).fit(counts.transform(weighed))
    left, right = (weights.transform(counts.transform(side)) for side in (texts, real))
    return (left @ right.T).toarray()


def test_a_record_is_nearest_to_itself() -> None:
    real = corpus(*TEXTS)
    found = among(real, real)
    assert found.record.tolist() == [0, 1, 2, 3]
    assert found.cosine == pytest.approx(1)
    assert (found.runner_up < 0.5).all()


def test_case_accents_and_punctuation_change_nothing() -> None:
    real = corpus("Síntomas de ansiedad: ¡insomnio, náuseas!", *TEXTS)
    found = nearest("SINTOMAS  DE ANSIEDAD insomnio nauseas", real)
    assert found.record[0] == 0
    assert found.cosine[0] == pytest.approx(1)


def test_decomposed_and_stray_accents_change_nothing() -> None:
    real = corpus("Señora con náuseas", *TEXTS)
    assert nearest("Sen\u0303ora con na\u0301useas", real).cosine[0] == pytest.approx(1)
    assert nearest("Sx\u0303enora", corpus("Sxenora", *TEXTS)).cosine[0] == pytest.approx(1)


def test_roots_carry_from_one_language_to_another() -> None:
    real = corpus(*TEXTS, "Apendicectomía laparoscópica por apendicitis gangrenosa perforada")
    found = nearest("laparoscopic appendectomy for perforated gangrenous appendicitis", real)
    assert found.record[0] == 4
    assert found.cosine[0] > 3 * found.runner_up[0]


def test_the_order_of_words_counts() -> None:
    real = corpus("chest pain left arm", "pain chest arm left")
    found = nearest("chest pain left arm", real)
    assert found.record[0] == 0
    assert found.cosine[0] == pytest.approx(1)
    assert found.runner_up[0] < 0.9


def test_records_of_the_nearest_ones_group_are_not_among_the_others() -> None:
    sibling = TEXTS[1].replace("stick", "crutch")
    groups = ("p1", "p2", "p3", "p4", "p2")
    alike = nearest(TEXTS[1], corpus(*TEXTS, sibling))
    grouped = nearest(TEXTS[1], corpus(*TEXTS, sibling, groups=groups))
    assert alike.runner_up[0] > 0.8
    assert grouped.runner_up[0] < 0.3
    assert grouped.mean[0] < alike.mean[0]


def test_the_own_group_of_a_text_is_left_out() -> None:
    real = corpus(*TEXTS, TEXTS[0], groups=("p1", "p2", "p3", "p4", "p1"))
    index = char_vectors.index(real, None)
    found = char_vectors.nearest(index, real, real.groups, real.groups)
    assert 0 not in found.record[[0, 4]]
    assert 4 not in found.record[[0, 4]]
    assert (found.cosine < 0.5).all()


def test_a_text_with_nothing_in_common_has_no_nearest() -> None:
    for text in ("漢字", "...", ""):
        found = nearest(text, corpus(*TEXTS))
        assert found.record[0] == -1
        assert [found.cosine[0], found.runner_up[0], found.deviation[0]] == [0, 0, 0]
    assert nearest("sleep", corpus("...", "?")).record[0] == -1


def test_both_corpora_have_the_same_weights() -> None:
    """A text is as near to a record in either place."""
    a, b = corpus(*TEXTS[:2], "shared words here"), corpus(*TEXTS[2:], "shared words here")
    text = "some shared words, nothing else"
    assert nearest(text, a, b).cosine[0] == nearest(text, b, a).cosine[0]
    assert nearest(text, a, b).cosine[0] != nearest(text, a).cosine[0]


ALPHABET = st.text(alphabet="abcAB 1.,", max_size=40)
SIDE = st.lists(ALPHABET, min_size=1, max_size=6)


@given(SIDE, SIDE, st.lists(ALPHABET, max_size=4))
def test_cosines_equal_scikit_learns(texts: list[str], real: list[str], other: list[str]) -> None:
    if not any(map(tokens, real + other)):
        return
    found = among(corpus(*real), corpus(*texts), corpus(*other))
    told = peer(texts, real, real + other)
    assert found.cosine == pytest.approx(told.max(axis=1), abs=1e-6)
    for row, best in enumerate(found.record.tolist()):
        others = np.delete(told[row], best) if best >= 0 else told[row]
        if len(others):
            assert found.runner_up[row] == pytest.approx(others.max(), abs=1e-6)
            assert found.mean[row] == pytest.approx(others.mean(), abs=1e-6)
            assert found.deviation[row] == pytest.approx(others.std(), abs=1e-6)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 30), max_size=200))
def test_numbers_name_the_distinct_hashes(hashes: list[int]) -> None:
    values = np.array(hashes, np.uint64)
    numbers, kinds, slots = number(values)
    assert kinds[numbers].tolist() == hashes
    assert len(kinds) == len(set(hashes))
    assert look_up(values, kinds, slots).tolist() == numbers.tolist()
    unknown = np.array([2**63 + 12345], np.uint64)
    if 2**63 + 12345 not in hashes:
        assert look_up(unknown, kinds, slots).tolist() == [-1]


def test_the_table_grows() -> None:
    values = np.random.default_rng(1).integers(0, 2**63, 30_000).astype(np.uint64)
    numbers, kinds, slots = number(np.concatenate([values, values]))
    assert kinds[numbers].tolist() == [*values.tolist()] * 2
    assert look_up(values, kinds, slots).tolist() == numbers[:30_000].tolist()


def test_the_same_bits_for_any_number_of_threads_and_any_company() -> None:
    rng = random.Random(3)
    words = [f"{rng.choice('bdfg')}{rng.choice('aeiou')}{rng.randrange(60)}" for _ in range(300)]
    made = [" ".join(rng.choices(words, k=30)) for _ in range(1100)]  # more than two blocks
    real = corpus(*made[:50])
    together = among(real, corpus(*made))
    threads = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = among(real, corpus(*made))
    finally:
        numba.set_num_threads(threads)
    last = among(real, corpus(*made[-3:]))
    for column in ("record", "cosine", "runner_up", "mean", "deviation"):
        ours = getattr(together, column)
        assert (ours == getattr(alone, column)).all()
        assert (ours[-3:] == getattr(last, column)).all()
