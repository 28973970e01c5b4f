"""The modules that train the name models: scripts that import one another by their bare names."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

TRAINING = Path(__file__).parents[2] / "rules" / "models" / "training"
MODULES = ("check", "expand", "noise", "notes", "shapes", "tables", "values")


@pytest.fixture(scope="session")
def training() -> Iterator[SimpleNamespace]:
    """``training.expand`` and so on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(TRAINING)
        yield SimpleNamespace(**{name: import_module(name) for name in MODULES})
