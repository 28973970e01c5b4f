"""Canaries in every text, label, group and field: only accepted.jsonl may hold a piece of one.

Every byte that is written anywhere is searched: stdout, stderr, and all files below the temporary
folder and the home of the process, caches included.
"""

import json
import random
import string
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Row = dict[str, Any]
Run = Callable[..., CompletedProcess[bytes]]
Write = Callable[[Path, list[Row]], Path]
REPOSITORY = Path(__file__).parents[1]
PIECE = 8
CLEAN = 120
FORMATS = sorted(
    path.stem for path in (REPOSITORY / "auditor" / "formats").glob("*.py") if path.stem[0] != "_"
)


def canary(name: str) -> str:
    """A word that stands nowhere else, and shares no 8 letters with anything that does."""
    return "".join(random.Random(f"canary {name}").choices(string.ascii_lowercase, k=24))


class Hospital:
    """A folder of corpora in which every field of every record holds a canary of its own."""

    def __init__(self, folder: Path, invent: Callable[..., list[Row]], write: Write) -> None:
        self.folder, self.home = folder, folder / "home"
        self.home.mkdir()
        self.pieces: set[str] = set()
        self.inputs: set[Path] = set()
        self.write = write
        self.source = [self._marked(row) for row in invent("source")]
        self.holdout = [self._marked(row) for row in invent("holdout")]
        self.synthetic = [self._marked(row) for row in invent("synthetic")]
        for kind in ("source", "holdout"):  # ids of real records are secret too
            for i, row in enumerate(getattr(self, kind)):
                row["id"] = self._secret(f"{kind} id {i}")
        self.store()

    def store(self) -> None:
        for kind in ("synthetic", "source", "holdout"):
            self.inputs.add(self.write(self.folder / f"{kind}.jsonl", getattr(self, kind)))

    def copy(self, count: int) -> None:
        """Puts source texts, canaries and all, in place of the last synthetic ones."""
        for row, real in zip(self.synthetic[-count:], self.source, strict=False):
            row["text"] = real["text"]
        self.store()

    def _secret(self, name: str) -> str:
        word = canary(name)
        self.pieces |= {word[i : i + PIECE] for i in range(len(word) - PIECE + 1)}
        return word

    def _marked(self, row: Row) -> Row:
        name = row["id"]
        words = row["text"].split()
        for part in range(3):
            at = (part + 1) * len(words) // 4
            words.insert(at, self._secret(f"{name} text {part}"))
        return row | {
            "text": " ".join(words),
            "label": ["F32.1", self._secret(f"{name} label")],
            "group": self._secret(f"{name} group"),
            "meta": {self._secret(f"{name} key"): self._secret(f"{name} meta")},
        }

    def arguments(self, policy: str | Path, *, holdout: bool = True) -> list[str]:
        real = [f"--{kind}={self.folder / kind}.jsonl" for kind in ("source", "holdout")]
        more = [f"--format={name}" for name in FORMATS]
        return [
            "gate", str(self.folder / "synthetic.jsonl"), *real[: 1 + holdout],
            f"--policy={policy}", f"--out={self.folder / 'out'}", *more,
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home), "XDG_CACHE_HOME": str(self.home), "TMPDIR": str(self.home)}

    def written(self) -> Iterable[tuple[str, bytes]]:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path not in self.inputs and path.name != "accepted.jsonl":
                yield str(path), path.read_bytes()
            yield f"the name {path.name}", path.name.encode()

    def assert_silent(self, *runs: CompletedProcess[bytes]) -> None:
        told = [(f"{stream} of {r.args}", getattr(r, stream)) for r in runs for stream in STREAMS]
        for place, data in (*told, *self.written()):
            text = data.decode("utf-8", "replace").casefold()
            found = {text[i : i + PIECE] for i in range(len(text))} & self.pieces
            assert not found, place


STREAMS = ("stdout", "stderr")


@pytest.fixture
def hospital(corpus_files: Path, invent: Callable[..., list[Row]], write: Write) -> Hospital:
    return Hospital(corpus_files, invent, write)


def accepted_lines(hospital: Hospital) -> list[bytes]:
    audit = json.loads((hospital.folder / "out" / "audit.json").read_text("utf-8"))
    lines = (hospital.folder / "synthetic.jsonl").read_bytes().splitlines(keepends=True)
    verdicts = [record["accepted"] for record in audit["records"]]
    return [line for line, verdict in zip(lines, verdicts, strict=True) if verdict]


def test_a_canary_would_be_found(hospital: Hospital) -> None:
    """The search has teeth: a log with one word of one text is noticed, in any case."""
    (hospital.folder / "debug.log").write_text(canary("synthetic-7 text 1").upper())
    with pytest.raises(AssertionError, match=r"debug\.log"):
        hospital.assert_silent()


