"""No run reaches for the network: every way there raises, and is written down."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

REPOSITORY = Path(__file__).parents[1]
# Closes every way out before anything else is imported, and notes whoever tries one and looks away.
CUT_OFF = """
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


def cut_off(folder: Path, *arguments: str | Path) -> CompletedProcess[str]:
    """A run without a network. Asserts that it never asked for one."""
    attempts = folder / "attempts"
    done = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(attempts), *map(str, arguments)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip
    assert not attempts.exists(), attempts.read_text()
    return done


def test_the_ways_out_are_closed(tmp_path: Path) -> None:
    """Were there a download, this test would see it."""
    program = CUT_OFF.replace("from auditor import cli\ncli.main()", "")
    program += "import urllib.request\nurllib.request.urlopen('http://localhost:1/')"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "attempts")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "localhost" in (tmp_path / "attempts").read_text()


def test_gate_render_and_explain(corpus_files: Path, gate_arguments: list[str]) -> None:
    done = cut_off(corpus_files, *gate_arguments)
    assert (done.returncode, done.stderr) == (0, "")
    out = corpus_files / "out"
    assert cut_off(corpus_files, "render", out, "--format", "markdown").returncode == 0
    assert cut_off(corpus_files, "explain", out, "synthetic-0").returncode == 0


def test_scan(corpus_files: Path) -> None:
    arguments = ["--check", "copied_passage", "--source", corpus_files / "source.jsonl"]
    done = cut_off(corpus_files, "scan", corpus_files / "synthetic.jsonl", *arguments)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_check(corpus_files: Path, gate_arguments: list[str]) -> None:
    """Models are on the disk, and lists of domains as well."""
    at = gate_arguments.index("--policy")
    arguments = [*gate_arguments[:at], *gate_arguments[at + 2 :]]
    assert cut_off(corpus_files, *arguments).returncode in (0, 1)
    synthetic, source = corpus_files / "synthetic.jsonl", corpus_files / "source.jsonl"
    assert cut_off(corpus_files, "scan", synthetic, "--source", source).returncode in (0, 3)
