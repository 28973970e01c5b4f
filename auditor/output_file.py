"""A file that is written whole or not at all: beside its place first, then renamed."""

import glob
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.errors import InputError

OWNER_ONLY = 0o600
START = 40  # characters of a long name that the file beside it begins with


def check(path: Path, option: str) -> None:
    """Raises InputError unless a file can be written there: a new one, or in place of a file."""
    above = path.absolute().parent
    try:
        is_free = stat.S_ISREG(path.stat().st_mode)  # no folder, and no device such as /dev/null
    except FileNotFoundError:
        is_free = above.is_dir()
    except OSError:
        is_free = False
    if not is_free or not os.access(above, os.W_OK):
        raise InputError(f"{path}: cannot be written; give another {option}")


def write(path: Path, pieces: Iterable[str], mode: int = 0o644) -> int:
    """Puts the pieces in place of whatever the file held, and says how many there were.

    A process killed at any moment leaves the old file or the new one. Raises InputError when the
    disk is full or the place cannot be written; whatever making the pieces raises passes through.
    """
    count = 0
    beside = f".{path.name[:START]}"
    try:
        for left in orphans(path.parent, beside):
            left.unlink(missing_ok=True)
        descriptor, name = tempfile.mkstemp(
            prefix=f"{beside}.{os.getpid()}.", suffix=".part", dir=path.parent
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
        raise InputError(f"{path}: {error.strerror}; give another path") from None
    return count


def orphans(folder: Path, beside: str) -> Iterator[Path]:
    """What processes that are no more left in ``folder``: ``<beside>.<process>.*.part``."""
    for left in folder.glob(f"{glob.escape(beside)}.*.part"):
        process = left.name.removeprefix(f"{beside}.").partition(".")[0]
        if process.isdecimal() and not _alive(int(process)):
            yield left


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
