"""Natural pairs: texts that people and machines really made from one known source record.

    python benchmarks/natural.py

No leak is planted here: translations, back-translated dialogues, visit notes that language models
wrote from the transcript whose human note is the source, and case reports to which identifiers were
added. Each metric of linkage and paraphrase, and sets of them whose limits share one rank, is read
at the limit that 1 % of clean texts exceed; the clean texts were made in the same way, or are of
the same kind, and have no original in the source. Reported are pairs whose source record has an odd
number. The n-grams were chosen among some ten kinds on the even ones, and in the end with a look
at all pairs: the reported half is no untouched test set. Writes results/natural.json and, where the
README has a place for it, its table.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from corpora import DATA, RESULTS, reading
from numpy.typing import NDArray
from readme import README, table, write

from auditor.checks import linkage, paraphrase
from auditor.corpus import Corpora, Corpus
from auditor.record import Record

sys.path.insert(0, str(DATA.parent / "tools"))
score_gate: Any = import_module("score_gate")
CHECKS = {"linkage": linkage, "paraphrase": paraphrase}
BUDGET = 0.01
JOINT = {
    "linkage: z, margin": ("linkage.z", "linkage.margin"),
    "paraphrase: both": ("paraphrase.cosine", "paraphrase.ratio"),
    "all four": ("linkage.z", "linkage.margin", "paraphrase.cosine", "paraphrase.ratio"),
}
LONG = 40  # words
Values = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Pair:
    """What was made from a source, and clean texts (``clean``: empty if among what was made)."""

    title: str
    made: str
    source: str
    clean: str = ""
    origin: str = "derived_from"


PAIRS = (
    Pair(
        "translations, es to en, of case reports",
        "synthetic/en_codiesp_mt",
        "source/es_codiesp_train",
    ),
    Pair(
        "dialogues translated to French and back",
        "synthetic/en_mtsdialog_backtranslated_fr",
        "source/en_mtsdialog_train",
        "source/en_mtsdialog_holdout",
    ),
    Pair(
        "notes that language models wrote from the transcript of a visit",
        "synthetic/en_aci_llm",
        "source/en_aci_train",
        "source/en_aci_holdout",
    ),
    Pair(
        "case reports with identifiers added, es",
        "source/es_meddocan_train",
        "source/es_codiesp_train",
        "source/es_meddocan_holdout",
        "same_case",
    ),
)


def main() -> None:
    """Measures every pair and writes what was caught."""
    started = time.perf_counter()
    result = {pair.title: measured(pair) for pair in PAIRS}
    told = {"budget": BUDGET, "seconds": round(time.perf_counter() - started), "pairs": result}
    (RESULTS / "natural.json").write_text(json.dumps(told, indent=2) + "\n")
    page = markdown(result)
    print(page)
    if "<!-- natural:begin -->" in README.read_text(encoding="utf-8"):
        write("natural", page)


def measured(pair: Pair) -> dict[str, Any]:
    """Caught by each metric and set of metrics, per part of the pair."""
    source = Corpus("source", reading(pair.source).records)
    number = {record.id: at for at, record in enumerate(source.records)}
    made = reading(pair.made).records
    of = np.array([number.get(_meta(record, pair.origin), -1) for record in made])
    clean = Corpus("clean", reading(pair.clean).records if pair.clean else _where(made, of < 0))
    leaked = Corpus("made", _where(made, of >= 0))
    of = of[of >= 0]
    values, nearest = _values(Corpora(leaked, source))
    control, _ = _values(Corpora(clean, source))
    reported = of % 2 == 1
    words = np.array([len(record.text.split()) for record in leaked.records])
    parts = {"all": reported, f"{LONG} words and more": reported & (words >= LONG)}
    names = np.array([source.fingerprint(at) for at in of])
    result: dict[str, Any] = {"clean": len(clean.records)}
    for part, rows in parts.items():
        right = {name: _tally(found[rows] == names[rows]) for name, found in nearest.items()}
        result[part] = {"nearest is the original": right, "caught": caught(values, control, rows)}
    if pair.made.endswith("aci_llm"):
        control = _without_original(leaked, source, of)
        result["own visit left out"] = {"caught": caught(values, control, reported)}
    return result


def caught(values: Values, control: Values, rows: NDArray[np.bool_]) -> dict[str, Any]:
    """Tally of the rows beyond the limits, by metric and by set of metrics."""
    sets = {**{name: (name,) for name in values}, **JOINT}
    return {name: _tally(_beyond(metrics, values, control)[rows]) for name, metrics in sets.items()}


def _beyond(metrics: tuple[str, ...], values: Values, control: Values) -> NDArray[np.bool_]:
    """Which records exceed any limit; limits share the rank that BUDGET of the control exceeds."""
    clean = {metric: np.sort(control[metric]) for metric in metrics}
    worst = np.max([np.searchsorted(clean[m], control[m]) for m in metrics], axis=0)
    rank = np.sort(worst)[-1 - int(BUDGET * len(worst))]
    hits: NDArray[np.bool_] = np.any([values[m] > clean[m][rank] for m in metrics], axis=0)
    return hits


def _values(corpora: Corpora) -> tuple[Values, dict[str, NDArray[np.str_]]]:
    """Each metric of every record, in order, and each check's nearest source record."""
    values: dict[str, list[float]] = {}
    nearest: dict[str, dict[str, str]] = {}
    for name, check in CHECKS.items():
        for finding in check.measure(corpora):
            values.setdefault(f"{name}.{finding.metric}", []).append(finding.value)
            if finding.record and finding.reference:
                nearest.setdefault(name, {})[finding.record] = finding.reference.record
    found = {
        name: np.array([told.get(record.id, "") for record in corpora.synthetic.records])
        for name, told in nearest.items()
    }
    return {metric: np.array(column) for metric, column in values.items()}, found


