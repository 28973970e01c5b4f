"""How many requests are under way at once, learnt from the server's refusals.

Additive increase, multiplicative decrease: a refusal halves the limit, a limit's worth of answers
raises it by one. Method: Chiu and Jain, Computer Networks and ISDN Systems 17 (1989).
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Admission:
    """Lets requests in, first come, first served; never more than ``most``, never fewer than one.

    ``limit``      how many may be under way now; its fraction is the way to the next one
    ``under_way``  how many are
    """

    def __init__(
        self,
        most: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most = max(1, most)
        self._clock = clock
        self._sleep = sleep
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._paused_until = 0.0
        self._round = 0
        self.limit = float(self._most)
        self.under_way = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """A place among the requests under way, once no pause is on; gives its round's number."""
        await self._enter()
        try:
            while (left := self._paused_until - self._clock()) > 0:
                await self._sleep(left)
            yield self._round
        finally:
            self.under_way -= 1
            self._let_in()

    def answered(self) -> None:
        """The server had time for a request."""
        self.limit = min(self._most, self.limit + 1 / self.limit)
        self._let_in()

    def refused(self, turn: int, pause: float) -> None:
        """The server had too many requests, and asks to be left alone for ``pause`` seconds.

        The limit falls once for all requests that were under way together: what came of the
        lower one can be known only from those sent since.
        """
        if turn == self._round:
            self._round += 1
            self.limit = max(1.0, self.limit / 2)
        if pause > 0:
            self._paused_until = max(self._paused_until, self._clock() + pause)

    async def _enter(self) -> None:
        if not self._waiting and self.under_way < int(self.limit):
            self.under_way += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # let in at the very moment: pass it on
                self.under_way -= 1
                self._let_in()
            raise

    def _let_in(self) -> None:
        while self._waiting and self.under_way < int(self.limit):
            place = self._waiting.popleft()
            if not place.done():
                self.under_way += 1
                place.set_result(None)
