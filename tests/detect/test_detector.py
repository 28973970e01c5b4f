"""The detector as a whole: what its parts make of one text together."""

from collections.abc import Callable

import pytest

from auditor.detect.detector import Detector
from auditor.errors import CannotMeasure, PolicyError


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector("safe_harbor")


def found(detector: Detector, text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(text[h.start : h.end], h.label) for h in detector.find(text, language)]


def test_names_numbers_and_places_of_one_note(detector: Detector) -> None:
    text = "Rosalind Hathersage (MRN 4482913) was moved from Dayton to Mercy Valley Hospital."
    assert found(detector, text) == [
        ("Rosalind Hathersage", "NAME"),
        ("4482913", "ID"),
        ("Dayton", "LOCATION"),
        ("Mercy Valley Hospital", "ORG"),
    ]


def test_a_surname_is_found_again_where_nothing_tells_that_it_is_one(detector: Detector) -> None:
    text = "Patient: Tabitha Entwistle. Plan discussed; HATHERSAGE agrees. ENTWISTLE AGREES."
    assert ("ENTWISTLE", "NAME") in found(detector, text)


def test_a_disguise_is_taken_off_and_named(detector: Detector) -> None:
    disguised = {
        "U1NOIDIxOS00NS02Nzg5": "base64",  # SSN 219-45-6789
        "6d61696c40636c696e69632e6f7267": "hex",  # mail@clinic.org
        "6 1 4 - 5 5 5 - 0 1 4 2": "spaced digits",
        "six one four, five five five, zero one four two": "number words",
    }
    named = {}
    for value in disguised:
        text = f"attached: {value} as before"
        found = detector.find(text, "en")
        assert found, value
        assert all(text[hit.start : hit.end] in value for hit in found)
        named[value] = {hit.view for hit in found} - {""}
    # What already looks like a number as it stands is found without a view.
    told = [value for value, views in named.items() if views == {disguised[value]}]
    assert len(told) >= 2


def test_hidden_characters_hide_nothing(detector: Detector) -> None:
    text = "MRN: 44\u200b82\u200b913 was Rosa\u200blind Hath\u0435rsage."  # a Cyrillic letter
    assert found(detector, text) == [
        ("44\u200b82\u200b913", "ID"),
        ("Rosa\u200blind Hath\u0435rsage", "NAME"),
    ]


def test_profiles_differ_in_what_they_let_stand(detector: Detector) -> None:
    text = "A 45-year-old plumber from Texas, ill since 2014."
    assert found(detector, text) == []
    everything = {label for _, label in found(Detector("gdpr_strict"), text)}
    assert everything >= {"AGE", "LOCATION", "DATE"}


def test_the_user_allows_what_is_known_to_be_harmless() -> None:
    allow = "- {value: Hathersage Ward, why: the name of our own ward}"
    text = "Seen on Hathersage Ward by Tabitha Entwistle."
    assert found(Detector(allow=allow), text) == [("Tabitha Entwistle", "NAME")]


def test_reserved_values_pass_where_the_policy_says_so() -> None:
    text = "Write to ward@example.org."
    assert found(Detector(), text) == [("ward@example.org", "EMAIL")]
    assert found(Detector(placeholders="pass"), text) == []


def test_a_text_that_takes_too_long_is_not_measured() -> None:
    with pytest.raises(CannotMeasure, match="takes longer than"):
        Detector(seconds=0.0).find("She slept well. " * 50, "en")


@pytest.mark.parametrize(
    "options",
    [
        {"recognizers": "- name: x"},
        {"allow": "- {value: Ruiz}"},
        {"models": {"en": "/no/such/folder"}},
        {"profile": "safe_harbour"},
    ],
)
def test_what_is_not_well_formed_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(PolicyError):
        Detector(**options)  # type: ignore[arg-type]  # one option each


@pytest.mark.slow
@pytest.mark.parametrize("unit", [".", "1/", "A1 ", "@a.", "12 Aa ", "\u200b1", "five ", "&#65;"])
def test_twice_the_hostile_text_costs_twice_the_time(
    detector: Detector, unit: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    assert in_proportion(lambda length: detector.find((unit * length)[:length], "en"), 16_000)
