"""The package as a library: its docstring's example, run."""

import subprocess
import sys
from pathlib import Path

import pytest

import auditor


@pytest.mark.parametrize("name", auditor.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(auditor, name).__doc__


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'reed'"):
        auditor.reed  # noqa: B018


@pytest.mark.slow
def test_the_example_of_the_docstring_runs(tmp_path: Path) -> None:
    examples = Path(__file__).parents[1] / "examples"
    for name, file in (("synthetic", "synthetic"), ("seen", "source"), ("unseen", "holdout")):
        (tmp_path / f"{name}.jsonl").symlink_to(examples / f"{file}.jsonl")
    code = (auditor.__doc__ or "").partition("\n\n")[2].rpartition("``audit.verdict")[0]
    program = "\n".join(line.removeprefix("    ") for line in code.splitlines())
    done = subprocess.run(
        [sys.executable, "-c", program + "\nraise SystemExit(audit.verdict.exit_code)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
