"""Records and sets against bounds that are given."""

import math

from auditor.bounds import Bound, bands
from auditor.judge import Breach, judge_record, judge_set
from auditor.policy import Band, Limit

LIMIT = Limit("copied_passage", "longest_run", 5.0, None, None, "why")
LONGEST = ("copied_passage", "longest_run")
COVERAGE = ("copied_passage", "coverage")


def test_a_record_that_keeps_all_limits_has_no_breach() -> None:
    assert judge_record([Bound(LIMIT, None, 5)], {LONGEST: 5}) == []


def test_a_value_beyond_a_limit_is_a_breach() -> None:
    (breach,) = judge_record([Bound(LIMIT, None, 5)], {LONGEST: 6})
    assert breach.value == 6


def test_a_value_that_is_missing_is_a_breach_without_a_value() -> None:
    (breach,) = judge_record([Bound(LIMIT, None, 5)], {LONGEST: None})
    assert breach.value is None


def test_a_value_that_is_no_number_is_a_breach() -> None:
    assert len(judge_record([Bound(LIMIT, None, 5)], {LONGEST: math.nan})) == 1


def test_a_limit_that_was_not_worked_out_breaks_on_every_value() -> None:
    assert len(judge_record([Bound(LIMIT, resolved=False)], {LONGEST: 0})) == 1


def test_a_metric_that_does_not_apply_to_a_record_cannot_break() -> None:
    assert judge_record([Bound(LIMIT, None, 5)], {COVERAGE: 1}) == []


def test_a_good_number_never_offsets_a_bad_one() -> None:
    coverage = Limit("copied_passage", "coverage", 0.5, None, None, "why")
    bounds = [Bound(LIMIT, None, 5), Bound(coverage, None, 0.5)]
    assert len(judge_record(bounds, {LONGEST: 0, COVERAGE: 1.0})) == 1


def test_a_set_is_judged_part_by_part() -> None:
    breaches = judge_set([Bound(LIMIT, 0.5, None)], {"F32": 0.4, "G47": 0.6, "M54": math.nan})
    assert [breach.part for breach in breaches] == ["F32", "M54"]


def test_a_set_without_a_value_is_a_breach_without_a_value() -> None:
    (breach,) = judge_set([Bound(LIMIT, 0.5, None)], {})
    assert breach.value is None


BAND = Limit("diversity", "distinct_2", None, None, Band(real=0.9), "as rich as real records")


def test_a_part_is_judged_by_a_band_of_its_own() -> None:
    real = [i / 100 for i in range(100)]
    whole, of_code = bands(BAND, {"": real, "F32": [value / 10 for value in real]})
    assert judge_set([whole, of_code], {"": 0.5, "F32": 0.05}) == []
    assert judge_set([whole, of_code], {"": 0.5, "F32": 0.5}) == [Breach(of_code, 0.5, "F32")]


def test_a_part_without_a_band_of_its_own_is_not_measured() -> None:
    (whole,) = bands(BAND, {"": [i / 100 for i in range(100)]})
    assert judge_set([whole], {"": 0.5, "F32": 0.5}) == [Breach(whole, None, "F32")]
    assert judge_set([whole], {"F32": 0.5}) == [Breach(whole, None)], "nor is the whole set"
