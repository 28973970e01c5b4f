"""Replay: a request gets the answer that was recorded for it, under the name it had."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.errors import EndpointFailed, InputError
from auditor.generate import recordings
from auditor.generate.backends import replay
from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Message, Options, Request, name

WHO = Identity("openai_compatible", "http://127.0.0.1:8000/v1", "small", "r1")
REQUEST = Request((Message("user", "Write of a quiet evening."),), 0.7, 100, seed=3)
ANSWER = Completion("The evening was quiet.", "stop", 4, "b" * 64, 6, 5, "small", "f1")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "answers.jsonl"
    recordings.write(path, WHO, [(name(WHO, REQUEST), ANSWER)])
    return str(path)


def answer(options: Options, request: Request) -> Completion:
    async def ask() -> Completion:
        backend = replay.connect(options)
        await backend.ready()
        try:
            return await backend.complete(request)
        finally:
            await backend.close()

    return asyncio.run(ask())


def test_a_recorded_request_gets_its_answer(file: str) -> None:
    assert answer(Options(file), REQUEST) == ANSWER
    assert answer(Options(file, model="small", revision="r1"), REQUEST) == ANSWER


def test_it_answers_under_the_name_of_who_was_recorded(file: str) -> None:
    backend = replay.connect(Options(file))
    assert backend.identity == WHO
    assert backend.remote is False


def test_what_the_request_is_for_does_not_decide_the_answer(file: str) -> None:
    assert answer(Options(file), replace(REQUEST, labels=("F32.1",), turn=7)) == ANSWER


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, seed=4),
        replace(REQUEST, temperature=0.8),
        replace(REQUEST, max_tokens=101),
        replace(REQUEST, schema="{}"),
        replace(REQUEST, messages=(Message("user", "Write of a loud evening."),)),
    ],
)
def test_any_other_request_has_none(file: str, other: Request) -> None:
    with pytest.raises(EndpointFailed, match=r"has no answer to request [0-9a-f]{12}; run") as told:
        answer(Options(file), other)
    assert str(told.value).startswith(file)
    assert "evening" not in str(told.value)


@pytest.mark.parametrize("options", [{"model": "large"}, {"revision": "r2"}])
def test_another_model_than_recorded_is_refused(file: str, options: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"recorded with --(model 'small'|revision 'r1')"):
        replay.connect(Options(file, **options))  # type: ignore[arg-type]


def test_answers_are_not_shown(file: str) -> None:
    assert "evening" not in repr(replay.connect(Options(file)))


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path of the recordings"):
        replay.connect(Options(str(tmp_path / "missing.jsonl")))
