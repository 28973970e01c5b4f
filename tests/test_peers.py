"""Failures that other evaluators of synthetic text were seen to have, and this gate must not have.

Each was reproduced on psychiatric notes of one template, as hospitals write them: unrelated notes
share runs of more than twenty words, and nine in ten of their 5-grams stand in the source. Those
here are made up. The check `identifiers` is left out: it rejects invented identifiers as well.
"""

import itertools
import math
import random
import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from auditor import gate as gates
from auditor import resources
from auditor.audit import Audit
from auditor.corpus import Corpora, corpora
from auditor.finding import Finding, Metric
from auditor.policy import Policy
from auditor.record import Reading, Record
from auditor.roster import Person, Roster

COPYING = (
    "copied_passage", "edited_passage", "near_duplicate", "linkage", "rare_fragments", "short_text",
)  # fmt: skip
NAMES = {  # every combination of a line's words, and no two names one error apart
    "en": """Maren Tobias Ottilie Desmond Philippa Rufus Clementine Barnaby Georgina Lysander Isolde
        |Oak Thorn Birch Raven Stone Wolver Hazel Crump Fennel Gulls Iving Quill
        |field worth bourne ham combe dyke grave ley mere shaw""",
    "es": """Iria Óscar Begoña Ramón Verónica Íñigo Lucía Germán Concepción Álvaro Nieves Joaquín
        |Souto Ibáñez Quiroga Peñalver Alcántara Urrutia Bermúdez Olmedo
        |Rial Zúñiga Montalbán Ferrándiz Cebrián Tejero Galdós Vicuña Leñero""",
}
TEMPLATE = {
    "en": """{name}, record number {number}, {age} years, {teacher|bus driver|retired nurse|student|
carpenter|shop assistant|cook|farmer|porter}, was seen at {the day clinic|the outpatient clinic|
the acute ward|the memory service} for {recurrent depression|panic attacks|bipolar disorder|
alcohol dependence|obsessive thoughts|insomnia|a first psychotic episode|social anxiety}.
{The patient reports|There has been|Main complaint is} {poor sleep|early waking|loss of appetite|
racing thoughts|tearfulness|fatigue|panic} {and|with} {irritability|poor concentration|nightmares|
restlessness|palpitations|guilt} for {two|three|four|six|eight|ten} {days|weeks|months}, {unchanged|
worse since the last visit|worse in the evenings|a little better|much better at weekends}.
{The symptoms began after|The patient relates this to} {a dispute at work|the death of a brother|
a move to another flat|a divorce|the loss of a job|an operation on the knee|a burglary at home}.
{Mood is|On examination mood is} {low|anxious|elated|flat|labile|even}, affect is {reactive|
restricted|congruent|blunted}, and {there are no thoughts of self-harm|no delusions are present}.
{Sertraline|Mirtazapine|Lithium|Quetiapine|Venlafaxine|Olanzapine|Trazodone} {25|50|75|100|150|200}
mg daily was {continued|started|restarted} and {weekly group therapy was offered|a sleep diary was
started|blood tests were requested|the family was invited to the next visit|sick leave goes on}.
{Risk is|Risk remains} {low|moderate|raised}. {Review|Next visit} in {two|three|four|six} weeks.""",
    "es": """{name}, historia clínica {number}, {age} años, {docente|conductor de autobús|cocinero|
estudiante|carpintero|dependiente|agricultor}, acude a {consultas externas|la unidad de agudos|
la unidad de memoria} por {depresión recurrente|crisis de pánico|trastorno bipolar|insomnio|
dependencia del alcohol|ideas obsesivas|un primer episodio psicótico|ansiedad social}.
{Refiere|Presenta|Consulta por} {sueño escaso|despertar precoz|pérdida de apetito|llanto fácil|
cansancio|pánico} {y|con} {irritabilidad|mala concentración|pesadillas|inquietud|palpitaciones}
desde hace {dos|tres|cuatro|seis|ocho|diez} {días|semanas|meses}, {sin cambios|peor por las noches|
peor desde la última visita|algo mejor|mucho mejor los fines de semana}.
{Los síntomas empezaron tras|Lo relaciona con} {un conflicto laboral|la muerte de un hermano|
una mudanza|un divorcio|la pérdida del empleo|una operación de rodilla|un robo en casa}.
{El ánimo es|En la exploración el ánimo es} {bajo|ansioso|exaltado|plano|lábil|estable}, la
afectividad es {reactiva|restringida|congruente|embotada}, y {no hay ideas de autolesión|no se
aprecian delirios}. Se {mantiene|inicia|reintroduce} {sertralina|mirtazapina|litio|quetiapina|
venlafaxina|olanzapina|trazodona} {25|50|75|100|150|200} mg al día y {se pidió analítica|se ofreció
terapia de grupo semanal|se inició un diario de sueño|se citó a la familia|se amplió la baja}.
El riesgo {es|sigue} {bajo|moderado|elevado}. {Cita|Visita} en {dos|tres|cuatro|seis} semanas.""",
}
SLOT = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def people(lang: str) -> list[tuple[str, str]]:
    """Names and record numbers, no two alike."""
    rng = random.Random(f"people {lang}")
    gap = " " if lang == "es" else ""
    parts = itertools.product(*map(str.split, NAMES[lang].split("|")))
    names = [f"{given} {start}{gap}{end}" for given, start, end in parts]
    rng.shuffle(names)
    return list(zip(names, map(str, rng.sample(range(10**7, 10**8), len(names))), strict=True))


