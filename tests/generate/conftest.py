"""A real server on this machine that fails on purpose, and a time that passes without waiting."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


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
