"""Numbers against limits: small examples worked out by hand, and laws for all numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.bounds import Bound, bands, number, record_bounds
from auditor.control import Control
from auditor.policy import Band, CheckText, Limit, LimitText, Policy, PolicyText, Relative

LIMIT = Limit("copied_passage", "longest_run", 5.0, None, None, "why")
LONGEST = ("copied_passage", "longest_run")
COVERAGE = ("copied_passage", "coverage")
JOINT = Relative(chance="joint")
MANY = 200


def policy(budget: float = 0.02, **limits: float | Relative) -> Policy:
    """A policy with upper limits on metrics of copied_passage."""
    texts = {name: LimitText(at_most=bound, why="why") for name, bound in limits.items()}
    checks = {"copied_passage": CheckText(limits=texts)}
    return Policy(PolicyText(name="p", description="d", false_rejects=budget, checks=checks), "")


def below(bound: float | Relative) -> Policy:
    """A policy with one lower limit."""
    texts = {"longest_run": LimitText(at_least=bound, why="why")}
    checks = {"copied_passage": CheckText(limits=texts)}
    return Policy(PolicyText(name="p", description="d", checks=checks), "")


def control(*columns: list[float], ratio: float = 1.0, name: str = "chance") -> Control:
    """A control with values of the longest run and, if given, of coverage."""
    keys = (LONGEST, COVERAGE)
    values = {
        key: {str(i): value for i, value in enumerate(column)}
        for key, column in zip(keys, columns, strict=False)
    }
    return Control(name, ratio, values)


def bound(of: Policy, *controls: Control) -> Bound:
    (only,), _ = record_bounds(of, {one.name: one for one in controls})
    return only


@pytest.mark.parametrize(
    ("low", "high", "value", "holds"),
    [
        (None, 5, 5, True),
        (None, 5, 5.000001, False),
        (None, 5, -math.inf, True),
        (None, 5, math.inf, False),
        (None, 5, math.nan, False),
        (2, None, 2, True),
        (2, None, 1.9, False),
        (2, None, math.nan, False),
        (2, 5, 3, True),
        (2, 5, 1, False),
        (2, 5, 6, False),
        (2, 5, math.nan, False),
        (math.nan, None, 3, False),
        (None, math.nan, 3, False),
    ],
)
def test_only_a_value_proven_to_be_inside_holds(
    low: float | None, high: float | None, value: float, holds: bool
) -> None:
    assert Bound(LIMIT, low, high).holds(value) is holds


def test_nothing_holds_against_a_bound_that_was_not_worked_out() -> None:
    assert not Bound(LIMIT, None, 5, resolved=False).holds(0)
    assert not Bound(LIMIT, None, 5, "no control", resolved=False).holds(0)
    assert Bound(LIMIT, None, 5, "no control", resolved=False).text == "not worked out"


def test_a_bound_without_a_side_lets_nothing_through() -> None:
    assert not Bound(LIMIT).holds(0)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, 5.0, "at most 5"),
        (0.125, None, "at least 0.125"),
        (0.25, 1000.0, "between 0.25 and 1,000"),
    ],
)
def test_a_bound_in_words(low: float | None, high: float | None, text: str) -> None:
    assert Bound(LIMIT, low, high).text == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (50.0, "50"), (12345.0, "12,345"), (0.123456, "0.1235"), (-1.0, "-1"),
        (math.nan, "not a number"), (math.inf, "not a number"), (None, "not a number"),
    ],
)  # fmt: skip
def test_a_value_in_words(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_fixed_limit_is_its_own_bound() -> None:
    assert (bound(policy(longest_run=50.0)).low, bound(policy(longest_run=50.0)).high) == (None, 50)
    assert (bound(below(0.5)).low, bound(below(0.5)).high) == (0.5, None)
    assert bound(below(0.5)).how == "fixed"


def test_a_quantile_of_the_control() -> None:
    """Of 1, 2, ... 200, one in a hundred may lie beyond: 199 and 200."""
    of = policy(longest_run=Relative(chance=0.99))
    assert bound(of, control([float(i) for i in range(1, 201)])).high == 198


def test_a_quantile_from_below() -> None:
    """Of 1, 2, ... 100, two in a hundred may lie below: 1 and 2."""
    values = control([float(i) for i in range(1, 101)], name="unseen")
    assert bound(below(Relative(unseen=0.02)), values).low == 3
    assert bound(below(Relative(unseen=0.02, floor=7.0)), values).low == 7
    assert bound(below(Relative(unseen=0.02, floor=2.0)), values).low == 3


def test_a_source_of_twice_as_many_words_is_allowed_for() -> None:
    """sqrt(0.99) = 0.995: of 1,000 control records 5 may lie beyond, not 10."""
    of = policy(longest_run=Relative(chance=0.99))
    values = [float(i) for i in range(1, 1001)]
    assert bound(of, control(values)).high == 990
    assert bound(of, control(values, ratio=2)).high == 995


def test_too_few_records_for_a_quantile_fall_to_the_largest_value() -> None:
    of = policy(longest_run=Relative(chance=0.99))
    found = bound(of, control([float(i) for i in range(1, 100)]))
    assert found.high == 99
    assert "too few" in found.how
    assert "too few" not in bound(of, control([float(i) for i in range(1, 101)])).how


def test_one_control_record_is_its_own_largest_value() -> None:
    assert bound(policy(longest_run=Relative(chance=0.99)), control([7.0])).high == 7
    assert bound(policy(0.9, longest_run=JOINT), control([7.0])).high == 7


def test_a_ceiling_holds_whatever_the_control_says() -> None:
    values = control([float(i) for i in range(1, 101)])
    of = policy(longest_run=Relative(chance=0.9, ceiling=20.0))
    assert bound(of, values).high is not None
    assert bound(of, values).high <= 20  # type: ignore[operator]


def test_a_ceiling_above_the_quantile_changes_nothing() -> None:
    values = control([float(i) for i in range(1, 101)])
    assert bound(policy(longest_run=Relative(chance=0.9, ceiling=500.0)), values).high == 90


def test_a_control_record_beyond_a_ceiling_is_a_copy_and_left_out() -> None:
    """The largest of 50 values holds, and the copy is not among them."""
    values = control([float(i) for i in range(1, 51)] + [500.0])
    found = bound(policy(longest_run=Relative(chance=0.99, ceiling=200.0)), values)
    assert found.high == 50
    assert "left out" in found.how


def test_a_copy_of_the_source_says_nothing_about_chance() -> None:
    """Ten records are real text: 400 words of the source, and 30 words of the holdout's template.

    Without them the largest of the other values holds, and the bound says who was left out.
    """
    of = policy(longest_run=Relative(chance=0.99, ceiling=50.0))
    values = control([4.0] * 90 + [30.0] * 10)
    measured = {LONGEST: {str(i): 3.0 if i < 90 else 400.0 for i in range(100)}}
    (found,), _ = record_bounds(of, {"chance": values}, measured)
    assert found.high == 4
    assert "10 copies left out" in found.how
    assert bound(of, values).high == 30


def test_bounds_are_read_again_without_what_they_found() -> None:
    """No ceiling tells these copies, but the first reading does: 31 is beyond the control's 30."""
    of = policy(longest_run=Relative(chance=0.99))
    values = control([4.0] * 97 + [30.0] * 3)
    measured = {LONGEST: {str(i): 3.0 if i < 97 else 31.0 for i in range(100)}}
    (found,), _ = record_bounds(of, {"chance": values}, measured)
    assert found.high == 4


