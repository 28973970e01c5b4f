"""The closed loop as a user runs it: what the gate rejects is asked for again, and all is told."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., CompletedProcess[bytes]]
Serving = Callable[..., AbstractContextManager[Any]]
Row = dict[str, Any]
Invent = Callable[..., list[Row]]
Write = Callable[[Path, list[Row]], Path]
POLICY = """\
name: copies
description: Copies of the source and of one another, for tests that need no model.
false_rejects: 0.02
checks:
  copied_passage:
    limits:
      longest_run: {at_most: {chance: joint, ceiling: 50}, why: no run that unseen texts lack}
      coverage: {at_most: {chance: joint, ceiling: 0.5}, why: no patchwork of short copies}
  near_duplicate:
    limits:
      jaccard: {at_most: {chance: joint, ceiling: 0.5}, why: no edited copy}
      jaccard_earlier: {at_most: 0.8, why: no record told twice}
  short_text:
    limits:
      uniqueness: {at_most: 0.34, why: no phrase of one patient}
  yield:
    limits:
      acceptance_rate: {at_least: 0.5, why: most of what was made has to be of use}
"""
# A request meets the same each time, so that one that was on its way when all died does too.
ODD: dict[str, Any] = {"faults": {"length": 0.2, "tags": 0.3}, "times": 1000}
PATIENCE = 300  # seconds for what should take two


@pytest.fixture
def folder(corpus_files: Path) -> Path:
    (corpus_files / "copies.yaml").write_text(POLICY)
    return corpus_files


def asking(folder: Path, backend: str, endpoint: str, **more: str) -> list[str]:
    options = {
        "backend": backend, "endpoint": endpoint, "labels": "F32.1,F41.1", "per-label": "10",
        "source": str(folder / "source.jsonl"), "holdout": str(folder / "holdout.jsonl"),
        "policy": str(folder / "copies.yaml"), "out": str(folder / "out"),
    }  # fmt: skip
    told = {name.replace("_", "-"): value for name, value in more.items()}
    pairs = [f"--{name}={value}" for name, value in (options | told).items()]
    return ["generate", "--until-accepted", *pairs]


def over_http(folder: Path, url: str, **more: str) -> list[str]:
    return asking(folder, "openai_compatible", url, model="made-up", **more)


def audit(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "out" / "audit.json").read_text("utf-8"))
    return told


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def texts(folder: Path, write: Write, clean: list[Row], copies: list[Row], lead: int) -> Path:
    """Texts of one's own: for each label first ``lead`` copies of the source, then clean ones."""
    rows: list[Row] = []
    for half, label in enumerate(("F32.1", "F41.1")):
        own = [*copies[half * lead : (half + 1) * lead], *clean[half::2]]
        rows += [{"text": row["text"], "lang": "en", "label": [label]} for row in own]
    return write(folder / "texts.jsonl", [row | {"id": f"t{i}"} for i, row in enumerate(rows)])


def own(folder: Path, write: Write, invent: Invent, lead: int, clean: int = 60) -> Path:
    source = rows_of(folder / "source.jsonl")
    return texts(folder, write, invent("own", clean), source, lead)


