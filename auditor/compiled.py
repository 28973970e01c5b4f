"""Compiling with numba: kept on disk between runs where there is a place for it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])
A = TypeVar("A")
B = TypeVar("B")


def compiled(function: F) -> F:
    """The function as machine code, on one thread."""
    return _njit(function, parallel=False)


def compiled_parallel(function: F) -> F:
    """The function as machine code, the iterations of its outer ``prange`` on several threads."""
    return _njit(function, parallel=True)


def _njit(function: F, *, parallel: bool) -> F:
    try:
        made: F = numba.njit(function, cache=True, nogil=True, parallel=parallel)
    except RuntimeError:  # neither the package's folder nor the user's can be written to
        made = numba.njit(function, nogil=True, parallel=parallel)
    return made


def in_turn(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """``work`` of every item, in order, by as many threads as numba may use.

    Compiled code runs beside other threads. Only a few results wait at any time.
    """
    threads = numba.get_num_threads()
    if threads == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[B]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
