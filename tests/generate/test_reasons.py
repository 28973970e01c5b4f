"""Reasons tell the kind of what was wrong, from a closed list, and nothing that could leak."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import measure, resources
from auditor.errors import InputError, PolicyError
from auditor.generate import reasons
from auditor.generate.answers import Cause
from auditor.generate.reasons import sentences

LANGUAGES = ("en", "es")
LABELS = (
    "NAME", "AGE", "DATE", "LOCATION", "PHONE", "EMAIL", "URL", "IP", "ID", "ORG", "PROFESSION",
)  # fmt: skip
COPYING = (
    "copied_passage", "edited_passage", "near_duplicate", "linkage", "rare_fragments",
    "short_text", "paraphrase",
)  # fmt: skip
CLOSED = {getattr(r, lang) for r in reasons.reasons().values() for lang in LANGUAGES}
FILE = resources.shipped("rules", "generation", "reasons.yaml").read_text("utf-8")


def codes_of_the_gate() -> Iterator[str]:
    for check in resources.names("checks"):
        module = measure.check(check)
        if module.SCOPE == "record":
            yield check
            yield from (f"{check}.{metric}" for metric in module.METRICS)


def test_a_date_is_told_as_a_date() -> None:
    (told,) = sentences(["identifiers.DATE"], "en")
    assert "a date" in told
    (told,) = sentences(["identifiers.DATE"], "es")
    assert "una fecha" in told


def test_the_longest_listed_code_above_tells_a_code() -> None:
    assert sentences(["label_fidelity.fit"], "en") == sentences(["label_fidelity"], "en")
    assert sentences(["label_fidelity.restated"], "en") != sentences(["label_fidelity"], "en")
    assert sentences(["label_fidelity.restated.x"], "en") == sentences(
        ["label_fidelity.restated"], "en"
    )


def test_no_sentence_speaks_of_the_last_attempt() -> None:
    """What is told of any earlier attempt is told of all of them together."""
    for words in CLOSED:
        assert not re.search(r"\b(last|última?|último) (draft|answer|attempt|vez|intento)", words)


def test_a_code_that_only_begins_alike_is_another() -> None:
    assert sentences(["linkages"], "en") == sentences(["unheard_of"], "en")


def test_each_sentence_is_told_once_in_the_order_of_the_codes() -> None:
    told = sentences(["artifact.traces", "linkage.margin", "short_text.holders", "artifact"], "en")
    assert told == (*sentences(["artifact"], "en"), *sentences(["linkage"], "en"))
    assert sentences([], "en") == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_which_check_found_a_copy_is_not_told(lang: str) -> None:
    assert len(sentences(COPYING, lang)) == 1
    copying = [code for code in codes_of_the_gate() if code.split(".")[0] in COPYING]
    assert len(copying) > 20
    assert len(sentences(copying, lang)) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_that_a_name_is_somebodys_is_not_told(lang: str) -> None:
    """Whether identities of real people were found, nobody can see from what is told."""
    assert sentences(["identity_replay.exact"], lang) == sentences(["identifiers.direct"], lang)
    for label in LABELS:
        invented = sentences([f"identifiers.{label}"], lang)
        assert sentences([f"identity_replay.{label}"], lang) == invented
        assert sentences([f"identifiers.{label}", "identity_replay.exact"], lang) == invented
        assert sentences(["identity_replay.exact", f"identifiers.{label}"], lang) == invented


@pytest.mark.parametrize("label", LABELS)
def test_every_kind_of_identifier_has_a_sentence(label: str) -> None:
    assert sentences([f"identifiers.{label}"], "en") != sentences(["identifiers"], "en")


def test_every_code_of_the_gate_and_every_cause_has_a_sentence_of_its_own() -> None:
    unknown = sentences(["unheard_of"], "en")
    for code in (*codes_of_the_gate(), *get_args(Cause)):
        assert sentences([code], "en") != unknown, code


codes = st.text() | st.sampled_from(sorted(reasons.reasons())).flatmap(
    lambda code: st.text(max_size=5).map(lambda more: f"{code}.{more}")
)


@given(st.lists(codes), st.sampled_from(LANGUAGES))
def test_nothing_is_told_that_is_not_in_the_file(some: list[str], lang: str) -> None:
    told = sentences(some, lang)
    assert set(told) <= CLOSED
    assert len(set(told)) == len(told)
    assert bool(told) == bool(some)


@given(st.lists(codes))
def test_either_language_tells_the_same(some: list[str]) -> None:
    by_words = {r.es: r.en for r in reasons.reasons().values()}
    assert tuple(by_words[words] for words in sentences(some, "es")) == sentences(some, "en")


def test_sentences_are_short_and_hold_no_number_but_the_highest_age() -> None:
    for words in CLOSED:
        assert len(words) < 220
        assert words.endswith(".")
        assert set(re.findall(r"\d+", words)) <= {"89"}


def test_a_language_without_sentences_is_refused() -> None:
    with pytest.raises(InputError, match="'fr'; use en or es"):
        sentences(["empty"], "fr")


@pytest.mark.parametrize(
    ("change", "into", "told"),
    [
        ('- codes: [""]', "- codes: [x]", "no sentence for unknown codes"),
        ("- codes: [empty]", "- codes: [refused]", "listed twice"),
        ("instead_of: identifiers", "instead_of: identifier", "instead_of names no listed code"),
        ("- codes: [empty]", "- codes: []", "at least 1 item"),
        ("- codes: [empty]", "- text: x\n  codes: [empty]", "Extra inputs"),
    ],
)
def test_a_file_that_is_not_of_this_form_is_refused(change: str, into: str, told: str) -> None:
    assert change in FILE
    with pytest.raises(PolicyError, match=rf"^generation/reasons\.yaml.*{told}"):
        reasons.read(FILE.replace(change, into))


def test_the_file_is_shipped() -> None:
    assert Path(resources.shipped("rules", "generation", "reasons.yaml")).is_file()
