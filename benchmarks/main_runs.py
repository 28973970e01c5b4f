"""The main job on real text: how long it takes and what it says.

    python benchmarks/main_runs.py

Three runs of `auditor gate` with the shipped policy, each a process of its own: statements by a
prompted model against counselling questions; unseen real Spanish cases against others, every second
one as holdout; notes by a model that was tuned on the source. And the shipped examples.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from corpora import DATA, HERE, RESULTS
from planted import COPYING
from readme import table, write


def main() -> None:
    """Runs all four, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        result = {name: judged(Path(folder), *paths) for name, paths in runs(Path(folder)).items()}
    (RESULTS / "main_runs.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    told = markdown(result)
    write("runs", told)
    print(told)


def markdown(result: dict[str, Any]) -> str:
    """A row for every run."""
    header = [
        "synthetic set",
        "seconds",
        "accepted",
        "rejected as copies",
        "for identifiers",
        "gate",
    ]
    rows = [
        [
            name,
            str(row["seconds"]),
            f"{row['accepted']:,} of {row['records']:,}",
            str(row["copies"]),
            str(row["identifiers"]),
            "; ".join([row["state"], *map(_brief, row["reasons"])]),
        ]
        for name, row in result.items()
    ]
    return table(header, rows)


def _brief(reason: str) -> str:
    """Of a metric that has words for lying beyond its band, the metric and the first words."""
    measured, _, means = reason.partition(": ")
    return f"{measured.partition(' is ')[0]} {means.partition(':')[0]}" if means else reason


def runs(folder: Path) -> dict[str, tuple[Path, Path, Path]]:
    """Synthetic, source and holdout of each run."""
    lines = (DATA / "source/es_codiesp_holdout.jsonl").read_text(encoding="utf-8").splitlines(True)
    odd, even = folder / "odd.jsonl", folder / "even.jsonl"
    odd.write_text("".join(lines[::2]), encoding="utf-8")
    even.write_text("".join(lines[1::2]), encoding="utf-8")
    counsel, aci = "source/en_counsel", "source/en_aci"
    examples = HERE.parent / "examples"
    return {
        "statements by a prompted model": (
            DATA / "synthetic/en_mentalchat.jsonl",
            DATA / f"{counsel}_train.jsonl",
            DATA / f"{counsel}_holdout.jsonl",
        ),
        "unseen real cases (Spanish)": (odd, DATA / "source/es_meddocan_train.jsonl", even),
        "notes by a tuned model": (
            DATA / "synthetic/en_aci_bart.jsonl",
            DATA / f"{aci}_train.jsonl",
            DATA / f"{aci}_holdout.jsonl",
        ),
        "the shipped examples": (
            examples / "synthetic.jsonl",
            examples / "source.jsonl",
            examples / "holdout.jsonl",
        ),
    }


def judged(folder: Path, synthetic: Path, source: Path, holdout: Path) -> dict[str, Any]:
    """One run: its wall-clock seconds, and what the audit says."""
    out = folder / "out"
    command = [
        sys.executable, "-m", "auditor", "gate", synthetic, "--source", source,
        "--holdout", holdout, "--out", out, "--quiet",
    ]  # fmt: skip
    start = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"{synthetic.name}: {done.stderr}")
    audit = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    return {
        "seconds": round(seconds, 1),
        "records": len(audit["records"]),
        "accepted": sum(record["accepted"] for record in audit["records"]),
        "copies": _rejected(audit, *COPYING),
        "identifiers": _rejected(audit, "identifiers"),
        "state": audit["verdict"]["state"],
        "reasons": audit["verdict"]["reasons"],
    }


def _rejected(audit: dict[str, Any], *checks: str) -> int:
    return sum(any(b["check"] in checks for b in r["breaches"]) for r in audit["records"])


if __name__ == "__main__":
    main()
