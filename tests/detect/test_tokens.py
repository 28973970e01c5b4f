"""Tokens are runs of one class of character, and a text that repeats itself is cut short."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.models.tokens import LONGEST, tokens, unrepeated


def test_letters_digits_and_signs_are_apart() -> None:
    words = [word for word, _, _ in tokens("58yo, MRN:482-A\n\nDra. Núñez....")]
    assert words == [
        "58", "yo", ",", "MRN", ":", "482", "-", "A", "\n\n", "Dra", ".", "Núñez", "....",
    ]  # fmt: skip


@given(st.text(alphabet="aé1 .-\n\t_Ñ٣🙂", max_size=60))
def test_tokens_hold_all_but_white_space_in_order(text: str) -> None:
    found = tokens(text)
    places = [i for _, start, end in found for i in range(start, end)]
    assert places == sorted(set(places))
    assert "".join(text[i] for i in places if not text[i].isspace()) == "".join(text.split())


def test_a_long_word_is_cut_and_its_place_is_not() -> None:
    ((word, start, end),) = tokens("a" * 500)
    assert (len(word), start, end) == (LONGEST, 0, 500)


def test_what_a_text_repeats_is_not_read_a_thousand_times() -> None:
    before, after = "Ana came in. ", " Then Luis left."
    found = tokens(before + "12/" * 5_000 + after)
    kept = unrepeated(found)
    assert len(kept) < 200
    assert kept[:4] == found[:4]
    assert kept[-4:] == found[-4:]


def test_prose_is_left_alone() -> None:
    found = tokens("She slept well and ate well, and left on foot. " * 20)
    assert unrepeated(found) == found
