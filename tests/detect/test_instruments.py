"""Names of instruments identify nobody; people and places beside them still do.

``instruments/en.txt`` and ``instruments/es.txt`` hold invented sentences; «» marks what must be
found, and nothing else may be. Those in ``NOT_YET`` are known faults, of either kind.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from auditor.detect import instruments
from auditor.detect.detector import Detector
from auditor.detect.hit import Hit

FOLDER = Path(__file__).parent / "instruments"
TITLE = re.compile(r"(?:dra?|mrs?|ms|sra?|don|nurse)\b\.? ?|hospital de ", re.IGNORECASE)
NOT_YET = {
    "The family left «Columbia» after the Columbia Suicide Severity Rating Scale was positive.",
    "He stays with his aunt in «Glasgow».",
    "He studied in «Stanford» and then in «Pittsburgh».",
    "Her cousin «David Alzheimer» was there.",
    "Se mudó desde «Montreal»; en la escala de Montreal obtiene 26.",
    "«Lewy, Anna»: no hay datos de demencia con cuerpos de Lewy.",
    "«Lewy, Anna» no contesta al teléfono.",
    "Pasa el verano con su tía en «Glasgow».",
}


def sentences() -> list[tuple[str, str]]:
    lines = [
        (path.stem, line)
        for path in sorted(FOLDER.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [(lang, line) for lang, line in lines if not line.startswith("#")]


def unmarked(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The text of a sentence, and the places that were marked in it."""
    text, places = "", []
    for i, piece in enumerate(re.split("[«»]", line)):
        if i % 2:
            places.append((len(text), len(text) + len(piece)))
        text += piece
    return text, places


@cache
def detector(profile: str) -> Detector:
    return Detector(profile)


def right(hits: tuple[Hit, ...], text: str, places: list[tuple[int, int]]) -> bool:
    """Whether each place is covered, a title aside, and no hit lies beside all of them."""
    covered = {at for hit in hits for at in range(hit.start, hit.end)}
    for start, end in places:
        title = TITLE.match(text, start, end)
        if not covered.issuperset(range(title.end() if title else start, end)):
            return False
    return all(any(s < hit.end and hit.start < e for s, e in places) for hit in hits)


@pytest.mark.parametrize("profile", ["safe_harbor", "gdpr_strict"])
@pytest.mark.parametrize(("lang", "line"), sentences())
def test_a_name_within_a_term_is_no_identifier(profile: str, lang: str, line: str) -> None:
    text, places = unmarked(line)
    as_it_should = right(detector(profile).find(text, lang), text, places)
    assert as_it_should != (line in NOT_YET)


def terms(text: str) -> list[str]:
    return [text[start:end] for start, end in instruments.places(text)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("On the Boston Naming Test she has 52.", "the Boston Naming Test"),
        ("BOSTON NAMING TEST: 52", "BOSTON NAMING TEST"),
        ("Beck Depression Inventory-II: 31", "Beck Depression Inventory-II"),
        ("Addenbrooke’s Cognitive Examination", "Addenbrooke’s Cognitive Examination"),
        ("la escala de depresión de Hamilton", "la escala de depresión de Hamilton"),
        ("Hamilton Rating Scale for Depression", "Hamilton Rating Scale for Depression"),
    ],
)
def test_terms(text: str, term: str) -> None:
    assert terms(text) == [term]


@pytest.mark.parametrize(
    "text",
    [
        "Boston Memory Assessment Clinic; Unidad de Evaluación Cognitiva de Barcelona.",
        "Boston Naming Tests; preBoston Naming Test",
        "She came from Boston. Naming test: 52.",
        "Boston\nNaming Test",
        "Young's dementia, Young's test, la enfermedad de Katz, las pruebas de Barcelona.",
    ],
)
def test_what_is_not_there_word_for_word_is_no_term(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "Dr. Hamilton Depression Scale: 20", "Hamilton"),
        ("en", "Patient name: Beck Depression Inventory: 20", "Beck"),
        ("en", "Charles's dementia has progressed.", "Charles"),
        ("en", "The pain scale of Henry, 81, is 7.", "Henry"),
        ("en", "Patient name: Henry Scale: 20", "Henry"),
        ("en", "Ward B: Russell 97/58, Clark 95/60.", "Russell"),
        ("en", "Her Seattle memory assessment was normal.", "Seattle"),
        ("es", "La demencia de Charles avanza.", "Charles"),
        ("es", "El examen del estado mental de Henry es normal.", "Henry"),
        ("es", "Vive en Barcelona Escala de Barthel 60.", "Barcelona"),
        ("es", "Unidad de Memoria y Evaluación Cognitiva de Barcelona.", "Barcelona"),
        ("es", "Escala del 12/03/2024 de Hamilton.", "12/03/2024"),
    ],
)
def test_names_and_places_beside_the_words_of_a_term_are_found(
    lang: str, text: str, name: str
) -> None:
    start = text.index(name)
    covered = {
        at for hit in detector("safe_harbor").find(text, lang) for at in range(hit.start, hit.end)
    }
    assert covered.issuperset(range(start, start + len(name)))


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "Imogen Carter's exam was normal.", "Imogen Carter"),
        ("en", "Tabitha's sleep is poor.", "Tabitha"),
        ("en", "We read Carter's test results.", "Carter"),
        ("en", "Leopold Souto came. We read Souto's scale together.", "Souto"),
        ("es", "El test de Begoña Quirós salió bien.", "Begoña Quirós"),
        ("es", "La enfermedad de Begoña avanza.", "Begoña"),
    ],
)
def test_what_a_patient_has_makes_no_eponym(lang: str, text: str, name: str) -> None:
    found = detector("safe_harbor").find(text, lang)
    assert text.rindex(name) in {hit.start for hit in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["Boston ", "escala de ", "Beck and ", "prueba de memoria de ", "Boston Naming ", "1 "]
)
def test_twice_the_text_costs_twice_the_time(
    unit: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    assert in_proportion(lambda size: instruments.places((unit * size)[:size]), 32_000)


@pytest.mark.slow
def test_many_finds_in_many_terms_cost_no_more_for_each(
    in_proportion: Callable[[Callable[[int], object], int], bool],
) -> None:
    def looked_through(many: int) -> None:
        terms = [(at, at + 9) for at in range(0, 10 * many, 10)]
        hits = (Hit(at, at + 4, "LOCATION", 0.9, "given", "quasi") for at, _ in terms)
        assert not list(instruments.outside(terms, hits))

    assert in_proportion(looked_through, 20_000)


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [(10, 20, False), (12, 15, False), (9, 20, True), (10, 21, True), (0, 5, True), (25, 28, True),
     (30, 40, False), (35, 45, True), (50, 60, True)],
)  # fmt: skip
def test_a_find_that_reaches_beyond_a_term_counts(start: int, end: int, counts: bool) -> None:
    hit = Hit(start, end, "NAME", 0.9, "given", "direct")
    assert list(instruments.outside([(10, 20), (30, 40)], [hit])) == [hit] * counts
