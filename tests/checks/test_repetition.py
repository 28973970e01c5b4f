"""Which records repeat an earlier one, on invented texts."""

import math
import random

import pytest

from auditor.checks import repetition
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.record import Record

LIMIT = 0.6  # of the policies
HARBOUR = (
    "Ms Brill has slept badly since the ferry sank; she wakes at three, hears water in the pipes"
    " and walks the corridor until the cook arrives, then dozes over porridge and misses her shift."
)
ORCHARD = (
    "The beekeeper came limping from the orchard with a swollen ankle, laughed about the ladder and"
    " asked whether honey might be put on the graze that ran from his knee to the heel."
)


def measured(*texts: str) -> list[Finding]:
    records = tuple(Record(f"r{i}", text) for i, text in enumerate(texts))
    return list(repetition.measure(Corpora(Corpus("test", records))))


def shortened(text: str, every: int, start: int) -> str:
    """One in so many words left out, from a place on."""
    return " ".join(word for i, word in enumerate(text.split()) if i % every != start)


def test_the_first_of_a_cluster_survives() -> None:
    told_again = [shortened(HARBOUR, 6, start) for start in range(4)]
    values = [finding.value for finding in measured(ORCHARD, *told_again)]
    assert values[:2] == [0, 0]
    assert min(values[2:]) > LIMIT


def test_words_of_its_own_count_on_either_side() -> None:
    """Ten words of both, two of either side's own: 10 of 14, those of both weighing less."""
    both = "one two three four five six seven eight nine ten"
    (_, finding) = measured(f"{both} this that", f"{both} these those")
    own = 1 + math.log(3 / 2)
    assert finding.value == pytest.approx(10 / (10 + 4 * own), abs=1e-6)


def test_the_order_of_words_is_no_difference() -> None:
    turned = " ".join(reversed(HARBOUR.split()))
    assert [f.value for f in measured(HARBOUR, turned)] == [0, 1]


def test_the_earlier_record_is_named_by_its_id() -> None:
    findings = measured(ORCHARD, HARBOUR, HARBOUR.upper())
    assert [f.reference.record if f.reference else None for f in findings] == [None, None, "r1"]


def test_texts_of_one_manner_are_no_repetition() -> None:
    """Two thirds of the words are the generator's own turns, the rest tells people apart."""
    rng = random.Random(3)
    manner = [f"turn{i}" for i in range(30)]
    texts = [
        " ".join([*rng.sample(manner, 20), *(f"own{i}x{j}" for j in range(10))]) for i in range(50)
    ]
    assert max(f.value for f in measured(*texts)) < LIMIT / 2


@pytest.mark.parametrize("copies", [2, 30])
def test_a_set_that_is_one_text_told_again_is_seen(copies: int) -> None:
    """Words that all records share weigh little, and yet they are most of what there is."""
    rng = random.Random(copies)
    words = HARBOUR.split()
    texts = []
    for _ in range(copies):
        left_out = set(rng.sample(range(len(words)), 5))
        texts.append(" ".join(w for i, w in enumerate(words) if i not in left_out))
    assert min(f.value for f in measured(*texts)[1:]) > LIMIT


def test_a_short_label_may_be_told_often() -> None:
    label = Record("r0", "Moderate depressive episode")
    assert not repetition.applies_to(label)
    assert repetition.applies_to(Record("r1", HARBOUR))


def test_no_source_is_needed_and_every_record_has_a_value() -> None:
    findings = measured(ORCHARD, "...", HARBOUR)
    assert [(f.metric, f.record) for f in findings] == [
        ("weighted_jaccard", f"r{i}") for i in range(3)
    ]
