"""What is kept of a source between runs: one module per part.

A part is what one check builds of the source alone and takes long to build. Only numbers and names
of our own recognizers are kept, never a text.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus

Arrays = Mapping[str, NDArray[Any]]
Options = Mapping[str, Any]


class Unfit(Exception):
    """What was kept does not fit this source or this machine; the message says why."""


class Part(Protocol):
    """What every module in this folder holds."""

    CHECK: str

    def keep(self, source: Corpus, options: Options) -> Arrays:
        """What the check builds of the source with these options; nothing when it builds none.

        Raises CannotMeasure when it cannot be built.
        """
        ...

    def recall(self, source: Corpus, options: Options, arrays: Arrays) -> None:
        """Gives it back to the source. Raises Unfit, or what numpy raises, when it is damaged."""
        ...


def column(arrays: Arrays, name: str, kind: type, *shape: int | None) -> NDArray[Any]:
    """One array, if it is of this type and shape; None stands for any length."""
    found = arrays[name]
    right = len(found.shape) == len(shape) and all(
        want in (None, have) for want, have in zip(shape, found.shape, strict=True)
    )
    if not (right and np.issubdtype(found.dtype, kind)):
        raise Unfit(f"{name} is not of the shape it was written with")
    return found


def check(holds: object) -> None:
    """Raises Unfit unless what has to hold of the arrays does."""
    if not holds:
        raise Unfit("holds a value that no source has")
