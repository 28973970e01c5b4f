"""Traces of a generator: how many planted ones `artifact` sees, and which real text it flags.

    python benchmarks/artifacts.py [--seed dev1]

Stock phrases of assistants, placeholders and tags are planted in clean records with
../shared/tools, which were not looked at when the patterns were written. Counted as caught is a
record with a finding that touches the planted place. Without anything planted, every corpus is
counted record by record. Writes results/artifacts.json.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from corpora import DATA, RESULTS, reading
from planted import Row, plant, rows
from readme import table

from auditor.checks import artifact
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.record import Record, read

BENCHES = {
    "en": ("source/en_counsel_train", "synthetic/en_mentalchat"),
    "es": ("source/es_meddocan_train", "source/es_codiesp_holdout"),
}
LEFT_OUT = ("en_mh_llm", "es_mh_llm", "es_mh_short")  # another part's judges
MOST = {"traces": 0, "other_language": 4}  # the limits of the policies


def main() -> None:
    """Counts both and writes them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default="0")
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        caught = {lang: bench(lang, Path(folder) / lang, seed) for lang in BENCHES}
    started = time.process_time()
    clean = dict(_clean())
    words = sum(row["words"] for row in clean.values())
    speed = round(words / (time.process_time() - started))
    result = {"seed": seed, "caught": caught, "clean": clean, "words per second of CPU": speed}
    if seed == "0":
        (RESULTS / "artifacts.json").write_text(json.dumps(result, indent=2) + "\n")
    kinds = sorted({kind for counts in caught.values() for kind in counts})
    print(
        table(
            ["planted", *BENCHES],
            [[k, *(caught[lang].get(k, "–") for lang in BENCHES)] for k in kinds],
        )
    )
    print(
        table(
            ["corpus", "flagged", "kinds"],
            [[k, f"{r['flagged']} / {r['records']}", str(r["kinds"])] for k, r in clean.items()],
        )
    )
    print(speed, "words per second of CPU")


def bench(lang: str, folder: Path, seed: str) -> dict[str, str]:
    """Caught and planted, by kind of trace."""
    source, synthetic = BENCHES[lang]
    folder.mkdir()
    more = ("--seed", seed, "--kinds", "artifact")
    plant(DATA / f"{source}.jsonl", DATA / f"{synthetic}.jsonl", folder, 5, *more)
    found = flagged(read(str(folder / "synthetic.jsonl")).records)
    tally: dict[str, list[bool]] = defaultdict(list)
    for row in rows(folder / "truth.jsonl"):
        for leak in row["leaks"]:
            spans = [s for finding in found.get(row["id"], []) for s in finding.spans]
            hit = any(s.start < leak["end"] and leak["start"] < s.end for s in spans)
            tally[str(leak["strength"])].append(hit)
            tally["all"].append(hit)
    return {kind: f"{sum(hits)} / {len(hits)}" for kind, hits in tally.items()}


def flagged(records: tuple[Record, ...]) -> dict[str, list[Finding]]:
    """The findings beyond a limit, by record."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in artifact.measure(Corpora(Corpus("records", records))):
        if isinstance(finding, Finding) and finding.value > MOST[finding.metric]:
            found[str(finding.record)].append(finding)
    return found


def _clean() -> Iterator[tuple[str, Row]]:
    for part in ("source", "synthetic"):
        for path in sorted((DATA / part).glob("*.jsonl")):
            if path.stem not in LEFT_OUT:
                records = reading(f"{part}/{path.stem}").records
                found = flagged(records)
                kinds = Counter(
                    label
                    for findings in found.values()
                    for label in {span.label for finding in findings for span in finding.spans}
                )
                words = sum(len(record.text.split()) for record in records)
                counts = {"records": len(records), "flagged": len(found), "words": words}
                yield path.stem, {**counts, "kinds": dict(sorted(kinds.items()))}


if __name__ == "__main__":
    main()
