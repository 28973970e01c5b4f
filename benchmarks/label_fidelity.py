"""Power of label_fidelity beside simpler scores of the same texts, in one run.

    python benchmarks/label_fidelity.py

Own codes against others in use outside the own categories, code by code: AUC; how often the own
code comes first; share of wrong codes rejected where 5 % of the right ones are. `off_topic`: real
reports of any subject that claim a code of the set, against the set. The scores: sentence vectors
alone, characters alone, both; both less the record's mean over the codes in use; both as the check
takes them. Every draw is seeded; no text is printed.
"""

import json
import random
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import readme
from corpora import RESULTS, corpus
from numpy.typing import NDArray
from readme import write

from auditor.checks import label_fidelity
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.indexes import code_fit, embedding, taxonomy

BACKGROUND = 250
WRONG = 5  # wrong codes drawn per right one
SETS = (
    ("synthetic/en_mh_llm", "source/en_mtsamples_train"),
    ("synthetic/es_mh_llm", "source/es_codiesp_train"),
    ("source/es_codiesp_holdout", "source/es_codiesp_train"),
)
SCORES = {
    "sentences": "MiniLM alone",
    "characters": "character 4-5-grams alone",
    "sum": "both, added",
    "sum_centred_in_use": "both, centred on the codes in use",
    "shipped": "both, centred on a fixed panel (shipped)",
}
Matrix = NDArray[np.float64]
Codes = list[tuple[str, ...]]


def main() -> None:
    """Measures every set by every score and writes the table."""
    result: dict[str, object] = {"precision": embedding.encoder().name.rpartition("-")[2]}
    for measured, source in SETS:
        result[measured] = {"source": source, **compare(corpus("set", measured), source)}
        table(measured, result[measured])
    result["seconds"] = speed("source/es_codiesp_holdout", "source/es_codiesp_train")
    print(json.dumps(result["seconds"]))
    (RESULTS / "label_fidelity.json").write_text(json.dumps(result, indent=2) + "\n")
    write("label_fidelity", markdown(result))


def markdown(result: dict[str, Any]) -> str:
    """The README's table: AUC of own against other codes, and reports on another subject."""
    header = ["AUC, own codes against others · against reports off topic"]
    header += [name.partition("/")[2] for name, _ in SETS]
    rows = []
    for score, told in SCORES.items():
        figures = [result[name][score] for name, _ in SETS]
        rows.append([told, *(f"{f['auc']:.2f} · {f['off_topic_auc']:.2f}" for f in figures)])
    note = "What is shipped gives up some power between psychiatric codes for more against strays."
    return f"{readme.table(header, rows)}\n\n{note}"


def compare(measured: Corpus, source: str) -> dict[str, object]:
    """All figures of one set by each score."""
    real = corpus("source", source)
    chosen = random.Random(0).sample(range(len(real.records)), BACKGROUND)
    background = code_fit.Background(real, tuple(chosen))
    codes: Codes = [label_fidelity._codes(record) for record in measured.records]
    used = sorted({code for own in codes for code in own})
    names = list(dict.fromkeys((*code_fit.panel(), *used)))
    claimed = [codes[at % len(codes)] for at in range(BACKGROUND)]
    on = scores(background, measured, range(len(measured.records)), names, used)
    off = scores(background, real, chosen, names, used)
    at = {code: column for column, code in enumerate(names)}
    return {
        name: {
            **power(on[name], codes, used, at),
            "off_topic_auc": round(
                code_fit.auc(_own(on[name], codes, at), _own(off[name], claimed, at)), 3
            ),
        }
        for name in on
    } | {"records": len(codes), "codes": len(used)}


def scores(
    background: code_fit.Background,
    measured: Corpus,
    indices: Sequence[int],
    names: list[str],
    used: list[str],
) -> dict[str, Matrix]:
    """Each score, (records, codes), higher for a better fit."""
    sentences, characters = background.voices(measured, indices, names)
    both = sentences + characters
    at = {code: column for column, code in enumerate(names)}
    fit = code_fit.Fit(at, both)
    shipped = [[fit.agreement(row, [code]) for code in names] for row in range(len(both))]
    in_use = both[:, [at[code] for code in used]].mean(axis=1, keepdims=True)
    return {
        "sentences": sentences,
        "characters": characters,
        "sum": both,
        "sum_centred_in_use": both - in_use,
        "shipped": np.array(shipped),
    }


def power(score: Matrix, codes: Codes, used: list[str], at: dict[str, int]) -> dict[str, float]:
    """AUC, how often the own code is first, and rejected wrong codes at 5 % rejected right ones."""
    draw = random.Random(1)
    right: list[float] = []
    wrong: list[float] = []
    first: list[bool] = []
    for row, own in zip(score, codes, strict=True):
        mine = set(map(taxonomy.category, own))
        others = [at[code] for code in used if taxonomy.category(code) not in mine]
        for code in own:
            right.append(row[at[code]])
            wrong += [row[other] for other in draw.sample(others, min(WRONG, len(others)))]
            first.append(bool(row[at[code]] > row[others].max()))
    limit = np.quantile(right, 0.05)
    return {
        "auc": round(code_fit.auc(right, wrong), 3),
        "top_1": round(float(np.mean(first)), 3),
        "rejected_at_5": round(float((np.array(wrong) < limit).mean()), 3),
    }


def _own(score: Matrix, codes: Codes, at: dict[str, int]) -> list[float]:
    return [
        float(row[[at[code] for code in own]].mean()) for row, own in zip(score, codes, strict=True)
    ]


def speed(measured: str, source: str) -> dict[str, float]:
    """Seconds of the check as a gate runs it: first the set, then what is cached for a control."""
    corpora = Corpora(corpus("synthetic", measured), corpus("source", source))
    started = time.perf_counter()
    findings = [o for o in label_fidelity.measure(corpora) if isinstance(o, Finding)]
    first = time.perf_counter()
    list(label_fidelity.measure(corpora))
    again = time.perf_counter()
    return {
        "records": len(findings) / len(label_fidelity.METRICS),
        "first": round(first - started, 1),
        "again": round(again - first, 1),
    }


def table(name: str, figures: object) -> None:
    """One line per score, to stdout."""
    assert isinstance(figures, dict)
    print(f"{name} ({figures['records']} records, {figures['codes']} codes, {figures['source']})")
    for score, row in figures.items():
        if isinstance(row, dict):
            cells = "  ".join(f"{key} {value:.3f}" for key, value in row.items())
            print(f"  {score:<20}{cells}", file=sys.stdout)


if __name__ == "__main__":
    main()