def test_reading_again_never_loosens_a_bound() -> None:
    """Every record shares a little more than chance: a generator that was tuned on the source.

    Without them no control is left, and the ceiling would let all of them pass.
    """
    of = policy(longest_run=Relative(chance="joint", ceiling=50.0))
    measured = {LONGEST: {str(i): 5.0 for i in range(100)}}
    (found,), _ = record_bounds(of, {"chance": control([4.0] * 100)}, measured)
    assert found.high == 4


def test_other_controls_are_of_other_records() -> None:
    """A holdout record may bear the name of a copy; the control `unseen` keeps it."""
    of = policy(longest_run=Relative(unseen=0.99, ceiling=50.0))
    measured = {LONGEST: {str(i): 400.0 for i in range(100)}}
    values = control([4.0] * 100, name="unseen")
    (found,), _ = record_bounds(of, {"unseen": values}, measured)
    assert found.high == 4
    assert "left out" not in found.how


def test_where_everything_is_a_copy_the_ceiling_holds() -> None:
    of = policy(longest_run=Relative(chance="joint", ceiling=50.0))
    measured = {LONGEST: {str(i): 400.0 for i in range(100)}}
    (found,), _ = record_bounds(of, {"chance": control([4.0] * 100)}, measured)
    assert (found.high, found.resolved) == (50, True)


