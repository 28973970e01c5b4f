"""The leak bench: known leaks are planted in clean records; what does the gate catch?

    python benchmarks/leaks.py

English: counselling questions as source, statements written by a language model as clean records.
Spanish: case reports with invented identifiers as source, unseen real cases as clean records and,
but for those of the same article, as holdout. Both with the shipped policy `strict`, whose limits
come from controls of the same run: nothing is fitted on the planted leaks. Writes
results/leaks.json, results/leaks.md and the README's table of demands.
"""

import json
import re
import tempfile
from collections import defaultdict
from pathlib import Path

from corpora import DATA, RESULTS
from planted import COPYING, Row, gate, grouped, plant, rows, share, together
from readme import table, write

BENCHES = {
    "en": ("source/en_counsel_train", "synthetic/en_mentalchat", "source/en_counsel_holdout", 10),
    "es": ("source/es_meddocan_train", "source/es_codiesp_holdout", "source/es_codiesp_holdout", 2),
}
DEMANDED = (
    "copy @ 1.0", "verbatim @ 20", "verbatim @ 50", "near_dup.edit @ 0.05", "near_dup.edit @ 0.15",
    "near_dup.reorder @ all", "near_dup.synonym @ all", "collapse @ 8",
)  # fmt: skip
FAMILIES = {  # of cells, and the share of them that is demanded
    "identifier": "`identifier.*` caught: 97 %",
    "phi": "`phi.*` caught: 95 %",
}
MOST_FALSE = {"en": 0.03, "es": 0.05}


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
    clean = DATA / f"{synthetic}.jsonl"
    plant(DATA / f"{source}.jsonl", clean, folder, per_cell)
    unseen = grouped(folder, DATA / f"{holdout}.jsonl")
    result = gate(folder, unseen)
    return result | {"clean_rejected_by": _blame(folder)}


def _blame(folder: Path) -> Row:
    """Of the clean records, how many each check rejected, and the copying checks together."""
    truth = rows(folder / "truth.jsonl")
    clean = {row["id"] for row in truth if not row["leaks"] and not row["controls"]}
    rejected: dict[str, set[str]] = defaultdict(set)
    for row in rows(folder / "out" / "decisions.jsonl"):
        for breach in row["breaches"] if row["id"] in clean else ():
            rejected[breach["check"]].add(row["id"])
            if breach["check"] in COPYING:
                rejected["copying checks"].add(row["id"])
    counts = {name: len(ids) for name, ids in sorted(rejected.items())}
    return {"clean": len(clean), "copying checks": 0, **counts}


def _demands(result: Row) -> list[list[str]]:
    told = []
    for cell in DEMANDED:
        rates = [share(result[lang]["caught"].get(cell)) for lang in BENCHES]
        told.append([f"`{cell}` caught: 100 %", *rates])
    for family, demand in FAMILIES.items():
        told.append([demand, *(share(_family(result[lang]["caught"], family)) for lang in BENCHES)])
    controls = [share(_family(result[lang]["false_rejects"], "control")) for lang in BENCHES]
    told.append(["harmless look-alikes rejected, all checks: at most 5 %", *controls])
    clean = [share(result[lang]["false_rejects"]["clean"]) for lang in BENCHES]
    blame = [result[lang]["clean_rejected_by"] for lang in BENCHES]
    by_copying = [f"{b['copying checks']} / {b['clean']}" for b in blame]
    told.append(["clean records rejected, all checks: English at most 3 %", *clean])
    told.append(["clean records rejected by the copying checks: Spanish at most 5 %", *by_copying])
    return told


def _family(cells: Row, family: str) -> Row | None:
    """All cells whose kind begins so, together, with Wilson's interval."""
    return together([tally for cell, tally in cells.items() if re.match(rf"{family}\b", cell)])


def _cells(result: Row) -> list[list[str]]:
    names: dict[str, set[str]] = {"caught": set(), "false_rejects": set()}
    for lang in BENCHES:
        for part in names:
            names[part] |= result[lang][part].keys()
    told = [
        [cell, *(share(result[lang]["caught"].get(cell)) for lang in BENCHES)]
        for cell in sorted(names["caught"])
    ]
    told += [
        [
            f"falsely rejected: {cell}",
            *(share(result[lang]["false_rejects"].get(cell)) for lang in BENCHES),
        ]
        for cell in sorted(names["false_rejects"])
    ]
    return told


if __name__ == "__main__":
    main()
