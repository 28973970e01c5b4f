"""Chapter F: every code is described in English and Spanish, each in words of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import strict_yaml
from auditor.generate import taxonomy
from auditor.indexes import taxonomy as icd
from auditor.resources import shipped

LISTED_F = [code for code in icd.table() if code[0] == "F" and "-" not in code]
ICD10_F = taxonomy.load("icd10_f")


@given(st.sampled_from(LISTED_F))
def test_every_listed_code_of_chapter_f_has_words_in_english(code: str) -> None:
    label = ICD10_F.label(code.lower().replace(".", ""), "en")
    assert label.code == code
    assert label.name
    assert label.definition
    assert label.name.casefold() not in {text.casefold() for text in label.excludes}
    assert ICD10_F.together([code]) is None


def test_every_code_of_chapter_f_is_described_in_english_and_spanish() -> None:
    """Ranges such as F40-F48 are headings and not codes: nobody can be given one."""
    assert sorted(ICD10_F.codes) == sorted(LISTED_F)
    for code, entry in ICD10_F.entries.items():
        assert entry.name.keys() == {"en", "es"}, code


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_two_codes_of_chapter_f_are_told_alike(lang: str) -> None:
    for part in ("name", "definition"):
        texts = [getattr(entry, part)[lang].casefold() for entry in ICD10_F.entries.values()]
        assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_every_described_code_of_chapter_f_is_listed_and_defined_in_our_own_words() -> None:
    for code, entry in ICD10_F.entries.items():
        assert icd.known(code) == code
        assert code.startswith("F")
        words = entry.definition["en"].casefold().rstrip(".")
        row = icd.table()[code]
        assert words not in {text.casefold() for text in (row.description, *row.terms)}
        assert len(words.split()) > 8


def phrases(text: str) -> set[tuple[str, ...]]:
    """Every six words in a row."""
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(6)), strict=False))


def texts_of(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for part in content.values() if isinstance(content, dict) else content:
            yield from texts_of(part)


def test_definitions_and_what_the_gate_reads_are_separate_texts() -> None:
    """The gate must not find a report faithful for the very words that it was asked for with."""
    signs = set[tuple[str, ...]]()
    for path in shipped("rules", "taxonomies", "signs").rglob("*.yaml"):
        for text in texts_of(strict_yaml.parse(path.name, path.read_text("utf-8"))):
            signs |= phrases(text)
    assert len(signs) > 10_000
    definitions = [text for entry in ICD10_F.entries.values() for text in entry.definition.values()]
    shared = sum(not signs.isdisjoint(phrases(text)) for text in definitions)
    assert shared / len(definitions) < 0.04


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_definition_would_be_found_to_be_an_identifier(lang: str) -> None:
    """A note that echoes a definition must not be rejected for it."""
    from auditor.detect.detector import Detector

    detector = Detector("safe_harbor")
    lead = {"en": "Note", "es": "Nota"}[lang]
    for code, entry in ICD10_F.entries.items():
        assert not detector.find(f"{lead}: {entry.definition[lang]}", lang), code


def test_no_definition_speaks_of_codes_or_records() -> None:
    """A model writes about what it reads: "the next character tells" has no place in a note."""
    spoken = re.compile(
        r"\b(codes?|coded|(next|following) character|subcode|the record|on record|"
        r"(is|are|was|not) recorded|the notes?|document(s|ed|ation)|label|category|"
        r"códigos?|subcódigo|codific\w+|carácter siguiente|la historia no|consta|constan|la nota|"
        r"el informe|document\w+|etiqueta|categoría)\b",
        re.IGNORECASE,
    )
    for code, entry in ICD10_F.entries.items():
        for definition in entry.definition.values():
            found = spoken.search(definition)
            assert not found, (code, found)


@pytest.mark.parametrize(
    ("code", "courses", "severities"),
    [
        ("F01.A4", ("insidious", "stable", "worsening"), ("mild", "moderate")),
        ("F02.C11", ("insidious", "stable", "worsening"), ("severe",)),
        ("F05", ("acute",), ("severe",)),
        ("F10.120", ("acute",), ("moderate", "severe")),
        ("F10.21", ("remitted",), ("none", "mild")),
        ("F13.931", ("acute",), ("severe",)),
        ("F15.21", ("remitted",), ("none", "mild")),
        ("F19.122", ("acute",), ("moderate", "severe")),
        ("F31.71", ("improving",), ("mild",)),
        ("F32.5", ("remitted",), ("none",)),
        ("F33.2", ("recent", "relapsing", "improving", "resistant"), ("severe",)),
        ("F73", ("stable",), ("severe",)),
    ],
)
def test_what_is_part_of_a_code_is_part_of_the_person(
    code: str, courses: tuple[str, ...], severities: tuple[str, ...]
) -> None:
    label = ICD10_F.label(code, "en")
    assert (label.courses, label.severities) == (courses, severities)


def test_grades_episodes_and_ages_are_kept_apart() -> None:
    for code, entry in ICD10_F.entries.items():
        name = entry.name["en"]
        if code.startswith(("F30", "F31", "F32", "F33", "F50")):
            for grade in ("mild", "moderate", "severe"):
                if name.endswith(f", {grade}"):
                    assert entry.severities == [grade], code
        if "remission" in name:
            assert set(entry.courses) <= {"improving", "remitted"}, code
            assert "severe" not in entry.severities, code
        else:
            assert "remitted" not in entry.courses or code == "F31.7", code
        if code.startswith("F32") and code != "F32.81":
            assert not {"fluctuating", "stable", "relapsing"} & set(entry.courses), code
        if code.startswith("F53"):
            assert entry.ages == ["young_adult", "adult"], code
        if code.startswith(("F50.0", "F50.2")):
            assert entry.ages == ["adolescent", "young_adult", "adult"], code


def test_dementia_comes_at_the_age_of_its_cause_and_intoxication_lasts_hours() -> None:
    """Huntington's disease, HIV and head injuries come before old age; F03 is presenile too."""
    old = ["older", "very_old"]
    ages = {"F01": old, "F02": ["adult", "middle_aged", *old], "F03": ["middle_aged", *old]}
    for code, entry in ICD10_F.entries.items():
        if code[:3] in ages:
            assert entry.ages == ages[code[:3]], code
            assert "mild" not in entry.severities or ".B" not in code, code
            assert entry.severities == ["severe"] or ".C" not in code, code
        if re.fullmatch(r"F1[^7]\.[129][23].?", code):  # intoxication and withdrawal
            assert entry.courses == ["acute"], code
            assert "delirium" not in entry.name["en"] or entry.severities == ["severe"], code
