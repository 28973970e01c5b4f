"""Vectors kept on disk between runs, in a folder that the caller names; nowhere without one.

A file per model, readable by its owner only, replaced as a whole: a reader sees the old file or the
new one. It is written after every few thousand new vectors, so that a killed run loses little.
Entries are found by the sha256 of their text, so neither texts nor ids are stored; but a vector
tells much about its text, and who may write here may change what is measured. A folder of another
user, or one that others may write to, is therefore not used, and a file that cannot be read is
worked out again.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
PORTION = 4000  # vectors: minutes of work, and a second to write
DAMAGED = (OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, zipfile.BadZipFile)


class Stored:
    """Vectors by text, and the file that new ones are written to, if any."""

    def __init__(self, rows: dict[bytes, Vector], file: Path | None) -> None:
        self.rows = rows
        self.file = file
        self.new = 0

    def __contains__(self, text: object) -> bool:
        return _key(text) in self.rows

    def __getitem__(self, text: str) -> Vector:
        return self.rows[_key(text)]

    def __setitem__(self, text: str, vector: Vector) -> None:
        self.rows[_key(text)] = vector
        self.new += 1
        if self.new >= PORTION:
            self.write()

    def write(self) -> None:
        """Writes what is new; where the folder refuses, it is worked out again next time."""
        if self.file and self.new:
            with contextlib.suppress(OSError):
                _write(self.file, self.rows)
        self.new = 0


@contextlib.contextmanager
def opened(folder: str | os.PathLike[str] | None, model: str, dimensions: int) -> Iterator[Stored]:
    """Vectors of one model, (dimensions,) each; new ones are written now and then, and at the end.

    Without a folder, or with one that cannot be used, nothing is read or written: a cache saves
    time and is never a reason to stop.
    """
    ours = usable(folder)
    file = ours and ours / f"vectors-{model}.npz"
    stored = Stored(_read(file, dimensions) if file else {}, file)
    yield stored
    stored.write()


def _key(text: object) -> bytes:
    return hashlib.sha256(str(text).encode()).digest()


def usable(folder: str | os.PathLike[str] | None) -> Path | None:
    """The folder, made if need be; None without one, and where others may write."""
    return Path(folder) if folder and _ours(Path(folder)) else None


def _ours(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not others_write and status.st_uid == os.geteuid()


def _read(file: Path, dimensions: int) -> dict[bytes, Vector]:
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            keys, rows = arrays["keys"], arrays["rows"]
    except DAMAGED:
        return {}
    if keys.shape != (len(rows), 32) or keys.dtype != np.uint8:
        return {}
    if rows.shape[1:] != (dimensions,) or rows.dtype != np.float32:
        return {}
    return dict(zip((key.tobytes() for key in keys), rows, strict=True))


def _write(file: Path, rows: dict[bytes, Vector]) -> None:
    arrays: dict[str, Any] = {
        "keys": np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 32),
        "rows": np.stack(list(rows.values())),
    }
    descriptor, name = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as out:
            np.savez(out, **arrays)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
