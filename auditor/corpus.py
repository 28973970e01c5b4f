"""Corpora: what is judged, and the real records that it is compared with."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar

from auditor.code_table import EMPTY as NO_TABLE
from auditor.code_table import CodeTable
from auditor.errors import CannotMeasure
from auditor.record import Reading, Record
from auditor.roster import Roster

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Corpus:
    """Records in order, with memoised indexes. Read-only.

    ``key``       of fingerprints
    ``kept_key``  of what is kept of the source between runs; the same whatever the roster
    """

    name: str
    records: tuple[Record, ...]
    digest: str = ""
    key: bytes = b""
    kept_key: bytes = b""
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    def memo(
        self, build: Callable[Concatenate["Corpus", P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """``build(self, *args, **options)``, worked out once."""
        key = _call(build, args, options)
        if key not in self._memo:
            self._memo[key] = build(self, *args, **options)
        result: T = self._memo[key]
        return result

    def recall(
        self,
        build: Callable[Concatenate["Corpus", P], T],
        value: T,
        *args: P.args,
        **options: P.kwargs,
    ) -> None:
        """Takes ``value``, worked out earlier, for ``memo(build, *args, **options)``."""
        self._memo[_call(build, args, options)] = value

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """A number per record, equal for records of one group (patient)."""
        numbers: dict[Any, int] = {}
        names = (r.group if r.group is not None else (i,) for i, r in enumerate(self.records))
        return tuple(numbers.setdefault(name, len(numbers)) for name in names)

    @cached_property
    def group_keys(self) -> tuple[int, ...]:
        """A 63-bit key per record, equal for records of one group in this and any other corpus.

        A record without a group is a group on its own, and no record of another corpus is in it.
        """
        return tuple(
            _key63(repr((id(self), i) if record.group is None else record.group))
            for i, record in enumerate(self.records)
        )

    def fingerprint(self, index: int) -> str:
        """Keyed fingerprint of a record (HMAC-SHA256, 16 hex digits): its id may be a patient's."""
        return hmac.new(self.key, self.records[index].id.encode(), "sha256").hexdigest()[:16]

    def subset(self, keep: Callable[[Record], bool]) -> "Corpus":
        """The records to keep, as a corpus of its own."""
        return Corpus(self.name, tuple(r for r in self.records if keep(r)), key=self.key)

    @cached_property
    def words(self) -> int:
        """Words of all records, divided at white space."""
        return sum(len(record.text.split()) for record in self.records)


@dataclass(frozen=True, eq=False)
class Corpora:
    """All that a check may look at. ``synthetic`` is what it measures.

    ``leave_out``: these are the corpora of a control, and a record is not compared with its own
    group: what one patient's records share is no chance.
    ``asked``: for set checks, all synthetic records; ``synthetic`` holds the accepted ones.
    ``wanted``: the labels of each record that the generator was asked for, where that is known.
    ``roster``: known people. Controls go without it: nobody else's records are to hold them.
    ``codes``: what the user's own codes mean; empty without a table.
    """

    synthetic: Corpus
    source: Corpus | None = None
    holdout: Corpus | None = None
    leave_out: bool = False
    asked: Corpus | None = None
    wanted: tuple[tuple[str, ...], ...] = ()
    roster: Roster | None = None
    codes: CodeTable = NO_TABLE

    def real(self) -> Corpus:
        """The source. Raises CannotMeasure when none was given."""
        if self.source is None:
            raise CannotMeasure("no source to compare with; give one with --source")
        return self.source

    def apart(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """A key per synthetic and per source record; equal ones are not to be compared.

        Both empty where every record is compared with every other.
        """
        mine, theirs = self.synthetic.group_keys, self.real().group_keys
        return (mine, theirs) if self.leave_out and set(mine) & set(theirs) else ((), ())

    def chance(self) -> "Corpora | None":
        """The synthetic records against the holdout: what they share without having learned it.

        Source and holdout change places, so that what a check does with a holdout (phrases that it
        knows are no secret) it does here with the source, and the two runs differ in nothing else.
        """
        if self.holdout is None:
            return None
        return replace(self, source=self.holdout, holdout=self.source, leave_out=True, roster=None)

    def unseen(self) -> "Corpora | None":
        """The holdout against the source: what two unrelated real records share."""
        if self.holdout is None:
            return None
        return replace(self, synthetic=self.holdout, holdout=None, roster=None)

    def leave_one_out(self) -> "Corpora | None":
        """Each source record against the source records of all other groups."""
        if self.source is None:
            return None
        return replace(self, synthetic=self.source, holdout=None, leave_out=True, roster=None)


def corpora(
    synthetic: Reading,
    source: Reading | None,
    holdout: Reading | None,
    key: bytes | None = None,
    roster: Roster | None = None,
    codes: CodeTable | None = None,
) -> Corpora:
    """Corpora of what was read.

    Without a ``key`` of the user, fingerprints are keyed by the source's text and the roster:
    whoever holds these can link them to their records, nobody else can, and the same run gives
    the same ones.
    """
    kept_key = key or _own_key(source, None)
    key = key or _own_key(source, roster)

    def corpus(reading: Reading) -> Corpus:
        return Corpus(reading.name, reading.records, reading.digest, key, kept_key)

    return Corpora(
        corpus(synthetic),
        corpus(source) if source else None,
        corpus(holdout) if holdout else None,
        roster=roster,
        codes=codes or NO_TABLE,
    )


def _call(build: Callable[..., Any], args: Any, options: Mapping[str, Any]) -> Any:
    return build.__module__, build.__qualname__, args, tuple(sorted(options.items()))


def _key63(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) >> 1


def _own_key(source: Reading | None, roster: Roster | None) -> bytes:
    digest = hashlib.sha256(b"auditor fingerprint key")
    for record in source.records if source else ():
        digest.update(record.text.encode() + b"\0")
    digest.update(roster.digest.encode() if roster else b"")
    return digest.digest()
