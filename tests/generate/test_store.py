"""Answers that are kept: the first one stays, only the owner may read, no death loses a row."""

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.generate.completion import Completion, Finish
from auditor.generate.request import Identity
from auditor.generate.store import Store

WHO = Identity("replay", "answers.jsonl", "small", "r1")
OTHER = Identity("replay", "answers.jsonl", "large", "r1")
FULL = Completion("Tos «seca»\n\t☃", "length", 12, "ab" * 32, 7, 9, "small-2", "fp")

PUTTING = """
import sys
from pathlib import Path
from auditor.generate.completion import Completion
from auditor.generate.request import Identity
from auditor.generate.store import Store
path, mine, most = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Store(path) as store:
    for number in range(most):
        store.put(Identity("b", "e", "m"), {f"{mine}-{number}": Completion(f"text {number} " * 50)})
        print(number, flush=True)
"""


def putting(path: Path, mine: str, most: int) -> "subprocess.Popen[str]":
    """A process that puts one row after another and says each when it is kept."""
    return subprocess.Popen(
        [sys.executable, "-c", PUTTING, str(path), mine, str(most)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        assert store.get("one") is None
        store.put(WHO, {"one": FULL})
        assert store.get("one") == FULL
        assert store.get("two") is None
    with Store(tmp_path / "store.sqlite") as store:
        assert store.get("one") == FULL


@given(
    st.builds(
        Completion,
        st.text(st.characters()),
        st.sampled_from(Finish.__args__),  # type: ignore[attr-defined]
        st.integers(0),
        st.text(),
        st.none() | st.integers(0, 2**63),
        st.none() | st.integers(0),
        st.text(),
        st.text(),
    )
)
def test_every_answer_comes_back_as_it_was(completion: Completion) -> None:
    with Store(None) as store:
        name = f"{hash(completion)}"
        store.put(WHO, {name: completion})
        assert store.get(name) == completion


def test_half_a_surrogate_pair_is_kept_too(tmp_path: Path) -> None:
    """Else a model that writes one would be asked again in every run."""
    with Store(tmp_path / "store.sqlite") as store:
        store.put(WHO, {"one": Completion("half \ud83d")})
        assert store.get("one") == Completion("half \ud83d")


def test_the_first_answer_stays(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        store.put(WHO, {"one": Completion("first")})
        store.put(OTHER, {"one": Completion("second")})
        assert store.get("one") == Completion("first")
        assert [name for name, _ in store.answers(WHO)] == ["one"]
        assert list(store.answers(OTHER)) == []


def test_of_several_put_at_once_those_that_stay_are_told(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        several = {"one": Completion("1"), "two": Completion("2")}
        assert store.put(WHO, several) == several
        assert store.put(WHO, {"two": Completion("another"), "three": FULL}) == {
            "two": Completion("2"), "three": FULL,
        }  # fmt: skip
        assert store.get("three") == FULL


def test_answers_are_told_apart_by_who_gave_them(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        for name in ("c", "a", "b"):
            store.put(WHO, {name: Completion(f"of {name}")})
        store.put(OTHER, {"d": Completion("of d")})
        assert list(store.answers(WHO)) == [(n, Completion(f"of {n}")) for n in "abc"]
        assert list(store.answers(OTHER)) == [("d", Completion("of d"))]
        assert list(store.answers(Identity("x", "y", "z"))) == []


def test_only_the_owner_may_read_it_whatever_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.touch()
    path.chmod(0o666)
    before = os.umask(0)
    try:
        with Store(path) as store:
            store.put(WHO, {"one": FULL})
            files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert set(files) == {f"store.sqlite{end}" for end in ("", "-wal", "-shm")}
    assert set(files.values()) == {0o600}


def test_it_writes_ahead(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with Store(path), contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("pragma journal_mode").fetchone() == ("wal",)


def test_two_at_once_see_what_the_other_keeps(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with Store(path) as one, Store(path) as two:
        one.put(WHO, {"a": Completion("by one")})
        assert two.get("a") == Completion("by one")
        two.put(WHO, {"a": Completion("by two")})
        two.put(WHO, {"b": Completion("by two")})
        assert one.get("a") == Completion("by one")
        assert one.get("b") == Completion("by two")


def test_many_that_open_a_new_one_at_once_all_can(tmp_path: Path) -> None:
    """And none of them leaves it in a form that a later one refuses."""
    for turn in range(15):
        path = tmp_path / f"{turn}.sqlite"

        def opened(number: int, path: Path = path) -> None:
            with Store(path) as store:
                store.put(WHO, {f"{number}": FULL})

        with ThreadPoolExecutor(8) as several:
            list(several.map(opened, range(8)))
        with Store(path) as store:
            assert len(list(store.answers(WHO))) == 8


def test_two_processes_write_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with putting(path, "a", 200) as a, putting(path, "b", 200) as b:
        a.communicate()
        b.communicate()
    assert (a.returncode, b.returncode) == (0, 0)
    with Store(path) as store:
        assert len(list(store.answers(Identity("b", "e", "m")))) == 400


@pytest.mark.parametrize("rows", [1, 40, 300])
def test_what_was_kept_outlives_the_death_of_its_writer(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "store.sqlite"
    told = []
    with putting(path, "a", 10**9) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(int(line))
            if len(told) == rows:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    with Store(path) as store:
        for number in told:
            assert store.get(f"a-{number}") == Completion(f"text {number} " * 50)
        # At most one more was kept and not said yet.
        assert len(told) <= len(list(store.answers(Identity("b", "e", "m")))) <= len(told) + 1
        store.put(WHO, {"later": FULL})


@pytest.mark.parametrize(
    "content", [b"id,text\n" * 500, b"SQLite format 3\0" + b"\0" * 5000, b"notes"]
)
def test_a_file_that_is_no_store_is_refused_and_stays_as_it_was(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    path.chmod(0o644)
    with pytest.raises(InputError, match=r"notes\.csv: .*give another --store"):
        Store(path)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_database_of_something_else_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "visits.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("create table visit (day text)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(InputError, match="give another --store"):
        Store(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["visits.sqlite"]


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Store(path).close()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("update format set version = 'auditor-store-0'")
        other.commit()
    with pytest.raises(InputError, match="another version; give another --store"):
        Store(path)


def test_a_row_that_holds_something_else_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with Store(path) as store:
        store.put(WHO, {"one": FULL})
        for told in ("{", '{"told": 1}', "[]"):
            with contextlib.closing(sqlite3.connect(path)) as other:
                other.execute("update answer set told = ?", (told,))
                other.commit()
            with pytest.raises(InputError) as caught:
                store.get("one")
            assert str(caught.value) == f"{path}: cannot be used as a store; give another --store"


def test_a_place_where_no_file_can_be_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "store.sqlite", tmp_path / ("n" * 300)):
        with pytest.raises(InputError, match="give another --store"):
            Store(path)


def test_folders_above_it_are_made(tmp_path: Path) -> None:
    Store(tmp_path / "a" / "b" / "store.sqlite").close()
    assert (tmp_path / "a" / "b" / "store.sqlite").is_file()


def test_errors_hold_nothing_of_an_answer(tmp_path: Path) -> None:
    with Store(tmp_path / "store.sqlite") as store:
        pass
    with pytest.raises(InputError) as caught:  # it is closed
        store.put(WHO, {"one": Completion("Quixotic zebra cantata")})
    assert "zebra" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_store_that_another_run_holds_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.generate.store.PATIENCE", 0.01)
    path = tmp_path / "store.sqlite"
    with Store(path) as store, contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("begin immediate")
        with pytest.raises(InputError, match="another run is writing to it; wait for it, and run"):
            store.put(WHO, {"one": FULL})
        other.rollback()
        assert store.put(WHO, {"one": FULL}) == {"one": FULL}
