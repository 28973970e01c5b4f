"""Exact statistics of counts: intervals, tails, and the smallest leak that could have been seen.

Nothing here is an approximation but Wilson's interval and that of an AUC (DeLong), which therefore
needs ``FEWEST_FOR_AUC`` records on either side.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64] | int
Values = NDArray[np.int64]
FEWEST_FOR_AUC = 30


def interval(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Two-sided Clopper-Pearson interval of the share ``hits / of``; 0 <= hits <= of, of > 0."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0
    return low, high


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %, to four digits; of nothing it is from 0 to 1."""
    from scipy.stats import binomtest

    if not of:
        return 0.0, 1.0
    found = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    return round(float(found.low), 4), round(float(found.high), 4)


def at_most(hits: int, of: int, level: float = 0.95) -> float:
    """One-sided Clopper-Pearson bound: the largest share for which so few hits are no surprise.

    With no hit it is ``1 - (1 - level)^(1 / of)``, about 3 / of (the rule of three).
    """
    from scipy.special import betaincinv

    return float(betaincinv(hits + 1, of - hits, level)) if hits < of else 1.0


def log_tail(marked: int, others: int, drawn: int) -> Floats:
    """ln P(X >= a) for a = 0 to ``drawn``; X: marked ones among so many drawn (hypergeometric)."""
    a = np.arange(drawn + 1)
    ways = _log_choose(marked, a) + _log_choose(others, drawn - a)
    tail: Floats = np.logaddexp.accumulate(ways[::-1])[::-1]
    return np.minimum(tail - _log_choose(marked + others, drawn), 0.0)


def expected_maximum(of: int, drawn: int) -> Floats:
    """Weights w with ``w @ values`` = the mean maximum of a random draw of ``drawn`` among ``of``.

    ``values`` falls; w[r] is the chance that value r is drawn and none before it is, so the first
    j weights add up to the chance that at least one of the first j is drawn. 1 <= drawn <= of.
    """
    after = np.arange(of - 1, drawn - 2, -1)
    weights: Floats = np.exp(_log_choose(after, drawn - 1) - _log_choose(of, drawn))
    return weights


def _log_choose(of: Numbers, some: Numbers) -> Floats:
    """ln C(of, some); -inf where there is no such choice."""
    from scipy.special import gammaln

    n, k = np.broadcast_arrays(np.asarray(of, np.float64), np.asarray(some, np.float64))
    possible = (k >= 0) & (k <= n)
    k = np.where(possible, k, 0.0)
    choices: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.where(possible, choices, -np.inf)


def fewest_telling(marked: int, others: int, p: float) -> int | None:
    """Fewest draws that by chance are all of marked ones with less than ``p``; None if never."""
    i = np.arange(marked)
    chance = np.cumsum(np.log((marked - i) / (marked + others - i)))
    telling = np.flatnonzero(chance < np.log(p))
    return int(telling[0]) + 1 if len(telling) else None


def smallest_share(hits: int, of: int, power: float = 0.8) -> float:
    """The share that gives at least so many hits with a chance of ``power``; 0 < hits <= of."""
    from scipy.special import betaincinv

    return float(betaincinv(hits, of - hits + 1, power))


@dataclass(frozen=True)
class Area:
    """Area under the curve, with its 95 % interval."""

    value: float
    low: float
    high: float


def auc(positive: Values, negative: Values, strata: tuple[Values, Values]) -> Area:
    """Chance that a positive value exceeds a negative one of its stratum; ties count one half.

    Strata weigh by their positives, and each needs two values of either side. Source: DeLong et
    al. 1988, Comparing the Areas under Two or More Correlated ROC Curves, one stratum at a time.
    """
    value = variance = 0.0
    for stratum in np.unique(strata[0]):
        up, down = positive[strata[0] == stratum], negative[strata[1] == stratum]
        weight = len(up) / len(positive)
        above, below = _placements(up, down), 1 - _placements(down, up)
        value += weight * float(np.mean(above))
        spread = np.var(above, ddof=1) / len(up) + np.var(below, ddof=1) / len(down)
        variance += weight**2 * float(spread)
    reach = 1.959964 * variance**0.5
    return Area(value, max(0.0, value - reach), min(1.0, value + reach))


def _placements(values: Values, among: Values) -> Floats:
    """For each value, the share of the others that is smaller; ties count one half."""
    ordered = np.sort(among)
    sides = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(sides / (2 * len(among)), np.float64)
