"""The same inputs give the same findings, in places and references too, whatever else differs.

Records without a group are told apart by a key that is new in every run; nothing may hang on it.
"""

import random

import pytest

from auditor import measure
from auditor.corpus import Corpora, Corpus
from auditor.record import Record

CHECKS = (
    "copied_passage", "near_duplicate", "rare_fragments", "edited_passage", "linkage", "short_text",
)  # fmt: skip
PHRASES = [" ".join(f"w{i}{c}" for c in "abcde") for i in range(200)]  # of one record or of a few


def fresh(name: str, records: int) -> Corpus:
    rng = random.Random(name)
    texts = (" ".join(rng.choices(PHRASES, k=rng.randint(1, 5))) for _ in range(records))
    return Corpus(name, tuple(Record(f"{name}{i}", text) for i, text in enumerate(texts)))


@pytest.mark.parametrize("name", CHECKS)
def test_findings_do_not_hang_on_the_run(name: str) -> None:
    sides = (("made", 40), ("source", 60), ("holdout", 30))
    kept = [Corpora(*(fresh(*side) for side in sides)) for _ in range(5)]  # each has its own keys
    runs = [list(measure.check(name).measure(corpora)) for corpora in kept]
    assert runs[0]
    assert all(run == runs[0] for run in runs[1:])