PEOPLE = {lang: people(lang) for lang in NAMES}


def note(who: int, lang: str = "en", edited: bool = False, name: str = "") -> list[str]:
    """The sentences of a person's note, always the same ones; edited: one phrase is another."""
    rng = random.Random(f"{lang} {who}")
    template = " ".join(TEMPLATE[lang].replace("|\n", "|").split())
    choices = [slot.split("|") for slot in SLOT.findall(template)]
    phrases = [rng.choice(choice) for choice in choices]
    own, number = PEOPLE[lang][who]
    told = {"name": name or own, "number": number, "age": rng.randint(18, 88)}
    if edited:
        at = rng.randrange(len(choices))
        phrases[at] = rng.choice([other for other in choices[at] if other != phrases[at]])
    chosen = iter(phrases)
    text = SLOT.sub(lambda _: next(chosen), template).format(**told)
    return re.split(r"(?<=\.) ", text)


def notes(first: int, count: int, lang: str = "en", edited: bool = False) -> list[str]:
    return [" ".join(note(who, lang, edited)) for who in range(first, first + count)]


def reading(name: str, texts: list[str]) -> Reading:
    records = (Record(f"{name}-{i}", text, line=text.encode()) for i, text in enumerate(texts))
    return Reading(name, tuple(records), name)


def beside_own(copies: list[str], own: list[str]) -> Reading:
    """Copies and independent notes, told apart by their ids."""
    records = reading("copy", copies).records + reading("own", own).records
    return Reading("synthetic", records, "synthetic")


@pytest.fixture
def audit(policy: Callable[[str], Policy]) -> Callable[..., Audit]:
    """``audit(checks, synthetic, source, holdout)``: the gate with these checks as in `strict`.

    ``listed``: so many people stand in the roster, and the detector is off. ``budget``: of false
    rejects.
    """

    def audited(
        checks: Iterable[str],
        synthetic: Reading,
        *real: list[str],
        listed: int = 0,
        budget: float = 0.02,
    ) -> Audit:
        shipped = yaml.safe_load((resources.shipped("rules") / "strict.yaml").read_text("utf-8"))
        kept = {name: shipped["checks"][name] for name in checks}
        if listed:
            kept["identity_replay"]["options"]["detect"] = False
        text = textwrap.indent(yaml.safe_dump(kept, sort_keys=False), "  ")
        known = enumerate(PEOPLE["en"][:listed])
        listing = tuple(Person(i + 2, i, (("NAME", n), ("ID", r))) for i, (n, r) in known)
        roster = Roster("roster.csv", listing, "digest") if listed else None
        source, holdout = map(reading, ("source", "holdout"), real)
        return gates.run(corpora(synthetic, source, holdout, roster=roster), policy(text, budget))

    return audited


