"""Recorded answers: a JSONL file from which a run can be repeated to the bit, without a model.

The first line says whose answers these are: ``format`` (``auditor-recordings-1``), ``backend``,
``endpoint``, ``model``, ``revision``. Each other line is one answer: ``name`` (``request.name``)
and what ``Completion`` holds. There is no question in the file, and no reasoning; the answers are
as private as what the model was shown.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from auditor import output_file
from auditor.errors import InputError
from auditor.generate import strict_json
from auditor.generate.completion import Completion, Finish
from auditor.generate.request import Identity
from auditor.generate.strict_json import Shape
from auditor.output_file import OWNER_ONLY
from auditor.record import SURROGATE

FORMAT = "auditor-recordings-1"


def _unicode(text: str) -> str:
    if SURROGATE.search(text):
        raise ValueError("half a surrogate pair")
    return text


Text = Annotated[str, AfterValidator(_unicode), Field(repr=False)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}\z")]
Count = Annotated[int, Field(ge=0)]


class _Header(Shape):
    format: Literal["auditor-recordings-1"]
    backend: Text
    endpoint: Text
    model: Text
    revision: Text


class _Answer(Shape):
    name: Digest
    text: Text
    finish: Finish
    reasoning_characters: Count
    reasoning_digest: Digest | Literal[""]
    prompt_tokens: Count | None
    completion_tokens: Count | None
    model: Text
    fingerprint: Text


Line = TypeVar("Line", _Header, _Answer)


def read(path: str) -> tuple[Identity, dict[str, Completion]]:
    """Whose answers a file holds, and the answers by the name of their request.

    Raises InputError when the file cannot be read, a line is not what it has to be, or one
    request has two answers.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; check the path of the recordings") from None
    rows = _rows(path, data)
    place, first = next(rows, (f"{path}:1", {}))
    header = _shaped(place, first, _Header)
    answers: dict[str, Completion] = {}
    for place, row in rows:
        told = _shaped(place, row, _Answer).model_dump()
        name = told.pop("name")
        if answers.setdefault(name, completion := Completion(**told)) != completion:
            raise InputError(
                f"{place}: another answer to a request that has one; keep one of the two lines"
            )
    return Identity(**header.model_dump(exclude={"format"})), answers


def write(path: Path, identity: Identity, completions: Iterable[tuple[str, Completion]]) -> None:
    """Writes a file that ``read`` reads; only its owner can.

    The same content gives the same bytes, whatever its order. A file of that name is replaced when
    the new one is whole. Raises InputError when it cannot be written.
    """
    lines = {_line(path, {"format": FORMAT, **asdict(identity)}): None}
    lines |= dict.fromkeys(sorted(_line(path, {"name": n, **asdict(c)}) for n, c in completions))
    output_file.write(path, lines, OWNER_ONLY)


def _line(path: Path, row: dict[str, Any]) -> str:
    line = json.dumps(row, ensure_ascii=False) + "\n"
    if SURROGATE.search(line):
        raise InputError(f"{path}: an answer is not Unicode; ask for it again")
    return line


def _rows(path: str, data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            row = strict_json.parse(line.decode())
        except (ValueError, RecursionError):
            raise InputError(f"{place}: not one JSON object in UTF-8; record it again") from None
        if not isinstance(row, dict):
            raise InputError(f"{place}: not a JSON object; record it again")
        yield place, row


def _shaped(place: str, row: dict[str, Any], shape: type[Line]) -> Line:
    """The row in its shape. What is wrong is told by the names of our fields, never its own."""
    try:
        return shape.model_validate(row)
    except ValidationError as error:
        at = error.errors(include_input=False, include_url=False)[0]["loc"][0]
        known = f"{at!r} is missing or wrong" if at in shape.model_fields else "an unknown field"
        remedy = "the first line has to be the header" if shape is _Header else "record it again"
        raise InputError(f"{place}: {known}; {remedy}") from None
