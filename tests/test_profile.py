"""`auditor profile`: sets side by side, from their audits alone; nothing missing ever reads 0."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor import profile as profiles
from auditor.audit import Audit
from auditor.charts.dots import PLOT, Mark, dot_plot
from auditor.indexes.binomial import wilson
from auditor.profiles import axes, compare, html, markdown, table
from auditor.profiles import json as as_json
from auditor.profiles.compare import GENERATED
from auditor.profiles.profile import Cell, Profile, Row, schema
from auditor.record import Record
from auditor.resources import shipped

Row_ = dict[str, Any]
Command = Callable[..., CompletedProcess[str]]
Invent = Callable[..., list[Row_]]
Write = Callable[[Path, list[Row_]], Path]
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}\u202e\x1b[31m"
SCHEMA: dict[str, Any] = json.loads(shipped("rules", "schemas", "profile-1.json").read_text())
TABLE = """\
                                           one               two
────────────────────────────────────────────────────────────────
records                                      4                 4
accepted                               3 (75%)           3 (75%)
gate                                    closed            closed

FIDELITY
────────────────────────────────────────────────────────────────
label_fidelity.agreement              2 inside          -1 below
  median                          at least 0.5      at least 0.5
label_fidelity.agreement              0% (0/4)         75% (3/4)
  records beyond the limit           95% 0–49%    95% 30.1–95.4%

DIVERSITY
────────────────────────────────────────────────────────────────
diversity.distinct_1               0.35 inside      not measured
                                    [0.3, 0.4]               [1]

PRIVACY
────────────────────────────────────────────────────────────────
any copying check                    25% (1/4)         25% (1/4)
  records lost                   95% 4.6–69.9%     95% 4.6–69.9%
copied_passage                       25% (1/4)         25% (1/4)
  records lost                   95% 4.6–69.9%     95% 4.6–69.9%
copied_passage.longest_run            60 above          60 above
  largest value, in words           at most 50        at most 50

