"""Where a record comes from: a direction or an object of names and counts, and never a text."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.origin import DIRECTIONS, LARGEST, NAMES, NUMBERS, UNKNOWN, Origin, read
from auditor.record import read as read_records

FULL = Origin(
    direction="label_to_data",
    prompt="report.en",
    prompt_digest="ab" * 32,
    model="org/model-8b:Q4_K_M",
    revision="a1b2",
    backend="openai_compatible",
    finish_reason="stop",
    seed=2**31 - 1,
    attempt=2,
    prompt_tokens=512,
    completion_tokens=300,
    reasoning_characters=4096,
)
CANARY = "Quixotic zebra cantata"


def refused(value: object) -> str:
    with pytest.raises(InputError) as caught:
        read("in.jsonl:3", value)
    message = str(caught.value)
    assert message.startswith("in.jsonl:3: 'origin' ")
    assert "\n" not in message
    assert CANARY not in message
    return message


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_direction_alone(direction: Any) -> None:
    assert read("p", direction) == read("p", {"direction": direction}) == Origin(direction)


def test_all_that_the_generation_stage_says() -> None:
    assert read("p", FULL.row()) == FULL
    assert read("p", json.loads(json.dumps(FULL.row()))) == FULL


def test_what_is_left_out_is_not_known() -> None:
    assert read("p", {}) == read("p", "unknown") == UNKNOWN == Origin()
    assert read("p", {"model": "m"}) == Origin(model="m")


def test_every_field_is_a_direction_a_name_or_a_number() -> None:
    assert {"direction", *NAMES, *NUMBERS} == {field.name for field in fields(Origin)}


@pytest.mark.parametrize("value", ["", "x", CANARY, "Label_to_data", "label_to_data "])
def test_an_unknown_direction(value: str) -> None:
    told = "'origin' is unknown; write one of label_to_data, data_to_label, few_shot, unknown"
    assert told in refused(value)
    assert told in refused({"direction": value})


@pytest.mark.parametrize("value", [None, 1, True, [], ["few_shot"], {"direction": None}, {1: 2}])
def test_what_is_no_origin(value: object) -> None:
    assert refused(value)


@pytest.mark.parametrize("key", ["note", "Direction", CANARY, "reasoning", "__class__"])
def test_an_unknown_field(key: str) -> None:
    assert "holds unknown fields; leave out" in refused({"direction": "few_shot", key: "x"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value", [CANARY, "a b", "a\n", "<b>", "x" * 121, "a;b", "a\u2028b", None, 1, True, ["a"], {}]
)
def test_what_is_no_name(name: str, value: object) -> None:
    assert f"has a {name} that is no name; shorten it" in refused({name: value})


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("value", [2**40 + 1, 10**400, -1, 1.0, True, None, "1", [], float("nan")])
def test_what_is_no_count(number: str, value: object) -> None:
    assert f"has a {number} that is no count; write a number" in refused({number: value})


ASCII = st.characters(codec="ascii")
ORIGINS = st.builds(
    Origin,
    direction=st.sampled_from(DIRECTIONS),
    **{name: st.from_regex(shape, fullmatch=True, alphabet=ASCII) for name, shape in NAMES.items()},
    **{number: st.integers(0, LARGEST) for number in NUMBERS},
)


@given(ORIGINS)
def test_what_is_written_is_read_again(origin: Origin) -> None:
    assert read("p", json.loads(json.dumps(origin.row()))) == origin


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["direction", *NAMES, *NUMBERS, "x"]), inner, max_size=4)
    ),
)


@given(ANYTHING)
def test_whatever_it_is_it_is_read_or_refused_and_holds_no_text(value: object) -> None:
    try:
        origin = read("p", value)
    except InputError:
        return
    for name in NAMES:
        told = getattr(origin, name)
        assert isinstance(told, str)
        assert len(told) <= 120
        assert not any(character.isspace() for character in told)
    assert all(type(getattr(origin, number)) is int for number in NUMBERS)


def test_a_record_keeps_it_and_its_line_as_it_was(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "text": "Tos.", "origin": FULL.row()})
    (tmp_path / "in.jsonl").write_text(line + "\n")
    (record,) = read_records(str(tmp_path / "in.jsonl"), published=True).records
    assert record.origin == FULL
    assert record.line == line.encode()
