"""The whole run on the shipped examples, against the audit that is shipped beside them.

Agreement with the label is left out: sentence vectors differ a little between processors.
"""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def decisions(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    told = []
    for row in map(json.loads, lines):
        breaches = [b for b in row["breaches"] if b["check"] != "label_fidelity"]
        told.append({"id": row["id"], "spans": row["spans"], "breaches": breaches})
    return told


@pytest.mark.slow
def test_the_examples_are_judged_as_shipped(
    run: Callable[..., CompletedProcess[bytes]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run(
        "gate", EXAMPLES / "synthetic.jsonl", "--source", EXAMPLES / "source.jsonl",
        "--holdout", EXAMPLES / "holdout.jsonl", "--out", out,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert decisions(out) == decisions(EXAMPLES / "audit")
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in (EXAMPLES / "audit").iterdir()
    )
