"""Exact statistics against scipy, against brute force and against closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from auditor.indexes import binomial

TALLIES = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(TALLIES, st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_is_the_one_of_clopper_and_pearson(
    tally: tuple[int, int], level: float
) -> None:
    hits, of = tally
    exact = stats.binomtest(hits, of).proportion_ci(level, "exact")
    assert binomial.interval(hits, of, level) == pytest.approx((exact.low, exact.high), abs=1e-9)


@given(TALLIES)
def test_the_bound_is_one_sided(tally: tuple[int, int]) -> None:
    """At the bound, so few hits have a chance of 5 %."""
    hits, of = tally
    bound = binomial.at_most(hits, of)
    expected = 0.05 if hits < of else 1
    assert stats.binom.cdf(hits, of, bound) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("of", [30, 100, 1000])
def test_nothing_found_is_not_nothing_there(of: int) -> None:
    """The rule of three."""
    assert binomial.at_most(0, of) == pytest.approx(1 - 0.05 ** (1 / of))
    assert 2.8 / of < binomial.at_most(0, of) < 3 / of


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))
def test_the_tail_is_the_hypergeometric_one(marked: int, others: int, drawn: int) -> None:
    drawn = min(drawn, marked + others)
    a = np.arange(drawn + 1)
    exact = stats.hypergeom.sf(a - 1, marked + others, marked, drawn)
    assert np.exp(binomial.log_tail(marked, others, drawn)) == pytest.approx(exact, abs=1e-9)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.data())
def test_the_mean_maximum_of_all_draws(values: list[int], data: st.DataObject) -> None:
    drawn = data.draw(st.integers(1, len(values)))
    falling = sorted(values, reverse=True)
    weights = binomial.expected_maximum(len(values), drawn)
    every = [max(draw) for draw in itertools.combinations(values, drawn)]
    assert weights @ falling[: len(weights)] == pytest.approx(np.mean(every))
    assert weights.sum() == pytest.approx(1)


def test_how_many_leaks_tell() -> None:
    """Seven heads in a row are rarer than one in a hundred, six are not."""
    assert binomial.fewest_telling(100_000, 100_000, 0.01) == 7
    assert binomial.fewest_telling(80_000, 20_000, 0.01) == 21
    assert binomial.fewest_telling(5, 2, 0.01) is None
    assert binomial.fewest_telling(5, 5, 0.01) == 5


@given(st.integers(1, 50), st.integers(0, 500))
def test_the_smallest_share_has_the_power_it_claims(hits: int, more: int) -> None:
    share = binomial.smallest_share(hits, hits + more)
    assert stats.binom.sf(hits - 1, hits + more, share) == pytest.approx(0.8)


SIDE = st.lists(st.integers(0, 5), min_size=2, max_size=12)


@given(SIDE, SIDE)
def test_the_area_is_the_share_of_pairs(positive: list[int], negative: list[int]) -> None:
    up, down = np.array(positive), np.array(negative)
    pairs = (up[:, None] > down).mean() + (up[:, None] == down).mean() / 2
    one = np.zeros(len(up), int), np.zeros(len(down), int)
    area = binomial.auc(up, down, one)
    assert area.value == pytest.approx(pairs)
    assert 0 <= area.low <= area.value + 1e-12
    assert area.value - 1e-12 <= area.high <= 1


def test_pairs_are_made_within_a_stratum() -> None:
    """Long records are more exposed than short ones, on both sides alike: that is no leak."""
    long, short = np.array([9, 9, 9]), np.array([1, 1])
    up, down = np.concatenate([long, short]), np.array([9, 9, 1, 1])
    strata = np.array([1, 1, 1, 0, 0]), np.array([1, 1, 0, 0])
    assert binomial.auc(up, down, strata).value == 0.5
    one = np.zeros(5, int), np.zeros(4, int)
    assert binomial.auc(up, down, one).value > 0.5


def test_the_interval_of_the_area_holds_the_truth() -> None:
    """Of 400 samples from one distribution, about 95 % of the intervals hold one half."""
    rng = np.random.default_rng(0)
    one = np.zeros(60, int), np.zeros(40, int)
    areas = [binomial.auc(rng.integers(0, 8, 60), rng.integers(0, 8, 40), one) for _ in range(400)]
    assert 0.92 <= np.mean([area.low <= 0.5 <= area.high for area in areas]) <= 0.98
