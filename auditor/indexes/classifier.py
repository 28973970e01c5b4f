"""A plain classifier of texts: how much about their labels can be learned from a set of texts.

Words and pairs of words, weighted by sublinear TF-IDF, and one logistic regression per label with
balanced classes (Joachims 1998; Fan et al. 2008, LIBLINEAR). It is weaker than a tuned language
model and asks the same question: it needs no model file, and gives the same scores again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.errors import CannotMeasure

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
FEWEST_TEXTS = 2  # a word of one text alone teaches nothing about others
MOST_STEPS = 1000
DIGITS = 6  # a sum's last digits depend on the processor, and may decide no rank


def scores(train: Sequence[str], truth: Bools, test: Sequence[str]) -> Floats:
    """How sure a classifier of ``train`` is of each label, (test, labels): log-odds, 0 undecided.

    ``truth``: (train, labels). A label that all or none of ``train`` have is known for no reason,
    and scores 0. Raises CannotMeasure when no word stands in two of the texts.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        seen, unseen = _weights(train, test)
        columns = [_score(seen, of_label, unseen) for of_label in truth.T]
    return np.stack(columns, axis=1).round(DIGITS)


def _weights(train: Sequence[str], test: Sequence[str]) -> tuple[Any, Any]:
    """TF-IDF of both; words and weights are those of ``train``."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        ngram_range=(1, 2), min_df=FEWEST_TEXTS, sublinear_tf=True, strip_accents="unicode"
    )
    try:
        return words.fit_transform(train), words.transform(test)
    except ValueError:  # an empty vocabulary
        raise CannotMeasure(
            "no word stands in two texts that a classifier is to learn from; give more records"
        ) from None


def _score(seen: Any, of_label: Bools, unseen: Any) -> Floats:
    from sklearn.linear_model import LogisticRegression

    if of_label.all() or not of_label.any():
        return np.zeros(unseen.shape[0])
    model = LogisticRegression(
        class_weight="balanced", solver="liblinear", max_iter=MOST_STEPS, random_state=0
    )
    result: Floats = model.fit(seen, of_label).decision_function(unseen)
    return result