[a, b]: the band that real sets of equal size keep to, for this set. 95%: interval. inside, below,
above: of the limit. No word: no limit decides. Record checks are told for all records, set metrics
for the accepted ones unless a note says all.
[1] diversity: 12 words accepted; 1,000 are needed
"""


def limit(low: float | None = None, high: float | None = None) -> Row_:
    return {"text": "a limit", "low": low, "high": high, "how": "fixed", "why": "so it is",
            "resolved": True}  # fmt: skip


def metric(meaning: str = "what a made-up metric means", unit: str = "", **more: Any) -> Row_:
    return {"meaning": meaning, "unit": unit, **more}


def check(name: str, scope: str, metrics: Row_, **more: Any) -> Row_:
    counts = {"expected": 4, "executed": 4} if scope == "record" else {"expected": 0, "executed": 0}
    told = {"name": name, "scope": scope, "summary": "A made-up check.", "options": {}}
    return {**told, **counts, "metrics": metrics, **more}


def breach(name: str, of: str, value: float | None = 9.0, **more: Any) -> Row_:
    return {"check": name, "metric": of, "value": value, "limit": "a limit", **more}


def made(checks: list[Row_], digest: str = "aa", **more: Any) -> Audit:
    """An audit of four records, the last of them rejected as a copy."""
    roles = (("synthetic", digest), ("source", "bb"), ("holdout", "cc"))
    lost = [breach("copied_passage", "longest_run")]
    accepted = [{"id": f"r{i}", "accepted": True, "measured": True} for i in range(3)]
    return Audit.model_validate(
        {
            "verdict": {"state": "closed", "exit_code": 1, "reasons": ["so it is"]},
            "policy": {"name": "small", "description": "", "digest": "dd", "false_rejects": 0.02},
            "inputs": [
                {"role": role, "name": f"{role}.jsonl", "digest": of, "records": 4, "words": 40,
                 "languages": {"en": 4}}
                for role, of in roles
            ],
            "checks": checks,
            "joint": [],
            "records": [
                *accepted, {"id": "r3", "accepted": False, "measured": True, "breaches": lost},
            ],
            "unread": [],
            "versions": {"auditor": "0.1.0"},
        }
        | more
    )  # fmt: skip


def agreement(*values: float | None, **more: Any) -> Row_:
    """A check of fidelity with a value per record; None where one was not measured."""
    told = metric(values=list(values), limit=limit(low=0.5), **more)
    executed = sum(value is not None for value in values)
    return check("label_fidelity", "record", {"agreement": told}, executed=executed)


def copied() -> Row_:
    runs = metric(unit="words", values=[1, 2, 3, 60], limit=limit(high=50))
    return check("copied_passage", "record", {"longest_run": runs})


def of_two(*checks: Row_) -> Profile:
    """One set, twice, but for the digest of its file."""
    audits = [made(list(checks)), made(list(checks), digest="ee")]
    return compare.profile(audits, ["one", "two"])


def row(profile: Profile, name: str, statistic: str) -> Row:
    (found,) = [r for r in profile.rows if (r.name, r.statistic) == (name, statistic)]
    return found


def first(profile: Profile, name: str, statistic: str) -> Cell:
    return row(profile, name, statistic).cells[0]


def test_fidelity_is_the_median_and_the_share_below_the_limit() -> None:
    profile = of_two(agreement(2.0, 3.0, 0.1, 1.0))
    median = first(profile, "label_fidelity.agreement", "median")
    assert (median.value, median.state, median.low) == (1.5, "inside", 0.5)
    beyond = first(profile, "label_fidelity.agreement", "beyond")
    assert (beyond.count, beyond.of, beyond.value) == (1, 4, 0.25)
    assert beyond.state == "not judged"


def test_a_set_metric_is_told_with_its_band_and_what_it_means_to_be_outside() -> None:
    spread = check("diversity", "set", {"spread": metric(value=0.2, limit=limit(0.3, 0.4))})
    words = breach("diversity", "spread", 0.2, means="too uniform: one phrase again and again")
    verdict = {"state": "closed", "exit_code": 1, "reasons": ["so"], "breaches": [words]}
    profile = compare.profile([made([spread], verdict=verdict)], ["one"])
    cell = first(profile, "diversity.spread", "value")
    assert (cell.value, cell.low, cell.high, cell.state) == (0.2, 0.3, 0.4, "below")
    assert cell.means.startswith("too uniform")
    assert profile.notes == ["diversity.spread below: too uniform: one phrase again and again"]
    assert "0.2 below" in table.render(profile)
    assert "too uniform\n" in table.render(profile)


def test_losses_are_counted_once_per_record_whatever_the_check() -> None:
    edited = check("edited_passage", "record", {"surprisal": metric(values=[0, 0, 0, 99])})
    profile = of_two(copied(), edited)
    for name in ("any copying check", "copied_passage"):
        cell = first(profile, name, "lost")
        assert (cell.count, cell.of, cell.least, cell.most) == (1, 4, *wilson(1, 4))
    assert first(profile, "edited_passage", "lost").value == 0
    largest = first(profile, "copied_passage.longest_run", "largest")
    assert (largest.value, largest.state, largest.high) == (60, "above", 50)


def test_losses_are_a_share_of_the_records_that_one_of_the_checks_measured() -> None:
    runs = metric(values=[1, 2, None, None])
    phrases = metric(values=[None, None, 0.1, None])
    half = check("copied_passage", "record", {"longest_run": runs}, executed=2, expected=2)
    short = check("short_text", "record", {"uniqueness": phrases}, executed=1, expected=1)
    profile = of_two(half, short)
    names = ("any copying check", "copied_passage", "short_text")
    assert [first(profile, name, "lost").of for name in names] == [3, 2, 1]


def test_the_interval_is_wilsons() -> None:
    assert wilson(0, 10) == (0.0, 0.2775)
    assert wilson(5, 10) == (0.2366, 0.7634)


def test_an_interval_that_is_told_as_metrics_stands_with_its_value() -> None:
    names = ("auc", "auc_low", "auc_high", "tpr_at_1_fpr", "tpr_low", "tpr_high")
    metrics = {name: metric(value=i / 10) for i, name in enumerate(names)}
    profile = of_two(check("membership", "set", metrics))
    assert [r.metric for r in profile.rows] == ["auc", "tpr_at_1_fpr"]
    cells = [r.cells[0] for r in profile.rows]
    assert [(c.value, c.least, c.most) for c in cells] == [(0.0, 0.1, 0.2), (0.3, 0.4, 0.5)]


def test_singling_out_stands_beside_what_chance_does() -> None:
    told = {"metrics": ["linkage.margin"], "records": 2, "of": 4, "low": 0.15, "high": 0.85,
            "real_records": 2, "by_chance": 1, "by_chance_of": 4}  # fmt: skip
    profile = compare.profile([made([], singling_out=told)], ["one"])
    assert first(profile, "singling_out", "singled out").most == 0.85
    assert first(profile, "singling_out", "by chance").value == 0.25


def test_parts_outside_their_bands_are_counted() -> None:
    parts = [
        {"part": "F32", "value": 0.1, "low": 0.3, "high": 0.9, "holds": False},
        {"part": "F41", "value": 0.4, "low": 0.3, "high": 0.9, "holds": True},
        {"part": "G47", "value": 0.4},
    ]
    spread = metric(value=0.5, parts=parts, limit=limit(0.3, 0.9))
    profile = of_two(check("diversity", "set", {"spread": spread}))
    cell = first(profile, "diversity.spread", "parts")
    assert (cell.count, cell.of, cell.state, cell.least) == (1, 2, "above", None)
    assert "1 of 2" in table.render(profile)


def test_what_was_not_measured_is_never_a_number() -> None:
    gap = {"what": "all metrics", "reason": "12 words accepted; 1,000 are needed"}
    spread = metric(value=None, limit=limit(0.3, 0.4))
    unmeasured = check("diversity", "set", {"spread": spread}, not_measured=[gap])
    nothing = check("label_fidelity", "record", {"agreement": metric()}, expected=0, executed=0)
    nobody = check("linkage", "record", {"z": metric(values=[None] * 4)}, executed=0)
    profile = of_two(unmeasured, nothing, nobody)
    cells = [cell for r in profile.rows for cell in r.cells]
    assert cells
    assert {(cell.state, cell.value, cell.count) for cell in cells} == {
        ("not measured", None, None)
    }
    assert all(cell.notes for cell in cells), "the reason is told"
    assert "diversity: 12 words accepted; 1,000 are needed" in profile.notes
    assert "label_fidelity has nothing to measure in these records" in profile.notes


def test_a_check_that_one_policy_lacks_is_not_measured_there() -> None:
    audits = [made([agreement(1, 2, 3, 4)]), made([], digest="ee")]
    profile = compare.profile(audits, ["one", "two"])
    assert [cell.state for cell in profile.rows[0].cells] == ["inside", "not measured"]
    assert "not a check of the policy small" in profile.notes


def test_records_that_were_not_measured_are_told_beside_the_others() -> None:
    profile = of_two(agreement(1.0, None, 3.0, 2.0))
    assert first(profile, "label_fidelity.agreement", "median").value == 2
    assert profile.notes == ["label_fidelity: 1 of 4 records not measured"]


def test_an_advisory_value_is_shown_and_not_judged() -> None:
    profile = of_two(agreement(0.1, 0.1, 0.1, 0.1, advisory="own AUC 0.61 is below 0.80"))
    assert first(profile, "label_fidelity.agreement", "median").state == "not judged"
    told = "label_fidelity.agreement does not decide: own AUC 0.61 is below 0.80"
    assert profile.notes == [told]


def test_a_check_that_nobody_named_stands_under_other() -> None:
    profile = of_two(check("novelty", "set", {"surprise": metric(value=3.0)}))
    (found,) = profile.rows
    assert (found.axis, found.name) == ("other", "novelty.surprise")
    assert "OTHER CHECKS" in table.render(profile)


def test_every_check_there_is_has_an_axis_or_is_known_to_have_none() -> None:
    assert {"diversity", "membership", "label_fidelity"} <= axes.CHECKS.keys()
    assert axes.axis("yield") == "other"


@pytest.mark.parametrize(
    ("place", "words"), [(1, "another source"), (2, "another holdout"), (None, "another policy")]
)
def test_sets_judged_against_something_else_are_marked(place: int | None, words: str) -> None:
    told = made([agreement(1, 2, 3, 4)]).model_dump()
    (told["policy"] if place is None else told["inputs"][place])["digest"] = "other"
    other = Audit.model_validate(told)
    profile = compare.profile([made([agreement(1, 2, 3, 4)]), other], ["one", "two"])
    assert [one.comparable for one in profile.sets] == [True, False]
    note = f"not comparable: judged with {words} than one"
    assert note in profile.notes
    for rendered in (table.render(profile), markdown.render(profile), html.render(profile)):
        assert note in rendered


def test_the_table_of_a_terminal() -> None:
    def spread(value: float | None, *gaps: Row_) -> Row_:
        told = metric(value=value, limit=limit(0.3, 0.4))
        return check("diversity", "set", {"distinct_1": told}, not_measured=list(gaps))

    gap = {"what": "all metrics", "reason": "12 words accepted; 1,000 are needed"}
    audits = [
        made([agreement(1, 2, 2, 3), spread(0.35), copied()]),
        made([agreement(-1, -1, -1, 1), spread(None, gap), copied()], digest="ee"),
    ]
    assert table.render(compare.profile(audits, ["one", "two"])) == TABLE


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("count", [1, 4, 9])
def test_a_table_keeps_to_its_width(width: int, count: int) -> None:
    audits = [made([agreement(1, 2, 3, 4)], digest=str(i)) for i in range(count)]
    names = [f"a_generator_with_a_long_name-{i}" for i in range(count)]
    lines = table.render(compare.profile(audits, names), width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.startswith("label_fidelity") for line in lines) >= count * 18 // width


def test_markdown_is_one_table_with_as_many_cells_in_every_row() -> None:
    lines = markdown.render(of_two(agreement(1, 2, 3, 4))).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in rows} == {4}
    assert "| **Fidelity** |  |  |" in rows


def test_the_published_schema_is_up_to_date_and_closed() -> None:
    assert json.loads(json.dumps(schema())) == SCHEMA
    for definition in (SCHEMA, *SCHEMA["$defs"].values()):
        assert definition["additionalProperties"] is False


def test_json_keeps_the_schema_and_comes_back_the_same() -> None:
    profile = of_two(agreement(1, None, 3, 4))
    jsonschema.validate(json.loads(as_json.render(profile)), SCHEMA)
    assert Profile.model_validate_json(as_json.render(profile)) == profile


def test_the_page_brings_everything_and_runs_nothing() -> None:
    names = [f"one{HOSTILE}", "two"]
    audits = [made([agreement(1, 2, 3, 4, advisory=HOSTILE)]), made([], digest="ee")]
    page = html.render(compare.profile(audits, names))
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    for forbidden in ("<script", "style=", "http:", "https:", "@import", "<link", " src", "\u202e"):
        assert forbidden not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{7*7}}" in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="([^"]*)"', page)) <= {f"#{name}" for name in identifiers}
    assert page.count("<table") == page.count("<caption")


def test_every_drawing_says_the_same_in_words() -> None:
    page = html.render(of_two(agreement(0.1, 0.2, 0.3, 0.4)))
    assert "label_fidelity.agreement, median: one 0.25 below, two 0.25 below." in page
    for tag in re.findall(r"<svg[^>]*>", page):
        assert 'aria-hidden="true"' in tag or 'role="img"' in tag


def test_sets_are_told_apart_without_colour() -> None:
    assert len(set(html.SHAPES)) == len(html.SHAPES)
    page = html.render(of_two(agreement(1, 2, 3, 4)))
    assert all(shape in page for shape in html.SHAPES[:2])


Numbers = st.none() | st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(Numbers, Numbers, Numbers), min_size=1, max_size=5))
@example([(5e-324, None, None)])
@example([(5e-324, None, 0.0)])
def test_everything_drawn_lies_in_the_plot(given_: list[tuple[float | None, ...]]) -> None:
    marks = [
        Mark(value, *((min(low, high), max(low, high)) if None not in (low, high) else (low, high)))
        for value, low, high in given_
    ]
    (drawn,) = dot_plot([(marks, False)]).rows
    for mark, lane in zip(marks, drawn.lanes, strict=True):
        assert (lane.x is None) == (mark.value is None)
        ends = [lane.x] if lane.x is not None else []
        ends += [lane.band.x, lane.band.x + lane.band.width] if lane.band else []
        assert all(PLOT[0] - 0.1 <= x <= PLOT[1] + 0.1 for x in ends)


def test_a_value_in_its_band_is_drawn_in_it() -> None:
    marks = [Mark(0.35, 0.3, 0.4), Mark(0.2, 0.3, 0.4), Mark(0.9, None, 0.4)]
    (drawn,) = dot_plot([(marks, False)]).rows
    assert [lane.outside for lane in drawn.lanes] == [False, True, True]
    inside = drawn.lanes[0]
    assert inside.band
    assert inside.x
    assert inside.band.x < inside.x < inside.band.x + inside.band.width


def test_a_limit_from_above_alone_is_drawn_from_nothing() -> None:
    (drawn,) = dot_plot([([Mark(26.0, None, 7.0), Mark(18.0, None, 9.0)], False)]).rows
    assert drawn.ticks[0].label == "0"
    assert drawn.ticks[0].at == PLOT[0]


# The command, end to end.


@pytest.fixture
def hospital(corpus_files: Path, invent: Invent, write: Write) -> Path:
    """Three sets of 60, 60 and 40 records, half of the second copied; canaries in all texts."""
    other = invent("other", 70)
    sets = {"clean": invent("synthetic", 60), "copied": invent("source")[:30] + other[:30]}
    sets["short"] = other[30:]
    for name, rows in sets.items():
        for i, one in enumerate(rows):
            one["text"] += f" canarytext{name}{i}"
        write(corpus_files / f"{name}.jsonl", [r | {"id": f"{i}"} for i, r in enumerate(rows)])
    return corpus_files


def arguments(folder: Path, *names: str, source: bool = True) -> list[str]:
    real = [f"--{kind}={folder / kind}.jsonl" for kind in ("source", "holdout")]
    paths = [str(folder / name) for name in names]
    return ["profile", *paths, *(real if source else []), f"--policy={folder / 'small.yaml'}"]


def gated(command: Command, folder: Path, name: str) -> None:
    command(
        "gate", folder / f"{name}.jsonl", "--source", folder / "source.jsonl",
        "--holdout", folder / "holdout.jsonl", "--policy", folder / "small.yaml",
        "--out", folder / f"{name}-out", "-q",
    )  # fmt: skip


def test_three_sets_are_cut_to_one_size_and_told(hospital: Path, command: Command) -> None:
    files = ("clean.jsonl", "copied.jsonl", "short.jsonl")
    done = command(*arguments(hospital, *files), "--format=json")
    assert done.returncode == 0, done.stderr
    told = Profile.model_validate_json(done.stdout)
    assert [(one.name, one.records, one.out_of) for one in told.sets] == [
        ("clean", 40, 60), ("copied", 40, 60), ("short", 40, None),
    ]  # fmt: skip
    assert all(one.comparable for one in told.sets)
    lost = row(told, "any copying check", "lost")
    counts = [cell.count for cell in lost.cells]
    assert 10 <= (counts[1] or 0) <= 30
    assert (counts[0] or 0) < 10
    assert {r.axis for r in told.rows} == {"diversity", "privacy"}


def test_a_data_set_is_told_as_generated_and_a_folder_as_accepted(
    hospital: Path, command: Command
) -> None:
    names = ("clean", "copied")
    for name in names:
        gated(command, hospital, name)
    files = arguments(hospital, *(f"{name}.jsonl" for name in names))
    folders = arguments(hospital, *(f"{name}-out" for name in names), source=False)
    made, left = (
        Profile.model_validate_json(command(*given, "--format=json").stdout)
        for given in (files, folders)
    )
    assert {one.judged.set_of for one in made.sets} == {"generated"}
    assert {one.judged.set_of for one in left.sets} == {"accepted"}
    assert GENERATED in made.notes
    assert GENERATED not in left.notes
    assert values(made) == values(left), "records are judged alike"


def values(told: Profile) -> list[list[float | None]]:
    return [[cell.value for cell in one.cells] for one in told.axis("privacy")]


def test_a_data_set_beside_a_folder_is_marked(hospital: Path, command: Command) -> None:
    gated(command, hospital, "clean")
    done = command(*arguments(hospital, "copied.jsonl", "clean-out"), "--format=json")
    told = Profile.model_validate_json(done.stdout)
    assert [one.comparable for one in told.sets] == [True, False]
    assert any("set metrics of other records" in note for note in told.notes)


def test_the_same_sets_give_the_same_bytes(hospital: Path, command: Command) -> None:
    arguments_ = arguments(hospital, "clean.jsonl", "short.jsonl")
    first_, again = (command(*arguments_, "--size=30", "--format=html").stdout for _ in range(2))
    assert first_ == again
    assert first_.count("30 of 60") == 1


@given(st.permutations(range(12)))
def test_which_records_stay_does_not_depend_on_their_order(order: list[int]) -> None:
    records = [Record(id=str(i), text=f"text {i % 10}") for i in range(12)]
    drawn = sorted((records[i] for i in order), key=profiles._draw)
    assert drawn == sorted(records, key=profiles._draw)


def test_no_output_holds_a_text_or_a_path(hospital: Path, command: Command) -> None:
    out = hospital / "profile.json"
    files = arguments(hospital, "clean.jsonl", "copied.jsonl")
    done = command(*files, "--format=json", "-o", out, "-v")
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    profile = Profile.model_validate_json(out.read_text("utf-8"))
    forms = ("table", "markdown", "json", "html")
    told = [done.stderr, *(profiles.render(profile, form, 100) for form in forms)]
    for text in told:
        assert "canary" not in text
        assert str(hospital) not in text


def test_sets_of_one_name_are_called_by_what_was_given() -> None:
    audits = [made([]), made([], digest="ee"), made([], digest="ff")]
    assert profiles._names(["out/a"], audits[:1]) == ["synthetic"]
    assert profiles._names(["out/a", "out/b"], audits[:2]) == ["a", "b"]
    assert profiles._names(["a/x.csv", "b/x.csv", "c"], audits) == ["x (1)", "x (2)", "c"]


def refused(done: CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("auditor: ")
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words)


def test_what_is_wrong_is_told_in_a_line(hospital: Path, command: Command) -> None:
    refused(command(*arguments(hospital, "clean.jsonl", source=False)), "give --source")
    refused(command(*arguments(hospital, "none.jsonl")), "No such file")
    refused(command(*arguments(hospital, "clean.jsonl", "clean.jsonl")), "the same path twice")
    refused(command(*arguments(hospital, "short.jsonl"), "--size=41"), "has 40 records")
    shutil.copy(hospital / "short.jsonl", hospital / "again.jsonl")
    refused(command(*arguments(hospital, "short.jsonl", "again.jsonl")), "the same set as")
    (hospital / "broken").mkdir()
    (hospital / "broken" / "audit.json").write_text("{}", "utf-8")
    broken = arguments(hospital, "broken", source=False)
    refused(command(*broken), "run the gate again")
    gated(command, hospital, "short")
    folders = arguments(hospital, "short-out", source=False)
    refused(command(*folders, "--size=5"), "leave it out")
    refused(command(*folders, "-o", hospital / "missing" / "x"), "give another -o")
