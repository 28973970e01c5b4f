"""Charts: where bars, outlines and limits lie, with plain numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.charts import axis
from auditor.charts.histogram import BOTTOM, TOP, Histogram, histogram
from auditor.charts.strip import strip


def drawn(*args: object, **kwargs: object) -> Histogram:
    chart = histogram(*args, **kwargs)  # type: ignore[arg-type]
    assert chart is not None
    return chart


def test_a_bin_for_every_integer_and_the_limit_between_the_last_kept_and_the_first_rejected() -> (
    None
):
    chart = drawn([5, 6, 7, 8, 9], high=8)
    (limit,) = chart.limits
    assert [bar.beyond for bar in chart.bars] == [False, False, False, False, True]
    assert chart.bars[3].x + chart.bars[3].width <= limit <= chart.bars[4].x


def test_a_limit_below_does_the_same_on_the_other_side() -> None:
    chart = drawn([5, 6, 7, 8, 9], low=7)
    (limit,) = chart.limits
    assert [bar.beyond for bar in chart.bars] == [True, True, False, False, False]
    assert chart.bars[1].x + chart.bars[1].width <= limit <= chart.bars[2].x


def test_the_limit_lies_where_its_value_lies() -> None:
    chart = drawn([0.0, 0.25, 0.5, 0.75, 1.0], high=0.5)
    (limit,) = chart.limits
    quarter, half = (next(t.at for t in chart.x_ticks if t.label == s) for s in ("0.2", "0.4"))
    assert limit == pytest.approx(half + (half - quarter) / 2, abs=0.2)


def test_a_value_on_the_limit_is_drawn_as_kept() -> None:
    assert [bar.beyond for bar in drawn([0.3, 0.5, 0.7], high=0.5).bars] == [False, False, True]
    assert [bar.beyond for bar in drawn([0.3, 0.5, 0.7], low=0.5).bars] == [True, False, False]


def test_what_lies_beyond_is_shaded_to_the_end() -> None:
    (region,) = drawn([1, 2, 3, 4], high=3).rejected
    assert region.x == drawn([1, 2, 3, 4], high=3).limits[0]
    assert region.x + region.width == axis.RIGHT


def test_a_bar_twice_as_high_is_four_times_as_many() -> None:
    bars = drawn([1] * 4 + [2]).bars
    assert bars[0].height == pytest.approx(2 * bars[1].height, abs=0.2)
    assert bars[0].y + bars[0].height == BOTTOM


def test_one_record_in_a_million_is_seen() -> None:
    assert drawn([1.0] * 100_000 + [2.0]).bars[1].height >= 1


def test_many_zeros_stand_apart_and_are_cut_with_their_share_above() -> None:
    chart = drawn([0] * 90 + list(range(1, 11)), high=8, limit="at most 8")
    first, second = chart.bars[:2]
    assert first.width > 20
    assert second.x - (first.x + first.width) >= axis.GAP
    assert chart.cut is not None
    assert first.y == TOP
    assert [note.text for note in chart.notes] == ["at most 8", "rejected", "90%"]


def test_a_zero_bar_that_flattens_nothing_is_drawn_whole() -> None:
    assert drawn([0, 0, 1, 1, 2]).cut is None


def test_with_nothing_allowed_the_limit_lies_between_zero_and_the_rest() -> None:
    chart = drawn([0, 0, 0, 2], high=0)
    assert axis.LEFT + axis.APART < chart.limits[0] < axis.LEFT + axis.APART + axis.GAP
    assert [bar.beyond for bar in chart.bars] == [False, True]


def test_what_lies_far_beyond_shares_one_labelled_bin() -> None:
    chart = drawn([1.0] * 98 + [400.0, 900.0], high=10.0)
    assert chart.x_ticks[0].label == "> 16"
    assert chart.bars[-1].x > axis.RIGHT - axis.APART - 1
    assert chart.bars[-1].beyond


def test_outlines_have_the_heights_of_their_own_shares() -> None:
    chart = drawn([1, 2], [[1, 2, 1, 2]], high=2)
    heights = {float(y) for y in re.findall(r"V([\d.]+)H", chart.outlines[0])}
    assert heights == {bar.y for bar in chart.bars}


def test_a_control_alone_can_be_drawn_and_nothing_at_all_cannot() -> None:
    chart = drawn([], [[1.0, 2.0]], high=1.5)
    assert chart.bars == ()
    assert chart.outlines[0]
    assert histogram([], [[]], high=1.0) is None


def test_the_words_of_the_limit_stand_on_the_side_that_has_room() -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    right, left = drawn(values, high=8, limit="at most 8"), drawn(values, high=1, limit="at most 1")
    assert right.notes[0].anchor == "end"
    assert left.notes[0].anchor == "start"


def test_a_strip_marks_the_value_the_limits_and_what_lies_outside() -> None:
    chart = strip([0.4, 0.5, 0.6], 0.5, 0.3, 0.7)
    assert chart is not None
    assert chart.value == pytest.approx((axis.LEFT + axis.RIGHT) / 2, abs=0.1)
    assert chart.limits[0] - axis.LEFT == pytest.approx(axis.RIGHT - chart.limits[1], abs=0.2)
    assert [r.x for r in chart.rejected] == [axis.LEFT, chart.limits[1]]
    assert chart.dots.count("h0") == 3
    assert chart.notes[0].text == "0.5"


def test_a_strip_without_draws_is_none_and_without_a_value_has_no_marker() -> None:
    assert strip([], 0.5, 0.3, 0.7) is None
    chart = strip([0.4], None, None, None)
    assert chart is not None
    assert chart.value is None
    assert chart.notes == ()


numbers = st.one_of(
    st.integers(0, 2000).map(float), st.floats(-1e9, 1e9, allow_subnormal=False), st.just(0.0)
)


@given(
    st.lists(numbers, max_size=30),
    st.lists(numbers, max_size=30),
    st.none() | numbers,
    st.booleans(),
)
def test_every_chart_stays_in_its_frame_and_counts_every_value(
    values: list[float], control: list[float], bound: float | None, upper: bool
) -> None:
    low, high = (None, bound) if upper else (bound, None)
    chart = histogram(values, [control], low, high, "a limit")
    if chart is None:
        assert not values
        assert not control
        return
    for bar in chart.bars:
        assert axis.LEFT <= bar.x <= bar.x + bar.width <= axis.RIGHT + 1
        assert TOP <= bar.y <= bar.y + bar.height <= BOTTOM + 0.1
    assert all(axis.LEFT <= x <= axis.RIGHT for x in chart.limits)
    shares = axis.of_values(values, [control], low, high).shares(values)
    assert sum(shares) == pytest.approx(1 if values else 0)
    broken = any(v > bound if upper else v < bound for v in values) if bound is not None else False
    assert any(bar.beyond for bar in chart.bars) == broken
