"""A copied paragraph with changes, beside boilerplate and chance."""

import random

import pytest

from auditor.checks import edited_passage
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record

TEMPLATE = "All of the risks were explained to the patient, who agreed to go ahead today."


def vocabulary(count: int) -> list[str]:
    rng = random.Random("words")
    return ["".join(rng.choices("abdegilmnoprstu", k=7)) for _ in range(count)]


WORDS = vocabulary(3000)


def note(seed: str, words: int = 60) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(words)) + f". {TEMPLATE}"


SOURCE = Corpus("source", tuple(Record(f"s{i}", note(f"s{i}")) for i in range(30)))
HOLDOUT = Corpus("holdout", tuple(Record(f"h{i}", note(f"h{i}")) for i in range(15)))


def measured(*texts: str) -> list[tuple[Finding, Finding]]:
    made = Corpus("made", tuple(Record(f"m{i}", text) for i, text in enumerate(texts)))
    found = list(edited_passage.measure(Corpora(made, SOURCE, HOLDOUT)))
    assert [f.record for f in found] == [f"m{i // 2}" for i in range(2 * len(texts))]
    return list(zip(found[::2], found[1::2], strict=True))


def test_every_tenth_word_changed() -> None:
    words = SOURCE.records[4].text.split()[5:45]
    passage = " ".join("changed" if i % 10 == 9 else word for i, word in enumerate(words))
    host = note("host")
    ((surprisal, similarity),) = measured(f"{host} {passage}")
    assert surprisal.value > 200
    assert similarity.value > 0.8
    (span,) = surprisal.spans
    assert abs(span.start - len(host)) < 20
    assert surprisal.reference is not None
    assert surprisal.reference.record == SOURCE.fingerprint(4)


def test_a_template_is_no_evidence() -> None:
    """Every record holds it, so its words cost next to nothing."""
    ((template, _), (six, _)) = measured(TEMPLATE, " ".join(SOURCE.records[2].text.split()[:6]))
    assert template.value < six.value / 2


def test_unrelated_text_has_little_evidence() -> None:
    found = measured(*(note(f"clean{i}") for i in range(20)))
    assert max(surprisal.value for surprisal, _ in found) < 60


def test_a_record_without_words_has_none() -> None:
    for surprisal, similarity in measured("", "...", "wholly unknown things"):
        assert (surprisal.value, similarity.value) == (0, 0)
        assert surprisal.spans == ()


def test_without_a_source_nothing_is_measured() -> None:
    made = Corpus("made", (Record("m", "text"),))
    with pytest.raises(CannotMeasure, match="--source"):
        list(edited_passage.measure(Corpora(made)))
