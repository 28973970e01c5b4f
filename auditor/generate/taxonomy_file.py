"""The file format of taxonomies: codes, and what each means in one language or several.

A taxonomy is one YAML file, or a folder of them with ``about.yaml`` for its head. Names are those
of ``rules/taxonomies``; anything else is the path of a user's file or folder.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from auditor import strict_yaml
from auditor.code_table import plain
from auditor.errors import InputError, PolicyError
from auditor.indexes import taxonomy
from auditor.indexes.labels import CODE
from auditor.resources import near, shipped

ICD10CM = "icd10cm"  # the table of ICD-10-CM: every listed code, in English, without any YAML
ABOUT = "about"  # the key, or file, of a taxonomy's head; no label can have this name

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(lambda text: " ".join(text.split())),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Code = Annotated[str, StringConstraints(pattern=f"^{CODE.pattern}$")]
# What a label can restrict, and what the patients of rules/generation/patients.yaml count as: adult
# is 30 to 49 years, middle_aged 50 to 64, older 65 to 79.
Age = Literal["child", "adolescent", "young_adult", "adult", "middle_aged", "older", "very_old"]
Sex = Literal["female", "male"]
Severity = Literal["none", "mild", "moderate", "severe"]
Course = Literal[
    "acute", "reactive", "recent", "insidious", "fluctuating", "stable", "worsening", "relapsing",
    "improving", "resistant", "remitted",
]  # fmt: skip


class About(BaseModel):
    """The head: a title, where the categories come from, and the taxonomy that it adds to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words = ""
    source: Words = ""
    extends: str = ""


class Entry(BaseModel):
    """What a label means, by language. The languages of its name are those it can be asked in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: dict[Language, Words] = Field(min_length=1)
    definition: dict[Language, Words]
    includes: dict[Language, list[Words]] = {}
    excludes: dict[Language, list[Words]] = {}
    ages: list[Age] = []
    sexes: list[Sex] = []
    courses: list[Course] = []
    severities: list[Severity] = []

    @model_validator(mode="after")
    def _in_the_same_languages(self) -> "Entry":
        told = (("definition", self.definition), ("includes", self.includes))
        for part, by_language in (*told, ("excludes", self.excludes)):
            if missing := by_language.keys() - self.name.keys():
                raise ValueError(f"{part} is in {min(missing)!r}, but name is not; add it to name")
        if missing := self.name.keys() - self.definition.keys():
            raise ValueError(f"name is in {min(missing)!r}, but definition is not; add it there")
        return self


@dataclass(frozen=True, eq=False)
class Source:
    """All entries of a taxonomy and of those that it extends, by code, and a sha256 of the files.

    ``is_icd``  it extends, at last, the table of ICD-10-CM
    """

    name: str
    entries: Mapping[str, Entry] = field(repr=False)
    digest: str
    is_icd: bool


def names() -> tuple[str, ...]:
    """The shipped taxonomies, by name."""
    root = shipped("rules", "taxonomies")
    folders = (path.parent.name for path in root.glob(f"*/{ABOUT}.yaml"))
    return tuple(sorted({ICD10CM, *folders, *(path.stem for path in root.glob("*.yaml"))}))


def read(name_or_path: str) -> Source:
    """The entries of a shipped taxonomy or of a user's file or folder, and what it extends.

    Raises InputError that names file and key when there is none, or it is not of this form.
    """
    if name_or_path == ICD10CM:
        table = shipped("rules", "taxonomies", "icd10cm.tsv.gz")
        return Source(ICD10CM, {}, hashlib.sha256(_bytes(table, ICD10CM)).hexdigest(), True)
    root = _root(name_or_path)
    told = hashlib.sha256()
    about, own = About(), dict[str, Entry]()
    for path in _files(root):
        place = str(path) if root == Path(name_or_path) else f"taxonomies/{path.name}"
        data = _bytes(path, place)
        told.update(f"{path.name}:{len(data)}:".encode() + data)
        head, entries = _parsed(place, data, folder=root.is_dir(), head=path.stem == ABOUT)
        about = head or about
        if twice := own.keys() & entries.keys():
            raise InputError(f"{place}: {min(twice)} stands in another file too; keep one of them")
        own |= entries
    return _with_extended(root.stem, name_or_path, about, own, told.hexdigest())


def _with_extended(
    name: str, place: str, about: About, own: dict[str, Entry], digest: str
) -> Source:
    if not about.extends:
        if not own:
            raise InputError(f"{place}: describes no label; give at least one, or say extends")
        return Source(name, own, digest, is_icd=False)
    others = tuple(other for other in names() if other != name)
    if about.extends not in others:
        raise InputError(
            f"{place}: about.extends: no taxonomy named {about.extends!r:.60}"
            f"{near(about.extends, others)}"
        )
    below = read(about.extends)
    if below.is_icd:
        own = _as_listed(place, own)
    both = hashlib.sha256(f"{below.digest}:{digest}".encode()).hexdigest()
    return Source(name, {**below.entries, **own}, both, below.is_icd)


def _as_listed(place: str, own: dict[str, Entry]) -> dict[str, Entry]:
    """Listed ICD codes as the table writes them, so that ``f321`` overrides ``F32.1``."""
    written: dict[str, Entry] = {}
    for code, entry in own.items():
        listed = taxonomy.known(code)
        key = listed if listed and plain(listed) == plain(code) else code
        if key in written:
            raise InputError(f"{place}: {key} stands twice, once as {code}; keep one of them")
        written[key] = entry
    return written


def _root(name_or_path: str) -> Path:
    if name_or_path in names():
        folder = shipped("rules", "taxonomies", name_or_path)
        return folder if folder.is_dir() else folder.with_name(f"{name_or_path}.yaml")
    path = Path(name_or_path)
    if not path.exists():
        raise InputError(
            f"no taxonomy named {name_or_path!r:.200}{near(name_or_path, names())};"
            " give a name or the path of a YAML file"
        )
    return path


def _files(root: Path) -> Iterator[Path]:
    """The YAML files of a folder; of a file, itself."""
    return iter([root]) if not root.is_dir() else iter(sorted(root.glob("*.yaml")))


def _bytes(path: Path, place: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{place}: {error.strerror}; check the path of the taxonomy") from None


@lru_cache(16)  # asked for twice in a run, and half a second for a whole chapter
def _parsed(
    place: str, data: bytes, folder: bool, head: bool
) -> tuple[About | None, dict[str, Entry]]:
    """Head, if this file has one, and entries. A folder has its head in a file of its own."""
    try:
        content: Any = strict_yaml.parse(place, data.decode("utf-8-sig"))
        if folder and head:
            return strict_yaml.shaped(place, content, About), {}
        about = None
        if not folder and isinstance(content, dict) and ABOUT in content:
            about = strict_yaml.shaped(f"{place}: {ABOUT}", content.pop(ABOUT), About)
        return about, strict_yaml.shaped(place, content, dict[Code, Entry])
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{place}:{line}: is not UTF-8; convert the file") from None
    except PolicyError as error:  # a policy and a taxonomy are read by the same strict reader
        raise InputError(str(error)) from None
