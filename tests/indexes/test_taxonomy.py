import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import CannotMeasure
from auditor.indexes import taxonomy


def test_a_code_is_described_by_itself_its_parent_and_its_inclusion_terms():
    assert taxonomy.describe("F32.9") == (
        "Major depressive disorder, single episode, unspecified. Depressive episode. "
        "Major depression NOS"
    )
    assert taxonomy.describe("K35").startswith("Acute appendicitis. Diseases of appendix")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("F32.1", "F32.1"),
        ("f321", "F32.1"),
        (" F32.1 ", "F32.1"),
        ("F32.19", "F32.1"),  # another country's fifth character
        ("S00.01XA", "S00.01"),  # the seventh character tells the encounter
        ("C4A.9", "C4A.9"),
        ("U07.1", "U07.1"),
        ("F99.ZZZZ", "F99"),
    ],
)
def test_codes_come_in_many_spellings(written: str, known: str):
    assert taxonomy.known(written) == known


@pytest.mark.parametrize("other", ["", "F", "F3", "F32.", "depression", "38341003", "F00-F99", "5"])
def test_what_is_no_icd_10_cm_code_is_unknown(other: str):
    assert taxonomy.known(other) is None
    assert taxonomy.describe(other) is None


@given(st.text())
def test_any_text_is_known_or_unknown(text: str):
    assert (taxonomy.describe(text) is None) == (taxonomy.known(text) is None)


def test_every_listed_code_is_known_by_its_own_name_and_stands_in_a_chapter():
    chapters = {code for code, entry in taxonomy.table().items() if not entry.parent}
    codes = [code for code in taxonomy.table() if code not in chapters and "-" not in code]
    assert len(chapters) == 22
    assert len(codes) > 46_000
    for code in codes:
        assert taxonomy.known(code) == taxonomy.known(code.replace(".", "").lower()) == code
        assert taxonomy.chapter(code) in chapters


def test_every_category_has_three_characters():
    assert len(taxonomy.categories()) == len(set(taxonomy.categories())) > 1_900
    assert all(taxonomy.category(code) == code for code in taxonomy.categories())


def test_the_table_has_no_time_stamp():
    path = taxonomy.shipped("rules", "taxonomies", "icd10cm.tsv.gz")
    assert path.read_bytes()[4:8] == bytes(4)
    assert path.stat().st_size < 1_500_000


@pytest.mark.parametrize("content", [None, b"no gzip", gzip.compress(b"head\na\tb\n", mtime=0)])
def test_a_missing_or_damaged_table_cannot_measure(tmp_path, monkeypatch, content: bytes | None):
    if content is not None:
        (tmp_path / "icd10cm.tsv.gz").write_bytes(content)
    monkeypatch.setattr(taxonomy, "shipped", lambda *_: tmp_path / "icd10cm.tsv.gz")
    taxonomy.table.cache_clear()
    try:
        with pytest.raises(CannotMeasure, match="reinstall auditor"):
            taxonomy.known("F32.1")
    finally:
        taxonomy.table.cache_clear()


def test_excludes1_notes_stand_at_the_code_that_has_them():
    assert taxonomy.table()["F32"].excludes == (
        "bipolar disorder (F31.-)",
        "manic episode (F30.-)",
        "recurrent depressive disorder (F33.-)",
    )
    assert taxonomy.table()["F32.1"].excludes == ()
