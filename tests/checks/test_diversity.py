"""Variety of a set, against closed forms and against real sets of equal size."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from auditor.checks import diversity
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Outcome, Unmeasured
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


def told(findings: Iterator[Outcome]) -> dict[str, list[float]]:
    values = defaultdict(list)
    for finding in findings:
        assert isinstance(finding, Finding)
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
    found = profile(corpus(texts))
    assert found["distinct_1"] == found["distinct_2"] == 1
    assert found["cross_document_share"] == found["template_share"] == 0
    assert found["mtld"] == 1500, "nothing is repeated in any of the words drawn"


def test_a_set_of_one_text_over_and_over() -> None:
    """The budget is half of the holdout's 3,000 words, so 30 texts of 50 words are drawn."""
    words = (ONE_STORY * 4)[:LENGTH]
    found = profile(corpus([" ".join(words)] * COUNT))
    assert found["distinct_1"] == pytest.approx(len(set(words)) / 1500, abs=1e-6)
    pairs = len({tuple(words[i : i + 2]) for i in range(LENGTH - 1)})
    assert found["distinct_2"] == pytest.approx(pairs / (30 * (LENGTH - 1)), abs=1e-6)
    assert found["cross_document_share"] == 1
    assert found["compression_ratio"] > 20


def test_a_set_with_one_opening() -> None:
    """Ten words open every record: six of its 46 5-grams are those of every other."""
    rng = random.Random("opening")
    opening = " ".join(ONE_STORY[:10])
    texts = [
        f"{opening} " + " ".join(f"n{rng.random()}".replace(".", "") for _ in range(LENGTH - 10))
        for _ in range(COUNT)
    ]
    assert profile(corpus(texts))["cross_document_share"] == pytest.approx(6 / 46, abs=1e-6)


def test_a_poorer_vocabulary_is_seen() -> None:
    rich, poor = (profile(random_texts("set", vocabulary)) for vocabulary in (400, 100))
    assert poor["distinct_1"] < 0.5 * rich["distinct_1"]
    assert poor["distinct_2"] < rich["distinct_2"]


def test_a_template_is_seen_where_no_five_words_are_left_whole() -> None:
    """The same sentence in every record, each third word filled in anew."""
    rng = random.Random("slots")
    frame = "she takes {} every {} and says {} is less {} than {} was"
    made = corpus(
        [
            f"{random_texts(f'{i}', count=1).records[0].text}. "
            + frame.format(*(f"m{rng.randrange(10**6)}" for _ in range(5)))
            for i in range(COUNT)
        ]
    )
    found = profile(made)
    assert found["template_share"] == pytest.approx(0.5)
    assert found["cross_document_share"] < 0.01


def test_copies_of_real_records_look_perfect() -> None:
    """Hence no set metric may open what a record check closed."""
    real = random_texts("holdout")
    corpora = Corpora(real, holdout=real)
    bands = told(diversity.control(corpora))
    for metric, value in profile(real, real).items():
        assert min(bands[metric]) <= value <= max(bands[metric])


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


def coded(seed: str, codes: dict[str, int], texts: Corpus | None = None) -> Corpus:
    """So many records of each code."""
    labels = [code for code, count in codes.items() for _ in range(count)]
    made = texts or random_texts(seed, count=len(labels))
    return Corpus(
        seed,
        tuple(
            Record(record.id, record.text, label=(label,))
            for record, label in zip(made.records, labels, strict=True)
        ),
    )


def parts_of(synthetic: Corpus, holdout: Corpus) -> tuple[dict[str, set[str]], list[str]]:
    """For each part its metrics, and what was not measured; the control tells of the same ones."""
    corpora = Corpora(synthetic, holdout=holdout)
    found: dict[str, set[str]] = defaultdict(set)
    gaps = []
    for outcome in diversity.measure(corpora, draws=2):
        if isinstance(outcome, Unmeasured):
            assert outcome.what == "codes"
            gaps.append(outcome.reason)
        elif isinstance(outcome, Finding):
            found[outcome.part].add(outcome.metric)
    of_control: dict[str, set[str]] = defaultdict(set)
    for finding in diversity.control(corpora, draws=2):
        of_control[finding.part].add(finding.metric)
    assert found == of_control
    return found, gaps


def test_every_code_is_measured_beside_real_records_of_its_own() -> None:
    found, gaps = parts_of(coded("set", {"F32.1": 40, "G47.0": 20}), coded("real", {"F32.1": 60}))
    assert set(found) == {"", "F32.1"}, "20 records are too few for a part"
    assert found["F32.1"] == set(diversity.METRICS)
    assert not gaps


@pytest.mark.parametrize("beside", ["F32.0", "F32", "F41.1"])
def test_a_code_may_be_measured_beside_its_category_or_chapter(beside: str) -> None:
    found, gaps = parts_of(coded("set", {"F32.1": 40}), coded("real", {beside: 60}))
    assert found["F32.1"] == set(diversity.METRICS)
    assert not gaps


def test_a_code_without_real_records_is_counted_as_not_measured() -> None:
    """What has nothing to do with the topic is measured all the same."""
    found, gaps = parts_of(coded("set", {"F32.1": 30, "own": 30}), coded("real", {"G47.0": 80}))
    assert found["F32.1"] == found["own"] == {"cross_document_share", "template_share"}
    assert len(gaps) == 1
    assert gaps[0].startswith("2 codes of at least 30 records have too few real records")


def test_a_label_that_is_no_code_is_no_part() -> None:
    found, _ = parts_of(coded("set", {"not a code": 40}), coded("real", {"not a code": 80}))
    assert set(found) == {""}


def test_collapse_inside_one_code_is_seen_there() -> None:
    """Half of one code's records tell one story; the set as a whole hardly shows it."""
    texts = list(random_texts("set", count=120).records)
    story = " ".join((ONE_STORY * 4)[:LENGTH])
    texts[:15] = [Record(str(i), story) for i in range(15)]
    synthetic = coded("set", {"F32.1": 30, "G47.0": 90}, Corpus("t", tuple(texts)))
    corpora = Corpora(synthetic, holdout=coded("real", {"F32.1": 60, "G47.0": 60}))
    values = {
        finding.part: finding.value
        for finding in diversity.measure(corpora)
        if isinstance(finding, Finding) and finding.metric == "cross_document_share"
    }
    assert values["F32.1"] == pytest.approx(0.5, abs=0.05)
    assert values["G47.0"] < 0.05


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
