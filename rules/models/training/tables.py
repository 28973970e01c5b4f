"""The word lists and tables that values are drawn from, as written in the YAML files here."""

from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def words(language: str) -> dict[str, tuple[str, ...]]:
    """What may stand for a slot: ``words.yaml`` of a language."""
    found = _read(HERE / language / "words.yaml")
    return {slot: tuple(map(str, values)) for slot, values in found.items()}


@cache
def entries(name: str, language: str) -> tuple[str, ...]:
    """A list of ``tables.yaml``. Raises TypeError where YAML took a bare word for a boolean."""
    found = _tables(language)[name]
    for entry in found:
        if not isinstance(entry, str):
            raise TypeError(f"tables.yaml, {name}: put quotes around {entry!r}")
    return tuple(found)


@cache
def weights(name: str, language: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The keys and the weights of a mapping of ``tables.yaml``."""
    found = _tables(language)[name]
    return tuple(found), tuple(found.values())


@cache
def _tables(language: str) -> dict[str, Any]:
    """The tables of both languages and of this one."""
    return _read(HERE / "tables.yaml") | _read(HERE / language / "tables.yaml")


def _read(path: Path) -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
