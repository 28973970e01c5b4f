"""Measurements kept between runs: the same, never old, and without a text."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from auditor import measure, measured_before
from auditor.code_table import CodeTable
from auditor.corpus import Corpora, Corpus
from auditor.finding import Advisory, Finding, Outcome, Reference, Span, Unmeasured
from auditor.record import Record

OUTCOMES: list[Outcome] = [
    Finding("m", 0.1 + 0.2, "r1", (Span(1, 4, "NAME", 0.5, "rule", "view"),), detail="F32.1"),
    Finding("m", 2.0, "r2", (), Reference("ab12", Span(3, 9))),
    Finding("m", 3.0, None, (), Reference("ab12"), part="F32"),
    Unmeasured("m", "no labels"),
    Advisory("m", "for review"),
    Advisory("m", "few labels", "r1"),
]
RECORDS = (Record("r1", "canarytext one", "en", ("F32",)), Record("r2", "canarytext two"))


def corpora(*records: Record, **options: object) -> Corpora:
    made = Corpora(Corpus("synthetic", records or RECORDS, key=b"k"), Corpus("source", RECORDS))
    return replace(made, **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = tmp_path / "cache"
    monkeypatch.setenv("AUDITOR_CACHE", str(kept))
    return kept


def test_every_kind_of_outcome_comes_back_as_it_was(folder: Path) -> None:
    measured_before.remember("key", OUTCOMES)
    assert measured_before.recall("key") == OUTCOMES
    assert measured_before.recall("another") is None


@pytest.mark.parametrize("gap", [Unmeasured("m", "too long", "r3"), Unmeasured("identities", "x")])
def test_what_a_busy_machine_left_out_is_measured_again(folder: Path, gap: Unmeasured) -> None:
    measured_before.remember("key", [*OUTCOMES, gap])
    assert measured_before.recall("key") is None


def test_the_second_run_measures_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = measure.measure("yield", {}, corpora())
    assert [path.suffix for path in folder.iterdir()] == [".json"]

    def never(_: Corpora, *, min_records: int = 5) -> Iterator[Outcome]:
        raise AssertionError("measured again")

    monkeypatch.setattr(measure.check("yield"), "measure", never)
    assert measure.measure("yield", {}, corpora()) == first
    with pytest.raises(AssertionError, match="measured again"):
        measure.measure("yield", {"min_records": 6}, corpora())


def test_without_a_folder_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)
    measured_before.remember("key", OUTCOMES)
    assert measured_before.recall("key") is None


def test_whatever_decides_a_measurement_is_in_its_name(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.write_text("weights")
    changed = Record("r1", "canarytext One", "en", ("F32",))
    keys = [
        measured_before.key("check", {}, corpora()),
        measured_before.key("other", {}, corpora()),
        measured_before.key("check", {"n": 1}, corpora()),
        measured_before.key("check", {"model": str(model)}, corpora()),
        measured_before.key("check", {}, corpora(changed, RECORDS[1])),
        measured_before.key("check", {}, corpora(*RECORDS[::-1])),
        measured_before.key("check", {}, corpora(replace(RECORDS[0], label=("F33",)), RECORDS[1])),
        measured_before.key("check", {}, corpora(replace(RECORDS[0], group="g"), RECORDS[1])),
        measured_before.key("check", {}, corpora(replace(RECORDS[0], line=b"{}"), RECORDS[1])),
        measured_before.key("check", {}, corpora(holdout=Corpus("holdout", RECORDS))),
        measured_before.key("check", {}, corpora(asked=Corpus("asked", RECORDS))),
        measured_before.key("check", {}, corpora(wanted=(("F32",), ()))),
        measured_before.key("check", {}, corpora(wanted=(("F32",), ("G47",)))),
        measured_before.key("check", {}, corpora(leave_out=True)),
        measured_before.key("check", {}, corpora(codes=CodeTable("codes.csv", "digest"))),
        measured_before.key("check", {}, corpora(source=Corpus("source", RECORDS, key=b"k2"))),
    ]
    model.write_text("other weights")
    keys.append(measured_before.key("check", {"model": str(model)}, corpora()))
    assert len(set(keys)) == len(keys)
    assert keys[0] == measured_before.key("check", {}, corpora())


@pytest.mark.parametrize("content", ["", "{", "[1]", "[{}]", '[{"kind": "finding"}]'])
def test_a_damaged_file_is_measured_again(folder: Path, content: str) -> None:
    measured_before.remember("key", OUTCOMES)
    (folder / "key.json").write_text(content)
    assert measured_before.recall("key") is None


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    measured_before.remember("key", OUTCOMES)
    assert not list(folder.iterdir())


def test_only_the_owner_may_read_and_no_text_is_kept(folder: Path) -> None:
    measure.measure("yield", {}, corpora())
    measure.measure("copied_passage", {}, corpora())
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert "canarytext" not in path.read_text()
        assert isinstance(json.loads(path.read_text()), list)
