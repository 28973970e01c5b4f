"""Where the benchmarks find real text, and where they leave their numbers."""

import os
from pathlib import Path

from auditor.corpus import Corpus
from auditor.record import Reading, Record, read

HERE = Path(__file__).parent
DATA = Path(os.environ.get("AUDITOR_CORPORA") or HERE.parents[1] / "shared" / "data")
RESULTS = HERE / "results"


def reading(name: str) -> Reading:
    """One file of the corpora, such as ``source/en_counsel_train``."""
    return read(str(DATA / f"{name}.jsonl"))


def translated() -> tuple[Corpus, Corpus]:
    """CodiEsp in English: translations of its training cases, and of the unseen ones."""
    train = {record.id for record in reading("source/es_codiesp_train").records}
    whole = corpus("codiesp", "synthetic/en_codiesp_mt")

    def seen(record: Record) -> bool:
        return record.id.replace("codiesp-en-", "codiesp-") in train

    return whole.subset(seen), whole.subset(lambda record: not seen(record))


def corpus(name: str, *files: str) -> Corpus:
    """Several files as one corpus."""
    return Corpus(name, tuple(record for file in files for record in reading(file).records))
