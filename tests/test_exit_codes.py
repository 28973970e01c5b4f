"""What the command line answers: 0 to 4, each of them reached by a real run."""

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from auditor import __version__

Run = Callable[..., CompletedProcess[bytes]]
Command = Callable[..., CompletedProcess[str]]
Write = Callable[[Path, list[dict[str, Any]]], Path]
Invent = Callable[..., list[dict[str, Any]]]
REPOSITORY = Path(__file__).parents[1]


def copies(corpus_files: Path, invent: Invent, write: Write) -> None:
    """Puts the text of the source in place of most synthetic texts."""
    rows, source = invent("synthetic"), invent("source")
    for row, real in zip(rows[:100], source, strict=False):
        row["text"] = real["text"]
    write(corpus_files / "synthetic.jsonl", rows)


def without_holdout(arguments: list[str]) -> list[str]:
    at = arguments.index("--holdout")
    return arguments[:at] + arguments[at + 2 :]


def test_0_the_gate_is_open(corpus_files: Path, gate_arguments: list[str], run: Run) -> None:
    done = run(*gate_arguments)
    assert done.returncode == 0
    assert done.stdout.startswith(b"GATE OPEN\n")
    assert done.stderr == b""
    assert (corpus_files / "out" / "accepted.jsonl").exists()


def test_1_a_limit_is_broken(
    corpus_files: Path, gate_arguments: list[str], run: Run, invent: Invent, write: Write
) -> None:
    copies(corpus_files, invent, write)
    done = run(*gate_arguments)
    assert done.returncode == 1
    assert done.stdout.startswith(b"GATE CLOSED\n")
    assert b"yield.acceptance_rate is" in done.stdout
    assert not (corpus_files / "out" / "accepted.jsonl").exists()
    assert (corpus_files / "out" / "audit.json").exists()


