"""Your own texts, written by whatever means: JSONL, CSV, Parquet or a folder, nothing is asked.

A request for labels in a language is answered with the text of that turn among the records that
have exactly these labels, in whatever order and spelling (``f321`` is ``F32.1``), and this
language; turns count from 0 in the order of the file. Where none is left the answer is empty with
the finish ``no_text_left``: the stage goes on with other labels, and the set is told to be short of
just those.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor import record
from auditor.code_table import plain
from auditor.errors import InputError
from auditor.generate.completion import Completion
from auditor.generate.request import Identity, Options, Request
from auditor.record import UNDETERMINED, Reading

Kind = tuple[frozenset[str], str]  # labels in capitals and without dots, language


@dataclass(slots=True, eq=False)
class Texts:
    """Texts by what they are answers to."""

    path: str
    identity: Identity
    texts: dict[Kind, list[str]] = field(repr=False)
    remote: bool = False
    lasting: bool = True

    async def ready(self) -> None:
        """Nothing to do: the texts were read on connecting."""

    async def complete(self, request: Request) -> Completion:
        """The text of that turn, empty when there are not so many.

        Raises InputError when something else than one text is asked for.
        """
        texts = self.texts.get(_kind(request.labels, request.lang.lower().split("-")[0]), [])
        if request.turn >= len(texts):
            return Completion("", "no_text_left")
        return Completion(_as_asked(self.path, request.schema, texts[request.turn]))

    async def close(self) -> None:
        """Nothing to let go of."""


def connect(options: Options) -> Texts:
    """Reads the texts at ``options.endpoint``; ``options.model`` may say who wrote them.

    Raises InputError when they cannot be read, one of them states no labels or no language, or is
    a real text by its origin.
    """
    reading = record.read(options.endpoint, options.fields)
    _refuse(options.endpoint, reading)
    texts: dict[Kind, list[str]] = defaultdict(list)
    for one in reading.records:
        texts[_kind(one.label, one.lang)].append(one.text)
    revision = options.revision or reading.digest[:16]
    identity = Identity("file", reading.name, options.model, revision)
    return Texts(options.endpoint, identity, dict(texts))


def _kind(labels: Iterable[str], lang: str) -> Kind:
    return frozenset(map(plain, labels)), lang


def _refuse(path: str, reading: Reading) -> None:
    """Records that would fit no request, or that must not come back as synthetic ones."""
    records = reading.records
    if real := sum(one.origin.direction == "data_to_label" for one in records):
        raise InputError(
            f"{path}: {real} of {len(records)} records have the origin data_to_label, which is"
            " real text; leave them out"
        )
    for what, lacking in (
        ("lang", sum(one.lang == UNDETERMINED for one in records)),
        ("label", sum(not one.label for one in records)),
    ):
        if lacking:
            raise InputError(
                f"{path}: {lacking} of {len(records)} records have no {what!r}, so no request is"
                f" for them; add {what!r} to every record"
            )


def _as_asked(path: str, schema: str, text: str) -> str:
    """The text, in the JSON object that the schema asks for."""
    if not schema:
        return text
    asked = json.loads(schema)
    required = asked.get("required", [])
    if len(required) != 1 or asked["properties"][required[0]].get("type") != "string":
        raise InputError(f"{path}: holds texts and no labels of texts; use another backend")
    return json.dumps({required[0]: text}, ensure_ascii=False)