def _without_original(leaked: Corpus, source: Corpus, of: NDArray[np.int64]) -> Values:
    """Each text against all source records but its own original: as clean as can be made of it."""
    originals = [replace(r, group=f"record {at}") for at, r in enumerate(source.records)]
    texts = [replace(r, group=f"record {at}") for r, at in zip(leaked.records, of, strict=True)]
    sides = Corpus("made", tuple(texts)), Corpus("source", tuple(originals))
    return _values(Corpora(*sides, leave_out=True))[0]


def _where(records: tuple[Record, ...], keep: NDArray[np.bool_]) -> tuple[Record, ...]:
    return tuple(record for record, kept in zip(records, keep, strict=True) if kept)


def _meta(record: Record, key: str) -> str:
    return str(json.loads(record.line).get("meta", {}).get(key, ""))


def _tally(hits: NDArray[np.bool_]) -> dict[str, Any]:
    tally = score_gate.Tally(len(hits), int(hits.sum()))
    low, high = tally.interval()
    return {"n": tally.total, "hit": tally.hit, "low": round(low, 4), "high": round(high, 4)}


def markdown(result: dict[str, Any]) -> str:
    """The README's table: a row per pair and part, shares with Wilson intervals."""
    columns = ("linkage.z", "linkage.margin", *JOINT)
    header = ["made from one source record", "clean", "nearest is it", *columns]
    return table(header, list(_rows(result, columns)))


def _rows(result: dict[str, Any], columns: tuple[str, ...]) -> Iterator[list[str]]:
    for title, pair in result.items():
        for part, told in pair.items():
            if part == "clean" or (told == pair["all"] and part != "all"):
                continue
            right = told.get("nearest is the original", {}).get("linkage")
            name = title if part == "all" else f"{title}: {part}"
            clean = "" if part == "own visit left out" else str(pair["clean"])
            shares = [_share(told["caught"][column]) for column in columns]
            yield [name, clean, _share(right), *shares]


def _share(tally: dict[str, Any] | None) -> str:
    if tally is None:
        return "–"
    return f"{tally['hit']} / {tally['n']} ({tally['low']:.2f}–{tally['high']:.2f})"


if __name__ == "__main__":
    main()
