"""AUC and F1 over weighted draws, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from auditor.indexes import macro_scores
from auditor.indexes.macro_scores import Bools, Floats

RECORDS = st.lists(
    st.tuples(st.integers(-3, 3), st.booleans(), st.integers(0, 3)), min_size=1, max_size=30
)


def one(records: list[tuple[int, bool, int]]) -> tuple[Floats, Bools, Floats]:
    """One label of some records: scores, truth, and one draw of the records."""
    scores, truth, weights = zip(*records, strict=True)
    return np.array([scores], float).T, np.array([truth]).T, np.array([weights], float)


@given(RECORDS)
def test_auc_is_that_of_the_drawn_records(records: list[tuple[int, bool, int]]) -> None:
    scores, truth, weights = one(records)
    found = macro_scores.aucs(scores, truth, weights)[0, 0]
    drawn = np.repeat(np.arange(len(records)), weights[0].astype(int))
    if len(set(truth[drawn, 0])) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(truth[drawn, 0], scores[drawn, 0]))


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_f1_is_that_of_the_highest_scores(truth: list[bool], draw: np.random.Generator) -> None:
    scores = np.arange(len(truth), dtype=float)
    draw.shuffle(scores)
    found = macro_scores.f1s(scores[:, None], np.array([truth]).T, np.ones((1, len(truth))))[0, 0]
    flagged = scores >= len(truth) - sum(truth)
    if any(truth):
        assert found == pytest.approx(f1_score(truth, flagged))
    else:
        assert np.isnan(found)


def test_equal_scores_are_flagged_in_part() -> None:
    truth = np.array([[True, False, False, False]]).T
    found = macro_scores.f1s(np.zeros((4, 1)), truth, np.ones((1, 4)))
    assert found[0, 0] == pytest.approx(0.25)


def test_the_mean_is_over_labels_with_a_value() -> None:
    of_labels = np.array([[0.4, np.nan, np.nan], [0.8, 0.6, np.nan]])
    assert macro_scores.macro(of_labels)[:2] == pytest.approx([0.6, 0.6])
    assert np.isnan(macro_scores.macro(of_labels)[2])


def test_whole_groups_are_drawn() -> None:
    weights = macro_scores.resampled([7, 7, 3, 3, 3, 5], 50, seed=0)
    assert weights.shape == (51, 6)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 2] == weights[:, 4]).all()
    assert (weights[:, [0, 2, 5]].sum(axis=1) == 3).all()
    assert (macro_scores.resampled([7, 7, 3, 3, 3, 5], 50, seed=0) == weights).all()


def test_an_interval_is_of_the_draws_and_leaves_out_what_is_no_number() -> None:
    found = macro_scores.interval(np.array([5.0, *range(101), np.nan]))
    assert (found.value, found.low, found.high) == pytest.approx((5, 2.5, 97.5))
    assert np.isnan(macro_scores.interval(np.array([5.0, np.nan])).low)


def test_a_ratio_to_nothing_is_no_number() -> None:
    found = macro_scores.ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    assert found[0] == 0.5
    assert np.isnan(found[1])