def test_a_holdout_of_copies_proves_nothing() -> None:
    """Eleven of a hundred holdout records stand in the source."""
    of = policy(longest_run=Relative(chance=0.99, ceiling=20.0))
    chance = control([4.0] * 100)
    for copies, resolved in ((10, True), (11, False)):
        unseen = control([4.0] * (100 - copies) + [300.0] * copies, name="unseen")
        found = bound(of, chance, unseen)
        assert found.resolved is resolved
        assert found.holds(0) is resolved


def test_joint_limits_share_one_budget() -> None:
    """Ten records, two metrics, four in ten may go: less one standard error, two.

    Record 9 is extreme in the first metric and record 8 in the second, so each limit stands below
    one of them, and together they cost two records in ten.
    """
    runs = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 50]
    shares = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9, 0.2]
    of = policy(0.4, longest_run=JOINT, coverage=JOINT)
    bounds, (joint,) = record_bounds(of, {"chance": control(runs, shares)})
    limits = {b.limit.metric: b.high for b in bounds}
    assert limits == {"longest_run": 8, "coverage": 0.1}
    assert (joint.records, joint.beyond, joint.budget) == (10, 2, 0.4)


def test_values_that_are_all_equal_stand_for_themselves() -> None:
    of = policy(0.2, longest_run=JOINT)
    assert bound(of, control([4.0] * 20)).high == 4


def test_a_joint_limit_without_a_record_that_has_all_metrics_is_not_worked_out() -> None:
    of = policy(longest_run=JOINT, coverage=JOINT)
    halves = Control("chance", 1.0, {LONGEST: {"a": 1.0}, COVERAGE: {"b": 0.5}})
    bounds, joints = record_bounds(of, {"chance": halves})
    assert joints == []
    assert not any(b.resolved for b in bounds)


@pytest.mark.parametrize("values", [[], [math.nan], [math.nan] * 200])
def test_a_control_without_a_number_resolves_nothing(values: list[float]) -> None:
    for relative in (Relative(chance=0.99, ceiling=9.0), Relative(chance="joint", ceiling=9.0)):
        assert not bound(policy(longest_run=relative), control(values)).resolved


def test_a_control_that_was_never_measured_resolves_nothing() -> None:
    of = policy(longest_run=Relative(chance=0.99, ceiling=9.0))
    found = bound(of)
    assert not found.resolved
    assert "chance" in found.how


def test_another_control_does_not_stand_in() -> None:
    of = policy(longest_run=Relative(chance=0.99))
    assert not bound(of, control([1.0] * 100, name="leave_one_out")).resolved


def test_a_control_that_is_not_a_number_in_places_is_read_without_them() -> None:
    of = policy(longest_run=Relative(chance=0.99))
    assert bound(of, control([1.0, math.nan, 2.0])).high == 2