def caught(audit: Audit) -> float:
    """Share of copies beyond a limit that rejects no more than one independent note in twenty."""
    own, copies = (
        [{(b.check, b.metric) for b in r.breaches} for r in audit.records if r.id.startswith(of)]
        for of in ("own", "copy")
    )
    alarms = Counter(limit for limits in own for limit in limits)
    return sum(any(20 * alarms[x] <= len(own) for x in limits) for limits in copies) / len(copies)


def test_nemo_zero_replays(audit: Any) -> None:
    """Safe-Synthesizer compares whole fields, and so finds no replayed name in any free text."""
    source, replay = notes(0, 1000), ("identity_replay",)
    made = reading("made", source[:500] + notes(500, 500, edited=True))
    found = audit(replay, made, source, notes(1000, 100), listed=1000)
    (check,) = found.checks
    assert check.metrics["exact"].values == [2] * 1000, "the name and the record number"
    assert found.accepted == 0


def test_mostlyai_one_phrase_edits(audit: Any) -> None:
    """mostlyai-qa puts every text it does not know into one bucket, so one edit hides a copy."""
    made = beside_own(notes(0, 200, edited=True), notes(400, 200))
    assert caught(audit(COPYING, made, notes(0, 200), notes(200, 200))) == 1


@pytest.mark.slow
def test_syneval_risk_rises_with_the_share_of_copies(audit: Any) -> None:
    """SynEval's attack falls to an AUC of .03 when all is copied, and 4 % copies are "low"."""
    source, holdout, own = notes(0, 200), notes(200, 200), notes(400, 200)
    risks = []
    for copies in (0, 8, 50, 200):
        made = beside_own(source[:copies], own[copies:])
        found = audit(COPYING, made, source, holdout)
        assert not any(record.accepted for record in found.records[:copies])
        risks.append(1 - found.accepted / len(found.records))
    assert risks == sorted(set(risks)), "it rises"
    assert risks == pytest.approx([0, 0.04, 0.25, 1], abs=0.04)


WORST = [0.0, -0.0, 0.1, -1.0, -math.inf, math.inf, math.nan]


