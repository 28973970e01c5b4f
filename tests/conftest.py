"""Made-up corpora and two ways to run the command line, for every test."""

import contextlib
import gc
import io
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import settings

from auditor.cli import main
from auditor.policy import Policy, load

settings.register_profile("auditor", deadline=None)  # a slow machine is no failure
settings.load_profile("auditor")

REPOSITORY = Path(__file__).parents[1]
NOISE = 0.01  # seconds of CPU that a clock may be wrong by
POLICY = """\
name: small
description: Copies and look-alikes, for tests that need no model.
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
  diversity:
    limits:
      distinct_2: {within: {real: 0.99, widen: 0.15}, why: as rich in phrases as real records}
    out_of_scope: {codes: invented codes have few records}
  yield:
    limits:
      acceptance_rate: {at_least: 0.5, why: most of what was made has to be of use}
"""

Row = dict[str, Any]


def _vocabulary() -> dict[str, list[str]]:
    """Words that no clinic uses, so that no sentence can come from a real record."""
    rng = random.Random("vocabulary")
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]

    def words(count: int, ending: str) -> list[str]:
        return ["".join(rng.choices(syllables, k=rng.randint(2, 3))) + ending for _ in range(count)]

    return {
        "who": ["the patient", "she", "he", "this person", "our patient", "the client"],
        "verb": ["reports", "denies", "describes", "notes", "has had", "complains of", "mentions"],
        "how": words(80, "ic"),
        "what": words(120, "algia") + words(80, "osis"),
        "where": words(60, "um"),
        "when": ["since spring", "for weeks", "at night", "after meals", "on waking", "when tired"],
        "drug": words(80, "ol"),
    }


WORDS = _vocabulary()


def _sentence(rng: random.Random) -> str:
    one = {kind: rng.choice(words) for kind, words in WORDS.items()}
    shape = rng.choice(
        (
            "{who} {verb} {how} {what} of the {where} {when}.",
            "{when} {who} {verb} {what} and takes {drug} for the {where}.",
            "started {drug}, stopped {how} {drug2}, {what} of the {where} is {how} {when}.",
            "no {what}, no {how} {where}; {who} {verb} less {what2}.",
        )
    )
    text = shape.format(**one, drug2=rng.choice(WORDS["drug"]), what2=rng.choice(WORDS["what"]))
    return text[0].upper() + text[1:]


def _rows(name: str, count: int = 120) -> list[Row]:
    rng = random.Random(name)
    return [
        {
            "id": f"{name}-{i}",
            "text": " ".join(_sentence(rng) for _ in range(rng.randint(6, 10))),
            "lang": "en",
            "label": [rng.choice(("F32.1", "G47.0", "M54.5"))],
            "group": f"{name}-patient-{i // 2}",
        }
        for i in range(count)
    ]


