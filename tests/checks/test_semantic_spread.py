"""Spread in meaning, on made-up vectors: no model is needed to know what should come out."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest

from auditor.checks import paper_scores, semantic_spread
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Outcome, Unmeasured
from auditor.indexes import embedding
from auditor.record import Record

DIMENSIONS = 24
Values = dict[str, dict[str, list[float]]]


def cloud(seed: str, count: int, shift: float = 0.0) -> np.ndarray:
    """Independent directions around a common one."""
    rng = np.random.default_rng(list(seed.encode()))
    rows = rng.normal(size=(count, DIMENSIONS)) + shift
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def corpus(rows: np.ndarray, codes: list[str] | None = None) -> Corpus:
    """A record per vector, each of two chunks."""
    labels = codes or [""] * len(rows)
    records = tuple(
        Record(str(i), f"made up record number {i} of them", label=(code,) if code else ())
        for i, code in enumerate(labels)
    )
    made = Corpus("made", records)
    chunks = {i: np.stack([row, row]).astype(np.float32) for i, row in enumerate(rows)}
    made.recall(embedding.vectors_by_record, chunks)
    return made


def told(outcomes: Iterator[Outcome]) -> tuple[Values, list[str]]:
    values: Values = defaultdict(lambda: defaultdict(list))
    gaps = []
    for outcome in outcomes:
        if isinstance(outcome, Unmeasured):
            assert outcome.what == "codes"
            gaps.append(outcome.reason)
        else:
            assert isinstance(outcome, Finding)
            assert outcome.record is None
            values[outcome.part][outcome.metric].append(outcome.value)
    return values, gaps


def profile(synthetic: Corpus, real: Corpus, **options: int) -> dict[str, float]:
    values, _ = told(semantic_spread.measure(Corpora(synthetic, holdout=real), **options))
    return {metric: only for metric, (only,) in values[""].items()}


def bands(synthetic: Corpus, real: Corpus) -> dict[str, tuple[float, float]]:
    values, _ = told(semantic_spread.control(Corpora(synthetic, holdout=real)))
    return {metric: (min(column), max(column)) for metric, column in values[""].items()}


REAL = corpus(cloud("real", 200))


def outside(synthetic: Corpus) -> dict[str, str]:
    """On which side of all real draws each metric lies, if it does."""
    limits, found = bands(synthetic, REAL), profile(synthetic, REAL)
    return {
        metric: "below" if value < limits[metric][0] else "above"
        for metric, value in found.items()
        if not limits[metric][0] <= value <= limits[metric][1]
    }


def test_a_set_of_the_same_kind_lies_within_the_real_ones() -> None:
    assert not outside(corpus(cloud("set", 100)))


def test_copies_of_real_records_look_perfect() -> None:
    copied = corpus(cloud("real", 200)[:100])
    assert "below" not in outside(copied).values()
    assert profile(copied, REAL)["coverage"] >= profile(corpus(cloud("set", 100)), REAL)["coverage"]


def test_one_record_told_over_and_over() -> None:
    rows = cloud("set", 100)
    rows[:60] = rows[0]
    found = outside(corpus(rows))
    assert found["vendi"] == found["coverage"] == "below"
    assert found["near_identical"] == "above"


def test_one_record_in_twenty_told_over_and_over() -> None:
    rows = cloud("set", 100)
    rows[1:6] = rows[0]
    assert outside(corpus(rows)) == {"near_identical": "above"}


def test_a_set_in_one_corner_and_one_outside() -> None:
    assert outside(corpus(cloud("corner", 100, shift=3)))["vendi"] == "below"
    assert outside(corpus(cloud("corner", 100, shift=3)))["coverage"] == "below"


def test_near_identical_counts_records_with_a_twin_in_the_draw() -> None:
    """With all records drawn, those are all that have one."""
    rows = cloud("set", 100)
    rows[10:20] = rows[:10]
    assert profile(corpus(rows), REAL)["near_identical"] == 0.2


def test_a_record_is_the_mean_of_its_chunks() -> None:
    rows = np.eye(DIMENSIONS, dtype=np.float32)
    made = corpus(rows)
    made.memo(embedding.vectors_by_record)[0] = rows[[0, 1]]
    made.memo(embedding.vectors_by_record)[1] = rows[[1, 0]]
    assert profile(made, REAL)["near_identical"] == pytest.approx(2 / DIMENSIONS, abs=1e-6)


def test_vectors_of_records_that_were_asked_for_are_used() -> None:
    """The accepted records are a corpus of their own; nothing is embedded twice."""
    asked = corpus(cloud("set", 120))
    accepted = asked.subset(lambda record: int(record.id) % 2 == 0)
    corpora = Corpora(accepted, holdout=REAL, asked=asked)
    values, _ = told(semantic_spread.measure(corpora))
    alone = profile(corpus(cloud("set", 120)[::2]), REAL)
    assert {metric: only for metric, (only,) in values[""].items()} == alone


def test_the_same_seed_draws_the_same_and_larger_sets_are_sampled() -> None:
    synthetic = corpus(cloud("set", 150))
    assert profile(synthetic, REAL) == profile(corpus(cloud("set", 150)), REAL)
    assert profile(synthetic, REAL, seed=1) != profile(synthetic, REAL, seed=2)
    assert profile(synthetic, REAL, most_records=60) != profile(synthetic, REAL)


def test_codes_are_compared_with_real_records_of_their_own() -> None:
    synthetic = corpus(cloud("set", 100), ["F32.1"] * 40 + ["G47.0"] * 40 + ["M54.5"] * 20)
    real = corpus(cloud("real", 160), ["F32.0"] * 80 + ["A09"] * 80)
    corpora = Corpora(synthetic, holdout=real)
    values, gaps = told(semantic_spread.measure(corpora))
    of_control, _ = told(semantic_spread.control(corpora, draws=2))
    assert set(values) == set(of_control) == {"", "F32.1", "G47.0"}
    assert set(values["F32.1"]) == set(of_control["F32.1"]) == set(semantic_spread.METRICS)
    assert set(values["G47.0"]) == set(of_control["G47.0"]) == {"near_identical"}
    assert len(of_control["F32.1"]["vendi"]) == 20
    assert [reason.partition(" of at")[0] for reason in gaps] == ["1 code"]


@pytest.mark.parametrize(("ours", "theirs"), [(9, 200), (100, 19)])
def test_too_few_records_are_not_measured(ours: int, theirs: int) -> None:
    corpora = Corpora(corpus(cloud("set", ours)), holdout=corpus(cloud("real", theirs)))
    for outcomes in (semantic_spread.measure(corpora), semantic_spread.control(corpora)):
        with pytest.raises(CannotMeasure, match=f"{ours} records accepted and {theirs} real ones"):
            list(outcomes)


def test_without_real_records_nothing_is_measured() -> None:
    for check in (semantic_spread, paper_scores):
        with pytest.raises(CannotMeasure, match="--holdout"):
            list(check.measure(Corpora(corpus(cloud("set", 100)))))


# --- the scores of papers ---


def scores(synthetic: Corpus) -> dict[str, float]:
    return {f.metric: f.value for f in paper_scores.measure(Corpora(synthetic, holdout=REAL))}


def test_paper_scores_call_copies_perfect() -> None:
    copied, other = scores(corpus(cloud("real", 200))), scores(corpus(cloud("set", 200)))
    assert copied["frechet"] == 0
    assert copied["mauve"] == 1
    assert copied["frechet"] < other["frechet"]
    assert copied["mauve"] > other["mauve"]


def test_paper_scores_of_a_set_elsewhere() -> None:
    far, near = scores(corpus(cloud("far", 200, shift=3))), scores(corpus(cloud("set", 200)))
    assert far["frechet"] > 3 * near["frechet"]
    assert far["mauve"] < 0.3 < near["mauve"]
    assert set(far) == set(paper_scores.METRICS)


def test_paper_scores_need_records() -> None:
    few = Corpora(corpus(cloud("set", 10)), holdout=REAL)
    with pytest.raises(CannotMeasure, match="at least 20"):
        list(paper_scores.measure(few))
