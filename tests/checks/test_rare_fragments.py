"""Phrases of one patient alone, by hand."""

import pytest

from auditor.checks import rare_fragments
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record

PHRASE = "the old ferry to the northern islands was late again"
SHARED = "no known drug allergies were reported by the patient today"


def corpus(name: str, *texts: str, groups: tuple[str, ...] = ()) -> Corpus:
    names = groups or (None,) * len(texts)
    pairs = enumerate(zip(texts, names, strict=True))
    return Corpus(name, tuple(Record(f"{name}{i}", t, group=g) for i, (t, g) in pairs))


def measured(text: str, source: Corpus, holdout: Corpus | None = None) -> dict[str, Finding]:
    found = list(rare_fragments.measure(Corpora(corpus("made", text), source, holdout)))
    assert [f.metric for f in found] == list(rare_fragments.METRICS)
    return {f.metric: f for f in found}


def test_a_phrase_of_one_record_is_rare() -> None:
    source = corpus("source", f"{SHARED}. {PHRASE}.", f"{SHARED}.", f"{SHARED}.")
    text = f"She said {PHRASE} and wept."
    found = measured(text, source)
    assert found["rare_run"].value == 10
    (span,) = found["rare_run"].spans
    assert text[span.start : span.end] == PHRASE
    assert found["owned"].value == 8  # ten words hold eight 3-grams
    assert found["rare_run"].reference is not None
    assert found["rare_run"].reference.record == source.fingerprint(0)


def test_what_others_say_too_is_not_rare() -> None:
    source = corpus("source", f"{SHARED}. {PHRASE}.", f"{SHARED}.", f"{SHARED}.")
    found = measured(f"She came. {SHARED}.", source)
    assert found["rare_run"].value == 0
    assert found["owned"].value == 0
    assert found["identifier_words"].value == 0


def test_what_the_holdout_knows_is_not_rare() -> None:
    source = corpus("source", PHRASE)
    assert measured(PHRASE, source, corpus("holdout", PHRASE))["rare_run"].value == 0
    assert measured(PHRASE, source)["rare_run"].value == 10


def test_notes_of_one_patient_are_one_owner() -> None:
    source = corpus("source", PHRASE, f"Again {PHRASE}", "else", groups=("p", "p", "q"))
    assert measured(PHRASE, source)["rare_run"].value == 10


def test_boilerplate_breaks_a_run() -> None:
    """Nine words of the owner, ten of everyone, nine of the owner: the longest stretch is short."""
    half, other = (
        "amber lanterns drift past seven quiet harbours each winter",
        "and nobody at all asks why",
    )
    source = corpus("source", f"{half} {SHARED} {other}", SHARED, SHARED)
    found = measured(f"{half} {SHARED} {other}", source)
    assert found["rare_run"].value == 9 + 4  # fragments of five words reach into the boilerplate
    assert found["owned"].value == 9 + 6


def test_words_shaped_like_identifiers_are_counted_by_themselves() -> None:
    text = "Record 4471902 of Zephyrine shows HX77Q and seven more, says Zephyrine there."
    source = corpus("source", text, SHARED)
    found = measured(text, source)
    named = {text[s.start : s.end] for s in found["identifier_words"].spans}
    assert named == {"4471902", "Zephyrine", "HX77Q"}
    assert found["identifier_words"].value == 3
    assert measured("Seven more of these shows", source)["identifier_words"].value == 0


def test_empty_records() -> None:
    found = measured("", corpus("source", PHRASE))
    assert {f.value for f in found.values()} == {0.0}


def test_without_a_source_nothing_is_measured() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(rare_fragments.measure(Corpora(corpus("made", "text"))))
