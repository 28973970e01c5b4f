import numpy as np
import pytest

from auditor.indexes import char_tfidf

TEXTS = ["paciente con apendicitis aguda", "patient with severe depression", "a fall from a roof"]
DESCRIPTIONS = ["Acute appendicitis", "Major depressive disorder", "Fall from building"]


@pytest.fixture(scope="module")
def fitted() -> char_tfidf.CharTfidf:
    return char_tfidf.fitted(TEXTS)


def held(fitted: char_tfidf.CharTfidf, texts: list[str], descriptions: list[str]) -> np.ndarray:
    return char_tfidf.held(fitted.found(texts), fitted.described(descriptions))


def test_each_text_is_closest_to_its_own_description_across_languages(fitted):
    shares = held(fitted, TEXTS, DESCRIPTIONS)
    assert shares.argmax(axis=1).tolist() == [0, 1, 2]
    assert shares.min() >= 0
    assert shares.max() <= 1


def test_accents_and_case_do_not_count(fitted):
    same = held(fitted, ["DEPRESIÓN Ansiosa"], ["depresion ansiosa"])
    assert same == pytest.approx(1)


def test_a_share_does_not_depend_on_what_else_is_compared(fitted):
    others = ["Zygomycosis of unheard-of origin", *DESCRIPTIONS[:1]]
    alone = held(fitted, TEXTS[:1], others)
    together = held(fitted, TEXTS, DESCRIPTIONS)
    assert alone[0, 1] == pytest.approx(together[0, 0], abs=1e-12)


def test_a_description_inside_a_longer_text_is_held_whole(fitted):
    text = ["seen today with acute appendicitis"]
    assert held(fitted, text, DESCRIPTIONS[:1]) == pytest.approx(1)


def test_text_without_a_letter_in_common_scores_nothing(fitted):
    assert not np.any(held(fitted, ["漢字", "1"], DESCRIPTIONS))
