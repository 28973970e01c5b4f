"""Recordings: what is written is read again, to the bit, and nothing else is read."""

import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.generate.completion import Completion
from auditor.generate.recordings import read, write
from auditor.generate.request import Identity

WHO = Identity("openai_compatible", "http://127.0.0.1:8000/v1", "small", "r1")
NAMES = [f"{number:064x}" for number in range(4)]
ANSWERS = {
    NAMES[0]: Completion("Sleeps badly.\u2028Eats little.", "stop", 12, "a" * 64, 5, 7, "m", "f"),
    NAMES[1]: Completion("", "unclosed_reasoning"),
    NAMES[2]: Completion('{"text": "Ánimo bajo."}'),
}
HEADER = {"format": "auditor-recordings-1", **asdict(WHO)}
ROW = {"name": NAMES[0], **asdict(ANSWERS[NAMES[0]])}


def written(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    write(file, WHO, ANSWERS.items())
    assert read(str(file)) == (WHO, ANSWERS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file], "nothing is left beside it"


def test_the_order_does_not_matter(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, WHO, ANSWERS.items())
    write(other, WHO, [*reversed(ANSWERS.items()), *ANSWERS.items()])
    assert one.read_bytes() == other.read_bytes()


def test_no_answers_are_a_recording_too(tmp_path: Path) -> None:
    write(tmp_path / "empty", WHO, [])
    assert read(str(tmp_path / "empty")) == (WHO, {})


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    write(file, WHO, ANSWERS.items())
    before = file.read_bytes()

    def failing() -> object:
        yield from ANSWERS.items()
        raise InputError("the store is gone")

    with pytest.raises(InputError, match="the store is gone"):
        write(file, WHO, failing())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="not Unicode"):
        write(file, WHO, [(NAMES[0], Completion("\ud800"))])
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("place", ["missing/answers.jsonl", "folder"])
def test_a_place_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").touch()
    with pytest.raises(InputError, match="give another path"):
        write(tmp_path / place, WHO, ANSWERS.items())
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_same_line_twice_is_one_answer(tmp_path: Path) -> None:
    _, answers = read(written(tmp_path / "f", HEADER, ROW, ROW))
    assert list(answers) == [NAMES[0]]


def test_two_answers_to_one_request_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "f", HEADER, ROW, {**ROW, "text": "Other secret words."})
    with pytest.raises(InputError, match=r"f:3: another answer .* keep one") as told:
        read(file)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "f:1: 'format' is missing or wrong; the first line has to be the header"),
        ([ROW], "f:1: .* the first line has to be the header"),
        ([{**HEADER, "format": "auditor-recordings-2"}], "'format' is missing or wrong"),
        ([{**HEADER, "secret": 1}], "f:1: an unknown field"),
        ([HEADER, HEADER], "f:2: .*; record it again"),
        ([HEADER, {**ROW, "name": "secret"}], "f:2: 'name' is missing or wrong"),
        ([HEADER, {**ROW, "name": NAMES[0] + "\n"}], "f:2: 'name' is missing or wrong"),
        ([HEADER, {**ROW, "text": ["secret"]}], "'text' is missing or wrong"),
        ([HEADER, {**ROW, "text": "secret \ud800"}], "'text' is missing or wrong"),
        ([HEADER, {**ROW, "finish": "secret"}], "'finish' is missing or wrong"),
        ([HEADER, {**ROW, "prompt_tokens": -1}], "'prompt_tokens' is missing or wrong"),
        ([HEADER, {**ROW, "prompt_tokens": True}], "'prompt_tokens' is missing or wrong"),
        ([HEADER, {**ROW, "completion_tokens": 1.0}], "'completion_tokens' is missing or wrong"),
        ([HEADER, {**ROW, "reasoning_digest": "secret"}], "'reasoning_digest' is missing"),
        ([HEADER, {**ROW, "secret words": "x"}], "f:2: an unknown field"),
        ([HEADER, ["secret"]], "f:2: not a JSON object"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, rows: list[object], told: str) -> None:
    with pytest.raises(InputError, match=told) as error:
        read(written(tmp_path / "f", *rows))
    message = str(error.value).removeprefix(str(tmp_path))
    assert "secret" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "line",
    [b"secret", b'{"secret": 1, "secret": 2}', b"\xff", b"[" * 100_000, b'{"text": NaN', b"{}{}"],
)
def test_what_is_no_json_is_refused(tmp_path: Path, line: bytes) -> None:
    file = Path(written(tmp_path / "f", HEADER))
    file.write_bytes(file.read_bytes() + b"\n" + line + b"\n")
    with pytest.raises(InputError, match="f:3: not ") as error:
        read(str(file))
    assert "secret" not in str(error.value).removeprefix(str(tmp_path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory; check the path"):
        read(str(tmp_path / "missing"))


completions = st.builds(
    Completion,
    text=st.text(),
    finish=st.sampled_from(["stop", "length", "other"]),
    reasoning_characters=st.integers(0, 2**70),
    reasoning_digest=st.sampled_from(["", "0" * 64]),
    prompt_tokens=st.none() | st.integers(0),
    completion_tokens=st.none() | st.integers(0),
    model=st.text(max_size=20),
    fingerprint=st.text(max_size=20),
)


@given(answers=st.dictionaries(st.sampled_from(NAMES), completions))
def test_any_answers_come_back(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, Completion]
) -> None:
    file = tmp_path_factory.mktemp("recordings") / "f"
    write(file, WHO, answers.items())
    assert read(str(file)) == (WHO, answers)
