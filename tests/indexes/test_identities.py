"""The forms in which identifiers are compared, and where identities come from."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.detect.hit import Hit
from auditor.errors import InputError
from auditor.indexes import identities, identity_index
from auditor.indexes.identity_forms import (
    birthdays,
    dates,
    fold,
    name_parts,
    name_variants,
    name_words,
    number,
    phone_numbers,
    spelled_words,
    street_words,
)
from auditor.record import Record

FOLDED = {
    "case and accents": ("MUÑOZ Ávila", ("munoz", "avila")),
    "zero-width": ("Mu\u200bñoz", ("munoz",)),
    "letters that look Latin": ("Сorrаl", ("corral",)),
    "letters and digits": ("HPB-12a", ("hpb", "12", "a")),
    "a ligature": ("Straße", ("strasse",)),
    "nothing": ("¿—?", ()),
}


@pytest.mark.parametrize(("text", "words"), FOLDED.values(), ids=FOLDED.keys())
def test_folding(text: str, words: tuple[str, ...]) -> None:
    assert fold(text).words == words


@given(st.text(alphabet="aÁñß\u200b 1-é\u0301ﬁ", max_size=30))
def test_a_place_leads_back_to_the_original(text: str) -> None:
    folded = fold(text)
    for word, begin, end in zip(folded.words, folded.begins, folded.ends, strict=True):
        start, stop = folded.original(begin, end)
        assert word in "".join(fold(text[start:stop]).words)


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)))
def test_a_day_is_known_however_it_is_written(day: date) -> None:
    months = "ene feb mar abr may jun jul ago sept oct nov dic".split()  # noqa: SIM905
    written = (
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%d.%m.%y}", f"{day:%Y%m%d}",
        f"{day:%B} {day.day}, {day.year}", f"{day.day}th of {day:%B} {day.year}",
        f"{day.day} de {months[day.month - 1]}. de {day.year}", f"{day:%d-%b-%Y}",
    )  # fmt: skip
    for text in written:
        ((begin, end, days),) = dates(fold(f"on {text}, then").text)
        assert day.isoformat() in days, text
        assert fold(f"on {text}, then").text[begin:end] == text.casefold()


@pytest.mark.parametrize("text", ["12/2020", "31/02/1990", "1.2.3.4", "120/80/70", "3 May", "5 mg"])
def test_what_is_no_day(text: str) -> None:
    assert not list(dates(fold(text).text))


def test_day_and_month_may_be_either_unless_the_language_says() -> None:
    assert birthdays("03/04/1961") == {"1961-03-04", "1961-04-03"}
    assert birthdays("03/04/1961", day_first=True) == {"1961-04-03"}
    assert birthdays("1961-04-03", day_first=True) == {"1961-04-03"}


def test_names() -> None:
    assert name_words("Dra. Iria de la Souto-Rial") == ("iria", "souto", "rial")
    assert name_words("Iria") == ()
    assert name_words("Mr. Moss") == ()
    assert ("i", "rial", "souto") in name_variants(("iria", "souto", "rial"))
    assert name_parts(("iria", "souto", "rial")) == {("iria", "souto"), ("iria", "rial")}
    assert name_parts(("ada", "moss")) == set()


def test_numbers_and_addresses() -> None:
    assert number("12.345.678-Z") == "12345678z"
    assert number("1234") == number("ABCDEF") == ""
    assert {"612000111", "34612000111"} <= phone_numbers("+34 612 000 111")
    assert phone_numbers("(312) 555-0147 x22") == {"3125550147"}
    assert spelled_words("i.souto9@example.org") == ("i", "souto", "9", "example", "org")
    assert spelled_words("souto9@example.org.\nNo") == ("souto", "9", "example", "org")
    assert street_words("Calle del Roble, nº 12, 3º B, 28000 Villar") == ("roble", "12")
    assert street_words("412 Elmhurst St, Springfield 41111") == ("412", "elmhurst")
    assert street_words("Villar") == street_words("28000") == ()


def marked(text: str, phi: Any) -> Corpus:
    line = json.dumps({"id": "r", "text": text, "meta": {"phi": phi}}).encode()
    return Corpus("source.jsonl", (Record("r", text, "es", has_meta=True, line=line),))


def test_given_name_and_surnames_of_two_fields_are_one_name() -> None:
    text = "Nombre: Iria. Apellidos: Souto Rial. NHC: 9981234."
    spans = [("NOMBRE_SUJETO_ASISTENCIA", "Iria"), ("NOMBRE_SUJETO_ASISTENCIA", "Souto Rial")]
    spans += [("ID_SUJETO_ASISTENCIA", "9981234"), ("PROFESION", "NHC")]
    phi = [
        {"type": kind, "start": text.index(value), "end": text.index(value) + len(value)}
        for kind, value in spans
    ]
    found = identities.marked(marked(text, phi)).identities
    assert [(i.label, i.value) for i in found] == [
        ("NAME", "Iria"), ("NAME", "Souto Rial"), ("ID", "9981234"), ("NAME", "Iria Souto Rial"),
    ]  # fmt: skip
    assert {(i.origin, i.tier) for i in found} == {("meta.phi", "roster-proved")}


def test_plain_labels_will_do() -> None:
    found = identities.marked(marked("Ada Moss", [{"label": "NAME", "start": 0, "end": 8}]))
    assert found.identities[0].value == "Ada Moss"


MALFORMED = {
    "no list": {"start": 0},
    "no object": ["canary"],
    "unknown type": [{"type": "canary", "start": 0, "end": 2}],
    "no type": [{"start": 0, "end": 2}],
    "a type that is none": [{"type": ["canary"], "start": 0, "end": 2}],
    "beyond the text": [{"type": "NAME", "start": 0, "end": 99}],
    "no place": [{"type": "NAME", "start": 2, "end": 2}],
    "text for a number": [{"type": "NAME", "start": "0", "end": 2}],
    "true for a number": [{"type": "NAME", "start": True, "end": 2}],
}


@pytest.mark.parametrize("phi", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_spans_are_refused(phi: Any) -> None:
    with pytest.raises(InputError, match=r"source\.jsonl: record 1: meta\.phi: .+; ") as error:
        identities.marked(marked("canary text", phi))
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("meta", [{}, {"phi": None}, {"phi": []}, [1], "text"])
def test_no_spans(meta: Any) -> None:
    line = json.dumps({"id": "r", "text": "a", "meta": meta}).encode()
    corpus = Corpus("s", (Record("r", "a", has_meta=True, line=line),))
    assert identities.marked(corpus).identities == ()


class Stub:
    """A detector that finds what follows a marker."""

    def __init__(self, profile: str) -> None:
        assert profile == "safe_harbor"

    def find(self, text: str, _: str) -> tuple[Hit, ...]:
        if "upset" in text:
            raise ValueError(text)
        shapes = (("DATE", "13/05/1950", 0.9), ("ID", "9981234", 0.9), ("ID", "9985678", 0.6))
        return tuple(
            Hit(text.index(value), text.index(value) + len(value), label, score, "stub", "direct")
            for label, value, score in shapes
            if value in text
        )


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.detect.detector.Detector", Stub)


def found(text: str, lang: str = "en") -> identities.Gathered:
    return identities.detected(Corpus("s", (Record("r", text, lang),)), "safe_harbor")


@pytest.mark.usefixtures("stub")
def test_detected_dates_count_when_they_are_birth_dates() -> None:
    for text in ("DOB: 13/05/1950", "born on 13/05/1950", "Nacida el día 13/05/1950"):
        assert [i.label for i in found(text).identities] == ["DATE"]
    assert not found("admitted on 13/05/1950").identities
    assert not found("born 2 weeks before 13/05/1950").identities


@pytest.mark.usefixtures("stub")
def test_how_well_a_detected_number_is_proven() -> None:
    tiers = [i.tier for i in found("MRN 9981234, perhaps 9985678").identities]
    assert tiers == ["format-proved", "identifier-shaped"]


@pytest.mark.usefixtures("stub")
def test_a_source_record_that_cannot_be_searched_is_told() -> None:
    assert found("MRN 9981234", "fr").gaps == (
        "no recognizers for the language of 1 source records",
    )
    (gap,) = found("upset").gaps
    assert gap == "an error while looking for them in 1 source records"


def test_no_repr_tells_a_value() -> None:
    gathered = identities.marked(marked("Ada Moss", [{"label": "NAME", "start": 0, "end": 8}]))
    index = identity_index.build(gathered.identities)
    told = repr((gathered, index, fold("Ada Moss"))).casefold()
    assert "moss" not in told
