"""Publishing: the whole output folder at once, or nothing.

Files are written and synced in a folder beside the target, which then changes places with it in one
system call (renameat2 with RENAME_EXCHANGE on Linux, renamex_np with RENAME_SWAP on macOS). A
process killed at any moment leaves the old folder or the new one. Where a file system cannot swap,
the old folder is moved aside first: a kill between the two steps leaves no folder, never a mixture.
"""

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.errors import InputError
from auditor.output_file import orphans

MARKER = "audit.json"  # a folder without one was not written by us
AT_FDCWD = -100
SWAP = 2  # RENAME_EXCHANGE, and RENAME_SWAP likewise


def check_target(target: Path, ours: frozenset[str]) -> None:
    """Raises InputError unless the target is missing, empty, or an earlier output of the gate."""
    try:
        if target.resolve() == Path.cwd():
            raise InputError(f"{target}: is where you are; choose another --out")
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise InputError(f"{target}: not a folder; choose another --out")
        above = next(folder for folder in target.absolute().parents if folder.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise InputError(f"{target}: {above} cannot be written to; choose another --out")
        present = sorted(path.name for path in target.iterdir()) if target.exists() else []
    except OSError as error:
        raise InputError(f"{target}: {error.strerror}; choose another --out") from None
    foreign = [name for name in present if name not in ours]
    if present and (foreign or MARKER not in present):
        name = foreign[0] if foreign else present[0]
        raise InputError(
            f"{target}: holds {name!r:.60}, which is not the gate's; choose another --out"
        )


def publish(target: Path, files: Mapping[str, bytes]) -> None:
    """Puts the files in place of whatever the target folder held.

    Raises InputError when the disk is full or the place cannot be written; the target is then as
    it was.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _staging(target) as staged:
            for name, data in files.items():
                _write(staged / name, data)
            _sync(staged)
            if target.exists():
                _swap(staged, target)
            else:
                staged.rename(target)
            _sync(target.parent)
    except OSError as error:
        raise InputError(f"{target}: {error.strerror}; nothing was published") from None


@contextlib.contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A private folder beside the target; whatever bears its name afterwards is removed."""
    for left in orphans(target.parent, f".{target.name}"):  # they may hold what nobody accepted
        shutil.rmtree(left, ignore_errors=True)
    prefix = f".{target.name}.{os.getpid()}."
    staged = Path(tempfile.mkdtemp(prefix=prefix, suffix=".part", dir=target.parent))
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(a: Path, b: Path) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(a.resolve()), os.fsencode(b.resolve())
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        failed = library.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], SWAP)
    elif sys.platform == "darwin":
        failed = library.renamex_np(*paths, SWAP)
    else:
        failed = True
    if failed:
        aside = a.with_suffix(".old")
        b.rename(aside)
        a.rename(b)
        shutil.rmtree(aside)
