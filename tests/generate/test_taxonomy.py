"""Taxonomies: what a prompt is told of a label, and what is refused before the first request."""

from pathlib import Path

import pytest

from auditor import code_table
from auditor.errors import InputError
from auditor.generate import taxonomy, taxonomy_file
from auditor.indexes import taxonomy as icd
from auditor.indexes.labels import CODE

SHIPPED = [name for name in taxonomy_file.names() if name != "icd10cm"]
SIGNS = (
    "cognition", "concern", "assistance", "physiology", "assessment", "intervention",
    "diagnostics", "coping", "psychiatric",
)  # fmt: skip
OWN = """
about: {title: "Our unit", extends: icd10_f}
f321:
  name: {es: "episodio moderado de la unidad"}
  definition: {es: "Definición de la unidad."}
  excludes: {es: ["duelo"]}
UNIT-7:
  name: {en: "seventh ward"}
  definition: {en: "Whoever lies on the seventh ward."}
"""


@pytest.fixture(scope="module")
def icd10_f() -> taxonomy.Taxonomy:
    return taxonomy.load("icd10_f")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "unit.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def refusal(path: Path, text: str) -> str:
    with pytest.raises(InputError) as refused:
        taxonomy.load(written(path, text))
    return str(refused.value)


def test_a_label_is_told_in_the_language_of_the_text(icd10_f: taxonomy.Taxonomy) -> None:
    english, spanish = icd10_f.label("F32", "en"), icd10_f.label("F32", "es")
    assert english.code == spanish.code == "F32"
    assert "depress" in english.name
    assert "depresiv" in spanish.name
    assert english.definition != spanish.definition
    assert icd10_f.label("f32", "es-MX") == spanish


def test_what_excludes1_says_must_not_be_written(icd10_f: taxonomy.Taxonomy) -> None:
    english = icd10_f.label("F32.1", "en").excludes
    assert {"bipolar disorder", "manic episode", "recurrent depressive disorder"} <= set(english)
    spanish = icd10_f.label("F32.1", "es").excludes
    assert icd10_f.entries["F31"].name["es"] in spanish
    assert not [text for text in (*english, *spanish) if "(F3" in text]


def test_codes_that_exclude_each_other_are_not_asked_for_together(
    icd10_f: taxonomy.Taxonomy,
) -> None:
    assert icd10_f.together(["F32.1", "F31.30"]) == "F32.1 excludes F31.30 (bipolar disorder)"
    assert icd10_f.together(["F41.1", "F32", "F31"]) == "F32 excludes F31 (bipolar disorder)"
    assert icd10_f.together(["R40.1", "F20.2"]) is not None
    assert icd10_f.together(["F32.1", "F41.1"]) is None
    assert icd10_f.together(["F32.1", "F32.1"]) is None
    assert taxonomy.load("alzheimer_signs").together(["cognition", "coping"]) is None


def test_an_unknown_code_is_refused_with_what_is_near(icd10_f: taxonomy.Taxonomy) -> None:
    with pytest.raises(InputError, match=r"no code 'F32\.19' \(did you mean 'F32\.1'\?\); ask for"):
        icd10_f.label("F32.19", "en")
    with pytest.raises(InputError, match=r"no code 'depression'; ask for"):
        icd10_f.label("depression", "en")
    with pytest.raises(InputError, match="did you mean 'cognition'"):
        taxonomy.load("alzheimer_signs").label("cognitive", "es")


@pytest.mark.parametrize(("code", "lang"), [("F32.1", "fr"), ("E11.9", "es"), ("S00.01XA", "es")])
def test_a_code_without_words_in_a_language_is_refused(
    icd10_f: taxonomy.Taxonomy, code: str, lang: str
) -> None:
    with pytest.raises(InputError, match=f"{code} has no words in '{lang}'.*--codes"):
        icd10_f.label(code, lang)


