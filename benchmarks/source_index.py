"""A kept source index: what a gate saves by it, and which part of it saves what.

    python benchmarks/source_index.py

`auditor gate` with the shipped policy on the Spanish run of main_runs.py, with and without an index
of its source; the two results have to be the same bytes. Each part alone: seconds to build it, and
to read it back. The words of the source are no part, and are timed to show why.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpora import DATA, RESULTS
from main_runs import runs
from readme import table, write

from auditor import inputs, measure, resources, sealed
from auditor.corpus import Corpus
from auditor.indexes import packing
from auditor.record import Fields

RUN = "unseen real cases (Spanish)"
SOURCE = "source/es_meddocan_train.jsonl"


def main() -> None:
    """Writes the numbers and the README's lines."""
    os.environ.pop("AUDITOR_CACHE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic, source, holdout = runs(folder)[RUN]
        kept = folder / "kept"
        gate: list[str | Path] = [
            "gate", synthetic, "--source", source, "--holdout", holdout, "--quiet",
        ]  # fmt: skip
        seconds = {
            "index": run("index", source, "-o", kept, "--quiet"),
            "gate": run(*gate, "--out", folder / "without"),
            "gate_with_index": run(*gate, "--out", folder / "with", "--index", kept),
        }
        if content(folder / "with") != content(folder / "without"):
            raise SystemExit("the index changes the result")
        sizes = {path.stem: path.stat().st_size for path in kept.glob("*.sealed")}
    texts = sum(
        len(record.text) for record in inputs.read_source(str(source), Fields(), None).records
    )
    of_parts = parts()
    result = {
        "source_characters": texts,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "times_faster": round(seconds["gate"] / seconds["gate_with_index"], 2),
        "parts": {name: row | {"bytes": sizes.get(name)} for name, row in of_parts.items()},
    }
    (RESULTS / "source_index.json").write_text(json.dumps(result, indent=2) + "\n")
    rows = [
        [name, str(row["seconds_build"]), str(row["seconds_read"])]
        for name, row in of_parts.items()
    ]
    told = (
        f"With an index of its source ({texts / 1e6:.1f} M characters) the Spanish run takes"
        f" {seconds['gate_with_index']:.0f} s rather than {seconds['gate']:.0f}; the index takes"
        f" {seconds['index']:.0f} s once."
    )
    print(told, table(["part", "seconds to build", "to read back"], rows), sep="\n")
    write("source_index", told)


def run(*arguments: str | Path) -> float:
    """Wall-clock seconds of one run of the command line."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(done.stderr)
    return time.perf_counter() - start


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def parts() -> dict[str, dict[str, Any]]:
    """Each part by itself, in one process with all code compiled and models loaded."""
    settings = inputs.settings(inputs.read_policy("thorough"))
    found = {}
    for name in resources.names("kept"):
        part = resources.load("kept", name)
        options = measure.options(measure.check(part.CHECK)) | settings.get(part.CHECK, {})
        part.keep(few(), options)
        found[name] = both_ways(
            lambda source: part.keep(source, options),  # noqa: B023, called in this turn
            lambda source, arrays: part.recall(source, options, arrays),  # noqa: B023
        )
    found["words, not kept"] = both_ways(
        lambda source: vars(source.memo(packing.words)),
        lambda source, arrays: source.recall(packing.words, packing.Packed(**arrays)),
    )
    return found


def both_ways(
    keep: Callable[[Corpus], Any], recall: Callable[[Corpus, Any], None]
) -> dict[str, float]:
    """Seconds to build a part and to read it back."""
    source, again = whole(), whole()
    start = time.perf_counter()
    arrays = keep(source)
    built = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as name:
        sealed.write(Path(name) / "kept", {}, {"part": arrays}, b"key")
        start = time.perf_counter()
        told = sealed.manifest(Path(name) / "kept")
        recall(again, sealed.read(Path(name) / "kept", told, "part", b"key"))
        read = time.perf_counter() - start
    return {"seconds_build": round(built, 3), "seconds_read": round(read, 3)}


def whole() -> Corpus:
    """The source, nothing of it built yet."""
    return inputs.read_source(str(DATA / SOURCE), Fields(), None)


def few() -> Corpus:
    """Some records of it, for what is done only once in a process."""
    source = whole()
    return Corpus(source.name, source.records[:3])


if __name__ == "__main__":
    main()
