"""Whose identifiers stand in a synthetic record, by invented people of this test only."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks import identity_replay
from auditor.corpus import Corpora, Corpus
from auditor.detect.hit import Hit
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Unmeasured
from auditor.record import Record
from auditor.roster import Person, Roster

IRIA = (
    ("NAME", "Iria Souto Rial"), ("DATE", "1961-04-03"), ("ID", "4821973"), ("ID", "30418552H"),
    ("PHONE", "+34 612 340 578"), ("EMAIL", "isouto27@example.org"),
    ("LOCATION", "Calle del Roble 12, 3º B, 28999 Villar"),
)  # fmt: skip
DESMOND = (
    ("NAME", "Desmond Oakfield"), ("DATE", "1950-05-13"), ("PHONE", "(312) 555-0147"),
    ("LOCATION", "412 Elmhurst Street, Millbury"), ("NAME", "Rosa Blanca"),
)  # fmt: skip


def roster(*people: tuple[tuple[str, str], ...]) -> Roster:
    listed = tuple(Person(i + 2, i, identifiers) for i, identifiers in enumerate(people))
    return Roster("roster.csv", listed, "digest")


def corpus(*texts: str, groups: tuple[str, ...] = (), lang: str = "es") -> Corpus:
    named = groups or [None] * len(texts)
    pairs = zip(texts, named, strict=True)
    return Corpus("t", tuple(Record(f"r{i}", t, lang, group=g) for i, (t, g) in enumerate(pairs)))


def marked(*records: tuple[str, str, str], groups: tuple[str, ...] = ()) -> Corpus:
    """Source records of (text, type, value) with the value marked under meta.phi."""
    rows = []
    for i, (text, kind, value) in enumerate(records):
        start = text.index(value)
        phi = [{"type": kind, "start": start, "end": start + len(value)}]
        line = json.dumps({"id": f"s{i}", "text": text, "meta": {"phi": phi}}).encode()
        group = groups[i] if groups else None
        rows.append(Record(f"s{i}", text, "es", group=group, has_meta=True, line=line))
    return Corpus("source", tuple(rows))


def measured(corpora: Corpora) -> dict[tuple[str | None, str], Finding]:
    found = list(identity_replay.measure(corpora, detect=False))
    assert len(found) == 3 * len(corpora.synthetic.records)
    return {(f.record, f.metric): f for f in found if isinstance(f, Finding)}


def seen(text: str, *people: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """Metric -> pieces of the text that it counted."""
    sentence = f"Ayer vino {text} a verla."
    findings = measured(Corpora(corpus(sentence), roster=roster(*(people or (IRIA, DESMOND)))))
    found = {m: [sentence[s.start : s.end] for s in f.spans] for (_, m), f in findings.items()}
    for (_, metric), finding in findings.items():
        assert finding.value == len(found[metric])
    return {metric: pieces for metric, pieces in found.items() if pieces}


EXACT = [
    "Iria Souto Rial", "4821973", "30418552H", "612 340 578", "isouto27@example.org", "1961-04-03",
    "Desmond Oakfield", "412 Elmhurst", "1950-05-13", "99-4821973", "NHC4821973",
]  # fmt: skip
FOLDED = [
    "IRIA SOUTO RIAL", "iria souto rial", "Iría  Soutó\nRial", "Iria Souto-Rial",
    "Ir\u200bia Souto Rial",
    "Iria Sоutо Riаl", "48-21-97-3", "48 21 97 3", "482\u200b1973", "30.418.552-h", "30418552 H",
    "0034612340578", "612340578", "61-23-40-57-8", "+1 312 555 0147", "312.555.0147",
    "ISouto27@Example.org", "isouto27 at example dot org", "isouto27 arroba example punto org",
    "isouto27 [at] example [dot] org", "03/04/1961", "04/03/1961", "3.4.61", "3 de abril de 1961",
    "April 3, 1961", "3-abr-1961", "19610403", "c/ Roble nº 12", "calle roble 12",
    "412 ELMHURST ST", "desmond oakfield", "d̵esmond Oakfield",
]  # fmt: skip
FUZZY = [
    "Souto Rial, Iria", "I. Souto Rial", "Souto Rial, I.", "Iria Souto", "Iria Rial",
    "Iria S. Rial",
    "Iria Suoto Rial", "Iria oSuto Rial", "Iria Souto Rail", "Iria Souta Rial", "Iria Soto Rial",
    "Iria Soutto Rial",
    "D. Oakfield", "Oakfield, D.", "Desmond Okafield", "IriaSoutoRial", "4812973", "482193",
    "48219733", "4821978", "30418522H", "Blanca, Rosa",
]  # fmt: skip
NOT_THEIRS = [
    "Iria Mosquera Rial Pardo", "Iria Sánchez", "Desmond Miller", "Iria", "Oakfield", "Souto Rial",
    "4821055", "4281937", "914821973", "48219", "30418000H", "612 340 999", "1961-04-04",
    "April 1961",
    "3 de abril", "isouto28@example.org", "Calle del Roble 14", "Roble", "412 Elm Street",
    "una rosa blanca", "Rosa blanca", "Iria. Souto dijo que Rial", "128/76 y pulso 84",
    "J. Oakfield",
    "Iria Sautu Rial", "Desmand Oakfeild", "iria suoto rial", "Iria Souto Mora",
]  # fmt: skip


@pytest.mark.parametrize("text", EXACT)
def test_as_it_stands(text: str) -> None:
    assert list(seen(text)) == ["exact"]


@pytest.mark.parametrize("text", FOLDED)
def test_written_otherwise(text: str) -> None:
    assert list(seen(text)) == ["folded"]


@pytest.mark.parametrize("text", FUZZY)
def test_with_an_error_or_in_part(text: str) -> None:
    assert list(seen(text)) == ["fuzzy"]


@pytest.mark.parametrize("text", NOT_THEIRS)
def test_somebody_or_something_else(text: str) -> None:
    assert seen(text) == {}


def test_the_place_is_that_of_the_original() -> None:
    assert seen("IRÍA\u200b SOUTO  RIAL,")["folded"] == ["IRÍA\u200b SOUTO  RIAL"]
    assert seen("(isouto27 arroba example punto org)")["folded"] == [
        "isouto27 arroba example punto org"
    ]


def test_a_place_counts_once() -> None:
    """The name inside the e-mail address belongs to that."""
    person = (("NAME", "Iria Souto"), ("EMAIL", "iria.souto@example.org"))
    assert seen("iria.souto@example.org", person) == {"exact": ["iria.souto@example.org"]}


def test_every_place_counts() -> None:
    text = "Iria Souto Rial, 4821973; otra vez IRIA SOUTO RIAL y Souto Rial, Iria"
    assert {m: len(pieces) for m, pieces in seen(text).items()} == {
        "exact": 2, "folded": 1, "fuzzy": 1,
    }  # fmt: skip


@given(st.integers(10**6, 10**9 - 1), st.sampled_from(["-", " ", ".", "/"]), st.integers(1, 4))
def test_a_number_is_found_however_it_is_grouped(number: int, mark: str, size: int) -> None:
    digits = str(number)
    text = mark.join(digits[i : i + size] for i in range(0, len(digits), size))
    (pieces,) = seen(f"el {text} en", (("ID", digits),)).values()
    assert pieces == [text]


def test_a_span_says_what_and_how_well_proven() -> None:
    findings = measured(Corpora(corpus("Vino Iria Souto Rial"), roster=roster(IRIA)))
    (span,) = findings["r0", "exact"].spans
    assert (span.label, span.score, span.recognizer) == ("NAME", 1.0, "roster:roster-proved")


def test_the_reference_is_the_source_record_and_the_place_in_it() -> None:
    source = marked(("Firma: Iria Souto Rial", "NOMBRE_SUJETO_ASISTENCIA", "Iria Souto Rial"))
    finding = measured(Corpora(corpus("Vino Iria Souto Rial"), source))["r0", "exact"]
    assert finding.reference is not None
    assert finding.reference.record == source.fingerprint(0)
    assert finding.reference.span is not None
    assert (finding.reference.span.start, finding.reference.span.end) == (7, 22)
    assert finding.spans[0].recognizer == "meta.phi:roster-proved"


def test_the_roster_speaks_first() -> None:
    source = marked(("Firma: Iria Souto Rial", "NOMBRE_SUJETO_ASISTENCIA", "Iria Souto Rial"))
    corpora = Corpora(corpus("Vino Iria Souto Rial"), source, roster=roster(IRIA))
    finding = measured(corpora)["r0", "exact"]
    assert finding.spans[0].recognizer == "roster:roster-proved"
    assert finding.reference is not None
    assert finding.reference.record != source.fingerprint(0)


NAME = ("Firma: Iria Souto Rial", "NOMBRE_PERSONAL_SANITARIO", "Iria Souto Rial")
OTHER = ("Firma: Uxía Vila Mato", "NOMBRE_PERSONAL_SANITARIO", "Uxía Vila Mato")


def test_what_two_groups_have_is_shared() -> None:
    vino = corpus("Vino Iria Souto Rial")
    one = marked(NAME, NAME, groups=("p1", "p1"))
    two = marked(NAME, NAME, groups=("p1", "p2"))
    assert measured(Corpora(vino, one))["r0", "exact"].value == 1
    assert measured(Corpora(vino, two))["r0", "exact"].value == 0


def test_what_only_the_text_of_another_group_has_is_shared_too() -> None:
    source = marked(NAME, ("Uxía Vila Mato vio a IRIA SOUTO RIAL", OTHER[1], OTHER[2]))
    findings = measured(Corpora(corpus("Iria Souto Rial y Uxía Vila Mato"), source))
    assert [s.end for s in findings["r0", "exact"].spans] == [32]


def test_a_variant_that_fits_two_people_points_at_neither() -> None:
    twins = marked(NAME, ("Firma: Inés Souto Rial", NAME[1], "Inés Souto Rial"))
    findings = measured(Corpora(corpus("I. Souto Rial", "Inés Souto Rial"), twins))
    assert findings["r0", "fuzzy"].value == 0
    assert findings["r1", "exact"].value == 1


def test_what_the_holdout_has_is_nobodys_secret() -> None:
    corpora = Corpora(
        corpus("Iria Souto Rial, 4821973"),
        holdout=corpus("La doctora iria souto rial"),
        roster=roster(IRIA),
    )
    assert [s.start for s in measured(corpora)["r0", "exact"].spans] == [17]


def test_people_of_the_roster_may_stand_in_many_source_records() -> None:
    source = corpus("Iria Souto Rial", "Iria Souto Rial")
    corpora = Corpora(corpus("Iria Souto Rial"), source, roster=roster(IRIA))
    assert measured(corpora)["r0", "exact"].value == 1
    twice = roster((("NAME", "Iria Souto Rial"),), (("NAME", "Iria Souto Rial"),))
    assert measured(Corpora(corpus("Iria Souto Rial"), roster=twice))["r0", "exact"].value == 0


def test_a_record_is_not_held_against_itself() -> None:
    source = marked(NAME, OTHER)
    told = measured(Corpora(source, source, leave_out=True))
    assert {finding.value for finding in told.values()} == {0}


def test_the_control_looks_at_the_holdout_and_not_at_the_roster() -> None:
    corpora = Corpora(
        corpus("Iria Souto Rial y Uxía Vila Mato"), marked(NAME), marked(OTHER), roster=roster(IRIA)
    )
    chance = corpora.chance()
    assert chance is not None
    assert [s.start for s in measured(chance)["r0", "exact"].spans] == [18]


def test_nothing_to_look_for_is_not_measured() -> None:
    with pytest.raises(CannotMeasure, match="--roster or --source"):
        list(identity_replay.measure(Corpora(corpus("a"))))
    with pytest.raises(CannotMeasure, match=r"meta\.phi or detect"):
        list(identity_replay.measure(Corpora(corpus("a"), corpus("b")), detect=False))


def test_a_missing_model_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(**_: str) -> None:
        raise CannotMeasure("no model; install it")

    monkeypatch.setattr("auditor.detect.detector.Detector", missing)
    with pytest.raises(CannotMeasure, match="no model"):
        list(identity_replay.measure(Corpora(corpus("a"), marked(NAME))))


class Stub:
    """A detector that finds one number, and is upset by one text."""

    def __init__(self, profile: str) -> None:
        self.profile = profile

    def find(self, text: str, _: str) -> tuple[Hit, ...]:
        if text == "upset":
            raise ValueError(text)
        at = text.find("7701482")
        return (Hit(at, at + 7, "ID", 0.9, "mrn", "direct"),) if at >= 0 else ()


def test_what_the_detector_finds_in_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.detect.detector.Detector", Stub)
    source = corpus("NHC 7701482", "upset")
    found = list(identity_replay.measure(Corpora(corpus("con 77-01-482"), source)))
    assert isinstance(found[0], Unmeasured)
    (span,) = [s for f in found[1:] if isinstance(f, Finding) for s in f.spans]
    assert (span.start, span.end, span.recognizer) == (4, 13, "detected:format-proved")


def test_the_source_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(
        "auditor.detect.detector.Detector", lambda profile: made.append(profile) or Stub(profile)
    )
    corpora = Corpora(corpus("77-01-482"), corpus("NHC 7701482"))
    first, second = (list(identity_replay.measure(corpora)) for _ in range(2))
    assert first == second
    assert made == ["safe_harbor"]


HOSTILE = [
    "1 ",
    "1-",
    "Iria ",
    "Iria Souto ",
    "A. ",
    "12/12/",
    "at ",
    "\u200b",
    "calle 1 ",
    "de ",
    "3 ",
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_is_linear_in_the_text(
    unit: str, in_proportion: Callable[[Callable[[int], object], int], bool]
) -> None:
    def looked_up(length: int) -> None:
        text = unit * (length // len(unit)) + "x"
        measured(Corpora(corpus(text), roster=roster(IRIA, DESMOND)))

    assert in_proportion(looked_up, 4_000)


@pytest.mark.slow
def test_people_and_texts_add_up_in_cost_and_do_not_multiply(
    cost: Callable[[Callable[[], object]], float],
) -> None:
    rng = random.Random(3)
    words = ["".join(rng.choices("abdeilmnorstu", k=7)).title() for _ in range(3000)]
    people = [
        (("NAME", " ".join(rng.sample(words, 3))), ("ID", str(rng.randrange(10**7, 10**8))))
        for _ in range(5000)
    ]
    text = " ".join(rng.choices([*words, "and", "the", "rests", "at", "night"], k=300))

    def seconds(texts: int, many: int) -> float:
        return cost(  # a roster of its own each time: its index is kept with it
            lambda: measured(Corpora(corpus(*[text] * texts), roster=roster(*people[:many])))
        )

    assert seconds(20, 5000) < 3 * (seconds(20, 10) + seconds(1, 5000))


def test_a_scan_with_a_roster_alone(
    tmp_path: Path, command: Callable[..., CompletedProcess[str]]
) -> None:
    synthetic, people = tmp_path / "s.jsonl", tmp_path / "roster.csv"
    synthetic.write_text('{"id": "a", "text": "Vino Iria Souto Rial", "lang": "es"}\n', "utf-8")
    people.write_text("nombre,apellidos\nIria,Souto Rial\n", "utf-8")
    done = command("scan", synthetic, "--check", "identity_replay", "--roster", people)
    assert done.returncode == 0, done.stderr
    values = {r["metric"]: r["value"] for r in map(json.loads, done.stdout.splitlines())}
    assert values == {"exact": 1, "folded": 0, "fuzzy": 0}