def _write(path: Path, rows: list[Row]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def invent() -> Callable[..., list[Row]]:
    """``invent(name, count=120)``: made-up records, always the same ones for a name."""
    return _rows


@pytest.fixture
def write() -> Callable[[Path, list[Row]], Path]:
    """``write(path, rows)``: a JSONL file."""
    return _write


@pytest.fixture
def corpus_files(tmp_path: Path) -> Path:
    """A folder with synthetic.jsonl, source.jsonl, holdout.jsonl, all clean, and small.yaml."""
    for name in ("synthetic", "source", "holdout"):
        _write(tmp_path / f"{name}.jsonl", _rows(name))
    (tmp_path / "small.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def gate_arguments(corpus_files: Path) -> list[str]:
    """The arguments of a run of the gate over ``corpus_files`` that ends with the gate open."""
    files = {name: str(corpus_files / f"{name}.jsonl") for name in ("source", "holdout")}
    return [
        "gate", str(corpus_files / "synthetic.jsonl"),
        "--source", files["source"], "--holdout", files["holdout"],
        "--policy", str(corpus_files / "small.yaml"), "--out", str(corpus_files / "out"),
    ]  # fmt: skip


@pytest.fixture
def policy(tmp_path: Path) -> Callable[[str], Policy]:
    """``policy(limits)``: a policy loaded from the YAML of its ``checks``."""

    def loaded(checks: str, false_rejects: float = 0.02) -> Policy:
        head = f"name: test\ndescription: A test.\nfalse_rejects: {false_rejects}\nchecks:\n"
        path = tmp_path / "test-policy.yaml"
        path.write_text(head + checks, encoding="utf-8")
        return load(path)

    return loaded


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., CompletedProcess[bytes]]:
    """``run(*arguments, stdin=b"", **environment)``: the command line as a process of its own."""

    def started(
        *arguments: str | Path, stdin: bytes = b"", **environment: str
    ) -> CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "auditor", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=REPOSITORY,
            env={**os.environ, **environment},
            check=False,
        )

    return started


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., CompletedProcess[str]]:
    """``command(*arguments, stdin=b"")``: the same command line inside this process, and faster."""

    def called(*arguments: str | Path, stdin: bytes = b"") -> CompletedProcess[str]:
        argv = ["auditor", *map(str, arguments)]
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        code: Any = 0
        with monkeypatch.context() as patch, _streams(out, err):
            patch.setattr("sys.argv", argv)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            try:
                main()
            except SystemExit as stop:
                code = stop.code
        return CompletedProcess(argv, code, _text(out), _text(err))

    return called


def _cost(work: Callable[[], object]) -> float:
    """Seconds of this process's CPU: the least of three, as whatever else runs can only add.

    Without the garbage collector, which looks at all that the tests ever made.
    """

    def once() -> float:
        begin = time.process_time()
        work()
        return time.process_time() - begin

    gc.disable()
    try:
        return min(once() for _ in range(3))
    finally:
        gc.enable()


@pytest.fixture
def cost() -> Callable[[Callable[[], object]], float]:
    """``cost(work)``: seconds of CPU, to be compared with those of other work and nothing else."""
    return _cost


@pytest.fixture
def in_proportion() -> Callable[[Callable[[int], object], int], bool]:
    """``in_proportion(work, size)``: whether twice the size costs ``work`` about twice as much.

    Quadratic work costs four times as much in every try. A busy machine makes single tries dearer,
    so that one try in order is enough.
    """

    def grows(work: Callable[[int], object], size: int) -> bool:
        return any(
            _cost(lambda: work(2 * size)) < 2.8 * _cost(lambda: work(size)) + NOISE
            for _ in range(5)
        )

    return grows


# Closes every way out before anything else is imported, and notes whoever tries one and looks away.
WITHOUT_NETWORK = """
import socket
import sys
from pathlib import Path
attempts = Path(sys.argv.pop(1))
def refuse(*arguments, **named):
    with attempts.open("a") as file:
        file.write(repr(arguments) + "\\n")
    raise OSError("there is no network")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, refuse)
from auditor import cli
cli.main()
"""


@pytest.fixture
def without_network() -> str:
    """The program of ``cut_off``: its first argument is the file that attempts are noted in."""
    return WITHOUT_NETWORK


@pytest.fixture
def cut_off() -> Callable[..., CompletedProcess[str]]:
    """``cut_off(folder, *arguments)``: a run without a network. Asserts that it asked for none."""

    def started(folder: Path, *arguments: str | Path) -> CompletedProcess[str]:
        attempts = folder / "attempts"
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_NETWORK, str(attempts), *map(str, arguments)],
            cwd=REPOSITORY, capture_output=True, text=True, check=False,
            env={**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
        )  # fmt: skip
        assert not attempts.exists(), attempts.read_text()
        return done

    return started


@contextlib.contextmanager
def _streams(out: io.TextIOWrapper, err: io.TextIOWrapper) -> Iterator[None]:
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
