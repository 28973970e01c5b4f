"""Passages by meaning. A bag of words stands in for the sentence model; one test asks the model."""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks import paraphrase
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.indexes import embedding
from auditor.record import Record


class WordBag:
    """Stands in for the sentence model: a text is its words, whatever their order."""

    name = "words"

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[str, embedding.Vectors]]:
        for text in texts:
            row = np.full(embedding.DIMENSIONS, 1e-3, np.float32)
            for word in re.findall(r"\w{3,}", text.lower()):
                row[crc32(word.encode()) % embedding.DIMENSIONS] += 1
            yield text, row / np.linalg.norm(row)


@pytest.fixture(autouse=True)
def word_bag(monkeypatch) -> None:
    monkeypatch.setattr(embedding, "encoder", WordBag)
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)


SLEEP = "He sleeps poorly since spring, wakes before dawn, and fears the coming day."
KNEE = "Her left knee swelled after the stairs, stays warm, and hurts when kneeling."
RASH = "Both forearms itch at night, with small red spots that fade by morning."
COUGH = "A dry cough for three weeks, worse when lying flat, no fever, no phlegm."
SOURCE = (SLEEP, KNEE, RASH, COUGH)


def corpus(*texts: str, groups: tuple[str, ...] = ()) -> Corpus:
    names = groups or (None,) * len(texts)
    pairs = zip(texts, names, strict=True)
    return Corpus("test", tuple(Record(f"r{i}", t, group=g) for i, (t, g) in enumerate(pairs)))


def measured(corpora: Corpora) -> dict[tuple[str | None, str], Finding]:
    found = list(paraphrase.measure(corpora))
    told = {(finding.record, finding.metric): finding for finding in found}
    assert len(told) == len(found) == len(paraphrase.METRICS) * len(corpora.synthetic.records)
    return told


def test_the_same_words_in_another_order_stand_out() -> None:
    source = corpus(*SOURCE)
    turned = " ".join(reversed(KNEE.replace(".", "").replace(",", "").split()))
    found = measured(Corpora(corpus(turned, "Nothing of the kind was ever told here."), source))
    assert found["r0", "cosine"].value == 1
    assert found["r0", "ratio"].value > 10
    assert found["r1", "ratio"].value < 1.5
    reference = found["r0", "ratio"].reference
    assert reference is not None
    assert reference.record == source.fingerprint(1)


def test_the_complaint_points_at_the_passage() -> None:
    other = " ".join(f"word{i}" for i in range(60))
    text = f"{other} {RASH} {' '.join(f'more{i}' for i in range(27))}."
    finding = measured(Corpora(corpus(text), corpus(*SOURCE)))["r0", "ratio"]
    (span,) = finding.spans
    assert text[span.start : span.end].startswith(RASH)
    assert finding.reference is not None
    assert finding.reference.span is not None
    assert (finding.reference.span.start, finding.reference.span.end) == (0, len(RASH))


def test_a_sibling_hides_the_original_unless_it_is_of_its_group() -> None:
    texts = (*SOURCE, KNEE.replace("left", "right"))
    apart = measured(Corpora(corpus(KNEE), corpus(*texts)))
    grouped = corpus(*texts, groups=("a", "b", "c", "d", "b"))
    together = measured(Corpora(corpus(KNEE), grouped))
    assert apart["r0", "cosine"].value == together["r0", "cosine"].value == 1
    assert 3 * apart["r0", "ratio"].value < together["r0", "ratio"].value


def test_a_source_against_itself_leaves_out_the_own_patient() -> None:
    twice = corpus(*SOURCE, *SOURCE, groups=tuple("abcdabcd"))
    control = Corpora(twice, twice).leave_one_out()
    assert control is not None
    found = measured(control)
    assert max(f.value for f in found.values() if f.metric == "cosine") < 0.7
    names = [f.reference.record for f in found.values() if f.reference]
    assert len(names) == 16
    for i in range(8):
        reference = found[f"r{i}", "cosine"].reference
        assert reference is not None
        assert reference.record not in (twice.fingerprint(i % 4), twice.fingerprint(i % 4 + 4))


def test_a_text_without_a_word_is_near_to_nothing() -> None:
    found = measured(Corpora(corpus("", "  "), corpus(*SOURCE, "")))
    assert [found[f"r{i}", m].value for i in (0, 1) for m in ("cosine", "ratio")] == [0, 1, 0, 1]
    assert found["r0", "cosine"].reference is None


def test_without_a_source_or_others_nothing_is_measured() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(paraphrase.measure(Corpora(corpus(KNEE))))
    with pytest.raises(CannotMeasure, match="fewer than 3 groups"):
        list(paraphrase.measure(Corpora(corpus(KNEE), corpus(KNEE, RASH, "", " "))))


def test_without_the_model_nothing_is_measured(monkeypatch) -> None:
    def missing() -> None:
        raise CannotMeasure("the sentence model is not installed")

    monkeypatch.setattr(embedding, "encoder", missing)
    with pytest.raises(CannotMeasure, match="model"):
        list(paraphrase.measure(Corpora(corpus(KNEE), corpus(*SOURCE))))


@given(st.lists(st.sampled_from(["a", "bb", "end.", "so;", "\n"]), max_size=400))
def test_passages_hold_every_word_once_and_are_of_a_size(words: list[str]) -> None:
    text = " ".join(words)
    spans = paraphrase.passages(text)
    sizes = [len(text[span.start : span.end].split()) for span in spans]
    assert " ".join(text[s.start : s.end] for s in spans).split() == text.split()
    assert all(size >= paraphrase.SHORT for size in sizes[:-1])
    assert all(size < paraphrase.LONG + paraphrase.REST for size in sizes)


def test_a_passage_ends_with_a_sentence_where_there_is_one() -> None:
    text = " ".join([*["word"] * 44, "end.", *["word"] * 30])
    first, _ = paraphrase.passages(text)
    assert text[: first.end].endswith("end.")
    assert len(paraphrase.passages("word " * 61)) == 1  # the rest is too short to stand alone
    assert len(paraphrase.passages("word " * 75)) == 2


def test_nearest_equals_comparing_all_passages_one_by_one() -> None:
    rng = np.random.default_rng(7)

    def units(count: int) -> embedding.Vectors:
        rows = rng.normal(size=(count, 8)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    mine, theirs = units(300), units(90)
    owners = np.sort(rng.integers(0, 30, 90))
    of_group = rng.integers(0, 9, 30)
    hidden = rng.integers(0, 9, 300)
    real = paraphrase.Passages(owners, [], theirs)
    cosine, number, ratio = paraphrase._nearest(mine, real, of_group, hidden)
    for i in range(300):
        told = {}
        for j in range(90):
            if of_group[owners[j]] != hidden[i]:
                value = float(mine[i].astype(float) @ theirs[j].astype(float))
                told.setdefault(of_group[owners[j]], []).append((value, j))
        first, second = sorted((max(pairs) for pairs in told.values()), reverse=True)[:2]
        assert (cosine[i], number[i]) == (pytest.approx(first[0]), first[1])
        assert ratio[i] == pytest.approx((1.02 - second[0]) / (1.02 - first[0]))


@pytest.mark.slow
def test_the_real_model_finds_what_was_said_in_other_words(monkeypatch) -> None:
    monkeypatch.undo()
    reworded = "He has slept badly from spring on, is awake before sunrise and dreads each day."
    found = measured(Corpora(corpus(reworded), corpus(*SOURCE)))
    assert found["r0", "cosine"].value > 0.7
    assert found["r0", "ratio"].value > 2
