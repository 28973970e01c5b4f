"""Where the sentences of notes and dialogues are, in English and Spanish."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate.sentences import LEADING, LONGEST, Sentence, places, split
from auditor.record import Reading, Record, read


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in places(text)]


def of(records: Sequence[Record]) -> list[Sentence]:
    return split(Reading("made up", tuple(records), "0" * 64))


def kept(text: str) -> list[str]:
    return [sentence.text for sentence in of([Record("r", text)])]


@pytest.mark.parametrize(
    "sentence",
    [
        "Seen by Dr. Moss and Mrs. Fenn this week.",
        "Takes sertraline 50 mg. per day, i.e. one tablet b.i.d. with food.",
        "Depression vs. grief, e.g. after a loss; no plan, no intent.",
        "Scored 12.5 on the scale at 9 a.m. before breakfast.",
        "See No. 3 and fig. 2 of the letter from John A. Fenn.",
        "Does she (cf. last note) sleep better?",
        "Refiere cansancio, p. ej. al subir escaleras, y p.ej. al leer.",
        "La Sra. Rial y el Sr. Souto acuden con la Dra. Vega.",
        "Toma 0,5 mg. de lorazepam cada 8 h. desde entonces.",
        "Vive en EE.UU. desde hace aprox. 3 años; duerme mal.",
        "¿Ha pensado en hacerse daño?",
        "Sleeps badly and\nwakes early.",
    ],
)
def test_one_sentence(sentence: str) -> None:
    assert told(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentences",
    [
        ["She eats well.", "She sleeps badly!", "Is she sad?", "No plan."],
        ["Takes sertraline 50 mg.", "She feels better."],
        ["Does he drink?", "No.", "He never did."],
        ["He was told to take vitamin D.", "He does."],
        ["She said: “I am tired.”", "Then she left (alone.)", "Nobody came."],
        ["i feel sad every day.", "i cry a lot.", "nothing helps."],
        ["Duerme mal.", "¿Está triste?", "¡Mucho!", "Come bien."],
    ],
)
def test_several_sentences(sentences: list[str]) -> None:
    assert told(" ".join(sentences)) == sentences
    assert told("\n\n".join(sentences)) == sentences


def test_a_dialogue_is_cut_at_its_turns_and_a_turn_at_its_sentences() -> None:
    text = (
        "Doctor: How have you been sleeping\nPatient: Badly. I wake up at four.  \n"
        "Doctor: Okay.\nPaciente: No puedo dormir. Me despierto pronto."
    )
    assert told(text) == [
        "Doctor: How have you been sleeping", "Patient: Badly.", "I wake up at four.",
        "Doctor: Okay.", "Paciente: No puedo dormir.", "Me despierto pronto.",
    ]  # fmt: skip


def test_a_list_loses_its_bullets_and_numbers() -> None:
    text = "Plan:\n- Continue the tablets\n* Return in a week\n1. Call the sister."
    assert kept(text) == ["Continue the tablets", "Return in a week", "Call the sister."]


def test_headings_and_scraps_are_left_out() -> None:
    text = (
        "HISTORY OF PRESENT ILLNESS\n\nShe sleeps badly.\n\nPAST PSYCHIATRIC HISTORY:\n"
        "Doctor: Very well.\nPatient: I am sad.\nYes, doctor.\nMOOD: Low since the spring."
    )
    assert kept(text) == ["She sleeps badly.", "Patient: I am sad.", "MOOD: Low since the spring."]


def test_a_stretch_without_stops_is_left_out_when_it_is_long() -> None:
    assert kept("word " * (LONGEST // 5 - 1) + "end") != []
    assert kept("word " * (LONGEST // 5) + "end") == []


def test_ids_places_and_patients() -> None:
    records = [
        Record("a", "She sleeps badly. Ok. She eats well.", lang="en", group="p7"),
        Record("b", " Duerme muy mal.", lang="es"),
    ]
    first, second, third = of(records)
    assert (first.id, second.id, third.id) == ("a-s1", "a-s2", "b-s1")
    assert (first.record, second.record, third.record) == (0, 0, 1)
    assert (first.group, second.group, third.group) == ("p7", "p7", "b")
    assert (second.lang, third.lang) == ("en", "es")
    assert (third.start, third.end) == (1, 16)
    assert "Duerme" not in repr(third)


def test_of_a_file_of_records(tmp_path: Path) -> None:
    path = tmp_path / "source.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "She sleeps badly.", "group": 4}) + "\n")
    (sentence,) = split(read(str(path)))
    assert sentence == Sentence("a-s1", 0, 0, 17, "She sleeps badly.", "und", "4")


PIECES = st.sampled_from(
    [
        *("She sleeps badly", "Dr.", "mg.", "e.g.", "p. ej.", "Sr.", "J.", "No.", "3", "0,5"),
        *("Patient:", "PLAN:", "i am", "EE.UU.", "...", "\r\n", "\n\n", "  ", "\u2028", "1."),
        *'.!?;, \n\t-•*"”)(«»¿é\U0001f600',
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join) | st.text())
def test_places_are_in_order_and_leave_nothing_between_them(text: str) -> None:
    done = 0
    between = LEADING + " \t\r\n,;"
    for start, end in [*places(text), (len(text), len(text))]:
        assert done <= start <= end
        assert all(c in between or c.isspace() for c in text[done:start])
        done = end


@given(st.lists(PIECES, max_size=60).map("".join))
def test_a_sentence_is_what_stands_at_its_place(text: str) -> None:
    found = of([Record("r", text, lang="en")])
    assert [s.id for s in found] == [f"r-s{n}" for n in range(1, len(found) + 1)]
    for sentence in found:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip(" \t\r\n")
