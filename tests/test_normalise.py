import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.normalise import NOT_PLAIN, compose, folded, normalise

# Letters with and without composed forms, marks of several classes, Hangul parts, odd spaces.
TRICKY = (
    "aeo qdKßİŉǰẛſÅéñ\u0301\u0323\u0308\u0327\u0338\u1100\u1161\u11a8\u09c7\u09be \t\n\u00a0\u2028"
)


@pytest.mark.parametrize(
    ("original", "comparable"),
    [
        ("  The\tPatient \n slept. ", "the patient slept."),
        ("NIN\u0303O", "nino"),
        ("Crónico, pingüino, Ärzte", "cronico, pinguino, arzte"),
        ("Straße", "strasse"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_comparable_text(original: str, comparable: str) -> None:
    assert normalise([original]).text() == comparable


def test_offsets_lead_back_to_the_original() -> None:
    original = "Pain  in\u00a0the NIN\u0303O's  knee"
    norm = normalise(["another", original])
    at = int(norm.starts[1]) + norm.text(1).index("nino")
    assert original[norm.begins[at] : norm.ends[at + 3]] == "NIN\u0303O"


def unaccented(char: str) -> str:
    """The letter below the accent, for letters of the table of plain characters."""
    plain = ord(char) < 0x2C00 and folded()[ord(char)] != NOT_PLAIN
    letter = unicodedata.normalize("NFD", char)[0]
    return letter if plain and letter.isalpha() else char


PLAIN = st.text(
    st.characters(max_codepoint=0x530) | st.characters(min_codepoint=0x2000, max_codepoint=0x2C00),
    max_size=30,
)


@given(
    st.lists(st.text(st.sampled_from(TRICKY), max_size=30) | st.text(max_size=30)) | st.lists(PLAIN)
)
def test_equals_the_definition(originals: list[str]) -> None:
    norm = normalise(originals)
    for number, original in enumerate(originals):
        defined = " ".join(unicodedata.normalize("NFC", original).casefold().split())
        assert norm.text(number) == "".join(map(unaccented, defined))


@given(st.text(st.sampled_from(TRICKY), max_size=30) | PLAIN)
def test_every_place_maps_to_text_that_normalises_to_it(original: str) -> None:
    norm = normalise([original])
    begins, ends = norm.begins.tolist(), norm.ends.tolist()
    assert len(begins) == len(ends) == len(norm.codes)
    assert begins == sorted(begins)
    assert ends == sorted(ends)
    if begins:
        assert 0 <= begins[0] <= ends[-1] <= len(original)
        assert normalise([original[begins[0] : ends[-1]]]).text() == norm.text()


def test_plain_characters_are_what_they_are_taken_for() -> None:
    """One by one, each is composed and as long when folded, and alone beside any other."""
    table = folded()
    plain = [chr(code) for code in np.flatnonzero(table != NOT_PLAIN)]
    assert len(plain) > 3000
    for char in plain:
        assert unaccented(unicodedata.normalize("NFC", char).casefold()) == chr(table[ord(char)])
        assert unicodedata.normalize("NFC", f"a{char}e") == f"a{char}e"
    joined = "".join(plain)
    assert unicodedata.normalize("NFC", joined) == joined
    assert compose([joined, "e\u0301"]).origins.keys() == {1}
