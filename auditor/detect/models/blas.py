"""Matrix products by numpy's BLAS, on one thread: three times as fast as thinc's own.

More threads would wait for one another, as the matrices of one text are small, and a run must not
take more cores than it was given.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np


def hasten(model: Any) -> None:
    """Makes a thinc model multiply so."""
    model._to_ops(_ops()())  # thinc's own way to move a model elsewhere has no public name


def one_thread() -> AbstractContextManager[Any]:
    """While it is open, numpy's BLAS keeps to one thread."""
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def _ops() -> Any:
    from thinc.api import NumpyOps

    class BlasOps(NumpyOps):  # type: ignore[misc]  # thinc is not typed here
        """thinc's operations with another matrix product."""

        def gemm(
            self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False
        ) -> Any:
            """``x @ y``, each transposed if asked to; into ``out`` if there is one."""
            return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)

    return BlasOps
