"""Scanning: findings as JSON lines, with the options that a user sets for the occasion."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli import cli


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    text = "A 45-year-old widow from Texas; MRN 4482913."
    path.write_text(json.dumps({"id": "a", "lang": "en", "text": text}) + "\n", encoding="utf-8")
    return path


def labels(notes: Path, *arguments: str) -> list[str]:
    done = CliRunner().invoke(cli, ["scan", str(notes), "--quiet", *arguments])
    assert done.exit_code == 0, done.output
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["check"] == "identifiers"
    return [span["label"] for span in row["spans"]]


def test_the_profile_decides_what_counts(notes: Path) -> None:
    assert labels(notes) == ["ID"]
    everything = labels(notes, "--set", "identifiers.profile=gdpr_strict")
    assert {*everything} >= {"AGE", "LOCATION", "ID"}


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("identifiers.profile", "write CHECK.OPTION=VALUE"),
        ("profile=gdpr_strict", "write CHECK.OPTION=VALUE"),
        ("near_duplicate.least=0.5", "write CHECK.OPTION=VALUE, of identifiers"),
        ("identifiers.profle=gdpr_strict", "did you mean 'profile'?"),
        ("identifiers.profile=hipaa", "should be 'safe_harbor' or 'gdpr_strict'"),
        ("identifiers.seconds=[1", "--set identifiers.seconds"),
    ],
)
def test_what_cannot_be_set_is_told_in_one_line(notes: Path, assignment: str, told: str) -> None:
    done = CliRunner().invoke(cli, ["scan", str(notes), "--set", assignment])
    assert told in str(done.exception) + done.output
    assert "Traceback" not in done.output


def test_a_replayed_identity_says_how_well_it_is_proven(notes: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("name,mrn\nTabitha Entwistle,4482913\n", encoding="utf-8")
    arguments = ["--check", "identity_replay", "--roster", str(roster), "--quiet"]
    done = CliRunner().invoke(cli, ["scan", str(notes), *arguments])
    assert done.exit_code == 0, done.output
    (exact,) = (row for row in map(json.loads, done.stdout.splitlines()) if row["value"])
    (span,) = exact["detail"]["spans"]
    assert (exact["metric"], span["label"], span["recognizer"]) == (
        "exact", "ID", "roster:roster-proved",
    )  # fmt: skip


def test_a_record_that_was_not_measured_has_no_line(tmp_path: Path) -> None:
    path = tmp_path / "french.jsonl"
    path.write_text('{"id": "a", "lang": "fr", "text": "Vue par Tabitha."}\n', encoding="utf-8")
    done = CliRunner().invoke(cli, ["scan", str(path), "--quiet"], standalone_mode=False)
    assert (done.return_value, done.stdout) == (3, "")
