"""The classifier learns what words say about labels, and gives the same scores again."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from auditor.errors import CannotMeasure
from auditor.indexes import classifier

TEXTS = ["low mood and no sleep", "low mood for weeks", "a broken wrist", "broken wrist in plaster"]
TRUTH = np.array([[True, True, False, False], [False, False, True, True]]).T


def test_it_learns_the_words_of_a_label() -> None:
    found = classifier.scores(TEXTS, TRUTH, ["his mood is low", "her wrist was broken"])
    assert found.shape == (2, 2)
    assert found[0, 0] > 0 > found[1, 0]
    assert found[1, 1] > 0 > found[0, 1]


def test_a_label_of_all_or_none_teaches_nothing() -> None:
    truth = np.array([[True] * 4, [False] * 4, [True, True, False, False]]).T
    found = classifier.scores(TEXTS, truth, ["low mood", "a wrist"])
    assert (found[:, :2] == 0).all()
    assert (found[:, 2] != 0).any()


def test_texts_without_a_word_in_common_cannot_teach() -> None:
    with pytest.raises(CannotMeasure, match="no word stands in two texts"):
        classifier.scores(["one", "two"], np.array([[True], [False]]), ["three"])


def test_the_same_for_any_number_of_threads() -> None:
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(classifier.scores(TEXTS, TRUTH, TEXTS))
    assert (found[0] == found[1]).all()
