"""Mode collapse: one synthetic record told again in other words; how many tellings are accepted?

    python benchmarks/collapse.py [--seed dev1]

Clusters of eight paraphrases of one clean record, each with 5 to 20 % of its words edited, are
planted with ../shared/tools, and the gate runs with one check at a time: word 3-grams
(`near_duplicate.jaccard_earlier`, 0.5) and weighted words (`repetition`, the limit of the policy
strict).
A cluster is caught when at most one of its members is accepted. What clean corpora lose to
`repetition` without anything planted is counted as well: real ones hold template families. The join
is compared with all pairs, and timed on 10,000 windows of 250 words. Writes results/collapse.json.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
from corpora import DATA, RESULTS, reading
from planted import Row, gate, plant, share
from readme import table
from scipy import sparse

from auditor.checks import repetition
from auditor.corpus import Corpora, Corpus
from auditor.indexes.similarity_join import nearest_earlier, word_sets
from auditor.record import Record

BENCHES = {  # source, clean records, clusters
    "en_mentalchat": ("source/en_counsel_train", "synthetic/en_mentalchat", 50),
    "es_codiesp_holdout": ("source/es_meddocan_train", "source/es_codiesp_holdout", 25),
    "en_codiesp_mt": ("source/en_mtsamples_train", "synthetic/en_codiesp_mt", 50),
}
CLEAN = (
    "synthetic/en_mentalchat", "source/es_codiesp_holdout", "synthetic/en_codiesp_mt",
    "source/en_mtsamples_holdout", "source/en_mtsamples_train", "source/es_codiesp_train",
    "source/en_counsel_train", "source/en_counsel_holdout", "source/en_mtsdialog_train",
    "source/en_aci_train", "synthetic/en_aci_llm", "synthetic/en_aci_bart",
)  # fmt: skip
WINDOWS = (
    "source/en_mtsamples_train", "synthetic/en_codiesp_mt", "source/es_codiesp_train",
    "source/en_mtsamples_holdout", "source/es_meddocan_holdout", "source/es_codiesp_holdout",
    "source/es_meddocan_train",
)  # fmt: skip
POLICIES = {
    "3-grams": ("near_duplicate", "jaccard_earlier", 0.5),
    "weighted words": ("repetition", "weighted_jaccard", 0.6),
}
MANY, WINDOW = 10_000, 250


def main() -> None:
    """Runs everything for one seed and writes what it scored."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default="0")
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        planted = {name: bench(name, Path(folder), seed) for name in BENCHES}
    clean = {name: lost(name) for name in CLEAN}
    result = {"seed": seed, "planted": planted, "clean": clean, "join": join()}
    if seed == "0":
        (RESULTS / "collapse.json").write_text(json.dumps(result, indent=2) + "\n")
    print(table(["clean records", *POLICIES, "clean lost"], list(_rows(planted))))
    print(
        table(
            ["corpus", "records", "lost"],
            [[k, f"{c['n']}", f"{c['lost']}"] for k, c in clean.items()],
        )
    )
    print(json.dumps(result["join"]))


def bench(name: str, folder: Path, seed: str) -> dict[str, Row]:
    """The scores of each policy on one set of planted clusters."""
    source, clean, clusters = BENCHES[name]
    place = folder / name
    place.mkdir()
    more = ("--seed", seed, "--kinds", "collapse")
    plant(DATA / f"{source}.jsonl", DATA / f"{clean}.jsonl", place, clusters, *more)
    scores = {}
    for title, limit in POLICIES.items():
        rules = place / "rules.yaml"
        rules.write_text(one_limit(*limit), encoding="utf-8")
        scores[title] = gate(place, place / "source.jsonl", rules)
    return scores


def one_limit(check: str, metric: str, most: float) -> str:
    """A policy of one limit."""
    limit = f"{metric}: {{at_most: {most}, why: a record told again}}"
    head = "name: collapse\ndescription: One limit.\nfalse_rejects: 0.02\n"
    return f"{head}checks:\n  {check}:\n    limits:\n      {limit}\n"


def lost(name: str) -> Row:
    """How many records of a corpus, with nothing planted, are beyond the limit."""
    records = tuple(filter(repetition.applies_to, reading(name).records))
    values = [f.value for f in repetition.measure(Corpora(Corpus(name, records)))]
    most = POLICIES["weighted words"][2]
    quantiles = np.quantile(values, [0.5, 0.9, 0.99, 0.997, 1]).round(3).tolist()
    return {"n": len(values), "lost": sum(v > most for v in values), "quantiles": quantiles}


def join() -> Row:
    """Time of the join for many records, and whether it finds what all pairs find."""
    texts = list(_windows())
    nearest_earlier(_corpus(texts[:100]), 0.3)
    some, many = _corpus(texts[:2_000]), _corpus(texts[:MANY])
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    started = time.process_time()
    nearest_earlier(many, 0.3)
    seconds = time.process_time() - started
    numba.set_num_threads(threads)
    exact, found = _all_pairs(some), nearest_earlier(some, 0.3).similarity
    there = exact >= 0.3
    return {
        "records": len(many.records), "words": WINDOW, "CPU seconds": round(seconds, 2),
        "compared with all pairs": len(some.records), "to find": int(there.sum()),
        "found": int((np.abs(found - exact) < 1e-5)[there].sum()),
        "found and not there": int((found > 0)[~there].sum()),
    }  # fmt: skip


def _windows() -> Iterator[str]:
    """Windows of real text, and from the second round on, half a window further."""
    for offset in (0, WINDOW // 2):
        for name in WINDOWS:
            words = [word for record in reading(name).records for word in record.text.split()]
            for first in range(offset, len(words) - WINDOW, WINDOW):
                yield " ".join(words[first : first + WINDOW])


def _corpus(texts: list[str]) -> Corpus:
    return Corpus("windows", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def _all_pairs(corpus: Corpus) -> Any:
    """The highest weighted Jaccard similarity to an earlier record, by a product of matrices."""
    sets = corpus.memo(word_sets)
    shape = len(corpus.records), len(sets.weights)
    held = sparse.csr_matrix((sets.weights[sets.words], sets.words, sets.starts), shape)
    there = sparse.csr_matrix((np.ones(len(sets.words)), sets.words, sets.starts), shape)
    shared = (held @ there.T).toarray()
    weight = shared.diagonal()
    similarity = shared / (weight[:, None] + weight - shared)
    return np.tril(similarity, -1).max(axis=1)


def _rows(planted: dict[str, dict[str, Row]]) -> Iterator[list[str]]:
    for name, scores in planted.items():
        caught = [share(score["caught"]["collapse @ 8"]) for score in scores.values()]
        clean = scores["weighted words"]["false_rejects"]["clean"]
        yield [name, *caught, f"{clean['hit']} / {clean['n']}"]


if __name__ == "__main__":
    main()
