"""What the recognizers find, told by their own examples, and how hits are settled."""

import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.detector import Detector
from auditor.detect.hit import Hit, resolve
from auditor.detect.patterns.rules import (
    LANGUAGES,
    Rule,
    matches,
    misses,
    shipped_rules,
    unmarked,
)

RULES = {rule.name: rule for rule in shipped_rules()}
FOUND = [(name, text) for name, rule in RULES.items() for text in rule.examples.match]
LEFT_ALONE = [(name, text) for name, rule in RULES.items() for text in rule.examples.no_match]


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector("safe_harbor")


@pytest.mark.parametrize(("name", "example"), FOUND)
def test_a_recognizer_finds_just_what_its_examples_mark(name: str, example: str) -> None:
    text, places = unmarked(example)
    assert places, "an example marks its places with « and »"
    assert not misses(RULES[name], example), [text[s:e] for s, e, _ in matches(RULES[name], text)]


@pytest.mark.parametrize(("name", "example"), LEFT_ALONE)
def test_a_recognizer_leaves_look_alikes_alone(name: str, example: str) -> None:
    assert [example[start:end] for start, end, _ in matches(RULES[name], example)] == []


@pytest.mark.parametrize("name", RULES)
def test_a_recognizer_shows_what_it_leaves_alone(name: str) -> None:
    assert RULES[name].examples.no_match


def test_every_safe_harbor_category_has_a_recognizer_in_every_language() -> None:
    for language in LANGUAGES:
        covered = {r.category for r in RULES.values() if language in r.languages}
        missing = set("ABCDEFGHIJKLMNOPQR") - covered
        assert not missing, (language, missing)


PIECES = (
    "MRN: ", "4482913", "-", "/", "12", "5", " ", "\n", ".", "calle ", "Quirós", "ES91", "@", "é",
    "March ", "2021", "de ", "mayo", "Dr. ", "Ana", "(", ")", "614", "555", "0142", "\u200b", "🙂",
    "٣", "http://", "x.org", "X", "años", "OH ", "45402", ", ", "#", "°",
)  # fmt: skip

# One sentence per line: together, what the recognizers must not fall for.
HARMLESS = {
    "en": """\
        PHQ-9 18/27, GAD-7 12/21, MMSE 24/30, GAF 55, GCS 14/15, pain 7/10, strength 3/5 and 4+/5.
        BP 120/80, HR 84, T 36.7, SpO2 98% on room air, pH 7.35, INR 2.5, WBC 12.3, Na 139.
        Sertraline 50 mg/24 h, then 10-12 mg q.i.d., 1/2 tablet b.i.d., 2-0 Vicryl, 5-10 days.
        L4-L5 and C3-C4 discs, G2P1, F32.1 and F41.0 by ICD-10, DSM-5, COVID-19, HLA-B27, IL-6.
        Version 2.10.3 of the form; a ratio of 1:1000; the 3rd visit, 2nd floor, 95th percentile.
        She may march in protest; he will turn 45 in the spring; a 72-year-old man; aged 89.
        In 2014 she moved; it was 24/7 work and/or stress, i.e. too much, e.g.text, pain.The end.
        Platelets 245000, CD4 count 1200, 10000 IU, 1,500 steps, 2000 kcal, 3 x 10^9/l.
        Parkinson's disease, Hodgkin lymphoma, the Hamilton scale and the Beck inventory.
        On the Glasgow scale she scored 15. Impression ............................... stable.""",
    "es": """\
        PHQ-9 18/27, GAD-7 12/21, MMSE 24/30, EEAG 55, Glasgow 14/15, EVA 7/10, fuerza 4/5.
        TA 120/80, FC 84, Tª 36,7, Sat 98 %, pH 7,35, INR 2,5, leucocitos 12.300, Na 139.
        Sertralina 50 mg/24 h, luego 1-0-1, 10-12 mg c/8 h, 1 c/ 12 horas, 1/2 comprimido.
        Discos L4-L5, G2P1, F32.1 de la CIE-10, DSM-5, COVID-19, el 1/3 distal, el 2/3 superior.
        Déficit de vitamina D. Se pautó calcio. Hepatitis D. No hubo fiebre.
        En 2014 se mudó; empeoró en primavera; mujer de 72 años; edad 89 años.
        Plaquetas 245000, 10000 UI, 2000 kcal, título de 1/1280, 3 de cada 10.
        Paseo de 20 minutos por la calle, vía oral, vía aérea, en plaza pública, hace 3 meses.
        Enfermedad de Parkinson, linfoma de Hodgkin, escala de Hamilton, inventario de Beck.
        El psiquiatra de guardia y la trabajadora social coincidieron con el médico de familia.""",
}


