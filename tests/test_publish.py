"""The whole output folder, or nothing: refused targets, a full disk, processes that are killed."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from auditor.errors import InputError
from auditor.publish import check_target, publish

REPOSITORY = Path(__file__).parents[1]
OURS = frozenset({"audit.json", "audit.html", "accepted.jsonl"})
OLD = {"audit.json": b"old", "accepted.jsonl": b"old\n"}
NEW = {"audit.json": b"new", "audit.html": b"<p>new"}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    publish(tmp_path / "deep" / "out", NEW)
    assert content(tmp_path / "deep" / "out") == NEW
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_earlier_result_is_replaced_whole(tmp_path: Path) -> None:
    """The accepted records of the earlier run are gone with it."""
    publish(tmp_path / "out", OLD)
    check_target(tmp_path / "out", OURS)
    publish(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    check_target(tmp_path / "out", OURS)
    publish(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == NEW


def test_only_the_owner_may_look_inside(tmp_path: Path) -> None:
    publish(tmp_path / "out", NEW)
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


Make = Callable[[Path], None]


def foreign_folder(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("precious")


def ours_with_a_guest(out: Path) -> None:
    publish(out, OLD)
    (out / "thesis.txt").write_text("precious")


def ours_with_a_folder(out: Path) -> None:
    publish(out, OLD)
    (out / "figures").mkdir()


def records_without_an_audit(out: Path) -> None:
    out.mkdir()
    (out / "accepted.jsonl").write_text("precious")


def file(out: Path) -> None:
    out.write_text("precious")


def link_to_a_folder(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to(out.parent / "elsewhere")


def link_to_nothing(out: Path) -> None:
    out.symlink_to(out.parent / "elsewhere")


@pytest.mark.parametrize(
    "make",
    [
        foreign_folder, ours_with_a_guest, ours_with_a_folder, records_without_an_audit, file,
        link_to_a_folder, link_to_nothing,
    ],
)  # fmt: skip
def test_what_is_not_ours_is_not_touched(tmp_path: Path, make: Make) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder / "out")
    before = tree(tmp_path)
    with pytest.raises(InputError, match="choose another --out") as caught:
        check_target(folder / "out", OURS)
    assert "\n" not in str(caught.value)
    assert str(folder / "out") in str(caught.value)
    assert tree(tmp_path) == before


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path): path.read_text() if path.is_file() else str(path.is_symlink())
        for path in folder.rglob("*")
    }


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(InputError, match="nothing was published"):
        publish(tmp_path / "file" / "out", NEW)
    assert (tmp_path / "file").read_text() == "precious"


def test_where_folders_cannot_change_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old folder is moved aside first, and does not stay there."""
    publish(tmp_path / "out", OLD)
    monkeypatch.setattr("sys.platform", "sunos5")
    publish(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_halfway_leaves_the_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "out", OLD)

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("auditor.publish._swap", broken)
    with pytest.raises(InputError, match=r"Input/output error; nothing was published"):
        publish(tmp_path / "out", NEW)
    assert content(tmp_path / "out") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# Runs the command line, and the disk is full from the moment that something is published.
FULL_DISK = """
import resource
import sys
from auditor import cli, publish
whole = publish.publish
def limited(*arguments):
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    whole(*arguments)
publish.publish = limited
cli.main()
"""


def test_a_full_disk_leaves_the_earlier_result(
    corpus_files: Path,
    gate_arguments: list[str],
    command: Callable[..., CompletedProcess[str]],
) -> None:
    assert command(*gate_arguments).returncode == 0
    before = content(corpus_files / "out")
    assert len(before["accepted.jsonl"]) > 10_000
    beside = sorted(path.name for path in corpus_files.iterdir())
    full = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *gate_arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert full.returncode == 2
    assert full.stdout == ""
    assert full.stderr.splitlines() == [
        f"auditor: {corpus_files / 'out'}: File too large; nothing was published"
    ]
    assert content(corpus_files / "out") == before
    assert sorted(path.name for path in corpus_files.iterdir()) == beside


# Publishes set A and set B in turn, as fast as it can, until it is killed.
PUBLISHER = """
import itertools
import sys
from pathlib import Path
from auditor.publish import publish
target = Path(sys.argv[1])
sets = [
    {"audit.json": c * 9, "audit.html": c * 70_000, c.decode() + ".jsonl": c} for c in (b"A", b"B")
]
publish(target, sets[0])
print("ready", flush=True)
for files in itertools.cycle(sets):
    publish(target, files)
"""
SETS = [
    {"audit.json": c * 9, "audit.html": c * 70_000, f"{c.decode()}.jsonl": c} for c in (b"A", b"B")
]
KILLS = 50


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_the_old_set_or_the_new_one(tmp_path: Path) -> None:
    rng = random.Random("kill")
    target = tmp_path / "out"
    seen, midst = [], 0
    for _ in range(KILLS):
        publisher = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(target)], cwd=REPOSITORY, stdout=subprocess.PIPE
        )
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            publisher.wait(rng.uniform(0, 0.06))
        publisher.kill()
        publisher.wait()
        publisher.stdout.close()
        found = content(target)
        assert found in SETS
        seen.append(SETS.index(found))
        left = [path.name for path in tmp_path.iterdir() if path != target]
        assert all(name.startswith(".out.") for name in left)
        midst += bool(left)
    assert set(seen) == {0, 1}
    assert midst, "no process was killed in the midst of publishing, so nothing was shown"
    publish(target, NEW)
    assert content(target) == NEW
