"""Compiling with numba: kept on disk between runs where there is a place for it."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


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
