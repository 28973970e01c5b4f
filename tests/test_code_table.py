"""Tables of codes that a user brings."""

from pathlib import Path

import pytest

from auditor import code_table
from auditor.errors import InputError


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> code_table.CodeTable:
    file = tmp_path / "codes.csv"
    file.write_bytes(text.encode(encoding))
    return code_table.read(str(file))


def test_a_code_is_found_however_it_is_written(tmp_path):
    codes = table(tmp_path, "code,description\nF32.1,Episodio depresivo moderado\n")
    for spelling in ("F32.1", "f321", "F32 1"):
        row = codes.row(spelling, "es")
        assert row is not None
        assert row.description == "Episodio depresivo moderado"
        assert codes.listed(spelling) == "F32.1"
    assert codes.row("F32.2", "es") is None
    assert codes.codes == 1


def test_a_row_serves_the_language_that_it_names_and_every_one_if_it_names_none(tmp_path):
    codes = table(tmp_path, "code;description;lang\nX1;local;\nF20;esquizofrenia;es\n")
    assert codes.row("X1", "en") == codes.row("X1", "es") is not None
    assert codes.row("F20", "es") is not None
    assert codes.row("F20", "en") is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headers_may_be_spanish_and_in_any_order(tmp_path, delimiter):
    header = delimiter.join(("Descripción", "TÉRMINOS", "Código"))
    row = delimiter.join(
        ("Trastorno de angustia", "crisis de pánico|ansiedad paroxística", "F41.0")
    )
    found = table(tmp_path, f"{header}\n{row}\n").row("F41.0", "es")
    assert found == code_table.Row(
        "F41.0", "Trastorno de angustia", ("crisis de pánico", "ansiedad paroxística")
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kode,meaning\nF32,low mood\n", ":1: has no column code and no column description"),
        ("code,terms\nF32,low mood\n", ":1: has no column description; name them so"),
        ("code,description\n", ":1: holds no code"),
        ("", ":1: has no column code"),
        ("code,description\nF32,\n", ":2: a code and a description are needed"),
        ("code,description,lang\nF32,a, b,es\n", ":2: has more cells than headers"),
        ("code,description,lang\nF32,a,spanish\n", ":2: its lang is not a language tag"),
        ("code,description\nF32,a\nF32,b\n", ":3: its code stands above with another description"),
        ('code,description\nF32,"a\n', "not CSV"),
    ],
)
def test_a_table_that_is_none_is_named_with_line_and_remedy(tmp_path, text, says):
    with pytest.raises(InputError) as error:
        table(tmp_path, text)
    assert says in str(error.value)
    assert "low mood" not in str(error.value), "no cell is shown"


def test_a_table_in_other_letters_is_named(tmp_path):
    with pytest.raises(InputError, match=r"codes\.csv:2: is not UTF-8"):
        table(tmp_path, "code,description\nF32,depresión\n", "latin-1")


def test_the_same_row_twice_is_one(tmp_path):
    assert table(tmp_path, "code,description\nF32,a\nF32,a\n").codes == 1


def test_a_missing_file_is_named():
    with pytest.raises(InputError, match=r"check the path of the table"):
        code_table.read("nowhere.csv")
