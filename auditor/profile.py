"""`auditor profile`: data sets, or what the gate left of them, on three axes side by side.

An output folder of the gate is told from its audit. A data set is measured as the gate would, in
memory, and nothing is published. Data sets are cut to one size first, because diversity and the
largest values depend on it: which records stay depends on their texts alone, not on their order.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor import gate, inputs, outputs, terminal
from auditor.audit import Audit
from auditor.corpus import Corpora, Corpus
from auditor.errors import InputError
from auditor.profiles import compare, html, json, markdown, table
from auditor.profiles.profile import Profile
from auditor.publish import MARKER
from auditor.record import Reading, Record, read

SEED = b"auditor profile 0"  # which records stay of a set that is cut
ENDINGS = (".jsonl", ".csv", ".parquet", ".json")
Step = Callable[[str], None]


@dataclass(frozen=True)
class Against:
    """What data sets are judged against. ``size``: records of each; None for the smallest's."""

    source: str | None
    holdout: str | None
    policy: str
    size: int | None


def run(paths: Sequence[str], against: Against, step: Step, **reading: Any) -> Profile:
    """The profile of the sets at these paths, in their order.

    ``reading``: as ``inputs.read_corpora`` has it. Raises InputError for a path that is neither, a
    set given twice, a data set without a source, and a size that a data set does not have.
    """
    if len(set(paths)) < len(paths):
        raise InputError("the same path twice; give every set once")
    audits = {path: outputs.read_audit(Path(path)) for path in paths if _is_output(path)}
    files = [path for path in paths if path not in audits]
    if against.size and not files:
        raise InputError("--size cuts data sets, not what the gate has judged; leave it out")
    wholes: dict[str, int] = {}
    if files:
        policy = inputs.read_policy(against.policy).without("yield")  # no record is left out
        for path, corpora, whole in _cut(files, against, **reading):
            if whole > len(corpora.synthetic.records):
                wholes[path] = whole
            telling = _telling(step, corpora.synthetic.name)
            audits[path] = gate.run(corpora, policy, telling, set_of="generated")
    in_order = [audits[path] for path in paths]
    _refuse_same(paths, in_order)
    return compare.profile(in_order, _names(paths, in_order), [wholes.get(path) for path in paths])


def render(profile: Profile, form: str, width: int) -> str:
    """The profile as table (of at most ``width`` columns), markdown, json or html."""
    match form:
        case "html":
            return html.render(profile)
        case "json":
            return json.render(profile)
        case "markdown":
            return terminal.printable(markdown.render(profile))
        case _:
            return terminal.printable(table.render(profile, width))


def _is_output(path: str) -> bool:
    return path != "-" and (Path(path) / MARKER).is_file()


def _telling(step: Step, name: str) -> Step:
    return lambda what: step(f"{name}: {what}")


def _cut(paths: Sequence[str], against: Against, **reading: Any) -> list[tuple[str, Corpora, int]]:
    """Data sets of one size, each with its real records and how many records it had."""
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise InputError(f"{path}: No such file or directory; check the path")
    if against.source is None:
        raise InputError(
            f"{paths[0]}: not a folder that the gate wrote; to have it judged, give --source"
        )
    first = inputs.read_corpora(
        paths[0], against.source, against.holdout, published=False, **reading
    )
    others = [_beside(first, read(path, reading["fields"])) for path in paths[1:]]
    whole = [len(corpora.synthetic.records) for corpora in (first, *others)]
    size = against.size or min(whole)
    if size > min(whole):
        path = paths[whole.index(min(whole))]
        raise InputError(f"{path}: has {min(whole):,} records; give a --size of no more")
    every = zip(paths, (first, *others), whole, strict=True)
    return [(path, _of_size(corpora, size), count) for path, corpora, count in every]


def _beside(first: Corpora, reading: Reading) -> Corpora:
    """Another set against the same real records, whose indexes are then built once."""
    like = first.synthetic
    mine = Corpus(reading.name, reading.records, reading.digest, like.key, like.kept_key)
    return replace(first, synthetic=mine)


def _of_size(corpora: Corpora, size: int) -> Corpora:
    """So many records of the set, in their order; the digest stays that of the whole file."""
    mine = corpora.synthetic
    if size == len(mine.records):
        return corpora
    kept = {record.id for record in sorted(mine.records, key=_draw)[:size]}
    cut = replace(mine.subset(lambda record: record.id in kept), digest=mine.digest)
    return replace(corpora, synthetic=cut)


def _draw(record: Record) -> tuple[bytes, str]:
    """A place in a random order that is the same for a text wherever it stands."""
    return hashlib.sha256(SEED + record.text.encode()).digest(), record.id


def _refuse_same(paths: Sequence[str], audits: Sequence[Audit]) -> None:
    seen: dict[str, str] = {}
    for path, audit in zip(paths, audits, strict=True):
        other = seen.setdefault(compare.digest(audit) or path, path)
        if other != path:
            raise InputError(f"{path}: the same set as {other}; give every set once")


def _names(paths: Sequence[str], audits: Sequence[Audit]) -> list[str]:
    """What to call the sets: by their file; by what was given, where files share a name."""
    files = [_file(audit) or _last(path) for path, audit in zip(paths, audits, strict=True)]
    names = [
        name if files.count(name) == 1 else _last(path)
        for path, name in zip(paths, files, strict=True)
    ]
    return [
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})"
        for i, name in enumerate(names)
    ]


def _file(audit: Audit) -> str:
    names = [file.name for file in audit.inputs if file.role == "synthetic"]
    return _without_ending(names[0]) if names else ""


def _last(path: str) -> str:
    return _without_ending(Path(path).resolve().name)


def _without_ending(name: str) -> str:
    path = Path(name)
    return path.stem if path.suffix.lower() in ENDINGS else name
