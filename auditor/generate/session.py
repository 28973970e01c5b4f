"""A session with whoever writes: the backend, the answers kept, the bounds, the consent."""

import asyncio
import datetime
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from auditor import output_file, resources
from auditor.errors import InputError
from auditor.generate import consent, recordings
from auditor.generate.asking import Asker
from auditor.generate.caps import Caps, Spent
from auditor.generate.completion import Completion
from auditor.generate.request import Backend, Identity, Options
from auditor.generate.store import Store
from auditor.origin import NAME
from auditor.record import Reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, within which bounds, and where answers are kept.

    ``consent``  file that allows real text to leave the machine
    ``record``   file to write all answers to when the run ends, for the backend ``replay``
    """

    backend: str
    options: Options
    caps: Caps
    store: Path
    consent: str | None = None
    record: Path | None = None


class Session:
    """Whom to ask, with the store and the consent; opened together and closed together.

    ``shown``: the real records whose text prompts hold, if any.
    """

    def __init__(self, writer: Writer, shown: Reading | None) -> None:
        module = resources.load("generate.backends", writer.backend)
        spent = Spent(writer.caps)
        self.backend: Backend = module.connect(replace(writer.options, again=spent.begin))
        _check_names(self.backend.identity)
        self.consent = _allowed(writer, shown, self.backend) if shown else ""
        self.record = writer.record
        self.recorded = _recorded(writer, self.backend) if self.record else {}
        self.store = Store(None if self.backend.lasting else writer.store)
        self.asker = Asker(self.backend, self.store, spent, may_send_real_text=bool(self.consent))
        self.runner = asyncio.Runner()
        self.place = f"{self.backend.identity.endpoint}, outside this machine"
        if not self.backend.remote:
            self.place = "this machine"

    def __enter__(self) -> Self:
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work comes to; requests wait for one another in it and nowhere else."""
        return self.runner.run(work)

    def __exit__(self, *_: object) -> None:
        try:
            self.runner.run(self.backend.close())
            self.runner.close()
            if self.record is not None:
                identity = self.backend.identity
                answers = self.recorded | dict(self.store.answers(identity))
                recordings.write(self.record, identity, answers.items())
        finally:
            self.store.close()


def _recorded(writer: Writer, backend: Backend) -> dict[str, Completion]:
    """What the file of ``--record`` holds already: it only ever grows."""
    path = writer.record or Path()
    if backend.lasting:
        raise InputError(f"--record: the answers of {writer.backend} last; leave it out")
    output_file.check(path, "--record")
    if not path.exists():
        return {}
    identity, answers = recordings.read(str(path))
    if identity != backend.identity:
        raise InputError(f"{path}: recorded of another model or endpoint; give another --record")
    return dict(answers)


def _check_names(identity: Identity) -> None:
    """Every record names who wrote it. Raises InputError for a name that a record cannot hold."""
    for option, told in (("--model", identity.model), ("--revision", identity.revision)):
        if not NAME.fullmatch(told):
            raise InputError(
                f"{option}: the name is too long, or has other signs than letters, digits and"
                " ./:@+-_; give another (for a checkpoint, another folder name)"
            )


def _allowed(writer: Writer, source: Reading, backend: Backend) -> str:
    """What the audit says of the consent under which real text leaves; empty where none does."""
    today = datetime.datetime.now(datetime.UTC).date()
    identity = backend.identity
    given = consent.check(
        writer.consent, source.digest, identity.endpoint, backend.remote, today, identity.model
    )
    if backend.lasting:
        return "answers of an earlier run, whose own audit tells"
    if given is None:
        return ""
    return (
        f"{given.approver}, for {given.purpose}, until {given.expires}, sha256 {given.digest[:12]}"
    )
