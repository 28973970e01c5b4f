"""Where the benchmarks find real text, and where they leave their numbers."""

import os
from pathlib import Path

from auditor.corpus import Corpus
from auditor.record import Reading, read

HERE = Path(__file__).parent
DATA = Path(os.environ.get("AUDITOR_CORPORA") or HERE.parents[1] / "shared" / "data")
RESULTS = HERE / "results"


def reading(name: str) -> Reading:
    """One file of the corpora, such as ``source/en_counsel_train``."""
    return read(str(DATA / f"{name}.jsonl"))


def corpus(name: str, *files: str) -> Corpus:
    """Several files as one corpus."""
    return Corpus(name, tuple(record for file in files for record in reading(file).records))