@pytest.mark.parametrize(
    ("language", "line"),
    [(lang, line) for lang, text in HARMLESS.items() for line in textwrap.dedent(text).split("\n")],
)
@pytest.mark.parametrize("asked_as_undetermined", [False, True])
def test_clinical_look_alikes_are_not_found(
    detector: Detector, language: str, line: str, asked_as_undetermined: bool
) -> None:
    hits = detector.find(line, "und" if asked_as_undetermined else language)
    assert [(hit.recognizer, line[hit.start : hit.end]) for hit in hits] == []


def by_rules(text: str, language: str) -> list[Hit]:
    """What the rules of a language find without models and lists."""
    spoken = (rule for rule in RULES.values() if language in rule.languages)
    found = ((rule, match) for rule in spoken for match in matches(rule, text))
    hits = (
        Hit(start, end, rule.label, score, rule.name, rule.kind)
        for rule, (start, end, score) in found
    )
    return list(resolve(text, hits))


def test_a_record_without_a_language_is_searched_in_all(detector: Detector) -> None:
    text = "Seen on March 5, 2021; acudió el 5 de mayo de 2021."
    found = {text[hit.start : hit.end] for hit in detector.find(text, "und")}
    assert found >= {"March 5, 2021", "5 de mayo de 2021"}


@pytest.mark.parametrize(
    ("text", "name", "score"),
    [
        ("DNI: 12345678Z", "dni_nie", 0.95),  # the letter is right
        ("DNI: 12345678A", "es_documento", 0.94),  # it is not, and the label suffices
        ("con 12345678A", "dni_nie", 0.85),
        ("card 4111111111111112 was", "long_number", 0.65),  # no card number, yet a number
    ],
)
def test_a_check_digit_raises_the_score(text: str, name: str, score: float) -> None:
    (hit,) = by_rules(text, "es")
    assert (hit.recognizer, hit.score) == (name, score)


def test_a_passing_check_digit_does_not_make_a_number_direct() -> None:
    (hit,) = by_rules("Platelets 1234567893 per litre rose.", "en")
    assert hit.recognizer == "long_number"
    assert by_rules("A count of 79927398 cells.", "en") == []  # passes Luhn's check


def test_offsets_count_code_points(detector: Detector) -> None:
    text = "🙂🙂 Señora: ana@example.org"
    (hit,) = detector.find(text, "es")
    assert text[hit.start : hit.end] == "ana@example.org"


def _hit(start: int, end: int, score: float, name: str = "email") -> Hit:
    return Hit(start, end, RULES[name].label, score, name, RULES[name].kind)


@pytest.mark.parametrize(
    ("hits", "kept"),
    [
        ([(0, 5, 0.9), (6, 9, 0.5)], [(0, 5), (6, 9)]),
        ([(0, 5, 0.5), (0, 5, 0.9)], [(0, 5)]),
        ([(0, 20, 0.5), (8, 12, 0.9)], [(0, 8), (8, 12), (12, 20)]),  # what is left stays
        ([(0, 9, 0.5), (2, 9, 0.9)], [(2, 9)]),  # a scrap does not
        ([(0, 9, 0.9), (0, 20, 0.9)], [(0, 20)]),
        ([], []),
    ],
)
def test_one_span_per_place(
    hits: list[tuple[int, int, float]], kept: list[tuple[int, int]]
) -> None:
    settled = resolve("abcdefghijklmnopqrstuvwxyz", [_hit(*hit) for hit in hits])
    assert [(hit.start, hit.end) for hit in settled] == kept


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_spans_lie_in_the_text_and_never_overlap(detector: Detector, pieces: list[str]) -> None:
    text = "".join(pieces)
    last = 0
    for hit in detector.find(text, "und"):
        assert last <= hit.start < hit.end <= len(text)
        last = hit.end


def test_a_post_code_does_not_take_the_street_with_it(detector: Detector) -> None:
    text = "Vive en la calle Quirós 12, 28013 Madrid, desde niña. CP 28013."
    covered = {i for hit in detector.find(text, "es") for i in range(hit.start, hit.end)}
    assert set(range(text.index("calle"), text.index(" Madrid"))) - covered <= {text.index(", 28")}


def test_the_host_stays_quiet_and_loads_no_deep_learning_library() -> None:
    program = """
        import socket, sys
        socket.socket.connect = None  # a call would raise
        from auditor.detect.detector import Detector
        assert "presidio_analyzer" not in sys.modules
        hits = Detector("safe_harbor").find("MRN: 4482913", "en")
        assert [hit.label for hit in hits] == ["ID"]
        assert not {"torch", "transformers"} & set(sys.modules)
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_rules_are_found_by_their_language() -> None:
    def spoken(name: str) -> tuple[str, ...]:
        rule: Rule = RULES[name]
        return rule.languages

    assert (spoken("email"), spoken("es_cuenta")) == (("en", "es"), ("es",))
