"""What a run of the gate leaves behind: the files of the output folder, and the annex."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from auditor import resources
from auditor.audit import Audit, loads
from auditor.corpus import Corpora
from auditor.errors import InputError
from auditor.policy import Policy

ACCEPTED = "accepted.jsonl"
ALWAYS = ("decisions", "html", "json")


def format_named(name: str) -> ModuleType:
    """An output format. Raises PolicyError when there is none of that name."""
    return resources.load("formats", name)


def formats(extra: tuple[str, ...]) -> tuple[ModuleType, ...]:
    """The formats of a run: those always written, and those asked for."""
    return tuple(format_named(name) for name in dict.fromkeys((*ALWAYS, *extra)))


def names() -> frozenset[str]:
    """Every file name that a run may leave in its output folder."""
    return frozenset({ACCEPTED, *(module.FILE for module in formats(resources.names("formats")))})


def files(audit: Audit, corpora: Corpora, extra: tuple[str, ...]) -> Mapping[str, bytes]:
    """File name -> content. The accepted lines are among them only when the gate is open."""
    content = {module.FILE: module.render(audit).encode() for module in formats(extra)}
    if audit.verdict.exit_code == 0:
        verdicts = zip(corpora.synthetic.records, audit.records, strict=True)
        lines = [record.line + b"\n" for record, verdict in verdicts if verdict.accepted]
        content[ACCEPTED] = b"".join(lines)
    return content


def read_audit(folder: Path) -> Audit:
    """The audit in an output folder. Raises InputError when there is none."""
    path = folder / "audit.json"
    try:
        return loads(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path}: cannot be read; give a folder that the gate wrote") from None


def refuse_real_text(path: str, corpora: Corpora, policy: Policy) -> None:
    """Raises InputError for a record that was made by labelling real text."""
    if policy.text.data_to_label == "allow":
        return
    for record in corpora.synthetic.records:
        if record.origin.direction == "data_to_label":
            raise InputError(
                f"{path}: record {record.id!r:.60} has the origin data_to_label,"
                " which is real text; leave such records out"
            )


def check_annex(path: Path, out: Path) -> None:
    """Raises InputError unless the annex is a new file outside the output folder."""
    if path.resolve().is_relative_to(out.resolve()):
        raise InputError(f"{path}: the annex holds real ids; keep it outside {out}")
    if path.exists() or not path.absolute().parent.is_dir():
        raise InputError(f"{path}: exists, or its folder does not; give a new path for the annex")


def write_annex(path: Path, audit: Audit, corpora: Corpora) -> None:
    """Writes which source record each rejected record matches; only its owner can read it.

    One JSON object per breach: ids and places, no text. Raises InputError when that fails.
    """
    source = corpora.source
    owners = {source.fingerprint(i): r.id for i, r in enumerate(source.records)} if source else {}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            for record in audit.records:
                for breach in record.breaches:
                    row = {
                        "id": record.id,
                        "check": breach.check,
                        "metric": breach.metric,
                        "value": breach.value,
                        "reference": breach.reference,
                        "source_id": owners.get(breach.reference or ""),
                        "source_span": breach.reference_span,
                        "spans": record.spans,
                    }
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give a new path for the annex") from None
