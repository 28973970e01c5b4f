"""The detector of identifiers beside stock Presidio, on annotated notes and on clean text.

    python benchmarks/identifiers.py

Figures are those of `score_phi.py`, which comes with the corpora: core_R is the share of gold spans
that are covered but for titles and generic words, whatever label was found; charP the share of the
characters found that are identifiers. Profile `gdpr_strict` finds all that is annotated; what Safe
Harbor lets stand (ages up to 89, years, states) is measured on the texts without identifiers.
Presidio: all recognizers that it loads for the language, without a trained model. Nothing was
trained on these sets; misses in them were looked at by label and kind. Runs `evasion.py` and
`roster.py` as well. Writes results/identifiers.json; prints no text.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

import evasion
import roster
from corpora import DATA, RESULTS
from detectors import Find, ours, scorer, stock
from readme import table, write

ANNOTATED = (
    "phi/asq_phi_dev", "source/es_meddocan_holdout", "phi/en_notes_dev", "phi/es_notes_dev",
    "phi/presidio_research_dev",
)  # fmt: skip
NEGATIVE = ("phi/en_negatives_dev", "phi/es_negatives_dev")
CLEAN = ("synthetic/en_mentalchat", "synthetic/en_mh_llm", "synthetic/es_mh_llm")
LABELS = ("NAME", "DATE", "ID", "PHONE", "EMAIL", "URL", "IP", "LOCATION", "ORG", "AGE")
UNITS = (
    ".", "a.", "1/1/", "A1 ", "1-", "@", "a@", "1 ", "calle ", "Mr. ", "(", "+1", "A", "Aa ", "é",
    "&#", "http://", "www.a.", "0:", "MRN ", "March ", "name: ", "x\n1/", "A. ", "12 Aa ", "%41",
    "five ", "\u200b1",
)  # fmt: skip
HOSTILE = 64_000  # characters
Row = dict[str, Any]


def main() -> None:
    """Measures both detectors and writes the tables."""
    result = {
        "ours": measured(ours("gdpr_strict"), ours("safe_harbor")),
        "presidio": measured(found := stock(), found),
        "speed": speed(),
        "hostile": hostile(),
        "evasion": evasion.main(),
        "roster": roster.main(),
    }
    kept = {name: part for name, part in result.items() if name not in ("evasion", "roster")}
    (RESULTS / "identifiers.json").write_text(json.dumps(kept, indent=2) + "\n")
    page = markdown(result)
    write("identifiers", page)
    print(page)


def measured(everything: Find, harbor: Find) -> Row:
    """All figures of one detector, under the profile that finds everything and Safe Harbor's."""
    sets = {name: rows(name) for name in (*ANNOTATED, *NEGATIVE, *CLEAN)}
    return {
        "annotated": {name: annotated(everything, sets[name]) for name in ANNOTATED},
        "safe harbor": {name: unannotated(harbor, sets[name]) for name in (*NEGATIVE, *CLEAN)},
        "asq without identifiers": unannotated(harbor, bare(sets["phi/asq_phi_dev"])),
        "must be found": certain(harbor, [row for name in ANNOTATED for row in sets[name]]),
    }


def rows(name: str) -> list[Row]:
    """The records of one file of the corpora."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def bare(records: list[Row]) -> list[Row]:
    """The records without a gold span."""
    return [record for record in records if not record["spans"]]


def annotated(find: Find, records: list[Row]) -> Row:
    """Recall by label, precision by character and documents without a miss."""
    documents = [
        scorer.Document(
            record["text"], scorer.gold_spans(record), find(record["text"], record["lang"])
        )
        for record in records
    ]
    labels = scorer.score(documents, frozenset({"OTHER"}), 200, 0)["labels"]
    figures = ("core_R", "full_R", "charP", "clean documents")
    return {
        label: {"n": row["n"], **{figure: row[figure] for figure in figures if figure in row}}
        for label, row in labels.items()
    }


def unannotated(find: Find, records: list[Row]) -> Row:
    """Findings in text without identifiers."""
    found = [find(record["text"], record["lang"]) for record in records]
    words = sum(len(record["text"].split()) for record in records)
    return {
        "records": len(records),
        "flagged": sum(map(bool, found)),
        "false findings per 10,000 words": 10_000 * sum(map(scorer.merged, found)) / words,
    }


def certain(find: Find, records: Iterable[Row]) -> dict[str, list[int]]:
    """Found and all: ages over 89, and numbers with a right check digit."""
    counts = {"ages over 89": [0, 0], "right check digits": [0, 0]}
    for record in records:
        wanted = list(_certain(record))
        covered = scorer.covered(find(record["text"], record["lang"])) if wanted else set()
        for kind, span in wanted:
            counts[kind][0] += covered.issuperset(scorer.core(record["text"], span))
            counts[kind][1] += 1
    return counts


def _certain(record: Row) -> Iterator[tuple[str, Any]]:
    for span in record.get("spans", ()):
        place = scorer.Span(span["start"], span["end"], span["label"])
        years = re.match(r"\d+", record["text"][place.start : place.end])
        if place.label == "AGE" and (
            span.get("detail") == "over89" or (years and int(years[0]) > 89)
        ):
            yield "ages over 89", place
        if span.get("valid") is True:
            yield "right check digits", place


def speed() -> dict[str, dict[str, float]]:
    """Kilobytes per second of CPU time, on the Spanish reports and the English notes."""
    finders = {
        "ours": ours("safe_harbor"),
        "presidio": stock(),
        "presidio with a small spaCy model": stock(with_model=True),
    }
    result: dict[str, dict[str, float]] = {}
    for name in ("source/es_meddocan_holdout", "phi/en_notes_dev"):
        records = rows(name)[:60]
        size = sum(len(record["text"].encode()) for record in records) / 1000
        for detector, find in finders.items():
            find(records[0]["text"], records[0]["lang"])
            result.setdefault(detector, {})[name] = size / _seconds(find, records)
    return result


def _seconds(find: Find, records: list[Row]) -> float:
    """CPU time, the best of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        for record in records:
            find(record["text"], record["lang"])
        best = min(best, time.process_time() - begin)
    return best


