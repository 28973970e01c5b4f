"""The roster: known people, one per row of a CSV file, whose identifiers must not come out.

Columns are recognised by their header, in English or Spanish, whatever the case, accents and
punctuation (``HEADERS``); the others are not read, and counted. A cell may hold several values
with ``;`` between them. Rows of one ``group`` are one person; where none is given, rows that share
a number are, and rows that share name and birth date. No error shows a cell or a header.
"""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.errors import InputError

LONGEST_CELL = 10_000  # characters

# What a column holds, and the headers that say so, without accents and punctuation.
HEADERS = {
    "NAME": "name fullname patient patientname person personname nombrecompleto paciente"
    " nombrepaciente nombreyapellidos apellidosynombre alias maidenname",
    "GIVEN": "firstname givenname givennames forename nombre nombres nombredepila",
    "MIDDLE": "middlename segundonombre",
    "SURNAME": "lastname surname familyname apellido apellidos primerapellido apellido1",
    "SECOND_SURNAME": "secondsurname segundoapellido apellido2",
    "DATE": "birthdate dateofbirth dob birthday born fechanacimiento fechadenacimiento fnac"
    " fnacimiento nacimiento",
    "ID": "id patientid personid mrn medicalrecordnumber recordnumber ssn socialsecuritynumber"
    " nationalid insuranceid insurancenumber policynumber memberid healthplan accountnumber account"
    " passport license licence driverslicense nhsnumber nhs npi number idnumber nhc historia"
    " numerohistoria numerodehistoria historiaclinica dni nie nif nass nss cip cipa sip"
    " tarjetasanitaria numerotarjeta identificador identificacion documento pasaporte poliza"
    " cuenta iban colegiado numerocolegiado matricula plate vin",
    "PHONE": "phone phonenumber phones telephone telephonenumber tel mobile mobilephone cell"
    " cellphone homephone workphone fax faxnumber telefono telefonos movil telefonomovil telefono1"
    " telefono2 celular",
    "EMAIL": "email emails emailaddress mail correo correos correoelectronico",
    "URL": "url website web paginaweb",
    "LOCATION": "address addresses homeaddress street streetaddress addressline1 direccion"
    " direcciones domicilio calle",
    "GROUP": "group patientgroup grupo",
}
_HOLDS = {header: kind for kind, headers in HEADERS.items() for header in headers.split()}
_PARTS = ("GIVEN", "MIDDLE", "SURNAME", "SECOND_SURNAME")


@dataclass(frozen=True, slots=True)
class Person:
    """One row: its line in the file, its group, and its identifiers as (label, value)."""

    line: int
    group: int
    identifiers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class _Row:
    line: int
    cells: list[tuple[str, str]]
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Roster:
    """All rows of one file, its sha256, and how many columns have a header that is not known."""

    name: str
    people: tuple[Person, ...] = field(repr=False)
    digest: str
    unread: int = 0


def read(path: str) -> Roster:
    """The roster in a CSV file. Raises InputError when it cannot be read or names nobody."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the path of the roster") from None
    text = _decoded(path, data)
    rows = _rows(path, text)
    _, header = next(rows, (1, []))
    kinds = [_HOLDS.get(_plain(cell), "") for cell in header]
    if not set(kinds) - {"", "GROUP"}:
        raise InputError(
            f"{path}:1: no column is known; name them name, birth_date, mrn, phone, email, address"
        )
    people = tuple(_people(list(_told(path, rows, kinds))))
    if not people:
        raise InputError(f"{path}: holds no identifiers; give a file with at least one person")
    return Roster(Path(path).name, people, hashlib.sha256(data).hexdigest(), kinds.count(""))


def _decoded(path: str, data: bytes) -> str:
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            where = f"{path}:{number}: byte {error.start + 1}"
            raise InputError(f"{where} is not UTF-8; convert the file") from None
    return data.decode("utf-8-sig")


def _rows(path: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their line; cells are divided by what the header has most."""
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise InputError(
            f"{path}:{reader.line_num}: not CSV ({error}); quote cells that hold a {delimiter!r}"
        ) from None


def _told(path: str, rows: Iterator[tuple[int, list[str]]], kinds: list[str]) -> Iterator[_Row]:
    for line, row in rows:
        if len(row) != len(kinds):
            more = "more" if len(row) > len(kinds) else "fewer"
            raise InputError(f"{path}:{line}: {more} cells than the header; quote commas")
        cells = [(k, v) for k, cell in zip(kinds, row, strict=True) if k for v in _values(cell)]
        identifiers = tuple(dict.fromkeys([*_names(cells), *_others(cells)]))
        if identifiers:
            yield _Row(line, cells, identifiers)


def _values(cell: str) -> list[str]:
    return [value.strip() for value in cell.split(";") if value.strip()]


def _names(cells: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Whole names; given name and surnames are put together, the n-th with the n-th."""
    columns = [[v for kind, v in cells if kind == part] for part in _PARTS]
    for number in range(max(map(len, columns))):
        parts = [column[number] for column in columns if number < len(column)]
        yield "NAME", " ".join(parts)


def _others(cells: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield from ((kind, v) for kind, v in cells if kind not in (*_PARTS, "GROUP"))


def _ties(row: _Row) -> set[str]:
    """What two rows of one person have in common."""
    groups = {f"GROUP:{_plain(value)}" for kind, value in row.cells if kind == "GROUP"}
    if groups:
        return groups
    names, days, numbers = (
        [_plain(v) for kind, v in row.identifiers if kind == wanted]
        for wanted in ("NAME", "DATE", "ID")
    )
    return {f"ID:{number}" for number in numbers} | {f"{n}:{d}" for n in names for d in days}


def _people(rows: list[_Row]) -> Iterator[Person]:
    """Rows with their group: the first row that they are tied to, by whatever chain."""
    first: dict[str, int] = {}
    parents = list(range(len(rows)))

    def root(row: int) -> int:
        while parents[row] != row:
            row = parents[row] = parents[parents[row]]
        return row

    for number, row in enumerate(rows):
        for tie in _ties(row):
            a, b = sorted((root(number), root(first.setdefault(tie, number))))
            parents[b] = a
    for number, row in enumerate(rows):
        yield Person(row.line, root(number), row.identifiers)


def _plain(header: str) -> str:
    letters = unicodedata.normalize("NFKD", header.casefold())
    return "".join(c for c in letters if c.isalnum())
