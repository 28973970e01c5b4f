"""Asking: from the store if it was answered before, else of the backend, within the caps."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from auditor.errors import AuditorError, EndpointFailed, InputError
from auditor.generate.caps import CapReached, Spent
from auditor.generate.completion import Completion
from auditor.generate.request import Backend, Request, name
from auditor.generate.store import Store

Ask = Callable[[Request], Awaitable[Completion]]
FOREVER = 10**7  # seconds
T = TypeVar("T")
R = TypeVar("R")


class Asker:
    """Answers requests. The backend is looked at when first there is something to ask of it."""

    def __init__(
        self, backend: Backend, store: Store, spent: Spent, *, may_send_real_text: bool = False
    ) -> None:
        self.backend, self.store, self.spent = backend, store, spent
        self.may_send_real_text = may_send_real_text or not backend.remote
        self._ready: asyncio.Task[None] | None = None
        self._arrived: dict[str, Completion] = {}
        self._keeping: asyncio.Task[dict[str, Completion]] | None = None

    async def __call__(self, request: Request) -> Completion:
        """The answer, kept before it is given.

        Raises InputError when no request can succeed, EndpointFailed when the backend stops
        answering, CapReached when no more may be asked.
        """
        if self.backend.lasting:
            return await self.backend.complete(request)
        known_as = name(self.backend.identity, request)
        if (kept := self.store.get(known_as)) is not None:
            return kept
        if request.real_text and not self.may_send_real_text:
            raise InputError("real text would leave this machine; name a consent file (--consent)")
        if self._ready is None:
            self._ready = asyncio.ensure_future(self.backend.ready())
        await self._ready
        self.spent.begin()
        left = self.spent.seconds_left
        try:
            async with asyncio.timeout(left if left < FOREVER else None):
                completion = await self.backend.complete(request)
        except TimeoutError:
            raise CapReached("--max-minutes is reached; a higher one goes on from here") from None
        kept = await self._kept(known_as, completion)
        self.spent.end(completion, request.characters)
        return kept

    async def kept(self, request: Request) -> Completion:
        """The answer that was given already. Raises EndpointFailed when there is none."""
        if self.backend.lasting:
            return await self.backend.complete(request)
        if (found := self.store.get(name(self.backend.identity, request))) is None:
            raise EndpointFailed("was not asked yet; run the same command again")
        return found

    async def _kept(self, name: str, completion: Completion) -> Completion:
        """The answer that is kept, once it is; another run may have kept one before.

        Answers that arrive in the same turn of the loop are kept in one transaction: one for each
        takes longer than sending the request does.
        """
        self._arrived.setdefault(name, completion)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())
        answers = await asyncio.shield(self._keeping)  # what was paid for is kept in any case
        return answers[name]

    async def _keep(self) -> dict[str, Completion]:
        arrived, self._arrived, self._keeping = self._arrived, {}, None
        return self.store.put(self.backend.identity, arrived)


async def each(
    work: Callable[[T], Awaitable[R]], items: Iterable[T], at_once: int
) -> AsyncGenerator[tuple[T, R], None]:
    """``work`` done on every item, some at once, in the order in which it ends.

    No more than ``at_once`` items are taken or held. When one fails, those under way are waited
    for, since what they ask is paid for and kept, and then the failure is raised.
    """
    waiting = iter(items)
    running: dict[asyncio.Task[R], T] = {}
    failed: AuditorError | None = None
    try:
        _fill(running, waiting, work, at_once)
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in running if task in done]:
                item = running.pop(task)
                try:
                    result = task.result()
                except AuditorError as error:
                    failed = failed or error
                    continue
                yield item, result
            if failed is None:
                _fill(running, waiting, work, at_once)
    finally:
        for task in running:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*running, return_exceptions=True)
    if failed is not None:
        raise failed


def _fill(
    running: dict[asyncio.Task[R], T],
    waiting: Iterator[T],
    work: Callable[[T], Awaitable[R]],
    at_once: int,
) -> None:
    while len(running) < at_once:
        try:
            item = next(waiting)
        except StopIteration:
            return
        running[asyncio.ensure_future(work(item))] = item
