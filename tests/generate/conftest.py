"""A real server that fails on purpose, a backend without one, a store, a time that never waits."""

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest

from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Request
from auditor.generate.store import Store

REPOSITORY = Path(__file__).parents[2]
BENCHMARKS = REPOSITORY / "benchmarks"
HASTY = """
from auditor.generate import retry
retry.FIRST_WAIT = 0.01
from auditor.cli import main
main()
"""


@pytest.fixture(scope="session")
def chat_server() -> Iterator[ModuleType]:
    """The module benchmarks/chat_server.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module("chat_server")


@pytest.fixture(scope="session")
def serving(chat_server: ModuleType) -> Callable[..., AbstractContextManager[Any]]:
    """``with serving(faults={"503": 1.0}) as server``: a server in a process of its own."""
    served: Callable[..., AbstractContextManager[Any]] = chat_server.serving
    return served


@pytest.fixture
def hasty() -> Callable[..., CompletedProcess[bytes]]:
    """As ``run``, but it gives up in a second what else is tried again for half a minute."""

    def started(*arguments: str | Path) -> CompletedProcess[bytes]:
        program = [sys.executable, "-c", HASTY, *map(str, arguments)]
        return subprocess.run(program, capture_output=True, cwd=REPOSITORY, check=False)

    return started


class Time:
    """A clock that moves when somebody sleeps. ``waits``: how long each of them did."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


class Answering:
    """A backend that answers each request in its own time, counted in turns of the loop.

    ``answer``: request, number of the question -> what is answered. ``asked``: all requests.
    """

    remote = lasting = False

    def __init__(
        self, answer: Callable[[Request, int], str | Completion] | None = None, slow: int = 0
    ) -> None:
        self.identity = Identity("test", "here", "m", "r")
        self.answer, self.slow = answer or self.text, random.Random(slow)
        self.asked: list[Request] = []

    @staticmethod
    def text(request: Request, _: int = 0) -> str:
        """A text with a word of its own for each request."""
        return json.dumps({"text": f" The patient hears «zebra{request.seed}» cantatas. "})

    async def ready(self) -> None:
        """Always is."""

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request)
        number = len(self.asked)
        for _ in range(self.slow.randint(0, 4)):
            await asyncio.sleep(0)
        told = self.answer(request, number)
        return told if isinstance(told, Completion) else Completion(told, completion_tokens=9)

    async def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture(scope="session")
def answering() -> type[Answering]:
    """``answering(answer, slow=seed)``: a backend of this kind."""
    return Answering


@pytest.fixture
def store() -> Iterator[Store]:
    with Store(None) as opened:
        yield opened
