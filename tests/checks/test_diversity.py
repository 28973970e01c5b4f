"""Variety of a set, against closed forms and against real sets of equal size."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from auditor.checks import diversity
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.indexes import ngrams
from auditor.record import Record

COUNT, LENGTH = 60, 50
STORY = "she slept badly again and woke up well before the alarm rang today"
ONE_STORY = STORY.split()


def corpus(texts: list[str]) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def random_texts(seed: str, vocabulary: int = 400, count: int = COUNT) -> Corpus:
    rng = random.Random(seed)
    words = [f"w{i}" for i in range(vocabulary)]
    return corpus([" ".join(rng.choices(words, k=LENGTH)) for _ in range(count)])


def told(findings: Iterator[Finding]) -> dict[str, list[float]]:
    values = defaultdict(list)
    for finding in findings:
        assert finding.record is None
        values[finding.metric].append(finding.value)
    return values


def profile(synthetic: Corpus, holdout: Corpus | None = None, **options: int) -> dict[str, float]:
    corpora = Corpora(synthetic, holdout=holdout or random_texts("holdout"))
    values = told(diversity.measure(corpora, **options))
    assert set(values) == set(diversity.METRICS)
    return {metric: only for metric, (only,) in values.items()}


def test_a_set_of_which_no_word_comes_twice() -> None:
    words = iter(range(COUNT * LENGTH))
    texts = [" ".join(f"n{next(words)}" for _ in range(LENGTH)) for _ in range(COUNT)]
    assert profile(corpus(texts)) == {
        "distinct_1": 1, "distinct_2": 1, "cross_document_share": 0,
    }  # fmt: skip


def test_a_set_of_one_text_over_and_over() -> None:
    """The budget is half of the holdout's 3,000 words, so 30 texts of 50 words are drawn."""
    words = (ONE_STORY * 4)[:LENGTH]
    found = profile(corpus([" ".join(words)] * COUNT))
    assert found["distinct_1"] == pytest.approx(len(set(words)) / 1500)
    pairs = len({tuple(words[i : i + 2]) for i in range(LENGTH - 1)})
    assert found["distinct_2"] == pytest.approx(pairs / (30 * (LENGTH - 1)))
    assert found["cross_document_share"] == 1


def test_a_set_with_one_opening() -> None:
    """Ten words open every record: six of its 46 5-grams are those of every other."""
    rng = random.Random("opening")
    opening = " ".join(ONE_STORY[:10])
    texts = [
        f"{opening} " + " ".join(f"n{rng.random()}".replace(".", "") for _ in range(LENGTH - 10))
        for _ in range(COUNT)
    ]
    assert profile(corpus(texts))["cross_document_share"] == pytest.approx(6 / 46)


def test_a_poorer_vocabulary_is_seen() -> None:
    rich, poor = (profile(random_texts("set", vocabulary)) for vocabulary in (400, 100))
    assert poor["distinct_1"] < 0.5 * rich["distinct_1"]
    assert poor["distinct_2"] < rich["distinct_2"]


def test_word_salad_looks_more_diverse_than_anything_real() -> None:
    """Hence the two sides of a band."""
    real = told(diversity.control(Corpora(random_texts("set"), holdout=random_texts("holdout"))))
    salad = profile(random_texts("salad", 4000))
    assert salad["distinct_1"] > 1.5 * max(real["distinct_1"])


def test_a_set_of_the_same_kind_lies_within_the_real_ones() -> None:
    found = profile(random_texts("set"))
    real = told(diversity.control(Corpora(random_texts("set"), holdout=random_texts("holdout"))))
    for metric in ("distinct_1", "distinct_2"):
        assert min(real[metric]) <= found[metric] <= max(real[metric])


def test_the_control_is_ten_times_as_many_draws() -> None:
    corpora = Corpora(random_texts("set"), holdout=random_texts("holdout"))
    real = told(diversity.control(corpora, draws=3))
    assert {metric: len(values) for metric, values in real.items()} == dict.fromkeys(
        diversity.METRICS, 30
    )


@pytest.mark.parametrize("factor", [1, 2, 6])
def test_all_draws_are_of_equal_size(monkeypatch: pytest.MonkeyPatch, factor: int) -> None:
    """However large the set is, as many words are taken from it as from the real records."""
    taken: list[int] = []
    distinct = ngrams.Ids.distinct

    def watched(self: ngrams.Ids, records: np.ndarray, budget: int) -> float:
        taken.append(min(budget, sum(len(self.of(r)) for r in records)))
        return distinct(self, records, budget)

    monkeypatch.setattr(ngrams.Ids, "distinct", watched)
    corpora = Corpora(random_texts("set", count=COUNT * factor), holdout=random_texts("holdout"))
    told(diversity.measure(corpora, draws=3))
    told(diversity.control(corpora, draws=3))
    assert set(taken[::2]) == {1500}


def test_the_size_of_a_set_does_not_change_what_is_said_of_it() -> None:
    small, large = (profile(random_texts("set", count=n * COUNT)) for n in (1, 6))
    for metric in ("distinct_1", "distinct_2"):
        assert small[metric] == pytest.approx(large[metric], rel=0.05)


def test_the_same_seed_draws_the_same() -> None:
    synthetic = random_texts("set")
    assert profile(synthetic) == profile(random_texts("set"))
    assert profile(synthetic, seed=1) != profile(synthetic, seed=2)


def test_a_set_may_be_compared_with_the_source() -> None:
    corpora = Corpora(random_texts("set"), source=random_texts("source"))
    assert told(diversity.measure(corpora, against="source"))
    assert told(diversity.control(corpora, against="source"))


Make = Callable[[], Corpora]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Corpora(random_texts("set")), "--holdout"),
        (lambda: Corpora(random_texts("set", count=5), holdout=random_texts("h")), "250 words"),
        (lambda: Corpora(random_texts("set"), holdout=random_texts("h", count=30)), "1,500 real"),
    ],
)
def test_too_little_text_is_not_measured(make: Make, why: str) -> None:
    for findings in (diversity.measure(make()), diversity.control(make())):
        with pytest.raises(CannotMeasure, match=why):
            list(findings)
