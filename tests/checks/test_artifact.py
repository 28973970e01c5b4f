"""What a generator left in invented records."""

import pytest

from auditor.checks import artifact
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding, Unmeasured
from auditor.record import Record

NOTE = "She has slept badly for weeks, wakes at three and cannot go back to sleep before the dawn."
NOTA = "Duerme mal desde hace semanas, se despierta a las tres y no vuelve a dormir hasta el alba."


def measured(text: str, lang: str = "en") -> dict[str, Finding]:
    corpus = Corpus("test", (Record("r0", text, lang=lang),))
    outcomes = list(artifact.measure(Corpora(corpus)))
    return {o.metric: o for o in outcomes if isinstance(o, Finding)}


def labels(text: str, lang: str = "en") -> list[str]:
    return [span.label for span in measured(text, lang)["traces"].spans]


@pytest.mark.parametrize(("text", "lang"), [(NOTE, "en"), (NOTA, "es"), ("Low mood.", "en")])
def test_a_clean_record_has_none(text: str, lang: str) -> None:
    found = measured(text, lang)
    assert (found["traces"].value, found["traces"].spans) == (0, ())
    assert found["other_language"].value <= 1


def test_traces_are_counted_with_their_places() -> None:
    text = f"Sure! Here is the note. {NOTE} Seen by [doctor]."
    found = measured(text)["traces"]
    assert found.value == 2
    assert [text[span.start : span.end] for span in found.spans] == ["Sure! Here is", "[doctor]"]


def test_a_spanish_record_may_hold_an_english_trace_and_the_other_way_round() -> None:
    assert labels(f"I'm sorry, but I cannot provide that. {NOTA}", "es") == ["refusal"]
    assert labels(f"Claro, aquí tienes el informe. {NOTE}", "en") == ["preambulo"]


@pytest.mark.parametrize(
    "text",
    [
        f"# Note\n\n**Mood:** low\n\n- {NOTE}\n\n```\nPHQ-9: 12\n```",
        "[**Name**] was seen by Dr. X on [**2101-3-4**]; signature: ____",
        "ASSISTANT: B. Ortun, MD. Sodium <130, potassium >5.",
    ],
)
def test_what_real_records_have_is_no_trace(text: str) -> None:
    assert labels(text) == []


@pytest.mark.parametrize(("text", "lang"), [(NOTE, "es"), (NOTA, "en")])
def test_a_record_in_another_language_than_it_says(text: str, lang: str) -> None:
    found = measured(f"{text} {text}", lang)["other_language"]
    assert found.value > 8
    assert found.spans[0].label == f"language_{'en' if lang == 'es' else 'es'}"


def test_one_sentence_in_another_language_is_placed() -> None:
    text = f"{NOTA} {NOTE} {NOTA}"
    (span,) = measured(text, "es")["other_language"].spans
    assert measured(text, "es")["other_language"].value > 4
    assert len(NOTA) - 10 < span.start < span.end < len(NOTA) + len(NOTE) + 10


def test_a_cited_title_is_none() -> None:
    text = f"{NOTA} Se pasó la escala The Impact of Event Scale. {NOTA}"
    assert measured(text, "es")["other_language"].value <= 3


def test_an_undetermined_language_has_none_to_leave_and_an_unknown_one_is_not_measured() -> None:
    assert measured(NOTE, "und")["other_language"].value == 0
    corpus = Corpus("test", (Record("r0", NOTE, lang="eu"),))
    _, gap = artifact.measure(Corpora(corpus))
    assert isinstance(gap, Unmeasured)
    assert (gap.what, gap.record) == ("other_language", "r0")
    assert "'eu'" in gap.reason
