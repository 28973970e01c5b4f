"""A file that is written whole or not at all: beside its place first, then renamed."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from auditor.errors import InputError


def check(path: Path, option: str) -> None:
    """Raises InputError unless a file can be written there."""
    above = path.absolute().parent
    if path.is_dir() or not above.is_dir() or not os.access(above, os.W_OK):
        raise InputError(f"{path}: cannot be written; give another {option}")


def write(path: Path, pieces: Iterable[str], mode: int = 0o644) -> int:
    """Puts the pieces in place of whatever the file held, and says how many there were.

    A process killed at any moment leaves the old file or the new one. Raises InputError when the
    disk is full or the place cannot be written; whatever making the pieces raises passes through.
    """
    count = 0
    try:
        descriptor, name = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=".part", dir=path.parent
        )
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                for piece in pieces:
                    file.write(piece)
                    count += 1
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give another place") from None
    return count
