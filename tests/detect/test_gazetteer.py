"""Names and places of the lists: what they prove, and what they do not."""

from collections.abc import Callable

import pytest

from auditor.detect import gazetteer
from auditor.detect.gazetteer import find, fold, kind_of, stopped
from auditor.resources import shipped

LISTS = shipped("rules", "identifiers", "lists")


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.label, text[hit.start : hit.end]) for hit in find(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Seen with Imogen Carter at noon.", "Imogen Carter"),
        ("Habló con María José de la Cruz Ibáñez.", "María José de la Cruz Ibáñez"),
        ("J. Lathbury signed, J. Carter did not.", "J. Carter"),
        ("Read by Leopold Q. Carter.", "Leopold Q. Carter"),
        ("Quirós Peláez, Begoña, 45 años", "Quirós Peláez, Begoña"),
        ("LUCÍA ORDÓÑEZ FERNÁNDEZ", "LUCÍA ORDÓÑEZ FERNÁNDEZ"),
        ("We met Anne-Marie O'Brien.", "Anne-Marie O'Brien"),
        ("I met Grace Carter.", "Grace Carter"),  # grace is a word, Carter is none
        ("They met Ludwig van der Berg.", "Ludwig van der Berg"),
    ],
)
def test_full_names(text: str, name: str) -> None:
    assert ("NAME", name) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Will Carter be there?",  # a sentence begins with a word
        "Beck, Hamilton and Conners; Guillain-Barré; ALT, AST; MoCA 25.",
        "The Ana Ruiz scale and the Ana Ruiz checklist; escala de Ana Ruiz.",
        "Mental Status Exam, Past Medical History, Dolores, Rosa, May.",
        "imogen carter",
        "Carter left. Imogen did not stay.",
        "In Reading, in May, in Nice, in Mobile, on Orange juice.",
        "Signed for A. B. and C.",
    ],
)
def test_what_the_lists_do_not_prove(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("She moved from San Sebastián to the coast.", "San Sebastián"),
        ("Nació en Móstoles.", "Móstoles"),
        ("Springfield, OH 45501", "Springfield"),
        ("He flew to New York City twice.", "New York City"),
        ("He grew up in Houston.", "Houston"),  # a name too: the preposition tells
    ],
)
def test_places(text: str, place: str) -> None:
    assert found(text) == [("LOCATION", place)]


def test_a_place_before_a_post_code_is_surer() -> None:
    sure, bare = find("Springfield, OH 45501; they flew to Móstoles.")
    assert sure.score > bare.score


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Begoña", "given"), ("begona", "given"), ("BEGOÑA", "given"), ("Móstoles", "place"),
        ("carter", "both"), ("Ruiz", "family"), ("May", ""), ("Parkinson", ""), ("xqzt", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_kind_of_a_word(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_ordinary_words_eponyms_and_drugs_are_told() -> None:
    assert all(map(stopped, ("will", "May", "ROSA", "Parkinson", "Prozac", "Klebsiella", "león")))
    assert not stopped("Imogen")


def test_marks_do_not_matter() -> None:
    assert fold("Łódź, Møller, ÁÉÑ, Straße") == "lodz, moller, aen, strase"


@pytest.mark.parametrize("name", ["given_names", "family_names", "places", "states", "not_names"])
def test_a_list_is_sorted_tells_its_source_and_has_nothing_twice(name: str) -> None:
    head, *entries = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert head.startswith("# ")
    assert "MIT" in head
    assert all(entry == entry.strip() and entry for entry in entries)
    assert len({*entries}) == len(entries)
    assert [e.casefold()[0] for e in entries if e.isascii()] == sorted(
        e.casefold()[0] for e in entries if e.isascii()
    )


def test_the_lists_are_small() -> None:
    assert sum(path.stat().st_size for path in LISTS.glob("*.txt")) < 700_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["Ana Ruiz ", "Ana ", "A. ", "Ana, ", "de la ", "San ", "New York ", "Ruiz de la ", "É-", "a"],
)
def test_twice_the_text_costs_twice_the_time(
    unit: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    assert in_proportion(lambda size: gazetteer.find((unit * size)[:size]), 32_000)
