"""The wheel, built and used outside the checkout: what is shipped is what works."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_holds_the_package_its_rules_and_templates_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "auditor",
        f"{wheel.name.split('-')[0]}-0.1.0.dist-info",
    }
    for wanted in (
        "rules/strict.yaml",
        "rules/identifiers/es.yaml",
        "rules/models/en/ner/model",
        "rules/models/es/ner/model",
        "templates/audit.html",
    ):
        assert f"auditor/{wanted}" in names
    assert not [name for name in names if name.endswith((".pyc", ".nbi", ".nbc"))]


@pytest.mark.slow
def test_leaves_out_what_its_data_was_made_with(wheel: Path) -> None:
    """The templates that models are trained on, and the scripts beside the data."""
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "/training/" in name or name.endswith("_seed.txt")]
    assert not [name for name in names if "/rules/" in name and name.endswith(".py")]


@pytest.mark.slow
def test_the_gate_runs_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    constraints = ROOT / "constraints.txt"
    subprocess.run(
        [environment / "bin" / "pip", "install", "--quiet", "--constraint", constraints, wheel],
        check=True,
    )
    examples = ROOT / "examples"
    out = tmp_path / "out"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [
            environment / "bin" / "auditor", "gate", examples / "synthetic.jsonl",
            "--source", examples / "source.jsonl", "--holdout", examples / "holdout.jsonl",
            "--out", out,
        ],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "GATE CLOSED" in done.stdout
    assert (out / "audit.html").read_bytes().lower().startswith(b"<!doctype html>")
