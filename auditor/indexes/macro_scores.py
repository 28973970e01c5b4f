"""Macro AUC and macro F1 of label scores, over resampled records: value and interval.

Every function takes one weight per resampling and record (how often it was drawn), so that two
classifiers are compared on the same draws, and a difference has an interval of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A value and its 95 % percentile interval by the bootstrap (Efron 1979)."""

    value: float
    low: float
    high: float


def resampled(groups: Sequence[int], count: int, seed: int) -> Floats:
    """Weights, (1 + count, records): all records once, then ``count`` draws with replacement.

    Whole groups (patients) are drawn: records of one group are no independent ones.
    """
    numbers, of_group = np.unique(np.asarray(groups), return_inverse=True)
    even = np.full(len(numbers), 1 / len(numbers))
    drawn = np.random.default_rng(seed).multinomial(len(numbers), even, size=count)
    every = np.ones((1, len(numbers)), drawn.dtype)
    return np.concatenate([every, drawn])[:, of_group].astype(np.float64)


def aucs(scores: Floats, truth: Bools, weights: Floats) -> Floats:
    """Area under the ROC curve, (labels, draws). NaN where a draw has one class alone.

    ``scores``, ``truth``: (records, labels).
    """
    return np.stack([_auc(*of_label, weights) for of_label in zip(scores.T, truth.T, strict=True)])


def _auc(scores: Floats, truth: Bools, weights: Floats) -> Floats:
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)  # of equal scores
    right = np.add.reduceat((weights * truth)[:, order], starts, axis=1)
    wrong = np.add.reduceat((weights * ~truth)[:, order], starts, axis=1)
    below = np.cumsum(wrong, axis=1) - wrong / 2
    pairs = right.sum(axis=1) * wrong.sum(axis=1)
    return ratio((right * below).sum(axis=1), pairs)


def f1s(scores: Floats, truth: Bools, weights: Floats) -> Floats:
    """F1, (labels, draws), with as many records flagged as have the label. NaN where none is drawn.

    No threshold is chosen: precision and recall of all records are equal. Of equal scores at the
    border each is flagged in part.
    """
    return np.stack([_f1(*of_label, weights) for of_label in zip(scores.T, truth.T, strict=True)])


def _f1(scores: Floats, truth: Bools, weights: Floats) -> Floats:
    flagged = _flagged(scores, int(truth.sum()))
    hits = weights @ (flagged * truth)
    labelled = weights @ truth.astype(np.float64)
    f1 = ratio(2 * hits, weights @ flagged + labelled)
    return np.where(labelled > 0, f1, np.nan)


def _flagged(scores: Floats, count: int) -> Floats:
    """1 for the ``count`` highest scores, 0 for others; ties at the border share what is left."""
    if not count:
        return np.zeros(len(scores))
    border = np.sort(scores)[-count]
    above, at = scores > border, scores == border
    result: Floats = above + at * (count - above.sum()) / at.sum()
    return result


def macro(of_labels: Floats) -> Floats:
    """Mean over the labels that a draw has a value of, (draws,)."""
    known = ~np.isnan(of_labels)
    return ratio(np.where(known, of_labels, 0).sum(axis=0), known.sum(axis=0))


def interval(values: Floats) -> Interval:
    """The first value, and the range of the central 95 % of the others; NaN are left out."""
    draws = values[1:][~np.isnan(values[1:])]
    if not len(draws):
        return Interval(float(values[0]), float("nan"), float("nan"))
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(values[0]), float(low), float(high))


def ratio(above: Floats, below: Floats) -> Floats:
    """Each ``above / below``; NaN where ``below`` is nothing."""
    nothing = np.full(np.shape(above), np.nan)
    result: Floats = np.divide(above, below, out=nothing, where=below > 0)
    return result