def within(real: float, widen: float = 0.0) -> Limit:
    return Limit("diversity", "distinct_1", None, None, Band(real=real, widen=widen), "why")


def band(limit: Limit, values: list[float]) -> Bound:
    (found,) = bands(limit, {"": values})
    return found


def test_a_band_is_the_central_share_of_the_real_sets() -> None:
    """Of 1, 2, ... 100, the central 90 % leave five at either end."""
    found = band(within(0.9), [float(i) for i in range(100, 0, -1)])
    assert (found.low, found.high) == (6, 95)


def test_a_band_is_widened_by_a_share_of_the_median() -> None:
    found = band(within(0.9, widen=0.1), [float(i) for i in range(1, 101)])
    assert (found.low, found.high) == pytest.approx((6 - 5.1, 95 + 5.1))


def test_a_band_has_two_sides() -> None:
    found = band(within(0.9), [float(i) for i in range(1, 101)])
    assert [found.holds(value) for value in (5, 6, 95, 96)] == [False, True, True, False]


def test_a_band_is_widened_no_further_than_the_metric_can_be() -> None:
    (found,) = bands(within(0.9, widen=0.5), {"": [i / 100 for i in range(101)]}, (0, 1))
    assert (found.low, found.high) == (0, 1)


def test_a_band_needs_twenty_real_sets() -> None:
    assert not band(within(0.9), [1.0] * 19).resolved
    assert not band(within(0.9), [1.0] * 19 + [math.nan]).resolved
    assert band(within(0.9), [1.0] * 20).resolved


# --- laws ---

VALUES = st.lists(st.sampled_from([0.0, 1, 2, 3, 5, 8, 13, 21, 34, 55]), min_size=1, max_size=MANY)
PAIRS = st.lists(
    st.tuples(st.integers(0, 30), st.floats(0, 1, allow_subnormal=False)),
    min_size=1,
    max_size=MANY,
)
BUDGETS = st.sampled_from([0.01, 0.02, 0.05, 0.1, 0.3])
RATIOS = st.sampled_from([1.0, 1.5, 2.0, 5.0, 40.0])


def joint_bounds(pairs: list[tuple[int, float]], budget: float, ratio: float) -> dict[str, Bound]:
    columns = [[float(pair[side]) for pair in pairs] for side in (0, 1)]
    of = policy(budget, longest_run=JOINT, coverage=JOINT)
    bounds, _ = record_bounds(of, {"chance": control(*columns, ratio=ratio)})
    return {found.limit.metric: found for found in bounds}


def beyond(pairs: list[tuple[int, float]], run: float, share: float) -> int:
    return sum(pair[0] > run or pair[1] > share for pair in pairs)


@given(PAIRS, BUDGETS, RATIOS)
def test_joint_limits_never_cost_more_than_the_budget(
    pairs: list[tuple[int, float]], budget: float, ratio: float
) -> None:
    found = joint_bounds(pairs, budget, ratio)
    run, share = found["longest_run"].high, found["coverage"].high
    assert run is not None
    assert share is not None
    assert beyond(pairs, run, share) <= budget * len(pairs) + 1e-9


@given(PAIRS, BUDGETS)
def test_joint_limits_use_up_the_budget(pairs: list[tuple[int, float]], budget: float) -> None:
    """Read off at any stricter rank, they would cost more than the budget less its caution."""
    columns = {"longest_run": [float(p[0]) for p in pairs], "coverage": [p[1] for p in pairs]}
    of = policy(budget, longest_run=JOINT, coverage=JOINT)
    _, (joint,) = record_bounds(of, {"chance": control(*columns.values())})
    ranks = {
        metric: {value: sum(other < value for other in column) / len(column) for value in column}
        for metric, column in columns.items()
    }
    for stricter in {r for column in ranks.values() for r in column.values() if r < joint.rank}:
        run, share = (
            max(value for value, rank in column.items() if rank <= stricter)
            for column in ranks.values()
        )
        expected = budget * len(pairs)
        assert beyond(pairs, run, share) > expected - expected**0.5 - 1e-9


