"""What codes mean: listed, brought by the user, and by their signs."""

import pytest

from auditor.code_table import EMPTY, CodeTable, Row
from auditor.indexes import signs, taxonomy
from auditor.indexes.meanings import Meanings

SPANISH = CodeTable(
    "cie10.csv",
    "digest",
    {
        "es": {
            "F32": Row("F32", "Episodio depresivo"),
            "F321": Row("F32.1", "Episodio depresivo moderado", ("depresión moderada",)),
        },
        "": {"UNIT-7": Row("UNIT-7", "Seen by the night team")},
    },
)


def test_without_a_table_codes_mean_what_is_listed():
    meanings = Meanings(EMPTY, "es")
    assert meanings.native("F32.1") == meanings.in_english("F32.1") == taxonomy.describe("F32.1")
    assert meanings.is_foreign("F32.1")
    assert not Meanings(EMPTY, "en").is_foreign("F32.1")


def test_a_table_tells_a_code_in_the_language_of_the_texts():
    meanings = Meanings(SPANISH, "es")
    assert meanings.native("F32.1") == (
        "Episodio depresivo moderado. Episodio depresivo. depresión moderada"
    )
    assert meanings.in_english("F32.1") == taxonomy.describe("F32.1")
    assert not meanings.is_foreign("F32.1")
    assert Meanings(SPANISH, "en").native("F32.1") == taxonomy.describe("F32.1")


def test_a_local_code_of_another_language_alone_is_not_known():
    table = CodeTable("c", "d", {"es": {"L4": Row("L4", "solo en español")}})
    assert Meanings(table, "es").known("l4") == "L4"
    assert Meanings(table, "en").known("l4") is None


def test_a_local_code_is_its_own_category_and_has_no_chapter():
    meanings = Meanings(SPANISH, "en")
    assert meanings.codes(["unit-7", "UNIT-7", "nonsense"]) == ["UNIT-7"]
    assert meanings.category("UNIT-7") == "UNIT-7"
    assert meanings.chapter("UNIT-7") == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_signs_are_known_of_every_category_of_chapter_f(language):
    known = signs.table(language)
    categories = {c for c in taxonomy.categories() if taxonomy.chapter(c) == "5"}
    assert categories <= known.keys()
    assert all(taxonomy.known(code) == code for code in known), "codes of the list only"


def test_both_languages_know_the_same_codes():
    assert signs.table("en").keys() == signs.table("es").keys()


def test_a_code_is_told_by_its_own_entry_and_those_above_it():
    whole = signs.of("F32.1", "en")
    assert signs.table("en")["F32.1"].title in whole
    assert signs.table("en")["F32"].title in whole
    assert signs.of("F32", "en") in whole
    assert signs.of("A09", "en") == ""
    assert signs.of("F32", "fr") == ""


def test_in_an_undetermined_language_signs_are_known_in_all() -> None:
    told = Meanings(EMPTY, "und").signs("F32.1")
    assert told == f"{signs.of('F32.1', 'en')}. {signs.of('F32.1', 'es')}"
    assert Meanings(EMPTY, "fr").signs("F32.1") == ""


@pytest.mark.parametrize(
    ("code", "listed"),
    [("F32.1", True), ("f321", True), ("S52.501A", True), ("T36.0X1A", True), ("F32.17", False),
     ("F50.0", True), ("F99.9", False)],
)  # fmt: skip
def test_a_seventh_character_is_no_other_release(code, listed):
    assert taxonomy.is_listed(code) is listed
