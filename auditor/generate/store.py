"""The store of answers: whatever was answered once is never asked again.

One SQLite file in write-ahead mode that only its owner can read: an answer may repeat what its
writer knows. A row is written before its answer is looked at, so a run that is killed at any moment
loses no more than the answers that were still on their way. Its key is ``request.name``: another
question, seed, model or endpoint is another row.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from auditor.errors import InputError
from auditor.generate.completion import Completion
from auditor.generate.request import Identity

TABLES = {
    "format": "(version text not null)",
    "identity": "(at text primary key, told text not null) without rowid",
    "answer": "(name text primary key, at text not null, told text not null) without rowid",
}
VERSION = "auditor-store-1"
PATIENCE = 60.0  # seconds to wait for another run that writes
PAUSE = 0.01
REMEDIES = {
    sqlite3.SQLITE_BUSY: "another run is writing to it; wait for it",
    sqlite3.SQLITE_FULL: "there is no space left on its disk; make some",
}


class Store:
    """Answers by the name of their request. Use as a context manager.

    Without a path it lasts as long as the object. Raises InputError when the file cannot be opened
    or is something else.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        if path is not None:
            _touch(path)
        with self._told():
            place = path.absolute() if path else ":memory:"
            self._rows = sqlite3.connect(place, timeout=PATIENCE, isolation_level=None)
        try:
            with self._told():
                self._begin()
        except InputError:
            self.close()
            raise

    def _begin(self) -> None:
        """Makes the tables of a new store. A file that is none is left as it is."""
        self._rows.execute("begin immediate")  # of several that open a new one, one makes them
        tables = self._column("select name from sqlite_master where type = 'table'")
        if not tables:
            for name, columns in TABLES.items():
                self._rows.execute(f"create table {name} {columns}")
            self._rows.execute("insert into format values (?)", (VERSION,))
        elif set(tables) != set(TABLES):
            raise InputError(f"{self.path}: something else than a store; give another --store")
        elif self._column("select version from format") != [VERSION]:
            raise InputError(f"{self.path}: a store of another version; give another --store")
        self._rows.execute("commit")
        if self.path is not None:
            self.path.chmod(0o600)
        self._write_ahead()
        # Safe against the death of the process; only the death of the machine costs a row.
        self._rows.execute("pragma synchronous = normal")

    def _write_ahead(self) -> None:
        """SQLite itself does not wait here for others that open the file at the same time."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._rows.execute("pragma journal_mode = wal")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)

    def _column(self, select: str) -> list[str]:
        with closing(self._rows.execute(select)) as found:
            return [value for (value,) in found]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._rows.close()

    def get(self, name: str) -> Completion | None:
        """What was answered to the request of that name; None when it was never asked."""
        with (
            self._told(),
            closing(self._rows.execute("select told from answer where name = ?", (name,))) as found,
        ):
            row = found.fetchone()
            return Completion(**json.loads(row[0])) if row else None

    def put(self, identity: Identity, answers: Mapping[str, Completion]) -> dict[str, Completion]:
        """Keeps answers by name, all at once, and gives those that are kept.

        The first one stays: two runs side by side go on with the same.
        """
        # ASCII only: a text may hold half a surrogate pair, which no file takes.
        at = json.dumps(asdict(identity))
        rows = [(name, at, json.dumps(asdict(answer))) for name, answer in answers.items()]
        with self._told(), self._rows:  # commits
            self._rows.execute("begin immediate")
            self._rows.execute("insert or ignore into identity values (?, ?)", (at, at))
            adding = "insert or ignore into answer values (?, ?, ?)"
            added = self._rows.executemany(adding, rows).rowcount
        if added == len(rows):
            return dict(answers)
        return {name: self.get(name) or answer for name, answer in answers.items()}

    def answers(self, identity: Identity) -> Iterator[tuple[str, Completion]]:
        """All answers of one of them, by name."""
        at = json.dumps(asdict(identity))
        select = "select name, told from answer where at = ? order by name"
        with self._told(), closing(self._rows.execute(select, (at,))) as found:
            for name, told in found:
                yield name, Completion(**json.loads(told))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if remedy := REMEDIES.get(code):
                raise InputError(f"{self.path}: {remedy}, and run the same command again") from None
            raise InputError(
                f"{self.path}: cannot be used as a store; give another --store"
            ) from None


def _touch(path: Path) -> None:
    """Makes the file before SQLite does, so that nobody else can ever read it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Only a new one: closing the file again would undo locks that this process holds on it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give another --store") from None