@given(VALUES, BUDGETS, RATIOS, RATIOS)
def test_a_larger_source_never_loosens_a_bound_below_the_control(
    values: list[float], budget: float, ratio: float, more: float
) -> None:
    """More text finds better matches by chance, so less of the control may lie beyond."""
    for relative in (JOINT, Relative(chance=1 - budget)):
        of = policy(budget, longest_run=relative)
        one, two = (
            bound(of, control(values, ratio=r)).high for r in (ratio, max(ratio, ratio * more))
        )
        assert one is not None
        assert two is not None
        assert one <= two <= max(values)


@given(VALUES, BUDGETS, st.floats(0, 60))
def test_a_ceiling_is_never_exceeded(values: list[float], budget: float, ceiling: float) -> None:
    for quantile in ("joint", 1 - budget):
        relative = Relative(chance=quantile, ceiling=ceiling)
        found = bound(policy(budget, longest_run=relative), control(values))
        if found.resolved:
            assert found.high is not None
            assert found.high <= ceiling
        assert not found.holds(ceiling + 1)


@given(VALUES, BUDGETS)
def test_a_ceiling_never_loosens(values: list[float], budget: float) -> None:
    free = bound(policy(budget, longest_run=JOINT), control(values)).high
    for ceiling in (0.0, 4.0, 100.0):
        relative = Relative(chance="joint", ceiling=ceiling)
        found = bound(policy(budget, longest_run=relative), control(values))
        assert free is not None
        assert not found.resolved or (found.high is not None and found.high <= free)


@given(st.floats(), st.floats(0, 100), st.floats(0, 100))
def test_what_holds_lies_between(value: float, low: float, high: float) -> None:
    assert Bound(LIMIT, low, high).holds(value) == (low <= value <= high)


@given(VALUES, BUDGETS)
def test_the_order_of_the_control_records_does_not_matter(
    values: list[float], budget: float
) -> None:
    of = policy(budget, longest_run=JOINT)
    assert bound(of, control(values)).high == bound(of, control(values[::-1])).high


@pytest.mark.parametrize("metrics", [1, 2])
@pytest.mark.parametrize("ratio", [1, 2, 4])
def test_clean_records_are_lost_at_the_rate_of_the_budget(ratio: int, metrics: int) -> None:
    """A generator that learned nothing: its match with a text is a draw, with more text the best of
    as many draws more. Without the correction for size, `ratio` times the budget would be lost.
    """
    rng, budget, count, lost = np.random.default_rng(7), 0.02, 4000, []
    names = ("longest_run", "coverage")[:metrics]
    of = policy(budget, **dict.fromkeys(names, JOINT))
    for _ in range(10):
        chance = rng.gumbel(size=(metrics, count))
        real = rng.gumbel(size=(ratio, metrics, count)).max(axis=0)
        bounds, _ = record_bounds(of, {"chance": control(*chance.tolist(), ratio=ratio)})
        highs = np.array([found.high for found in bounds])
        lost.append(np.mean((real > highs[:, None]).any(axis=0)))
    expected = (1 - (1 - budget) ** (1 / ratio)) * count
    cautious = budget * (1 - expected**-0.5)  # one standard error is kept back
    assert np.mean(lost) == pytest.approx(cautious, rel=0.2)
    assert np.mean(lost) < budget


def test_a_copy_is_caught_however_rare_the_false_rejects() -> None:
    rng = np.random.default_rng(3)
    clean = rng.poisson(4, size=500).astype(float).tolist()
    found = bound(policy(0.02, longest_run=JOINT), control(clean))
    assert not found.holds(30)