@pytest.mark.parametrize("worst", WORST)
@pytest.mark.parametrize("scope", ["set", "record"])
def test_data_privacy_score_worst_is_never_dropped(
    scope: str, worst: float, policy: Callable[[str], Policy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Safe-Synthesizer takes the mean of its scores, and a worst one of 0 for none at all."""

    def scores(corpora: Corpora) -> Iterator[Finding]:
        for name in [None] if scope == "set" else [r.id for r in corpora.synthetic.records]:
            yield Finding("membership", worst if name in (None, "made-1") else 9.0, name)
            yield Finding("attribute", 9.0, name)

    metrics = {name: Metric(name, "") for name in ("membership", "attribute")}
    stand_in = SimpleNamespace(__doc__="Made up.", SCOPE=scope, METRICS=metrics, measure=scores)
    load = resources.load
    monkeypatch.setattr(
        resources, "load", lambda f, name: stand_in if name == "made_up" else load(f, name)
    )
    limit = "{at_least: 4.5, why: for this test}"
    checks = f"  made_up: {{limits: {{membership: {limit}, attribute: {limit}}}}}\n"
    checks += "  copied_passage: {limits: {longest_run: {at_most: 50, why: for this test}}}\n"
    of = corpora(reading("made", notes(0, 3)), reading("source", notes(10, 3)), None)
    found = gates.run(of, policy(checks))
    if scope == "set" or not math.isfinite(worst):
        assert found.verdict.state != "open"
    if scope == "record":
        assert [record.accepted for record in found.records] == [True, False, True]


def bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


ACCENTS = str.maketrans("aeiou", "áèïöû")
VARIANTS: dict[str, Callable[[str], str]] = {
    "double spaces": lambda text: text.replace(" ", "  "),
    "hyphens": lambda text: text.replace(" ", "-"),
    "accents": lambda text: text.translate(ACCENTS),
    "no accents": bare,
    "upper case": str.upper,
    "all of them": lambda text: bare(text).translate(ACCENTS).upper().replace(" ", " - "),
}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_synthtexteval_variants(audit: Any, variant: Callable[[str], str], lang: str) -> None:
    """synthtexteval misses a name with two spaces, a hyphen or an accent in it."""
    source = notes(0, 60, lang)
    made = beside_own(list(map(variant, source)), notes(200, 60, lang))
    assert caught(audit(COPYING, made, source, notes(100, 60, lang))) == 1
    if lang == "en":
        names = audit(("identity_replay",), made, source, notes(100, 60), listed=60)
        assert caught(names) == 1


@pytest.mark.slow
def test_boilerplate(audit: Any) -> None:
    """Nine in ten 5-grams of an unrelated note of the template stand somewhere in the source."""
    made = reading("own", notes(600, 700))
    found = audit(("identity_replay", *COPYING), made, notes(0, 300), notes(300, 300), budget=0.01)
    broken = Counter(f"{b.check}.{b.metric}" for r in found.records for b in r.breaches)
    assert 700 - found.accepted <= 7, broken


@pytest.mark.slow
def test_splices(audit: Any) -> None:
    """One sentence with name and number, in somebody else's note: long runs do not show it."""
    own = [note(who) for who in range(400, 600)]
    spliced = [" ".join([*text[:3], note(i)[0], *text[3:]]) for i, text in enumerate(own)]
    made = beside_own(spliced, notes(600, 100))
    checks = ("identity_replay", *COPYING)
    assert caught(audit(checks, made, notes(0, 200), notes(200, 200))) >= 0.99


@pytest.mark.parametrize("lang", ["en", "es"])
def test_headerless_copies(audit: Any, lang: str) -> None:
    """Without the sentence that identifies, a copy holds no rare short phrase."""
    made = beside_own([" ".join(note(i, lang)[1:]) for i in range(200)], notes(400, 200, lang))
    assert caught(audit(COPYING, made, notes(0, 200, lang), notes(200, 200, lang))) == 1


def test_phantom(audit: Any) -> None:
    """A name that people of the holdout have as well says nothing about the source."""

    checks, name = ("identity_replay", "membership"), PEOPLE["en"][0][0]
    source, holdout = notes(0, 150), [" ".join(note(200, name=name)), *notes(201, 149)]
    made = reading("made", [" ".join(note(400, name=name)), *notes(401, 149)])
    found = audit(checks, made, source, holdout, listed=150)
    assert (found.accepted, found.verdict.state) == (150, "open")
    alone = audit(checks, made, source, notes(200, 150), listed=150)
    assert [r.id for r in alone.records if not r.accepted] == ["made-0"], "it would be found"


def test_missing_holdout_blocks(
    tmp_path: Path, write: Any, command: Callable[..., CompletedProcess[str]]
) -> None:
    """Anonymeter and its kind print a number without a control; strict prints none as passed."""
    rows = {"synthetic": notes(400, 20), "source": notes(0, 20)}
    for name, texts in rows.items():
        write(tmp_path / f"{name}.jsonl", [{"id": text[:40], "text": text} for text in texts])
    ended = command(
        "gate", tmp_path / "synthetic.jsonl", "--source", tmp_path / "source.jsonl",
        "--policy", "strict", "--out", tmp_path / "out",
    )  # fmt: skip
    assert ended.returncode == 3
    assert "needs a holdout; give one with --holdout" in ended.stdout + ended.stderr
    assert not (tmp_path / "out" / "accepted.jsonl").exists()