def test_a_table_names_codes_that_are_not_described(tmp_path: Path) -> None:
    path = written(
        tmp_path / "codes.csv",
        "code,description,terms,lang\n"
        "E11.9,Diabetes tipo 2 sin complicaciones,DM2,es\nLOC1,etiqueta local,,es\n",
    )
    known = taxonomy.load("icd10_f", code_table.read(path))
    diabetes = known.label("e119", "es")
    assert (diabetes.code, diabetes.name) == ("E11.9", "Diabetes tipo 2 sin complicaciones")
    assert diabetes.includes == ("DM2",)
    assert diabetes.definition
    assert known.label("LOC1", "es").name == "etiqueta local"
    with pytest.raises(InputError, match="LOC1 has no words in 'en'"):
        known.label("LOC1", "en")


def test_an_undescribed_code_has_the_definition_of_the_one_above(tmp_path: Path) -> None:
    path = written(
        tmp_path / "few.yaml",
        "about: {extends: icd10cm}\nF33:\n  name: {en: recurrent, es: recurrente}\n"
        "  definition: {en: It comes back., es: Vuelve.}\n  excludes: {es: [duelo]}\n"
        "  ages: [adult]\n  courses: [relapsing]\n  severities: [mild]\n",
    )
    table = written(tmp_path / "codes.csv", "code,description,lang\nF33.1,moderado,es\n")
    known = taxonomy.load(path, code_table.read(table))
    english, spanish = known.label("F33.1", "en"), known.label("F33.1", "es")
    assert english.name == "Major depressive disorder, recurrent, moderate"
    assert english.definition.startswith(english.name)
    assert english.definition.endswith(". It comes back.")
    assert (spanish.name, spanish.definition) == ("moderado", "Vuelve.")
    assert "duelo" in spanish.excludes
    assert english.ages == spanish.ages == ("adult",)
    assert english.courses == spanish.courses == ("relapsing",)
    assert english.severities == spanish.severities == ("mild",)
    with pytest.raises(InputError, match=r"F33\.2 has no words in 'es'; ask for F33, give a table"):
        known.label("F33.2", "es")


def test_a_users_file_adds_and_overrides(own: Path, icd10_f: taxonomy.Taxonomy) -> None:
    extended = taxonomy.load(str(own))
    assert extended.name == "unit"
    assert extended.is_icd
    assert extended.label("F32.1", "es").name == "episodio moderado de la unidad"
    assert "duelo" in extended.label("F32.1", "es").excludes
    assert extended.label("F32", "es") == icd10_f.label("F32", "es")
    assert extended.label("UNIT-7", "en").definition == "Whoever lies on the seventh ward."
    with pytest.raises(InputError, match="UNIT-7 has no words in 'es'"):
        extended.label("UNIT-7", "es")
    assert extended.label("F32.1", "en").name == icd.table()["F32.1"].description
    assert set(extended.codes) == {*icd10_f.codes, "UNIT-7", "F32.1"}


def test_a_users_folder_is_one_taxonomy(own: Path) -> None:
    (own.parent / "about.yaml").write_text("title: Two files\n")
    own.write_text("A1:\n  name: {en: first}\n  definition: {en: The first.}\n")
    (own.parent / "more.yaml").write_text(
        "B2:\n  name: {en: second}\n  definition: {en: 'Next.'}\n"
    )
    both = taxonomy.load(str(own.parent))
    assert both.codes == ("B2", "A1")
    assert not both.is_icd
    (own.parent / "third.yaml").write_text("A1:\n  name: {en: x}\n  definition: {en: y}\n")
    with pytest.raises(InputError, match=r"unit\.yaml: A1 stands in another file too"):
        taxonomy.load(str(own.parent))


def test_the_digest_follows_the_files_and_what_they_extend(own: Path) -> None:
    before = taxonomy.load(str(own)).digest
    assert before == taxonomy.load(str(own)).digest
    assert before != taxonomy.load("icd10_f").digest
    own.write_text(OWN.replace("duelo", "luto"), encoding="utf-8")
    assert taxonomy.load(str(own)).digest != before


