"""An answer is what was asked for, or a cause; never an exception, and never a guess."""

import json
import re
from re import _parser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate.answers import (
    LONGEST_REFUSAL,
    OPENING,
    REFUSALS,
    Cause,
    Labelled,
    Marked,
    Verified,
    Written,
    parse,
    schema,
)
from auditor.generate.completion import Completion, Finish
from auditor.indexes.traces import traces
from auditor.record import LONGEST_TEXT

SHAPES = (Written, Labelled, Verified)
CANARY = "quixotic-zebra"
REFUSAL = "I'm sorry, but I cannot write that clinical note."
NEGATIVA = "Lo siento, pero no puedo escribir ese informe clínico."


def written(text: str) -> str:
    return json.dumps({"text": text})


def test_a_text() -> None:
    answer = parse(Completion(written("Sleeps badly.\nEats well.")), Written)
    assert isinstance(answer, Written)
    assert answer.text == "Sleeps badly.\nEats well."


def test_labels_and_none_of_them() -> None:
    text = '{"labels": [{"label": "F32.1", "evidence": "sleeps badly"}]}'
    assert parse(Completion(text), Labelled) == Labelled(
        labels=[Marked(label="F32.1", evidence="sleeps badly")]
    )
    assert parse(Completion('{"labels": []}'), Labelled) == Labelled(labels=[])
    assert parse(Completion('{"keep": []}'), Verified) == Verified(keep=[])


@pytest.mark.parametrize(
    "text",
    [
        '  {"text": "Eats well."}\n', '```json\n{"text": "Eats well."}\n```',
        '\n```json {"text": "Eats well."}```\n', '```\n{"text": "Eats well."}\n```',
    ],
)  # fmt: skip
def test_it_may_stand_in_one_fence(text: str) -> None:
    assert parse(Completion(text), Written) == Written(text="Eats well.")


def test_a_fence_in_a_text_is_part_of_it() -> None:
    assert parse(Completion(written("a ``` b")), Written) == Written(text="a ``` b")


@pytest.mark.parametrize(
    "text",
    [
        "She sleeps badly.", 'Here it is: {"text": "Eats well."}', '{"text": "a"} {"text": "b"}',
        '{"text": "a"}\nThat is all.', '```json\n{"text": "a"}\n```\nThat is all.',
        '```json\n{"text": "a"}\n```\n```json\n{"text": "b"}\n```', '```json\n{"text": "a"}',
        "``````", "```", "`````", "{", "[]", "null", '"text"', "NaN", '{"text": NaN}', "{}",
        '{"text": null}', '{"text": 1}', '{"text": ["a"]}', '{"text": "a", "note": "b"}',
        '{"Text": "a"}', '{"text": "a", "text": "b"}', '{"text": "a", "text": "a"}',
        '{"text": "a\\ud800"}', '{"text": "a\\udc00\\ud800"}', '{"text": "a", "\\ud800": 1}',
        '{"text": "a\ud800"}', "\ud800", "[" * 100_000, '{"text":' * 100_000, "9" * 5_000,
    ],
)  # fmt: skip
def test_anything_else_is_malformed(text: str) -> None:
    assert parse(Completion(text), Written) == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        '{"labels": {}}', '{"labels": ["F32.1"]}', '{"labels": [{"label": "F32.1"}]}', "[]",
        '{"labels": [{"label": "a", "evidence": "b", "evidence": "c"}]}', '{"keep": []}',
        '{"labels": [{"label": "F32.1", "evidence": null}]}', '{"labels": [], "why": "none"}',
    ],
)  # fmt: skip
def test_labels_of_another_shape_are_malformed(text: str) -> None:
    assert parse(Completion(text), Labelled) == "malformed"


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(Completion('{"text": "\\ud83d\\ude00"}'), Written) == Written(text="\U0001f600")


