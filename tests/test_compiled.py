"""Compiled code works where nothing can be kept on disk."""

import numba
import pytest
from numba.core import caching

from auditor.compiled import compiled, compiled_parallel


@pytest.mark.parametrize("how", [compiled, compiled_parallel])
def test_without_a_place_to_keep_it(how: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> None:
        raise RuntimeError("no locator available")

    def total(count: int) -> int:
        found = 0
        for i in numba.prange(count):
            found += i
        return found

    monkeypatch.setattr(caching.FunctionCache, "__init__", nowhere)
    assert callable(how)
    assert how(total)(5) == 10