GOOD = "A1:\n  name: {en: first, es: primero}\n  definition: {en: The first., es: El primero.}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + GOOD, ":4: the key 'A1' stands twice"),
        (GOOD + "  colour: red\n", "A1.colour: Extra inputs"),
        (GOOD + "  ages: [old]\n", "A1.ages.0: Input should be 'child'"),
        (GOOD + "  courses: [slow]\n", "A1.courses.0: Input should be 'acute'"),
        (GOOD + "  severities: [light]\n", "A1.severities.0: Input should be 'none'"),
        (GOOD.replace(", es: El primero.", ""), "A1: Value error, name is in 'es'"),
        (GOOD.replace(", es: primero", ""), "A1: Value error, definition is in 'es'"),
        (GOOD + "  includes: {fr: [x]}\n", "A1: Value error, includes is in 'fr'"),
        (GOOD.replace("first", "' '", 1), "A1.name.en: String should have at least 1"),
        (GOOD.replace("A1", "a whole sentence"), "a whole sentence.[key]: String should match"),
        (GOOD.replace("A1", "3.14"), "3.14.[key]: Input should be a valid string"),
        (GOOD.replace("{en: first", "{en: &x first", 1) + "  includes: {en: [*x]}\n", "aliases"),
        ("about: {author: me}\n" + GOOD, "about: author: Extra inputs"),
        ("about: {extends: icd10_g}\n" + GOOD, "about.extends: no taxonomy named 'icd10_g' (did"),
        ("about: {extends: icd10cm}\nF321: {name: {en: a}, definition: {en: b}}\n"
         "F32.1: {name: {en: a}, definition: {en: b}}\n", "F32.1 stands twice"),
        ("", "describes no label"),
        ("- A1\n", "Input should be a valid dictionary"),
        ("A1: [", "not YAML"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "bad.yaml"
    message = refusal(path, text)
    assert message.startswith(str(path))
    assert told in message
    assert "\n" not in message


def test_what_is_no_file_and_no_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'icd10f' \(did you mean 'icd10_f'\?\)"):
        taxonomy.load("icd10f")
    (tmp_path / "latin.yaml").write_bytes(b"# a\n# \xe9\n")
    with pytest.raises(InputError, match=r"latin\.yaml:2: is not UTF-8"):
        taxonomy.load(str(tmp_path / "latin.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_taxonomy_is_told_in_english_and_spanish(name: str) -> None:
    shipped = taxonomy.load(name)
    assert shipped.name == name
    assert shipped.codes
    for code in shipped.codes:
        assert CODE.fullmatch(code)
        english, spanish = (shipped.label(code, lang) for lang in ("en", "es"))
        assert english.code == spanish.code == code
        assert english.definition.casefold() != english.name.casefold()
        assert english.definition != spanish.definition
        assert bool(english.includes) == bool(spanish.includes)
        entry = shipped.entries[code]
        for by_language in (entry.includes, entry.excludes):
            assert len(by_language.get("en", [])) == len(by_language.get("es", []))


def test_the_nine_signs_of_alzheimers_disease() -> None:
    signs = taxonomy.load("alzheimer_signs")
    assert signs.codes == SIGNS
    for code in SIGNS:
        for lang in ("en", "es"):
            label = signs.label(code, lang)
            assert len(label.includes) >= 6
            assert len(label.excludes) >= 3
            assert label.ages == ("older", "very_old")
            assert "acute" not in label.courses
            pointed_at = {
                part for text in label.excludes for part in text.split("(")[-1][:-1].split(", ")
            }
            assert code not in pointed_at
            assert pointed_at & set(SIGNS)


def test_a_taxonomy_is_a_table_of_codes_for_the_gate() -> None:
    table = taxonomy.load("alzheimer_signs").as_codes(("en", "es"))
    assert (table.name, table.codes) == ("alzheimer_signs", 9)
    for lang in ("en", "es"):
        row = table.row("coping", lang)
        assert row is not None
        label = taxonomy.load("alzheimer_signs").label("coping", lang)
        assert row.description.startswith(label.name)
        assert row.terms == label.includes
    assert table.digest == taxonomy.load("alzheimer_signs").digest