def test_an_open_gate_tells_no_text(hospital: Hospital, run: Run) -> None:
    hospital.copy(10)
    policy, out = hospital.folder / "small.yaml", hospital.folder / "out"
    annex = hospital.folder / "annex.jsonl"
    environment = hospital.environment()
    done = run(*hospital.arguments(policy), "--annex", annex, **environment)
    assert done.returncode == 0, done.stderr

    lines = accepted_lines(hospital)
    assert 80 <= len(lines) <= CLEAN - 10
    assert (out / "accepted.jsonl").read_bytes() == b"".join(lines)
    source_ids = {row["id"] for row in hospital.source}
    told = [json.loads(line) for line in annex.read_text("utf-8").splitlines()]
    assert {row["source_id"] for row in told} & source_ids, "the annex names the source records"
    for source_id in source_ids:
        annex.write_text(annex.read_text("utf-8").replace(source_id, ""), "utf-8")

    rejected = hospital.synthetic[-1]["id"]
    hospital.assert_silent(done, run("explain", out, rejected, **environment))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_a_text(
    hospital: Hospital, command: Callable[..., CompletedProcess[str]], name: str
) -> None:
    hospital.copy(100)
    assert command(*hospital.arguments(hospital.folder / "small.yaml"), "-q").returncode == 1
    told = command("render", hospital.folder / "out", "--format", name)
    assert told.returncode == 0
    assert told.stdout
    (hospital.folder / "rendered").write_text(told.stdout, "utf-8")
    hospital.assert_silent()


def test_a_closed_gate_tells_no_text(hospital: Hospital, run: Run) -> None:
    hospital.copy(100)
    done = run(*hospital.arguments(hospital.folder / "small.yaml"), **hospital.environment())
    assert done.returncode == 1
    assert not (hospital.folder / "out" / "accepted.jsonl").exists()
    hospital.assert_silent(done)


def test_a_gate_that_could_not_measure_tells_no_text(hospital: Hospital, run: Run) -> None:
    arguments = hospital.arguments(hospital.folder / "small.yaml", holdout=False)
    done = run(*arguments, **hospital.environment())
    assert done.returncode == 3
    hospital.assert_silent(done)


def test_a_scan_tells_no_text(hospital: Hospital, run: Run) -> None:
    hospital.copy(10)
    checks = [f"--check={name}" for name in ("copied_passage", "near_duplicate", "yield")]
    done = run(
        "scan", hospital.folder / "synthetic.jsonl", *checks,
        "--source", hospital.folder / "source.jsonl", **hospital.environment(),
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.count(b"\n") > CLEAN
    hospital.assert_silent(done)


# A line with a canary in it, and what is wrong with it.
BROKEN = [
    '{"id": "x", "text": "CANARY',
    '{"id": "x", "text": "a", "text": "CANARY"}',
    '{"id": "x", "text": ["CANARY"]}',
    '{"id": "x", "text": "a", "lang": "CANARY!"}',
    '{"id": "x", "text": "a", "origin": "CANARY"}',
    '{"id": "x", "text": "a", "label": {"CANARY": 1}}',
    '{"id": "x", "text": "CANARY \\ud800"}',
    '{"id": "x", "text": "CANARY", "meta": NaN}',
    '"CANARY"',
    "CANARY",
]


@pytest.mark.parametrize("line", BROKEN)
@pytest.mark.parametrize("kind", ["synthetic", "source"])
def test_an_error_tells_no_text(
    hospital: Hospital, command: Callable[..., CompletedProcess[str]], line: str, kind: str
) -> None:
    word = canary("synthetic-0 text 0")
    with (hospital.folder / f"{kind}.jsonl").open("a") as file:
        file.write(line.replace("CANARY", word) + "\n")
    done = command(*hospital.arguments(hospital.folder / "small.yaml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{kind}.jsonl:121: " in done.stderr
    (hospital.folder / "log").write_text(done.stderr)
    hospital.assert_silent()


CRASH = """
import functools
import sys
from auditor import cli
from auditor.checks import near_duplicate
@functools.wraps(near_duplicate.measure)
def crash(corpora, **options):
    text = corpora.synthetic.records[0].text
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError(text, corpora.source.records) from error
    yield
near_duplicate.measure = crash
cli.main()
"""


def test_a_crash_tells_no_text(hospital: Hospital) -> None:
    arguments = hospital.arguments(hospital.folder / "small.yaml")
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-c", CRASH, *arguments],
        cwd=REPOSITORY, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert b"RuntimeError" in done.stderr
    assert not (hospital.folder / "out").exists()
    hospital.assert_silent(done)


@pytest.mark.slow
def test_every_check_and_format_together_tell_no_text(hospital: Hospital, run: Run) -> None:
    hospital.copy(10)
    environment = hospital.environment()
    gate = run(*hospital.arguments("strict"), **environment)
    assert gate.returncode in (0, 1, 3), gate.stderr
    synthetic = hospital.folder / "synthetic.jsonl"
    scan = run("scan", synthetic, "--check", "identifiers", **environment)
    assert scan.returncode in (0, 3), scan.stderr
    explain = run("explain", hospital.folder / "out", hospital.synthetic[-1]["id"], **environment)
    hospital.assert_silent(gate, scan, explain)
