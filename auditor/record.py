"""Records, and the readers that make them from JSONL, CSV, Parquet, folders of .txt and stdin.

A reader is strict, because what it lets through is published byte for byte: a line that two JSON
parsers could read differently, or a field that no check looks at, is an InputError. Every error
names file, line and remedy, and never quotes the text.
"""

import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from auditor import origin
from auditor.errors import CannotMeasure, InputError
from auditor.origin import Origin

LONGEST_TEXT = 1_000_000  # characters; a longer "record" is a file that was read the wrong way
SURROGATE = re.compile("[\ud800-\udfff]")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
FIELD_NAME = re.compile(r"\w{1,30}")  # a longer one may be a text
UNDETERMINED = "und"  # BCP 47 for "not stated"


@dataclass(frozen=True, slots=True)
class Record:
    """One clinical text with its codes, language, group (patient) and origin; never edited.

    ``line`` is what is published when the record is accepted; ``lang`` is a lower-case language
    subtag such as ``en``, or ``und`` when the input does not state it.
    """

    id: str
    text: str
    lang: str = UNDETERMINED
    label: tuple[str, ...] = ()
    group: str | None = None
    origin: Origin = origin.UNKNOWN
    has_meta: bool = False
    line: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Fields:
    """Which column or key holds what."""

    id: str = "id"
    text: str = "text"
    label: str = "label"
    lang: str = "lang"
    group: str = "group"


@dataclass(frozen=True, slots=True)
class Reading:
    """All records of one input and the sha256 of its bytes."""

    name: str
    records: tuple[Record, ...]
    digest: str


Row = tuple[str, dict[str, Any], bytes]  # file:line, fields, the line itself (JSONL only)


def read(path: str, fields: Fields = Fields(), *, published: bool = False) -> Reading:
    """All records of a file, a folder of .txt files, or (``-``) JSONL on stdin.

    ``published`` marks the input whose lines are passed on when accepted: there a field that no
    check reads is refused. Raises InputError when the input cannot be read or a row is not a
    record; CannotMeasure when Parquet is asked for and pyarrow is not installed.
    """
    name = "stdin" if path == "-" else Path(path).name
    digest = hashlib.sha256()
    try:
        rows = list(_rows(path, digest.update))
    except OSError as error:
        raise InputError(
            f"{error.filename or path}: {error.strerror or 'cannot be read'};"
            " check the path and its rights"
        ) from None
    records = _records(rows, fields, published)
    if not records:
        raise InputError(f"{path}: holds no records; give a file with at least one")
    return Reading(name, records, digest.hexdigest())


def of_lines(name: str, data: bytes) -> Reading:
    """The records of JSON lines that are to be published, read as strictly as a file of them."""
    records = _records(list(_json_rows(name, data)), Fields(), published=True)
    return Reading(name, records, hashlib.sha256(data).hexdigest())


def _rows(path: str, digest: Callable[[bytes], None]) -> Iterator[Row]:
    if path != "-" and Path(path).is_dir():
        return _text_files(Path(path), digest)
    data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    digest(data)
    match Path(path).suffix.lower():
        case ".csv":
            return _csv_rows(path, data)
        case ".parquet":
            return _parquet_rows(path, data)
        case _:
            return _json_rows(path, data)


def _json_rows(path: str, data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(
                _utf8(path, number, line), object_pairs_hook=_unique, parse_constant=_refuse
            )
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise InputError(
                f"{path}:{number}: not JSON ({why}); write one object per line"
            ) from None
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: not a JSON object; write one object per line")
        yield f"{path}:{number}", row, line


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):  # the first "text" could be one that nobody screened
        raise ValueError("a key stands twice in one object")
    return row


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _csv_rows(path: str, data: bytes) -> Iterator[Row]:
    for number, line in enumerate(data.split(b"\n"), 1):
        _utf8(path, number, line)
    csv.field_size_limit(LONGEST_TEXT)
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = reader.fieldnames or ()
        if len(set(header)) < len(header):
            raise InputError(f"{path}:1: a column stands twice; rename or remove one")
        for row in reader:
            if None in row or None in row.values():
                raise InputError(
                    f"{path}:{reader.line_num}: not as many cells as the header; quote commas"
                )
            cells = {k: v for k, v in row.items() if v != ""}
            yield f"{path}:{reader.line_num}", cells, b""
    except csv.Error as error:
        raise InputError(
            f"{path}:{reader.reader.line_num}: not CSV ({error}); quote cells with commas"
        ) from None


