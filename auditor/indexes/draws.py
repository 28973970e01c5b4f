"""How far random draws of real records stray, and how far an independent set may.

Draws of n from the same N real records overlap, so they stray less from one another than a set of
other records does. For a mean over records the variance of a draw is in proportion to 1/n - 1/N; of
a set of m other records, compared with the N, to 1/m + 1/N. The band that a policy reads off the
draws has to be that of independent sets, so their deviations are stretched by the root of the
ratio: 1.7 where the set is half as large as the real corpus, 1 where that is endless.

A share of records that is 0 in every draw would leave no room at all: see ``stretched``.

Source: Cochran 1977, Sampling Techniques, chapter 2 (finite population correction).
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from auditor.finding import Finding, Metric

Ints = NDArray[np.int64]
Values = Mapping[str, float]  # metric -> value of one draw
DIGITS = 6  # of a value; the last bits may depend on the number of threads


def orders(records: Ints, draws: int, seed: int) -> Iterator[Ints]:
    """The records in random order, once per draw. A draw is as many of the first as are needed."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield rng.permutation(records)


def stretch(drawn: int, accepted: int, real: int, draws: int) -> float:
    """The ratio of the standard deviations above, for sizes in records or in words.

    A set larger than a draw is measured as the mean of ``draws`` draws, which strays as well.
    """
    of_the_set = 1 / accepted + (1 / drawn - 1 / accepted) / draws + 1 / real
    return math.sqrt(of_the_set / (1 / drawn - 1 / real))


def averages(part: str, draws: Sequence[Values]) -> Iterator[Finding]:
    """Each metric of a part of the set: the mean over its draws."""
    for metric in draws[0]:
        mean = float(np.mean([values[metric] for values in draws]))
        yield Finding(metric, round(mean, DIGITS), part=part)


def stretched(
    part: str,
    draws: Sequence[Values],
    factors: Mapping[str, float],
    metrics: Mapping[str, Metric],
    grains: Mapping[str, float],
) -> Iterator[Finding]:
    """Each metric of each draw, its deviation from the mean multiplied by the metric's factor.

    ``grains``: what one record is worth in a metric that counts records. So much chance (normal,
    seeded) is added, for what no real record happens to do may still happen once. No value is
    beyond what its metric can be.
    """
    chance = np.random.default_rng(0).normal(size=len(draws))
    for metric, factor in factors.items():
        column = np.array([values[metric] for values in draws])
        strayed = column.mean() + factor * (column - column.mean())
        strayed += grains.get(metric, 0.0) * chance
        within = np.clip(strayed, metrics[metric].low, metrics[metric].high)
        for value in within.tolist():
            yield Finding(metric, round(value, DIGITS), part=part)