def hostile() -> Row:
    """The most CPU seconds that a repeated unit of 64 kB takes, and which."""
    find = ours("safe_harbor")
    find("Warm-up on 3 May 2021.", "en")
    costs = {}
    for unit in UNITS:
        text = (unit * HOSTILE)[:HOSTILE]
        costs[unit] = max(_seconds(find, [{"text": text, "lang": lang}]) for lang in ("en", "es"))
    worst = max(costs, key=lambda unit: costs[unit])
    return {"worst unit": worst, "seconds": costs[worst], "units": len(UNITS)}


def markdown(result: Row) -> str:
    """The README's tables: the demands, then recall by label."""
    totals = table(["measure", "auditor", "stock Presidio"], list(_totals(result)))
    return f"{totals}\n\n{_by_label(result)}"


def _totals(result: Row) -> Iterator[list[str]]:
    both = [result["ours"], result["presidio"]]
    for name in ANNOTATED:
        parts = [figures["annotated"][name]["all"] for figures in both]
        told = [
            " / ".join(_cell(p[f]) for f in ("core_R", "clean documents", "charP")) for p in parts
        ]
        yield [f"{_short(name)}: core_R / clean documents / charP", *told]
    asq = [figures["asq without identifiers"] for figures in both]
    yield [
        "queries of asq_phi_dev without identifiers flagged",
        *(f"{a['flagged']} of {a['records']}" for a in asq),
    ]
    for name in (*NEGATIVE, *CLEAN):
        sets = [figures["safe harbor"][name] for figures in both]
        rates = (s["false findings per 10,000 words"] for s in sets)
        records = (f"{s['flagged']} of {s['records']:,} records" for s in sets)
        told = [f"{rate:.1f} ({of})" for rate, of in zip(rates, records, strict=True)]
        yield [f"{_short(name)}: false findings per 10,000 words", *told]
    for kind in ("ages over 89", "right check digits"):
        yield [f"{kind} found", *("{} of {}".format(*f["must be found"][kind]) for f in both)]
    for name in ("source/es_meddocan_holdout", "phi/en_notes_dev"):
        fast = result["speed"]
        peers = [fast["presidio"][name], fast["presidio with a small spaCy model"][name]]
        yield [
            f"{_short(name)}: KB/s of one core",
            f"{fast['ours'][name]:.0f}",
            f"{peers[0]:.0f} without, {peers[1]:.0f} with a small spaCy model",
        ]
    yield from _evasions(result["evasion"])
    yield from _replays(result["roster"])
    worst = result["hostile"]
    what = f"64 kB of the worst of {worst['units']} hostile units"
    yield [what, f"{worst['seconds']:.2f} s", "not run"]


def _evasions(result: Row) -> Iterator[list[str]]:
    for group in ("written for", "never seen"):
        for lang, name in (("en", "English"), ("es", "Spanish")):
            cells = [result[detector][group][lang] for detector in ("ours", "presidio")]
            told = [f"{evasion.caught(cell)} of {evasion.size(cell)}" for cell in cells]
            yield [f"disguises {group}, {name}: cells caught", *told]


def _replays(result: Row) -> Iterator[list[str]]:
    mine = result["auditor"]
    caught = (mine[f"{form} caught"] for form in ("exact", "folded", "fuzzy"))
    yield ["roster: exact / folded / fuzzy forms found", " / ".join(caught), "no such check"]
    yield ["roster: decoys flagged", mine["decoys flagged"], "no such check"]


def _by_label(result: Row) -> str:
    lines = [[label, *_recalls(result, label)] for label in LABELS]
    return table(["core_R, ours / stock Presidio", *map(_short, ANNOTATED)], lines)


def _recalls(result: Row, label: str) -> Iterator[str]:
    for name in ANNOTATED:
        found = [result[d]["annotated"][name].get(label) for d in ("ours", "presidio")]
        whole = [f for f in found if f and f["n"]]
        yield (
            f"{' / '.join(_cell(f['core_R']) for f in whole)} (n={whole[0]['n']})" if whole else "–"
        )


def _short(name: str) -> str:
    return name.partition("/")[2]


def _cell(figure: Row) -> str:
    return "–" if figure["value"] is None else f"{figure['value']:.3f}"


if __name__ == "__main__":
    main()
