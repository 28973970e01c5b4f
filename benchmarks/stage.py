"""The whole fidelity and diversity stage on 10,000 notes: a first run, and a second from the cache.

    python benchmarks/stage.py [--notes 10000]

Notes are stretches of 250 words of translated case reports, each from a place of its own, with one
of the codes of their report; source and holdout are the reports themselves. Every run is a process
of its own and measures `label_fidelity`, `label_power`, `diversity` and `semantic_spread` with the
controls that a gate reads. The second finds vectors and measurements in `AUDITOR_CACHE`, a third
the vectors alone, as after a change of one record. Findings of all have to be equal. The first run
takes about half an hour on one core.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from corpora import RESULTS, translated
from readme import write

from auditor.corpus import Corpora, Corpus
from auditor.measure import control_values, measure
from auditor.record import Record

CHECKS = ("label_fidelity", "label_power", "diversity", "semantic_spread")
WORDS = 250
Result = dict[str, float | str]


def main() -> None:
    """Both runs, benchmarks/results/stage.json and the README's sentence."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--run", action="store_true", help="one run, in this process")
    options = parser.parse_args()
    if options.run:
        print(json.dumps(stage(notes(options.notes))))
        return
    with tempfile.TemporaryDirectory() as cache:
        first, second = (_run(options.notes, cache) for _ in range(2))
        for kept in Path(cache).glob("*.json"):
            kept.unlink()
        third = _run(options.notes, cache)
    ratio, of_vectors = (float(first["seconds"]) / float(run["seconds"]) for run in (second, third))
    result = {
        "notes": options.notes,
        "first": first,
        "second": second,
        "with vectors alone": third,
        "ratio": round(ratio, 1),
        "ratio with vectors alone": round(of_vectors, 1),
        "equal": first["findings"] == second["findings"] == third["findings"],
    }
    print(json.dumps(result, indent=1))
    (RESULTS / "stage.json").write_text(json.dumps(result, indent=2) + "\n")
    write(
        "stage",
        f"Fidelity and diversity of {options.notes:,} notes of {WORDS} words, on one core: "
        f"{first['seconds']:,.0f} s; the same run again, from the cache, "
        f"{second['seconds']:,.1f} s ({ratio:.0f} times as fast), and with sentence vectors alone "
        f"{third['seconds']:,.0f} s ({of_vectors:.1f} times), with equal findings.",
    )


def _run(count: int, cache: str) -> Result:
    done = subprocess.run(
        [sys.executable, __file__, "--run", "--notes", str(count)],
        env=os.environ | {"AUDITOR_CACHE": cache},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: Result = json.loads(done.stdout)
    return result


def notes(count: int) -> Corpora:
    """The corpora: as many notes as asked for, and the reports of source and holdout."""
    source, holdout = translated()
    draw = random.Random(0)
    long = [r for r in (*source.records, *holdout.records) if len(r.text.split()) > WORDS]
    made = []
    for number in range(count):
        report = draw.choice(long)
        words = report.text.split()
        start = draw.randrange(len(words) - WORDS)
        text = " ".join(words[start : start + WORDS])
        made.append(Record(f"n{number}", text, report.lang, (draw.choice(report.label),)))
    return Corpora(Corpus("notes", tuple(made)), source, holdout)


def stage(corpora: Corpora) -> Result:
    """Seconds of each check with its controls, and a digest of all findings."""
    findings, seconds = hashlib.sha256(), {}
    for name in CHECKS:
        started = time.perf_counter()
        result = measure(name, {}, replace(corpora, asked=corpora.synthetic))
        findings.update(repr(result.findings).encode())
        findings.update(repr(control_values(name, {}, corpora)).encode())
        seconds[name] = round(time.perf_counter() - started, 1)
    return {**seconds, "seconds": sum(seconds.values()), "findings": findings.hexdigest()}


if __name__ == "__main__":
    main()
