"""Rewritten patterns find the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.patterns.rewrite import quick


@pytest.mark.parametrize(
    ("regex", "quicker"),
    [
        ("(?:case|chart|file|folder)", "(?:c(?:ase|hart)|f(?:ile|older))"),
        ("case|chart|file|folder", "c(?:ase|hart)|f(?:ile|older)"),
        ("(?:case|chart)", "(?:case|chart)"),  # not worth it
        ("(?:c?ase|c+|c{2}|chart|c)", "(?:c?ase|c+|c{2}|c(?:hart|))"),
        (r"(?:\d|case|cart|cat|cub)", r"(?:\d|c(?:a(?:se|rt|t)|ub))"),
        (r"[(|](?:a\|b|ac|ad|ae)[]|]", r"[(|](?:a(?:\|b|c|d|e))[]|]"),
        (r"(?<![\w.-])\d{4}-", r"\d(?<![\w.-]\d)\d{3,3}-"),
        (r"(?<!\w)\d{1,2}/", r"\d(?<!\w\d)\d{0,1}/"),
        (r"(?<![\w\]])\d:", r"\d(?<![\w\]]\d):"),
        (r"(?<!\w)\d{0,2}/", r"(?<!\w)\d{0,2}/"),
        (r"(?<!\w)\d+/", r"(?<!\w)\d+/"),
        (r"a(?<!\w)\d/", r"a(?<!\w)\d/"),
        (r"(?P<bar>-)x(?P=bar)(?#a|b)", r"(?P<bar>-)x(?P=bar)(?#a|b)"),
    ],
)
def test_what_is_rewritten(regex: str, quicker: str) -> None:
    assert quick(regex) == quicker


WORDS = st.lists(st.text("abA1-", min_size=1, max_size=4), min_size=1, max_size=8)
BEGINS = st.sampled_from(["", r"(?<!\w)", r"(?<![\w-])\d{1,3}", r"(?<!\w)\d", r"(?<![a.])\d{2}"])


@given(BEGINS, WORDS, st.sampled_from(["", r"(?!\w)", r"\d", "a?"]), st.text("abA1- ", max_size=30))
@pytest.mark.parametrize("flags", [re.NOFLAG, re.IGNORECASE])
def test_rewritten_patterns_find_the_same(
    flags: re.RegexFlag, begin: str, words: list[str], end: str, text: str
) -> None:
    regex = f"{begin}(?:{'|'.join(words)}){end}"
    was, now = re.compile(regex, flags), re.compile(quick(regex), flags)
    assert [m.span() for m in was.finditer(text)] == [m.span() for m in now.finditer(text)]