def test_2_the_input_is_at_fault(corpus_files: Path, gate_arguments: list[str], run: Run) -> None:
    with (corpus_files / "synthetic.jsonl").open("a") as file:
        file.write("{\n")
    done = run(*gate_arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith(f"auditor: {corpus_files / 'synthetic.jsonl'}:121: ")
    assert not (corpus_files / "out").exists()


def test_3_something_was_not_measured(
    corpus_files: Path, gate_arguments: list[str], run: Run
) -> None:
    done = run(*without_holdout(gate_arguments))
    assert done.returncode == 3
    assert done.stdout.startswith(b"GATE CLOSED: not everything was measured\n")
    assert not (corpus_files / "out" / "accepted.jsonl").exists()


def test_4_a_crash_tells_its_place_and_no_text(
    corpus_files: Path, gate_arguments: list[str], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.checks import near_duplicate

    @functools.wraps(near_duplicate.measure)
    def crash(corpora: object, **options: object) -> None:
        raise ValueError("CANARY text of a patient")

    monkeypatch.setattr(near_duplicate, "measure", crash)
    done = command(*gate_arguments)
    assert done.returncode == 4
    assert done.stdout == ""
    assert done.stderr.startswith("auditor: internal error: ValueError at test_exit_codes.py:")
    assert done.stderr.count("\n") == 1
    assert "CANARY" not in done.stderr
    assert not (corpus_files / "out").exists()


CRASH = """
import functools
import sys
from auditor import cli
from auditor.checks import near_duplicate
kind = getattr(__import__("builtins"), sys.argv.pop(1))
@functools.wraps(near_duplicate.measure)
def crash(corpora, **options):
    raise kind(corpora.synthetic.records[0].text)
near_duplicate.measure = crash
cli.main()
"""


@pytest.mark.parametrize("kind", ["KeyError", "MemoryError", "RecursionError", "AssertionError"])
def test_4_whatever_is_raised(
    corpus_files: Path, gate_arguments: list[str], kind: str, invent: Invent
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH, kind, *gate_arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert kind in done.stderr
    assert invent("synthetic")[0]["text"][:8] not in done.stdout + done.stderr
    assert not (corpus_files / "out").exists()


def test_observing_turns_a_closed_gate_into_0(
    corpus_files: Path, gate_arguments: list[str], command: Command, invent: Invent, write: Write
) -> None:
    copies(corpus_files, invent, write)
    done = command(*gate_arguments, "--mode", "observe")
    assert done.returncode == 0
    assert done.stdout.startswith("GATE CLOSED\n")
    assert not (corpus_files / "out" / "accepted.jsonl").exists()


def test_observing_never_hides_that_something_was_not_measured(
    gate_arguments: list[str], command: Command
) -> None:
    assert command(*without_holdout(gate_arguments), "--mode", "observe").returncode == 3


def test_observing_never_hides_bad_input(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    (corpus_files / "source.jsonl").write_text("")
    assert command(*gate_arguments, "--mode", "observe").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["gates"],
        ["gate"],
        ["gate", "in.jsonl"],
        ["gate", "in.jsonl", "--source", "s.jsonl"],
        ["gate", "in.jsonl", "--source", "s.jsonl", "--out", "out", "--max-run", "5"],
        ["gate", "in.jsonl", "--source", "s.jsonl", "--out", "out", "--mode", "lenient"],
        ["gate", "in.jsonl", "--source", "s.jsonl", "--out", "out", "--policy", "stricter"],
        ["gate", "in.jsonl", "--source", "s.jsonl", "--out", "out", "--format", "pdf"],
        ["render", "."],
        ["render", "nowhere", "--format", "json"],
        ["explain"],
        ["explain", "near_duplicates"],
        ["explain", "a", "b", "c"],
        ["policy"],
        ["policy", "check", "stricter"],
        ["scan", "in.jsonl", "--check", "near_duplicates"],
    ],
)
def test_2_a_wrong_call(arguments: list[str], command: Command, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        done = command(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["gate", "--help"], ["--version"], ["checks"]]
)
def test_0_what_only_tells(arguments: list[str], command: Command) -> None:
    done = command(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_version_is_the_packages(command: Command) -> None:
    assert __version__ in command("--version").stdout


def test_every_exit_code_stands_in_the_help(command: Command) -> None:
    told = [line.split() for line in command("gate", "--help").stdout.splitlines()]
    assert [words[0] for words in told if words and words[0].isdigit()] == list("01234")


def test_scanning_answers_3_when_something_was_not_measured(
    corpus_files: Path, command: Command
) -> None:
    done = command("scan", corpus_files / "synthetic.jsonl", "--check", "copied_passage")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "not measured: copied_passage" in done.stderr


def test_quiet_prints_nothing(gate_arguments: list[str], command: Command) -> None:
    done = command(*gate_arguments, "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_interrupt_is_no_verdict(
    corpus_files: Path, gate_arguments: list[str], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.gate.run", interrupt)
    assert command(*gate_arguments).returncode == 130
    assert not (corpus_files / "out").exists()


def test_a_reader_that_hangs_up_is_no_verdict(corpus_files: Path) -> None:
    """`auditor scan ... | head` must not look like a closed gate, nor like an open one."""
    read, write = os.pipe()
    os.close(read)
    arguments = ["scan", "synthetic.jsonl", "--check", "copied_passage", "--source", "source.jsonl"]
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=corpus_files, stdout=write, stderr=subprocess.PIPE, check=False,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    os.close(write)
    assert done.returncode in (141, -signal.SIGPIPE)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_few_letters_gets_utf8(
    gate_arguments: list[str], corpus_files: Path, run: Run, encoding: str, command: Command
) -> None:
    assert command(*gate_arguments).returncode == 0
    arguments = ("render", corpus_files / "out", "--format", "markdown")
    done = run(*arguments, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == command(*arguments).stdout


def test_a_full_terminal_is_no_internal_error(
    gate_arguments: list[str], corpus_files: Path
) -> None:
    """The result stands; that nobody could be told so is no fault of the program."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *gate_arguments],
            cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr
