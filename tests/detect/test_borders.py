"""A find goes on to the end of the word, number or address that it is part of."""

import pytest

from auditor.detect.borders import drawn_out
from auditor.detect.hit import Hit


@pytest.mark.parametrize(
    ("text", "found", "label", "whole"),
    [
        ("ID ABC-4829-1234 now", "ABC-4829", "ID", "ABC-4829-1234"),
        ("ID ABC-4829-\n1234 now", "ABC-4829", "ID", "ABC-4829-\n1234"),
        ("record 48291, seen", "48291", "ID", "48291"),
        ("at C/ Quirós, 9, 9C today", "C/ Quirós", "LOCATION", "C/ Quirós, 9, 9C"),
        ("at 12 Elm St, Apt 4, Dayton", "12 Elm St", "LOCATION", "12 Elm St, Apt 4"),
        ("in Soria 20 years ago", "Soria", "LOCATION", "Soria"),
        ("Anne-Marie left", "Anne", "NAME", "Anne-Marie"),
        ("Bermúdezs were told", "Bermúdez", "NAME", "Bermúdezs"),
        ("on 3 May-time", "3 May", "DATE", "3 May"),
    ],
)
def test_a_find_is_drawn_out(text: str, found: str, label: str, whole: str) -> None:
    start = text.index(found)
    hit = drawn_out(text, Hit(start, start + len(found), label, 0.9, "made_up", "direct"))
    assert text[hit.start : hit.end] == whole
