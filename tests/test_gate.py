"""The whole story, from files to verdict: copies go, clean records stay, and the audit says why."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from auditor import gate as gates
from auditor.audit import Audit, loads
from auditor.corpus import Corpora, corpora
from auditor.policy import Policy, load
from auditor.record import read

Command = Callable[..., CompletedProcess[str]]
Row = dict[str, Any]


@pytest.fixture
def leaky(corpus_files: Path, invent: Any, write: Any) -> Path:
    """The clean files, and in the synthetic one a copy, an edited copy and a record told twice."""
    rows, source = invent("synthetic"), invent("source")
    words = source[8]["text"].split()
    edited = " ".join("instead" if i % 9 == 4 else word for i, word in enumerate(words))
    rows[10:10] = [
        rows[0] | {"id": "copy", "text": source[7]["text"].upper()},
        rows[0] | {"id": "edited", "text": edited},
        rows[0] | {"id": "quoting", "text": f"{rows[0]['text']} {source[9]['text'][:150]}"},
        rows[0] | {"id": "again"},
    ]
    write(corpus_files / "synthetic.jsonl", rows)
    return corpus_files


def judged(folder: Path, policy: str = "small.yaml") -> tuple[Corpora, Audit]:
    synthetic, source, holdout = (
        read(str(folder / f"{name}.jsonl")) for name in ("synthetic", "source", "holdout")
    )
    told = corpora(synthetic, source, holdout)
    return told, gates.run(told, load(folder / policy), lambda _: None)


def breaches(audit: Audit, name: str) -> set[str]:
    (record,) = [record for record in audit.records if record.id == name]
    assert record.accepted is not bool(record.breaches)
    return {f"{breach.check}.{breach.metric}" for breach in record.breaches}


def test_copies_are_rejected_and_the_rest_is_not(leaky: Path) -> None:
    _, audit = judged(leaky)
    assert breaches(audit, "copy") == {
        "copied_passage.longest_run", "copied_passage.coverage", "near_duplicate.jaccard",
    }  # fmt: skip
    assert "near_duplicate.jaccard" in breaches(audit, "edited")
    assert "copied_passage.longest_run" in breaches(audit, "quoting")
    assert breaches(audit, "again") == {"near_duplicate.jaccard_earlier"}
    assert breaches(audit, "synthetic-0") == set(), "the first of two look-alikes survives"
    lost = [r.id for r in audit.records if not r.accepted and r.id.startswith("synthetic")]
    assert len(lost) <= 0.05 * 120
    assert (audit.verdict.state, audit.verdict.exit_code) == ("open", 0)


def test_a_breach_names_the_source_record_by_its_fingerprint(leaky: Path) -> None:
    told, audit = judged(leaky)
    (copy,) = [record for record in audit.records if record.id == "copy"]
    assert told.source is not None
    assert {breach.reference for breach in copy.breaches} == {told.source.fingerprint(7)}
    (again,) = [record for record in audit.records if record.id == "again"]
    assert [breach.reference for breach in again.breaches] == ["synthetic-0"]


def test_the_places_of_a_copy_are_told(leaky: Path) -> None:
    told, audit = judged(leaky)
    (place,) = [i for i, record in enumerate(audit.records) if record.id == "quoting"]
    start, end = audit.records[place].spans[-1]
    text = told.synthetic.records[place].text
    assert text[start:end].split()[2:-2]
    assert text[start:end] in text[len(text) - 152 :]


def test_accepted_lines_keep_their_order_and_their_bytes(
    leaky: Path, gate_arguments: list[str], command: Command
) -> None:
    path = leaky / "synthetic.jsonl"
    odd = b'  {"text":"Otro  caso,\\u0020sin tos.", "id":"odd","meta":{"b":1.0,"a":null}}  '
    path.write_bytes(odd + b"\r\n" + path.read_bytes())
    assert command(*gate_arguments).returncode == 0
    lines = path.read_bytes().replace(b"\r\n", b"\n").splitlines(keepends=True)
    decisions = (leaky / "out" / "decisions.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(decision) for decision in decisions]
    assert [row["id"] for row in told] == [json.loads(line)["id"] for line in lines]
    kept = [line for line, row in zip(lines, told, strict=True) if row["accepted"]]
    assert kept[0] == odd + b"\n"
    assert (leaky / "out" / "accepted.jsonl").read_bytes() == b"".join(kept)
    rejected = {row["id"] for row in told if not row["accepted"]}
    assert {"copy", "edited", "quoting", "again"} <= rejected


def test_a_decision_has_the_fields_that_were_promised(
    leaky: Path, gate_arguments: list[str], command: Command
) -> None:
    assert command(*gate_arguments).returncode == 0
    for line in (leaky / "out" / "decisions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        assert list(row) == ["id", "accepted", "spans", "breaches"]
        assert row["accepted"] is not bool(row["breaches"])
        assert all(start < end for start, end in row["spans"])
        for breach in row["breaches"]:
            assert list(breach) == ["check", "metric", "value", "limit"]


def test_the_audit_reads_back_as_it_was_written(
    leaky: Path, gate_arguments: list[str], command: Command
) -> None:
    assert command(*gate_arguments).returncode == 0
    text = (leaky / "out" / "audit.json").read_text("utf-8")
    audit = loads("audit.json", text)
    assert audit == judged(leaky)[1]
    assert [(i.role, i.records) for i in audit.inputs] == [
        ("synthetic", 124), ("source", 120), ("holdout", 120),
    ]  # fmt: skip
    assert audit.policy.name == "small"
    assert command("render", leaky / "out", "--format", "json").stdout == text


def test_the_audit_shows_both_controls_and_the_limits_read_off(leaky: Path) -> None:
    _, audit = judged(leaky)
    (copied,) = [check for check in audit.checks if check.name == "copied_passage"]
    run = copied.metrics["longest_run"]
    assert set(run.controls) == {"chance", "unseen"}
    assert [len(run.controls[name]) for name in ("chance", "unseen")] == [124, 120]
    assert run.controls["chance"] == sorted(run.controls["chance"])
    assert run.limit is not None
    assert run.limit.high is not None
    assert run.limit.high < 20
    assert (copied.expected, copied.executed) == (124, 124)
    (joint,) = audit.joint
    assert (joint.control, joint.false_rejects) == ("chance", 0.02)
    assert joint.beyond <= 0.02 * joint.records
    (diversity,) = [check for check in audit.checks if check.name == "diversity"]
    assert len(diversity.metrics["distinct_2"].controls["real"]) == 200


def test_a_larger_source_is_allowed_for(leaky: Path, invent: Any, write: Any) -> None:
    write(leaky / "source.jsonl", invent("source", 360))
    _, audit = judged(leaky)
    (joint,) = audit.joint
    assert joint.ratio == pytest.approx(3, rel=0.1)
    assert joint.beyond <= 0.007 * joint.records
    assert breaches(audit, "copy")


def test_the_set_is_judged_by_what_is_accepted(leaky: Path) -> None:
    """The copies would have counted for it; they are not shipped."""
    _, audit = judged(leaky)
    told = {check.name: check for check in audit.checks}["yield"].metrics
    assert told["asked"].value == 124
    assert told["accepted"].value == audit.accepted
    assert told["acceptance_rate"].value == audit.accepted / 124


def test_the_same_inputs_give_the_same_bytes(
    leaky: Path, gate_arguments: list[str], run: Callable[..., CompletedProcess[bytes]]
) -> None:
    """Also in another process, whose strings hash otherwise."""
    seen = []
    for seed in ("1", "2"):
        assert run(*gate_arguments, PYTHONHASHSEED=seed).returncode == 0
        seen.append({path.name: path.read_bytes() for path in (leaky / "out").iterdir()})
    assert seen[0] == seen[1]


def test_the_order_of_the_source_does_not_change_a_verdict(
    leaky: Path, invent: Any, write: Any
) -> None:
    before = [record.accepted for record in judged(leaky)[1].records]
    write(leaky / "source.jsonl", invent("source")[::-1])
    assert [record.accepted for record in judged(leaky)[1].records] == before


def test_fingerprints_change_with_the_key_and_nothing_else_does(
    leaky: Path, gate_arguments: list[str], command: Command
) -> None:
    told = []
    for key in (b"one", b"two"):
        (leaky / "key").write_bytes(key)
        assert command(*gate_arguments, "--key", leaky / "key").returncode == 0
        told.append(json.loads((leaky / "out" / "audit.json").read_text("utf-8")))
    references = [
        [b["reference"] for r in audit["records"] for b in r["breaches"] if r["id"] == "copy"]
        for audit in told
    ]
    assert not set(references[0]) & set(references[1])
    for audit in told:
        for record in audit["records"]:
            for breach in record["breaches"]:
                breach.pop("reference")
    assert told[0] == told[1]


def test_records_that_pass_unread_are_told(leaky: Path, invent: Any, write: Any) -> None:
    rows = [row | {"meta": {"model": "m"}} for row in invent("synthetic")]
    rows[0].pop("lang")
    write(leaky / "synthetic.jsonl", rows)
    _, audit = judged(leaky)
    assert any("meta of 120 records" in told for told in audit.unread)
    assert any("language of 1 record," in told for told in audit.unread)


def test_leaving_one_out_stands_in_for_a_holdout(
    leaky: Path, policy: Callable[[str], Policy], invent: Any, write: Any
) -> None:
    """Source records of one patient are not compared with one another."""
    rows = invent("source")
    for one, two in zip(rows[::2], rows[1::2], strict=True):
        one["text"] = two["text"]
    write(leaky / "source.jsonl", rows)
    limit = "{at_most: {leave_one_out: 0.98, ceiling: 50}, why: no holdout}"
    told, _ = judged(leaky)
    audit = gates.run(
        replace(told, holdout=None),
        policy(f"  copied_passage: {{limits: {{longest_run: {limit}}}}}\n"),
        lambda _: None,
    )
    (check,) = audit.checks
    values = check.metrics["longest_run"].controls["leave_one_out"]
    assert len(values) == 120
    assert max(values) < 20, "a copy within one patient counts as none"
    assert audit.verdict.exit_code == 0
    assert breaches(audit, "copy")


def test_the_verdict_is_printed_with_its_reasons(
    leaky: Path, gate_arguments: list[str], command: Command
) -> None:
    strict = (leaky / "small.yaml").read_text().replace("at_least: 0.5", "at_least: 0.999")
    (leaky / "small.yaml").write_text(strict)
    done = command(*gate_arguments)
    assert done.returncode == 1
    first, second, third, *_ = done.stdout.splitlines()
    assert first == "GATE CLOSED"
    assert second.endswith("of 124 records accepted, policy small")
    assert third.startswith("  - yield.acceptance_rate is 0.9")
    assert third.endswith("limit at least 0.999")
    assert done.stdout.splitlines()[-1] == f"audit: {leaky / 'out' / 'audit.html'}"


def test_a_record_is_explained(leaky: Path, gate_arguments: list[str], command: Command) -> None:
    assert command(*gate_arguments).returncode == 0
    told = command("explain", leaky / "out", "copy").stdout
    assert told.startswith("copy: rejected\n")
    assert "  - copied_passage.longest_run is " in told
    assert "limit at most " in told
    assert "places in the text (characters): " in told
    assert command("explain", leaky / "out", "synthetic-0").stdout == "synthetic-0: accepted\n"


def test_each_step_is_announced(leaky: Path) -> None:
    told, _ = judged(leaky)
    steps: list[str] = []
    gates.run(told, load(leaky / "small.yaml"), steps.append)
    assert steps[0] == "copied_passage"
    assert {"near_duplicate: chance", "near_duplicate: unseen", "diversity", "yield"} <= set(steps)
