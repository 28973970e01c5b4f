"""Does the figure of utility move with what a set teaches, and stay where it teaches nothing?

    OMP_NUM_THREADS=1 python benchmarks/utility.py

CodiEsp in Spanish, and its machine translation to English. Half of the train part is the source,
the holdout is tested on. `ideal`: the other half, real records of other patients, stands in for the
best synthetic set there can be. The others are that set with something done to it: labels of other
records (`wrong`, or all `shuffled`), fewer records, the same few again and again, descriptions of
the codes in place of reports; and `copies` of the source. Mean, least and most over random halves;
draws are seeded, and no text is printed. Writes results/utility.json and the README's section.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from corpora import RESULTS, reading, translated
from readme import table, write

from auditor.checks import utility
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.indexes import taxonomy
from auditor.record import Record

HALVES = 5
FEW = 50
SHOWN = ("auc_real", "auc_synthetic", "f1_real", "f1_synthetic", "tstr_ratio", "gain")
Records = list[Record]
Change = Callable[[Records, random.Random], Records]
Figures = dict[str, float]


def main() -> None:
    """Measures both languages and writes the table."""
    result = {"es": figures("es", *spanish()), "en": figures("en", *english())}
    (RESULTS / "utility.json").write_text(json.dumps(result, indent=2) + "\n")
    told = markdown(result)
    print(told)
    write("utility", told)


def spanish() -> tuple[Records, Records]:
    """Train part and holdout of the originals."""
    train, holdout = (reading(f"source/es_codiesp_{part}") for part in ("train", "holdout"))
    return list(train.records), list(holdout.records)


def english() -> tuple[Records, Records]:
    """The same reports in translation."""
    train, holdout = translated()
    return list(train.records), list(holdout.records)


def ideal(records: Records, _: random.Random) -> Records:
    """Nothing."""
    return records


def few(records: Records, _: random.Random) -> Records:
    """Some of the records."""
    return records[:FEW]


def repeated(records: Records, _: random.Random) -> Records:
    """The same few records until the set is as large."""
    return [replace(records[i % FEW], id=f"{records[i % FEW].id}-{i}") for i in range(len(records))]


def wrong(share: float) -> Change:
    """Labels of other records, for a share of them."""

    def change(records: Records, draw: random.Random) -> Records:
        chosen = draw.sample(range(len(records)), round(share * len(records)))
        others = {
            at: records[other].label for at, other in zip(chosen, _turned(chosen), strict=True)
        }
        return [replace(r, label=others.get(i, r.label)) for i, r in enumerate(records)]

    return change


def _turned(chosen: list[int]) -> list[int]:
    return [*chosen[1:], *chosen[:1]]


def described(records: Records, _: random.Random) -> Records:
    """No report, but what the codes mean, as the tabular list says it."""
    texts = (". ".join(filter(None, map(taxonomy.describe, r.label))) for r in records)
    return [replace(r, text=text) for r, text in zip(records, texts, strict=True) if text]


SETS: dict[str, tuple[str, Change]] = {
    "ideal": ("real records of other patients", ideal),
    "wrong_30": ("… 30 % with the labels of others", wrong(0.3)),
    "wrong_60": ("… 60 % with the labels of others", wrong(0.6)),
    "shuffled": ("… all with the labels of others", wrong(1)),
    "few": (f"… {FEW} of them", few),
    "repeated": (f"… {FEW} of them, five times each", repeated),
    "described": ("descriptions of the codes, no reports (English)", described),
}


# --- measuring ----------------------------------------------------------------


def figures(language: str, train: Records, holdout: Records) -> dict[str, Any]:
    """Every set: its figures for each half."""
    found: dict[str, Any] = {name: [] for name in (*SETS, "copies")}
    if language != "en":
        del found["described"]
    for seed in range(HALVES):
        for name, made, source in made_sets(train, seed):
            if name in found:
                found[name].append(measured(made, source, holdout))
                print(language, seed, name, {k: found[name][-1][k] for k in SHOWN}, flush=True)
    return {name: summary(rows) for name, rows in found.items()}


def made_sets(train: Records, seed: int) -> Iterator[tuple[str, Records, Records]]:
    """Name, synthetic set and source of each case."""
    draw = random.Random(seed)
    mixed = draw.sample(train, len(train))
    source, others = mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]
    for name, (_, change) in SETS.items():
        yield name, change(others, draw), source
    yield "copies", source, source


def measured(synthetic: Records, source: Records, holdout: Records) -> Figures:
    """Every metric of the set as a whole, and the seconds it took."""
    made, real, unseen = (Corpus("c", tuple(side)) for side in (synthetic, source, holdout))
    started = time.perf_counter()
    found = [
        f
        for f in utility.measure(Corpora(made, real, unseen))
        if isinstance(f, Finding) and not f.part
    ]
    seconds = round(time.perf_counter() - started, 1)
    return {f.metric: f.value for f in found} | {"seconds": seconds}


def summary(rows: list[Figures]) -> dict[str, Any]:
    """Mean, least and most of each metric, and how often an interval holds its null."""
    told: dict[str, Any] = {}
    for metric in rows[0]:
        column = [row[metric] for row in rows]
        told[metric] = [round(float(f(column)), 4) for f in (np.mean, np.min, np.max)]
    told["gain_above_0"] = sum(row["gain_low"] > 0 for row in rows)
    told["ratio_below_1"] = sum(row["tstr_ratio_high"] < 1 for row in rows)
    told["halves"] = len(rows)
    return told


def markdown(result: dict[str, Any]) -> str:
    """Mean figures of each set in both languages, with the range of the ratio."""
    names = {name: told for name, (told, _) in SETS.items()} | {"copies": "copies of the source"}
    header = ["set (es · en)", "AUC", "F1", "AUC / AUC of real records", "gain of real + set"]
    rows = []
    for name, told in names.items():
        both = [result[language][name] for language in ("es", "en") if name in result[language]]
        rows.append(
            [
                told,
                " · ".join(f"{f['auc_synthetic'][0]:.3f}" for f in both),
                " · ".join(f"{f['f1_synthetic'][0]:.3f}" for f in both),
                " · ".join("{:.3f} ({:.3f} to {:.3f})".format(*f["tstr_ratio"]) for f in both),
                " · ".join(f"{f['gain'][0]:+.3f}" for f in both),
            ]
        )
    real = [result[language]["ideal"] for language in ("es", "en")]
    aucs, f1s = (
        " · ".join(f"{f[metric][0]:.3f}" for f in real) for metric in ("auc_real", "f1_real")
    )
    note = (
        f"Taught by the source, half of CodiEsp's train part: AUC {aucs}, F1 {f1s}. Mean over "
        f"{HALVES} random halves, of the ratio also least and most; chance is AUC .5, which is a "
        f"ratio of {0.5 / real[0]['auc_real'][0]:.2f}; "
        f"{real[0]['seconds'][0]:.0f} s per set of {real[0]['synthetic_records'][0]:.0f} records."
    )
    return f"{table(header, rows)}\n\n{note}"


if __name__ == "__main__":
    main()
