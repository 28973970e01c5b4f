"""A file is written whole or not at all, and only where a file can be."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import output_file
from auditor.errors import InputError

KILLED = """
import os, signal, sys
from pathlib import Path
from auditor import output_file

def pieces():
    for number in range(10_000):
        yield f"new {number}\\n"
        if number == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

output_file.write(Path(sys.argv[1]), pieces())
"""


def test_pieces_become_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert output_file.write(path, (f"línea {n}\n" for n in range(3))) == 3
    assert path.read_bytes() == "línea 0\nlínea 1\nlínea 2\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_it_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old and longer\n")
    assert output_file.write(path, []) == 0
    assert path.read_bytes() == b""


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_who_may_read_it_is_said_and_not_left_to_the_machine(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out.jsonl"
    path.touch(0o666)
    before = os.umask(0)
    try:
        output_file.write(path, ["text\n"], mode)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_nobody_else_may_read_what_is_being_written(tmp_path: Path) -> None:
    def pieces() -> Iterator[str]:
        (part,) = tmp_path.iterdir()
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        yield "text\n"

    assert output_file.write(tmp_path / "out", pieces()) == 1


def test_what_fails_on_the_way_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old\n")

    def pieces() -> Iterator[str]:
        yield "new\n" * 100_000
        raise InputError("the store is gone")

    with pytest.raises(InputError, match="the store is gone"):
        output_file.write(path, pieces())
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("at", [0, 5000, 9998])
def test_who_dies_on_the_way_leaves_the_old_file_alone(tmp_path: Path, at: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old\n")
    command = [sys.executable, "-c", KILLED, str(path), str(at)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert path.read_text() == "old\n"
    assert output_file.write(path, ["new\n"]) == 1
    assert path.read_text() == "new\n"


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device; give another path"):
        output_file.write(tmp_path / "out", ["Quixotic zebra cantata"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", "folder", "none/out", "file/out", "n" * 300, "pipe"],
)
def test_a_place_where_no_file_can_be_is_told_beforehand(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"cannot be written; give another -o"):
        output_file.check(tmp_path / name, "-o")


def test_a_device_is_not_replaced_by_a_file() -> None:
    with pytest.raises(InputError, match="give another --record"):
        output_file.check(Path(os.devnull), "--record")


@pytest.mark.parametrize("name", ["out.jsonl", "ñ" * 120, "n" * 255, ".hidden", "old", "a b"])
def test_whatever_passes_the_check_can_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "old").touch(0o400)
    output_file.check(tmp_path / name, "-o")
    assert output_file.write(tmp_path / name, ["a", "b"]) == 2
    assert (tmp_path / name).read_text() == "ab"


def test_a_path_without_a_folder_is_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    output_file.check(Path("out"), "-o")
    output_file.write(Path("out"), ["x"])
    assert (tmp_path / "out").read_text() == "x"


@given(pieces=st.lists(st.text(st.characters(codec="utf-8"))))
def test_the_bytes_are_those_of_the_pieces(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes"
    assert output_file.write(path, pieces) == len(pieces)
    assert path.read_bytes() == "".join(pieces).encode()
