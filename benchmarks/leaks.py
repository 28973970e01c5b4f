"""The leak bench: known leaks are planted in clean records; what does the gate catch?

    python benchmarks/leaks.py

English: counselling questions as source, statements written by a language model as clean records.
Spanish: case reports with invented identifiers as source, unseen real cases as clean records, every
second of them as holdout. Both with the shipped policy `strict`, whose limits come from controls of
the same run: nothing is fitted on the planted leaks. Writes results/leaks.json, results/leaks.md
and the README's table of demands.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

from corpora import DATA, RESULTS
from readme import table, write

TOOLS = DATA.parent / "tools"
sys.path.insert(0, str(TOOLS))
score_gate: Any = import_module("score_gate")
COPYING = ("copied_passage", "near_duplicate")
BENCHES = {
    "en": ("source/en_counsel_train", "synthetic/en_mentalchat", "source/en_counsel_holdout", 10),
    "es": ("source/es_meddocan_train", "source/es_codiesp_holdout", "even", 2),
}
DEMANDED = (
    "copy @ 1.0", "verbatim @ 20", "verbatim @ 50", "near_dup.edit @ 0.05", "near_dup.edit @ 0.15",
    "near_dup.reorder @ all", "near_dup.synonym @ all",
)  # fmt: skip
FAMILIES = {  # of cells, and the share of them that is demanded
    "identifier": "`identifier.*` caught: 97 %",
    "phi": "`phi.*` caught: 95 %",
}
MOST_FALSE = {"en": 0.03, "es": 0.05}
Row = dict[str, Any]


def main() -> None:
    """Runs both benches and writes what they scored."""
    result = run()
    (RESULTS / "leaks.json").write_text(json.dumps(result, indent=2) + "\n")
    demands = table(["demand", "English", "Spanish"], _demands(result))
    cells = table(["planted", "English", "Spanish"], _cells(result))
    title = "# Leaks caught, with 95 % Wilson intervals\n\n"
    (RESULTS / "leaks.md").write_text(title + cells + "\n", encoding="utf-8")
    page = "benchmarks/results/leaks.md"
    link = f"Every other kind, caught or not: [{page}]({page})."
    write("leaks", f"{demands}\n\n{link}")
    print(demands, cells, sep="\n\n")


def run() -> Row:
    """Scores of both benches."""
    with tempfile.TemporaryDirectory() as folder:
        return {lang: bench(lang, Path(folder) / lang) for lang in BENCHES}


def bench(lang: str, folder: Path) -> Row:
    """Plants, runs the gate and scores it."""
    source, synthetic, holdout, per_cell = BENCHES[lang]
    folder.mkdir()
    paths = {name: DATA / f"{name}.jsonl" for name in (source, synthetic)}
    _run(
        TOOLS / "plant_leaks.py", "--source", paths[source], "--synthetic", paths[synthetic],
        "--per-cell", per_cell, "--out-dir", folder,
    )  # fmt: skip
    unseen = DATA / f"{holdout}.jsonl"
    if holdout == "even":
        unseen = folder / "holdout.jsonl"
        lines = paths[synthetic].read_text(encoding="utf-8").splitlines(keepends=True)
        unseen.write_text("".join(lines[1::2]), encoding="utf-8")
    _run(
        "-m", "auditor", "gate", folder / "synthetic.jsonl", "--source", folder / "source.jsonl",
        "--holdout", unseen, "--out", folder / "out", "--quiet", allowed=(0, 1),
    )  # fmt: skip
    scores = folder / "scores.json"
    decisions = folder / "out" / "decisions.jsonl"
    _run(
        TOOLS / "score_gate.py", "--truth", folder / "truth.jsonl", "--decisions", decisions,
        "--json", scores,
    )  # fmt: skip
    result: Row = json.loads(scores.read_text())
    return result | {"clean_rejected_by": _blame(folder / "truth.jsonl", decisions)}


def _run(*command: object, allowed: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    if done.returncode not in allowed:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def _blame(truth: Path, decisions: Path) -> Row:
    """Of the clean records, how many each check rejected, and the copying checks together."""
    clean = {
        row["id"]
        for row in map(json.loads, truth.read_text(encoding="utf-8").splitlines())
        if not row["leaks"] and not row["controls"]
    }
    rejected: dict[str, set[str]] = defaultdict(set)
    for row in map(json.loads, decisions.read_text(encoding="utf-8").splitlines()):
        for breach in row["breaches"] if row["id"] in clean else ():
            rejected[breach["check"]].add(row["id"])
            if breach["check"] in COPYING:
                rejected["copying checks"].add(row["id"])
    counts = {name: len(ids) for name, ids in sorted(rejected.items())}
    return {"clean": len(clean), "copying checks": 0, **counts}


def _demands(result: Row) -> list[list[str]]:
    rows = []
    for cell in DEMANDED:
        rates = [_share(result[lang]["caught"].get(cell)) for lang in BENCHES]
        rows.append([f"`{cell}` caught: 100 %", *rates])
    for family, demand in FAMILIES.items():
        rows.append(
            [demand, *(_share(_family(result[lang]["caught"], family)) for lang in BENCHES)]
        )
    controls = [_share(_family(result[lang]["false_rejects"], "control")) for lang in BENCHES]
    rows.append(["harmless look-alikes rejected, all checks: at most 5 %", *controls])
    clean = [_share(result[lang]["false_rejects"]["clean"]) for lang in BENCHES]
    blame = [result[lang]["clean_rejected_by"] for lang in BENCHES]
    by_copying = [f"{b['copying checks']} / {b['clean']}" for b in blame]
    rows.append(["clean records rejected, all checks: English at most 3 %", *clean])
    rows.append(["clean records rejected by the copying checks: Spanish at most 5 %", *by_copying])
    return rows


def _family(cells: Row, family: str) -> Row:
    """All cells whose kind begins so, together, with Wilson's interval."""
    mine = [tally for cell, tally in cells.items() if re.match(rf"{family}\b", cell)]
    tally = score_gate.Tally(sum(t["n"] for t in mine), sum(t["hit"] for t in mine))
    low, high = tally.interval()
    return {"n": tally.total, "hit": tally.hit, "low": low, "high": high}


def _cells(result: Row) -> list[list[str]]:
    names: dict[str, set[str]] = {"caught": set(), "false_rejects": set()}
    for lang in BENCHES:
        for part in names:
            names[part] |= result[lang][part].keys()
    rows = [
        [cell, *(_share(result[lang]["caught"].get(cell)) for lang in BENCHES)]
        for cell in sorted(names["caught"])
    ]
    rows += [
        [
            f"falsely rejected: {cell}",
            *(_share(result[lang]["false_rejects"].get(cell)) for lang in BENCHES),
        ]
        for cell in sorted(names["false_rejects"])
    ]
    return rows


def _share(tally: Row | None) -> str:
    if tally is None:
        return "–"
    return f"{tally['hit']} / {tally['n']} ({tally['low']:.2f}–{tally['high']:.2f})"


if __name__ == "__main__":
    main()
