"""Finds what is shipped beside the code, and the modules of a folder by their file name.

A folder is a registry: ``checks/near_duplicate.py`` is the check ``near_duplicate``. Names are
listed without importing anything, and only a listed name is ever imported.
"""

import difflib
import hashlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from auditor.errors import PolicyError


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder, such as ``shipped("rules", "strict.yaml")``."""
    inside = Path(str(files("auditor"))) / parts[0]  # an installed wheel
    root = inside if inside.is_dir() else Path(__file__).parents[1] / parts[0]  # a checkout
    return root.joinpath(*parts[1:])


def digest(root: Path, names: Iterable[str] = ("",)) -> str:
    """The sha256 of files and folders below ``root``, their names included.

    What compilers and editors leave there, in folders such as ``__pycache__``, is left out.
    """
    told = hashlib.sha256()
    for path in sorted(path for name in names for path in _files(root / name)):
        name, data = path.relative_to(root).as_posix(), path.read_bytes()
        told.update(f"{name}:{len(data)}:".encode() + data)
    return told.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for inside in path.iterdir():
            if inside.is_file() or not inside.name.startswith((".", "__")):
                yield from _files(inside)


@cache
def names(folder: str) -> tuple[str, ...]:
    """Names of the modules in ``auditor/<folder>/``, sorted, without importing them.

    A folder in a folder is written with a dot: ``generate.backends``.
    """
    path = str(Path(__file__).parent.joinpath(*folder.split(".")))
    return tuple(sorted(m.name for m in pkgutil.iter_modules([path]) if not m.name.startswith("_")))


def load(folder: str, name: str) -> ModuleType:
    """The module ``auditor.<folder>.<name>``.

    Raises PolicyError, with the nearest name, when the folder has no such module.
    """
    if name not in names(folder):
        kind = folder.rpartition(".")[2].removesuffix("s")
        raise PolicyError(f"no {kind} named {name!r}{near(name, names(folder))}")
    return importlib.import_module(f"auditor.{folder}.{name}")


def near(name: str, known: tuple[str, ...]) -> str:
    """The end of an error message: what was probably meant, or what there is."""
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else f" (there is: {', '.join(known)})"