def _parquet_rows(path: str, data: bytes) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CannotMeasure(
            f"{path}: Parquet needs pyarrow; pip install 'auditor[parquet]'"
        ) from None
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        number = 0
        for batch in file.iter_batches(
            64
        ):  # a few bytes of Parquet can stand for gigabytes of text
            for row in batch.to_pylist():
                number += 1
                yield f"{path}:{number}", {k: v for k, v in row.items() if v is not None}, b""
    except UnicodeDecodeError:
        raise InputError(f"{path}:{number + 1}: a cell is not UTF-8; convert the file") from None
    except pa.ArrowException:
        raise InputError(f"{path}: not a Parquet file; check how it was written") from None


def _text_files(folder: Path, digest: Callable[[bytes], None]) -> Iterator[Row]:
    for file in sorted(p for p in folder.iterdir() if not p.name.startswith(".")):
        if file.suffix != ".txt":
            raise InputError(f"{file}: not a .txt file; a folder of records holds nothing else")
        if not file.name.isprintable():  # nor is a name that is no Unicode
            raise InputError(f"{file!a}: a file name that is not text; rename the file")
        data = file.read_bytes()
        digest(file.name.encode() + b"\0" + data + b"\0")
        yield f"{file}:1", {"id": file.stem, "text": _utf8(str(file), 1, data)}, b""


def _utf8(path: str, number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}:{number}: byte {error.start + 1} is not UTF-8; convert the file"
        ) from None


def _records(rows: list[Row], fields: Fields, published: bool) -> tuple[Record, ...]:
    seen: dict[str, str] = {}
    records = []
    for place, row, line in rows:
        record = _record(place, row, line, fields, published)
        if record.id in seen:
            first = seen[record.id].rpartition(":")[2]
            raise InputError(f"{place}: the id of line {first} again; make ids unique")
        seen[record.id] = place
        records.append(record)
    return tuple(records)


def _record(
    place: str, row: dict[str, Any], line: bytes, fields: Fields, published: bool
) -> Record:
    known = {fields.id, fields.text, fields.label, fields.lang, fields.group, "origin", "meta"}
    if line and published and (extra := sorted(row.keys() - known)):
        name = repr(extra[0]) if FIELD_NAME.fullmatch(extra[0]) else "of an unusual name"
        raise InputError(f"{place}: no check reads the field {name}; remove it or map it")
    identity = row.get(fields.id)
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    record = Record(
        id=_string(place, fields.id, identity, "--id-field"),
        text=_string(place, fields.text, row.get(fields.text), "--text-field"),
        lang=_language(place, row.get(fields.lang, UNDETERMINED)),
        label=_labels(place, row.get(fields.label)),
        group=_group(place, row.get(fields.group)),
        origin=origin.read(place, row.get("origin", "unknown")),
        has_meta=bool(row.get("meta")),
    )
    return replace(record, line=line or _canonical(record))


def _string(place: str, name: str, value: object, flag: str) -> str:
    if value is None:
        raise InputError(f"{place}: no {name!r}; add it, or name its column with {flag}")
    if not isinstance(value, str):
        raise InputError(f"{place}: {name!r} is of type {type(value).__name__}; make it a string")
    if not value.strip():
        raise InputError(f"{place}: {name!r} is empty; remove the record or fill it in")
    if len(value) > LONGEST_TEXT:
        raise InputError(f"{place}: {name!r} is longer than {LONGEST_TEXT:,} characters; split it")
    if SURROGATE.search(value):
        raise InputError(f"{place}: {name!r} holds half a surrogate pair; write valid Unicode")
    return value


def _language(place: str, value: object) -> str:
    if not isinstance(value, str) or not LANGUAGE_TAG.fullmatch(value):
        raise InputError(
            f"{place}: 'lang' is not a language tag; write en, es or another BCP 47 tag"
        )
    return value.split("-")[0]


def _is_code(code: object) -> bool:
    return isinstance(code, str) and bool(code) and not SURROGATE.search(code)


def _labels(place: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    codes = [code.strip() for code in value.split(";")] if isinstance(value, str) else value
    if not isinstance(codes, list) or not all(map(_is_code, codes)):
        raise InputError(
            f"{place}: 'label' is not a list of codes; write [\"F32.1\"] or F32.1;F41.0"
        )
    return tuple(codes)


def _group(place: str, value: object) -> str | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise InputError(f"{place}: 'group' is of type {type(value).__name__}; make it a string")
    return None if value is None else str(value)


def _canonical(record: Record) -> bytes:
    """The JSON line of a record that did not come as one: the fields that checks read."""
    row: dict[str, Any] = {"id": record.id, "text": record.text}
    if record.lang != UNDETERMINED:
        row["lang"] = record.lang
    row |= {"label": list(record.label)} if record.label else {}
    row |= {"group": record.group} if record.group else {}
    return json.dumps(row, ensure_ascii=False).encode()
