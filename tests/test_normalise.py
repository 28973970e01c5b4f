import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.normalise import normalise

# Letters with and without composed forms, marks of several classes, Hangul parts, odd spaces.
TRICKY = (
    "aeo qdKßİŉǰẛſÅéñ\u0301\u0323\u0308\u0327\u0338\u1100\u1161\u11a8\u09c7\u09be \t\n\u00a0\u2028"
)


@pytest.mark.parametrize(
    ("original", "comparable"),
    [
        ("  The\tPatient \n slept. ", "the patient slept."),
        ("NIN\u0303O", "niño"),
        ("Straße", "strasse"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_comparable_text(original: str, comparable: str) -> None:
    assert normalise(original).text == comparable


def test_offsets_lead_back_to_the_original() -> None:
    original = "Pain  in\u00a0the NIN\u0303O's  knee"
    norm = normalise(original)
    at = norm.text.index("niño")
    assert original[norm.offsets[at] : norm.offsets[at + 4]] == "NIN\u0303O"


@given(st.text(st.sampled_from(TRICKY), max_size=30) | st.text(max_size=30))
def test_equals_the_definition(original: str) -> None:
    defined = " ".join(unicodedata.normalize("NFC", original).casefold().split())
    assert normalise(original).text == defined


@given(st.text(st.sampled_from(TRICKY), max_size=30))
def test_every_place_maps_to_text_that_normalises_to_it(original: str) -> None:
    norm = normalise(original)
    offsets = norm.offsets.tolist()
    assert len(offsets) == len(norm.codes) + 1
    assert offsets == sorted(offsets)
    assert 0 <= offsets[0] <= offsets[-1] <= len(original)
    assert normalise(original[offsets[0] : offsets[-1]]).text == norm.text
