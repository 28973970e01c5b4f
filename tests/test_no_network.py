"""No run reaches for the network: every way there raises, and is written down."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

CutOff = Callable[..., CompletedProcess[str]]


def test_the_ways_out_are_closed(tmp_path: Path, without_network: str) -> None:
    """Were there a download, this test would see it."""
    program = without_network.replace("from auditor import cli\ncli.main()", "")
    program += "import urllib.request\nurllib.request.urlopen('http://localhost:1/')"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "attempts")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "localhost" in (tmp_path / "attempts").read_text()


def test_gate_render_and_explain(
    corpus_files: Path, gate_arguments: list[str], cut_off: CutOff
) -> None:
    done = cut_off(corpus_files, *gate_arguments)
    assert (done.returncode, done.stderr) == (0, "")
    out = corpus_files / "out"
    assert cut_off(corpus_files, "render", out, "--format", "markdown").returncode == 0
    assert cut_off(corpus_files, "explain", out, "synthetic-0").returncode == 0


def test_scan(corpus_files: Path, cut_off: CutOff) -> None:
    arguments = ["--check", "copied_passage", "--source", corpus_files / "source.jsonl"]
    done = cut_off(corpus_files, "scan", corpus_files / "synthetic.jsonl", *arguments)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_check(corpus_files: Path, gate_arguments: list[str], cut_off: CutOff) -> None:
    """Models are on the disk, and lists of domains as well."""
    at = gate_arguments.index("--policy")
    arguments = [*gate_arguments[:at], *gate_arguments[at + 2 :]]
    assert cut_off(corpus_files, *arguments).returncode in (0, 1)
    synthetic, source = corpus_files / "synthetic.jsonl", corpus_files / "source.jsonl"
    assert cut_off(corpus_files, "scan", synthetic, "--source", source).returncode in (0, 3)