def test_a_rejected_draft_is_asked_for_again(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    done = run(*asking(folder, "file", str(own(folder, write, invent, lead=4))))
    assert done.returncode == 0, done.stdout + done.stderr
    rows = rows_of(folder / "out" / "accepted.jsonl")
    assert [row["id"] for row in rows] == [
        f"{label}-en-{number:04}" for label in ("F32.1", "F41.1") for number in range(1, 11)
    ]
    assert [row["origin"]["attempt"] for row in rows[:5]] == [2, 2, 2, 2, 1]
    told = audit(folder)
    loop = told["generation"]["loop"]
    assert (loop["asked"], loop["missing"]) == (20, {})
    assert loop["drafts"] == 20 + sum(row["origin"]["attempt"] - 1 for row in rows) >= 28
    assert loop["rounds"] >= 2
    assert loop["lost"]["copied_passage.longest_run"] >= 8
    assert sum(told["generation"]["counts"]["attempt"].values()) == 20
    metrics = next(c for c in told["checks"] if c["name"] == "yield")["metrics"]
    assert metrics["asked"]["value"] == metrics["accepted"]["value"] == 20
    assert [(row["label"], row["asked"], row["accepted"]) for row in told["labels"]] == [
        ("F32.1", 10, 10), ("F41.1", 10, 10),
    ]  # fmt: skip
    assert f"20 records asked for: {loop['drafts']} attempts".encode() in done.stdout
    assert loop["unusable"] + loop["rejected"] + 20 == loop["drafts"]
    assert loop["place"] == "this machine"


def test_a_quota_that_is_not_filled_is_said(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    source = own(folder, write, invent, lead=10, clean=16)
    done = run(*asking(folder, "file", str(source), max_attempts="2", max_rejected="1"))
    assert done.returncode == 3, done.stdout + done.stderr
    assert b"not delivered" in done.stdout
    assert not (folder / "out" / "accepted.jsonl").exists()
    told = audit(folder)
    assert told["verdict"]["state"] == "not measured"
    missing = told["generation"]["loop"]["missing"]
    assert missing["F32.1"] >= 2
    assert missing["F41.1"] >= 2
    quota = f"quota: {sum(missing.values())} of 20 records not delivered"
    assert quota in told["verdict"]["reasons"]
    page = (folder / "out" / "audit.html").read_text("utf-8")
    assert "Not delivered" in page
    assert "Gate closed: fewer records than asked for" in page
    assert done.stdout.startswith(b"GATE CLOSED: fewer records than asked for")


def test_it_stops_when_hardly_anything_is_accepted(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    source = own(folder, write, invent, lead=8)
    done = run(*asking(folder, "file", str(source), max_rejected="0.5"))
    assert done.returncode == 3
    assert b" of 20 drafts came to nothing, more than --max-rejected 0.5 allows" in done.stdout
    assert audit(folder)["generation"]["loop"]["rounds"] <= 3  # until what is left stands


def test_nothing_is_published_when_no_draft_is_accepted(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    assert run(*asking(folder, "file", str(own(folder, write, invent, lead=0)))).returncode == 0
    assert (folder / "out" / "accepted.jsonl").exists()
    source = own(folder, write, invent, lead=60, clean=1)
    done = run(*asking(folder, "file", str(source), max_attempts="2", max_rejected="1"))
    assert done.returncode == 3, done.stdout + done.stderr
    assert b"quota: 20 of 20 records not delivered" in done.stdout
    assert not (folder / "out" / "accepted.jsonl").exists(), "none of an earlier run is left"
    told = audit(folder)
    assert told["records"] == []
    loop = told["generation"]["loop"]
    assert (loop["asked"], loop["rejected"]) == (20, loop["drafts"]) == (20, 40)
    assert "0 left" in (folder / "out" / "audit.html").read_text("utf-8")


def test_a_policy_that_needs_a_holdout_is_refused_without_one(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    arguments = asking(folder, "file", str(own(folder, write, invent, lead=0)))
    done = run(*(part for part in arguments if not part.startswith("--holdout")))
    assert done.returncode == 2
    assert b"(chance); give them with --holdout" in done.stderr
    assert not (folder / "out").exists()


def test_no_text_is_told_but_in_accepted_lines_and_the_store(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    done = run(*asking(folder, "file", str(own(folder, write, invent, lead=6))), "-v")
    assert done.returncode == 0, done.stderr
    files = [p for p in (folder / "out").iterdir() if p.name != "accepted.jsonl"]
    told = done.stdout + done.stderr + b"".join(path.read_bytes() for path in files)
    words = {
        word
        for kind in ("source", "holdout", "texts")
        for row in rows_of(folder / f"{kind}.jsonl")
        for word in row["text"].split()
        if len(word) >= 9 and word.isalpha()
    }
    assert len(words) > 100
    assert not {word for word in words if word.encode() in told}


@pytest.mark.slow
def test_a_server_that_dies_and_a_process_that_is_killed(
    folder: Path, run: Run, hasty: Run, serving: Serving
) -> None:
    with serving(**ODD) as server:
        assert run(*over_http(folder, server.url, out=str(folder / "whole"))).returncode == 0
    with serving(**ODD, die_after=9) as server:
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        arguments = over_http(folder, server.url)
        done = hasty(*arguments)
    assert done.returncode == 3, done.stdout + done.stderr
    assert b"stopped answering" in done.stdout
    assert not (folder / "out" / "accepted.jsonl").exists()
    stayed = audit(folder)
    assert 0 < len(stayed["records"]) <= 9
    with serving(port=port, **ODD, stall_after=4) as server:  # so that it cannot end before
        process = subprocess.Popen([sys.executable, "-m", "auditor", *arguments])
        deadline = time.monotonic() + PATIENCE
        while server.calls()["answered"] < 4:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert audit(folder) == stayed, "the folder is the old one or the new one"
    with serving(port=port, **ODD) as server:
        assert run(*arguments).returncode == 0
        calls = server.calls()
        assert run(*arguments).returncode == 0
        assert server.calls()["chat"] == calls["chat"]
    for name in ("accepted.jsonl", "decisions.jsonl"):
        whole, out = (folder / place / name for place in ("whole", "out"))
        assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("option", "other"),
    [("--out", "source"), ("--store", "source"), ("--store", "holdout"), ("--record", "source")],
)
def test_nothing_is_written_over_what_is_read(
    folder: Path, run: Run, write: Write, invent: Invent, option: str, other: str
) -> None:
    texts_of_own = own(folder, write, invent, lead=0)
    before = {path: path.read_bytes() for path in folder.glob("*.jsonl")}
    arguments = [*asking(folder, "file", str(texts_of_own)), f"{option}={folder / other}.jsonl"]
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert {path: path.read_bytes() for path in folder.glob("*.jsonl")} == before


def test_the_holdout_is_another_file_than_the_source(
    folder: Path, run: Run, write: Write, invent: Invent
) -> None:
    same = str(folder / "source.jsonl")
    done = run(*asking(folder, "file", str(own(folder, write, invent, lead=0)), holdout=same))
    assert done.returncode == 2
    assert b"--source and --holdout are the same file" in done.stderr