def test_a_text_as_long_as_a_record_may_be_and_longer() -> None:
    longest = "a " * (LONGEST_TEXT // 2)
    assert parse(Completion(written(longest)), Written) == Written(text=longest)
    assert parse(Completion(written(longest + "a")), Written) == "malformed"
    mark = json.dumps({"labels": [{"label": "F32.1", "evidence": longest + "a"}]})
    assert parse(Completion(mark), Labelled) == "malformed"


@pytest.mark.parametrize("text", ["", " \n\t", written(""), written(" \n")])
def test_nothing_is_empty(text: str) -> None:
    assert parse(Completion(text), Written) == "empty"


@pytest.mark.parametrize(
    ("finish", "cause"),
    [
        ("length", "truncated"), ("content_filter", "filtered"),
        ("unclosed_reasoning", "unclosed_reasoning"), ("prompt_truncated", "prompt_truncated"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["", REFUSAL, written("Eats well.")])
def test_how_it_ended_comes_first(finish: Finish, cause: Cause, text: str) -> None:
    assert parse(Completion(text, finish), Written) == cause


@pytest.mark.parametrize("finish", ["stop", "other"])
def test_an_end_that_says_nothing_leaves_it_to_the_text(finish: Finish) -> None:
    assert parse(Completion(written("Eats well."), finish), Written) == Written(text="Eats well.")


@pytest.mark.parametrize("refusal", [REFUSAL, NEGATIVA])
def test_a_refusal_in_prose_or_in_the_shape(refusal: str) -> None:
    assert parse(Completion(refusal), Labelled) == "refused"
    assert parse(Completion(json.dumps({"error": refusal}, ensure_ascii=False)), Written) == (
        "refused"
    )
    assert parse(Completion(written(refusal)), Written) == "refused"
    assert parse(Completion(f"As an AI language model, {refusal}"), Written) == "refused"


def test_a_text_may_hold_a_refusal_later_and_a_quote_may_be_one() -> None:
    late = "She eats well. " * (OPENING // 15 + 1) + REFUSAL
    assert parse(Completion(written(late)), Written) == Written(text=late)
    mark = json.dumps({"labels": [{"label": "F32.1", "evidence": REFUSAL}]})
    assert isinstance(parse(Completion(mark), Labelled), Labelled)


def test_refusals_are_short_and_begin_with_a_word() -> None:
    """As the search for them in the opening of a text takes for granted."""
    patterns = [p for trace in traces() if trace.entry.id in REFUSALS for p in trace.patterns]
    assert len(patterns) > 8
    for pattern in patterns:
        assert pattern.pattern.startswith(r"\b")
        assert pattern.flags & re.IGNORECASE
        assert _parser.parse(pattern.pattern, pattern.flags).getwidth()[1] < LONGEST_REFUSAL - 50


@pytest.mark.parametrize("refusal", [REFUSAL, NEGATIVA])
def test_a_refusal_counts_up_to_the_end_of_the_opening(refusal: str) -> None:
    for before, counts in ((OPENING - 1, True), (OPENING, False)):
        text = "x" * (before - 1) + " " + refusal
        told = "refused" if counts else Written(text=text)
        assert parse(Completion(written(text)), Written) == told


def test_what_a_patient_cannot_do_is_no_refusal() -> None:
    text = "I am sorry, but I cannot sleep. I cannot write any more since the stroke."
    assert parse(Completion(written(text)), Written) == Written(text=text)


@given(st.text() | st.text(alphabet=st.characters(codec=None)))
def test_no_text_is_too_odd(text: str) -> None:
    for shape in SHAPES:
        answer = parse(Completion(text), shape)
        assert answer in get_args(Cause)  # what is drawn at random has none of the shapes


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "labels", "keep", "label", "evidence"]), inner)
    ),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_whatever_fits_says_what_it_said(content: object, escaped: bool) -> None:
    told = json.dumps(content, ensure_ascii=escaped)
    for shape in SHAPES:
        answer = parse(Completion(told), shape)
        if isinstance(answer, str):
            assert answer in get_args(Cause)
        else:
            assert answer.model_dump() == content


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_comes_back_as_it_was_sent(text: str) -> None:
    assert parse(Completion(written(text)), Written) == Written(text=text)


def test_a_schema_is_one_closed_object_that_points_nowhere() -> None:
    assert json.loads(schema(Written)) == {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
        "additionalProperties": False,
    }
    mark = json.loads(schema(Verified))["properties"]["keep"]["items"]
    assert mark["additionalProperties"] is False
    assert sorted(mark["required"]) == sorted(mark["properties"]) == ["evidence", "label"]
    for shape in SHAPES:
        assert "$" not in schema(shape)
        assert schema(shape) == json.dumps(
            json.loads(schema(shape)), sort_keys=True, separators=(",", ":")
        )


def test_an_answer_does_not_show_what_it_says() -> None:
    mark = Marked(label=CANARY, evidence=CANARY)
    for answer in (Written(text=CANARY), Labelled(labels=[mark]), Verified(keep=[mark])):
        assert CANARY not in f"{answer!r} {answer}"
