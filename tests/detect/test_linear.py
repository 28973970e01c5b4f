"""Patterns of users that may take too long, and those that may not."""

import re

import pytest

from auditor.detect.patterns.linear import refuse_backtracking
from auditor.errors import PolicyError


@pytest.mark.parametrize(
    ("regex", "remedy"),
    [
        (r"(a+)+$", "give one of them a bound"),
        (r"(\w+\s?)+:", "give one of them a bound"),
        (r"([a-zA-Z]+)*\d", "give one of them a bound"),
        (r"(?:a|ab|b){1,40}c", "write each beginning once"),
        (r"(?:a|b|ab)*c", "write each beginning once"),
        (r"(?i)(?:é|\w\w?)+#", "write each beginning once"),
        (r".*x", r"such as \.\{0,80\}"),
        (r"[^x]*x", r"such as \.\{0,80\}"),
        (r"\d+X", "bound its quantifiers"),
        (r"\s+$", "bound its quantifiers"),
        (r"(a|a)*b", "bound its quantifiers"),
        (r"(?:\d{1,3}-?){2,40}Z", "bound its quantifiers"),
        (r"(?:[a-z]{1,30}){1,30}!", "bound its quantifiers"),
        (r"(?s).{0,2000}.{0,2000}Q", "bound its quantifiers"),
        (r"(?:ab?c?|abc){1,40}Z", "."),
    ],
)
def test_a_pattern_that_may_take_too_long(regex: str, remedy: str) -> None:
    with pytest.raises(PolicyError, match=remedy) as caught:
        refuse_backtracking("own: ward", re.compile(regex))
    assert str(caught.value).startswith("own: ward: ")


@pytest.mark.parametrize(
    "regex",
    [
        r"WD/\d{5}",
        r"(?<!\w)WD/\d+",
        r"(?:AB|CD)-\d{1,6}",
        r"(?:foo|bar|baz)+",
        r"(?<!\w)(?:[\w-]{1,63}\.){1,6}test",
        r"case\s{0,3}:?\s{0,3}(?P<value>\d{4,10})(?!\w)",
        r"(?P<a>x)(?(a)y|z)(?P=a)",
        r"(?>\d{1,5})(?=[A-Z])|^$",
        r"",
    ],
)
def test_a_pattern_that_takes_time_in_proportion(regex: str) -> None:
    refuse_backtracking("own: ward", re.compile(regex))
