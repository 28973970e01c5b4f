"""The index of a source: what checks build of it alone, built once and kept for later runs.

A gate spends most of its time on a large source in the detector of identifiers, and most of it on a
small one in sentence vectors; both depend on the source and the options of their checks alone. The
folder `kept/` holds one module per part. A run with an index gives the same bytes as one without;
an index of another source, key, version or option is refused, never used in part.
"""

import hmac
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from auditor import __version__, resources, sealed
from auditor.corpus import Corpora, Corpus
from auditor.errors import InputError
from auditor.kept import Part, Unfit
from auditor.measure import check, options

Settings = Mapping[str, Mapping[str, Any]]  # check -> the options that are not the default
Step = Callable[[str], None]

# What a kept value depends on besides the source: packages, our own code, and our rules.
PACKAGES = (
    "datasketch", "numpy", "presidio-analyzer", "sentence-transformers", "spacy", "torch",
    "transformers",
)  # fmt: skip
CODE = (
    "checks/paraphrase.py", "compiled.py", "detect", "indexes", "kept", "normalise.py",
    "normalise_kernels.py",
)  # fmt: skip
RULES = ("identifiers", "models/en", "models/es")


def build(source: Corpus, settings: Settings, target: Path, step: Step) -> None:
    """Builds what the checks need of the source and keeps it in the target folder.

    Raises CannotMeasure when a part cannot be built, InputError when no check has one or the folder
    cannot be written.
    """
    kept, chosen = {}, {}
    for name, part in _parts():
        if part.CHECK in settings:
            step(part.CHECK)
            of_check = _options(part.CHECK, settings)
            arrays = part.keep(source, of_check)
            if arrays:
                kept[name], chosen[part.CHECK] = arrays, of_check
    if not kept:
        raise InputError(f"{target}: no check of the policy builds anything of the source alone")
    told = {
        "source": _identity(source),
        "records": len(source.records),
        "checks": chosen,
        "versions": versions(),
    }
    step("writing")
    sealed.write(target, told, kept, source.kept_key)


def recall(folder: Path, corpora: Corpora, settings: Settings, step: Step) -> None:
    """Gives the source what was kept for these checks; what they lack, they build.

    Raises InputError, with a remedy, when the index is not of this source, key and version, or was
    built for other options.
    """
    if corpora.source is None:
        raise InputError(f"{folder}: an index goes with its source; add --source")
    source = corpora.source
    told = sealed.manifest(folder)
    step("index")
    try:
        if told["format"] != sealed.FORMAT:
            raise Unfit("has another format")
        if told.get("source") != _identity(source):
            raise Unfit("was built from another source, or with another key")
        sealed.verify(told, source.kept_key)
        _refuse_another(told, settings)
        for name, part in _parts():
            if part.CHECK in settings and name in sealed.parts(told):
                arrays = sealed.read(folder, told, name, source.kept_key)
                part.recall(source, told["checks"][part.CHECK], arrays)
    except (sealed.Altered, *sealed.DAMAGED):
        raise InputError(_refusal(folder, "was changed since it was built")) from None
    except Unfit as error:
        raise InputError(_refusal(folder, str(error))) from None


def versions() -> dict[str, str]:
    """Everything but the source that a kept value depends on."""
    installed = {}
    for package in PACKAGES:
        try:
            installed[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            installed[package] = "none"
    return {
        "auditor": __version__,
        "code and rules": _digest_of_code(),
        "Python": ".".join(map(str, sys.version_info[:2])),
        "Unicode": unicodedata.unidata_version,
        **installed,
    }


def _refuse_another(told: Mapping[str, Any], settings: Settings) -> None:
    for name, version in versions().items():
        if told["versions"].get(name) != version:
            raise Unfit(f"was built with another version of {name}")
    for name, of_index in told["checks"].items():
        if name in settings and _options(name, settings) != of_index:
            raise Unfit(f"was built for other options of {name}")


def _options(name: str, settings: Settings) -> dict[str, Any]:
    return {**options(check(name)), **settings[name]}


def _refusal(folder: Path, reason: str) -> str:
    return f"{folder}: the index {reason}; build it again: auditor index SOURCE -o {folder}"


def _parts() -> Iterator[tuple[str, Part]]:
    for name in resources.names("kept"):
        yield name, cast(Part, resources.load("kept", name))


def _identity(source: Corpus) -> str:
    """A keyed hash of the source's file and of what was read from it."""
    digest = hmac.new(source.kept_key, b"auditor source index: source", "sha256")
    for told in (source.digest, *(t for r in source.records for t in (r.lang, r.text))):
        data = told.encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


@cache
def _digest_of_code() -> str:
    code = resources.digest(Path(__file__).parent, CODE)
    rules = resources.digest(resources.shipped("rules"), RULES)
    return f"{code} {rules}"
