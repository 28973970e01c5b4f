"""A folder of arrays that only the holder of a key can read, or change without being noticed.

Each file is masked with a keystream of its own (SHAKE256 of key and nonce, FIPS 202) whose nonce is
a keyed hash of what it hides (SIV: Rogaway and Shrimpton 2006), so that equal arrays give equal
bytes and no keystream serves twice. Hashing words with a key would not be enough: whoever counts
equal hashes can guess the words. `index.json` says what there is, with the sha256 of every file and
an HMAC of it all.

Folder and files are open to their owner only, from the moment that they are made. They are written
beside the target and change places with it, as in publish.py.
"""

import contextlib
import hashlib
import hmac
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError
from auditor.publish import publish

FORMAT = "auditor source index, 1"
MANIFEST, NOTE, SUFFIX = "index.json", "README.txt", ".sealed"
NONCE = 32  # bytes
DAMAGED = (OSError, ValueError, LookupError, TypeError, EOFError, zipfile.BadZipFile)
PROTECTED = """\
THIS FOLDER IS PROTECTED HEALTH INFORMATION. Keep it as you keep the records it was made from.

It was written by `auditor index` and saves `auditor gate --index` and `auditor scan --index` time.
It holds, of every record of the source: hashes of its phrases, the places where an identifier may
stand and of which kind, and vectors of the meaning of some. It holds no text.

The files are masked and signed with a key. Without --key that key is made from the text of the
source itself: whoever has the records can read these files, nobody else. Whoever reads them can
tell whether a phrase stands in a record. Do not publish this folder, do not send it, and delete it
together with the source.
"""

Arrays = Mapping[str, NDArray[Any]]


class Altered(Exception):
    """A file is missing, was changed, or was made with another key."""


def check_target(target: Path) -> None:
    """Raises InputError unless the target is missing, an empty folder, or an earlier index."""
    try:
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            raise InputError(f"{target}: not a folder; choose another -o")
        present = sorted(path.name for path in target.iterdir()) if target.exists() else []
    except OSError as error:
        raise InputError(f"{target}: {error.strerror}; choose another -o") from None
    foreign = [name for name in present if name not in (MANIFEST, NOTE) and not _is_sealed(name)]
    if present and (foreign or _format(target) is None):
        name = foreign[0] if foreign else present[0]
        raise InputError(f"{target}: holds {name!r:.60} and is no index; choose another -o")


def write(target: Path, told: Mapping[str, Any], parts: Mapping[str, Arrays], key: bytes) -> None:
    """Puts the parts and what is told of them in place of whatever the target folder held.

    Raises InputError when the place cannot be written; the target is then as it was.
    """
    files = {NOTE: PROTECTED.encode()}
    files |= {f"{name}{SUFFIX}": _mask(_packed(arrays), key) for name, arrays in parts.items()}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = {"format": FORMAT, **told, "files": digests}
    manifest["hmac"] = _mac(manifest, key)
    files[MANIFEST] = json.dumps(manifest, indent=2).encode() + b"\n"
    with _owner_only():
        publish(target, files)


def manifest(folder: Path) -> dict[str, Any]:
    """What the folder says of itself, which nobody has vouched for. Raises InputError without."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one that `auditor index` wrote")
    told = _format(folder)
    if told is None:
        raise InputError(f"{folder}: is no index; give a folder that `auditor index` wrote")
    return told


def verify(told: Mapping[str, Any], key: bytes) -> None:
    """Raises Altered unless the manifest was written with this key."""
    rest = {name: value for name, value in told.items() if name != "hmac"}
    if not hmac.compare_digest(str(told.get("hmac")).encode(), _mac(rest, key).encode()):
        raise Altered


def parts(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the parts of a verified manifest."""
    return tuple(name.removesuffix(SUFFIX) for name in told["files"] if _is_sealed(name))


def read(folder: Path, told: Mapping[str, Any], part: str, key: bytes) -> Arrays:
    """One part of a verified manifest. Raises Altered."""
    name = f"{part}{SUFFIX}"
    try:
        data = (folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != told["files"][name]:
            raise Altered
        with np.load(io.BytesIO(_unmask(data, key)), allow_pickle=False) as arrays:
            return dict(arrays)
    except DAMAGED:
        raise Altered from None


def _is_sealed(name: str) -> bool:
    return name.endswith(SUFFIX) and name.removesuffix(SUFFIX).isidentifier()


def _format(folder: Path) -> dict[str, Any] | None:
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(told, dict) and str(told.get("format")).startswith("auditor source index")
    return told if ours else None


def _packed(arrays: Arrays) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def _mask(data: bytes, key: bytes) -> bytes:
    nonce = hmac.digest(_derived(key, "nonce"), data, "sha256")
    return nonce + _xor(data, key, nonce)


def _unmask(data: bytes, key: bytes) -> bytes:
    return _xor(data[NONCE:], key, data[:NONCE])


def _xor(data: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(_derived(key, "mask") + nonce).digest(len(data))
    return (np.frombuffer(data, np.uint8) ^ np.frombuffer(stream, np.uint8)).tobytes()


def _mac(manifest: Mapping[str, Any], key: bytes) -> str:
    content = json.dumps(manifest, sort_keys=True).encode()
    return hmac.new(_derived(key, "manifest"), content, "sha256").hexdigest()


def _derived(key: bytes, use: str) -> bytes:
    return hmac.digest(key, b"auditor source index: " + use.encode(), "sha256")


@contextlib.contextmanager
def _owner_only() -> Iterator[None]:
    """Whatever is made inside is made for its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
