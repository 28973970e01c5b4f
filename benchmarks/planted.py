"""Planting known leaks in clean records, running the gate on them, and counting what it caught."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from corpora import DATA

TOOLS = DATA.parent / "tools"
sys.path.insert(0, str(TOOLS))
score_gate: Any = import_module("score_gate")
COPYING = (  # the checks that look for copies
    "copied_passage", "near_duplicate", "rare_fragments", "edited_passage", "linkage", "paraphrase",
    "short_text",
)  # fmt: skip
Row = dict[str, Any]


def plant(source: Path, synthetic: Path, folder: Path, per_cell: int, *more: str) -> None:
    """Writes source.jsonl, synthetic.jsonl and truth.jsonl into the folder."""
    command = ("--source", source, "--synthetic", synthetic, "--per-cell", per_cell)
    run(TOOLS / "plant_leaks.py", *command, "--out-dir", folder, *more)


def grouped(folder: Path, holdout: Path) -> Path:
    """The holdout; where its cases are also the clean records, both with their article as group.

    Case reports of one article are no strangers, and a record is no stranger to itself: records of
    one group are not compared in a control.
    """
    unseen, origins = rows(holdout), {row["origin"] for row in rows(folder / "truth.jsonl")}
    cases = [(row.get("meta") or {}).get("same_case", row["id"]) for row in unseen]
    if not origins.intersection(cases):
        return holdout
    for row, case in zip(unseen, cases, strict=True):
        row["group"] = _article(case)
        row.pop("meta", None)
    truth = {row["id"]: row["origin"] for row in rows(folder / "truth.jsonl")}
    planted = rows(folder / "synthetic.jsonl")
    for row in planted:
        if truth[row["id"]]:
            row["group"] = _article(truth[row["id"]])
    dump(folder / "synthetic.jsonl", planted)
    return dump(folder / "holdout.jsonl", unseen)


def _article(case: Any) -> str:
    return str(case).rpartition("-")[0]


def gate(folder: Path, holdout: Path, policy: str | Path = "strict") -> Row:
    """Runs the gate on a planted folder; the scores of its decisions."""
    run(
        "-m", "auditor", "gate", folder / "synthetic.jsonl", "--source", folder / "source.jsonl",
        "--holdout", holdout, "--policy", policy, "--out", folder / "out", "--quiet",
        allowed=(0, 1, 3),
    )  # fmt: skip
    scores, decisions = folder / "scores.json", folder / "out" / "decisions.jsonl"
    truth = folder / "truth.jsonl"
    run(TOOLS / "score_gate.py", "--truth", truth, "--decisions", decisions, "--json", scores)
    result: Row = json.loads(scores.read_text())
    return result


def run(*command: object, allowed: tuple[int, ...] = (0,)) -> None:
    """A Python program in a process of its own."""
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    if done.returncode not in allowed:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def rows(path: Path) -> list[Row]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def dump(path: Path, made: list[Row]) -> Path:
    """Writes rows as JSONL."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def share(tally: Row | None) -> str:
    """A tally with its Wilson interval, for a table."""
    if tally is None:
        return "–"
    return f"{tally['hit']} / {tally['n']} ({tally['low']:.2f}–{tally['high']:.2f})"


def together(cells: list[Row]) -> Row | None:
    """Several tallies as one."""
    if not cells:
        return None
    tally = score_gate.Tally(sum(c["n"] for c in cells), sum(c["hit"] for c in cells))
    low, high = tally.interval()
    return {"n": tally.total, "hit": tally.hit, "low": low, "high": high}
