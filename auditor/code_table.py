"""A table of codes that the user brings: CIE-10-ES, a local list, descriptions in Spanish.

A CSV, TSV or semicolon-separated file with a header: ``code``, ``description`` and, where there are
any, ``terms`` (synonyms, ``|`` between them) and ``lang`` (the language of a row; without it, a row
serves texts of every language). Headers may be Spanish. No error shows a cell.
"""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from auditor.errors import InputError
from auditor.record import LANGUAGE_TAG

ANY = ""  # the language of a row that does not say
LONGEST_CELL = 10_000  # characters
HEADERS = {
    "code": ("code", "codigo"),
    "description": ("description", "descripcion"),
    "terms": ("terms", "terminos", "sinonimos"),
    "lang": ("lang", "language", "idioma", "lengua"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A code as the table writes it, what it means, and other words for that."""

    code: str
    description: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)  # equal when it is the same one: it is read once per run
class CodeTable:
    """All rows of one file by language and plain code, and the file's sha256."""

    name: str = ""
    digest: str = ""
    rows: Mapping[str, Mapping[str, Row]] = field(default_factory=dict, repr=False)

    def row(self, code: str, language: str) -> Row | None:
        """The row of a code for texts of a language; None when there is none."""
        for wanted in (language, ANY):
            if found := self.rows.get(wanted, {}).get(plain(code)):
                return found
        return None

    def listed(self, code: str) -> str | None:
        """The code as the table writes it, in whatever language it stands there."""
        rows = (of_language.get(plain(code)) for of_language in self.rows.values())
        return next((row.code for row in rows if row), None)

    @property
    def codes(self) -> int:
        """How many codes it has."""
        return len(set().union(*self.rows.values()))


EMPTY = CodeTable()


def plain(code: str) -> str:
    """A code in capitals, without dots and blanks: ``F321`` of ``f32.1``."""
    return code.upper().replace(".", "").replace(" ", "")


def read(path: str) -> CodeTable:
    """The table in a file. Raises InputError when it cannot be read or is no such table."""
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the path of the table") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: is not UTF-8; convert the file") from None
    rows: dict[str, dict[str, Row]] = {}
    for line, language, row in _rows(path, text):
        known = rows.setdefault(language, {}).setdefault(plain(row.code), row)
        if known != row:
            _fail(path, line, "its code stands above with another description; keep one of them")
    if not rows:
        _fail(path, 1, "holds no code; give rows below the header")
    return CodeTable(Path(path).name, hashlib.sha256(data).hexdigest(), rows)


def _rows(path: str, text: str) -> Iterator[tuple[int, str, Row]]:
    header = text.partition("\n")[0]
    csv.field_size_limit(LONGEST_CELL)
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = next(reader, [])
        columns = _columns(path, titles)
        for cells in reader:
            if len(cells) > len(titles):
                _fail(
                    path,
                    reader.line_num,
                    f"has more cells than headers; quote {delimiter!r}",
                )
            if any(cell.strip() for cell in cells):
                yield reader.line_num, *_row(path, reader.line_num, columns, cells)
    except csv.Error as error:
        _fail(path, reader.line_num, f"not CSV ({error}); quote cells that hold a {delimiter!r}")


def _columns(path: str, header: list[str]) -> dict[str, int]:
    cells = [_folded(cell) for cell in header]
    titles = ((name, title) for name, known in HEADERS.items() for title in known)
    found = {name: cells.index(title) for name, title in titles if title in cells}
    if missing := [name for name in ("code", "description") if name not in found]:
        _fail(path, 1, f"has no column {' and no column '.join(missing)}; name them so")
    return found


def _row(path: str, line: int, columns: dict[str, int], cells: list[str]) -> tuple[str, Row]:
    told = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    if not (told["code"] and told["description"]):
        _fail(path, line, "a code and a description are needed; fill or drop the row")
    terms = tuple(term.strip() for term in told.get("terms", "").split("|") if term.strip())
    language = told.get("lang", ANY).lower()
    if language and not LANGUAGE_TAG.fullmatch(language):
        _fail(path, line, "its lang is not a language tag; write en, es or another BCP 47 tag")
    return language.split("-")[0], Row(told["code"], told["description"], terms)


def _folded(header: str) -> str:
    letters = unicodedata.normalize("NFD", header.strip().lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _fail(path: str, line: int, problem: str) -> NoReturn:
    raise InputError(f"{path}:{line}: {problem}")
