import numpy as np
import pytest

from auditor.indexes import char_tfidf

TEXTS = ["paciente con apendicitis aguda", "patient with severe depression", "a fall from a roof"]
DESCRIPTIONS = ["Acute appendicitis", "Major depressive disorder", "Fall from building"]


@pytest.fixture(scope="module")
def fitted() -> char_tfidf.CharTfidf:
    return char_tfidf.fitted(TEXTS)


def test_each_text_is_closest_to_its_own_description_across_languages(fitted):
    cosines = fitted.cosines(TEXTS, DESCRIPTIONS)
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]
    assert cosines.min() >= 0
    assert cosines.max() <= 1


def test_accents_and_case_do_not_count(fitted):
    same = fitted.cosines(["DEPRESIÓN Ansiosa"], ["depresion ansiosa"])
    assert same == pytest.approx(1)


def test_a_cosine_does_not_depend_on_what_else_is_compared(fitted):
    alone = fitted.cosines(TEXTS[:1], ["Zygomycosis of unheard-of origin", *DESCRIPTIONS[:1]])
    together = fitted.cosines(TEXTS, DESCRIPTIONS)
    assert alone[0, 1] == pytest.approx(together[0, 0], abs=1e-12)


def test_text_without_a_letter_in_common_scores_nothing(fitted):
    assert not np.any(fitted.cosines(["漢字", "1"], DESCRIPTIONS))
