"""What labels mean, in the words that a prompt tells a model.

A taxonomy is a YAML file that describes labels, in English, Spanish or another language; the
format is told in ``rules/taxonomies/README.md``. One that extends ``icd10cm`` also knows every code
of that table, and its rules on which codes exclude each other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from auditor.code_table import EMPTY, CodeTable, Row, plain
from auditor.errors import InputError
from auditor.generate import taxonomy_file
from auditor.generate.taxonomy_file import Entry
from auditor.indexes import excludes
from auditor.indexes import taxonomy as icd
from auditor.resources import near

FEW = 30  # codes that an error lists, at most


@dataclass(frozen=True, slots=True)
class Label:
    """One label in one language, as a prompt tells it.

    ``excludes``  what must not be written under this label, in words
    ``ages``      age groups of ``patient`` that it is found in; empty for all
    ``sexes``, ``courses``, ``severities``  likewise
    """

    code: str
    name: str
    definition: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """The labels of one taxonomy, and what is known of codes that it does not describe.

    ``entries``  what YAML describes, by code
    ``digest``   sha256 of its files and of all that it extends; not of the user's table of codes
    ``is_icd``   its codes are those of ICD-10-CM, and any that the user adds
    ``table``    the user's names of codes; empty where none were given
    """

    name: str
    entries: Mapping[str, Entry] = field(repr=False)
    digest: str
    is_icd: bool
    table: CodeTable = EMPTY

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that YAML describes, in the order of the files."""
        return tuple(self.entries)

    def label(self, code: str, lang: str) -> Label:
        """What a code means in a language: as described, else as the tables of codes tell it.

        A code that is not described has the name that the user's table gives it, or in English
        that of ICD-10-CM, and the definition of the nearest described code above it.
        Raises InputError for an unknown code, and for one without words in that language.
        """
        lang = lang.partition("-")[0].lower()
        code = self._written(code)
        entry = self.entries.get(code)
        if entry and lang in entry.name:
            name, definition = entry.name[lang], entry.definition[lang]
            includes = tuple(entry.includes.get(lang, ()))
        else:
            entry = self._above(code, lang)
            name, includes = self._named(code, lang)
            definition = self._defined(code, lang, entry) or name
        not_here = [*(entry.excludes.get(lang, []) if entry else []), *self._ruled_out(code, lang)]
        return Label(
            code,
            name,
            definition,
            _others(name, includes),
            _others(name, not_here),
            tuple(entry.ages) if entry else (),
            tuple(entry.sexes) if entry else (),
            tuple(entry.courses) if entry else (),
            tuple(entry.severities) if entry else (),
        )

    def together(self, codes: Iterable[str]) -> str | None:
        """Why codes cannot be asked for in one text, such as ``F32 excludes F31``; else None.

        Only Excludes1 rules of ICD-10-CM speak against it. Codes are known ones.
        """
        if not self.is_icd:
            return None
        for code, other in permutations(dict.fromkeys(codes), 2):
            for note in excludes.of(code):
                if note.covers(other):
                    return f"{code} excludes {other} ({note.words})"
        return None

    def as_codes(self, langs: Iterable[str]) -> CodeTable:
        """What the described codes mean that ICD-10-CM does not list, as a table for the gate."""
        own = {
            code: entry
            for code, entry in self.entries.items()
            if not (self.is_icd and icd.is_listed(code))
        }
        rows = {
            lang: {
                plain(code): Row(code, f"{label.name}. {label.definition}", label.includes)
                for code, entry in own.items()
                if lang in entry.name
                for label in (self.label(code, lang),)
            }
            for lang in langs
        }
        return CodeTable(self.name, self.digest, rows)

    def _written(self, code: str) -> str:
        """The code as it stands in the taxonomy, or in a table. Raises InputError when unknown."""
        plainly = plain(code.strip())
        listed = icd.known(code) if self.is_icd and icd.is_listed(code) else None
        if listed and plain(listed) != plainly:  # with a seventh character
            return f"{plainly[:3]}.{plainly[3:]}"
        if known := listed or (code if code in self.entries else self.table.listed(code)):
            return known
        raise InputError(
            f"{self.name} has no code {code!r:.60}{self._near(code)};"
            " ask for another, or describe it in a taxonomy of your own"
        )

    def _near(self, code: str) -> str:
        """What was probably meant by an unknown code: the one above it, or one spelt alike."""
        if self.is_icd and (above := icd.known(code)):
            return f" (did you mean {above!r}?)"
        if len(self.codes) <= FEW:
            return near(code, self.codes) if self.codes else ""
        alike = tuple(other for other in self.codes if other[:2] == plain(code)[:2])
        return near(code, alike) if alike and len(alike) <= FEW else ""

    def _above(self, code: str, lang: str) -> Entry | None:
        """The nearest code above that is described in this language."""
        if not self.is_icd:
            return None
        described = {plain(c): entry for c, entry in self.entries.items() if lang in entry.name}
        whole = plain(code)
        lengths = range(len(whole) - 1, 2, -1)
        return next((described[whole[:n]] for n in lengths if whole[:n] in described), None)

    def _named(self, code: str, lang: str) -> tuple[str, tuple[str, ...]]:
        """Name of a code that is not described, and other words for it."""
        if row := self.table.row(code, lang):
            return row.description, row.terms
        listed = icd.known(code) if self.is_icd and icd.is_listed(code) else None
        if listed and lang == "en":
            return icd.table()[listed].description, icd.table()[listed].terms
        described = tuple(c for c, entry in self.entries.items() if lang in entry.name)
        wider = [c for c in described if self.is_icd and plain(code).startswith(plain(c))]
        instead = f"ask for {max(wider, key=len)}, " if wider else ""
        raise InputError(
            f"{self.name}: {code} has no words in {lang!r:.20}; {instead}give a table that names it"
            " in that language with --codes, or describe it in a taxonomy of your own"
        )

    def _defined(self, code: str, lang: str, above: Entry | None) -> str:
        """Definition of a code that is not described: what is known of it and of those above."""
        listed = icd.known(code) if self.is_icd and lang == "en" else None
        known = [icd.table()[listed]] if listed else []
        told = [*known, *(icd.table()[entry.parent] for entry in known)]
        texts = [entry.description for entry in told]
        return _sentences([*texts, *([above.definition[lang]] if above else [])])

    def _ruled_out(self, code: str, lang: str) -> Iterator[str]:
        """What Excludes1 keeps from a code; the notes are English, so elsewhere names of codes."""
        if not self.is_icd:
            return
        described = {plain(c): entry for c, entry in self.entries.items() if lang in entry.name}
        for note in excludes.of(code):
            if lang == "en":
                yield note.words
                continue
            for other in note.single:
                if other in described:
                    yield described[other].name[lang]


def load(name_or_path: str, codes: CodeTable = EMPTY) -> Taxonomy:
    """A shipped taxonomy by its name, or a user's by the path of its file or folder.

    ``codes`` names codes that are not described. Raises InputError when there is no such taxonomy
    or it is not of this form.
    """
    source = taxonomy_file.read(name_or_path)
    return Taxonomy(source.name, source.entries, source.digest, source.is_icd, codes)


def _others(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, whatever its capitals, without the label's own name."""
    once: dict[str, str] = {}
    for text in texts:
        once.setdefault(text.casefold(), text)
    once.pop(name.casefold(), None)
    return tuple(once.values())


def _sentences(texts: list[str]) -> str:
    return " ".join(f"{text.rstrip('.')}." for text in dict.fromkeys(texts))
