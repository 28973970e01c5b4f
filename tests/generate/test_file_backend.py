"""Texts of one's own answer the requests for their labels and language."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import InputError
from auditor.generate import answers
from auditor.generate.backends import file
from auditor.generate.completion import Completion
from auditor.generate.directions.label_to_data import Draft, draft
from auditor.generate.request import Identity, Message, Options, Request
from auditor.generate.wanted import Wanted, planned
from auditor.origin import Origin
from auditor.record import Fields

ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": "Wakes early.", "lang": "en", "label": ["F32.1"]},
    {"id": "b", "text": "Duerme mal.", "lang": "es", "label": ["F32.1"]},
    {"id": "c", "text": "Worries all day.", "lang": "en", "label": ["F41.1", "F32.1"]},
    {"id": "d", "text": "Eats little.", "lang": "en-GB", "label": ["F32.1"]},
]


def texts(folder: Path, rows: list[dict[str, Any]] | None = None) -> str:
    path = folder / "texts.jsonl"
    lines = (json.dumps(row) + "\n" for row in (ROWS if rows is None else rows))
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


def asked(labels: tuple[str, ...], turn: int, lang: str = "en", schema: str = "") -> Request:
    message = Message("user", "is not read")
    return Request((message,), 1.0, 100, 0, schema=schema, labels=labels, lang=lang, turn=turn)


def answer(path: str, *requests: Request) -> list[Completion]:
    async def ask() -> list[Completion]:
        backend = file.connect(Options(path))
        await backend.ready()
        done = [await backend.complete(request) for request in requests]
        await backend.close()
        return done

    return asyncio.run(ask())


def test_each_turn_gets_the_next_text_of_its_labels_and_language(tmp_path: Path) -> None:
    first, second, spanish, both = answer(
        texts(tmp_path),
        asked(("F32.1",), 0),
        asked(("F32.1",), 1),
        asked(("F32.1",), 0, lang="es"),
        asked(("F32.1", "F41.1"), 0, lang="en-US"),
    )
    assert (first.text, second.text) == ("Wakes early.", "Eats little.")
    assert (spanish.text, both.text) == ("Duerme mal.", "Worries all day.")
    assert first.finish == "stop"


@pytest.mark.parametrize(
    "request_",
    [asked(("F32.1",), 2), asked(("F41.1",), 0), asked((), 0), asked(("F32.1",), 0, lang="fr")],
)
def test_where_none_is_left_the_answer_is_empty(tmp_path: Path, request_: Request) -> None:
    """The stage counts it and goes on with other labels."""
    (none,) = answer(texts(tmp_path), request_)
    assert (none.text, none.finish) == ("", "no_text_left")
    assert answers.parse(none, answers.Written) == "no_text_left"


def test_a_schema_of_one_string_is_answered_as_asked(tmp_path: Path) -> None:
    schema = answers.schema(answers.Written)
    (done,) = answer(texts(tmp_path), asked(("F32.1",), 0, lang="es", schema=schema))
    assert json.loads(done.text) == {"text": "Duerme mal."}
    assert answers.parse(done, answers.Written) == answers.Written(text="Duerme mal.")


def test_codes_may_be_spelt_in_another_way(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "label": ["f321", "F41.1"]}]
    (done,) = answer(texts(tmp_path, rows), asked(("F32.1", "F41.1"), 0))
    assert done.text == "Wakes early."


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("no,note,tongue,icd\n1,Paces at night.,en,F41.1\n", encoding="utf-8")
    fields = Fields(id="no", text="note", lang="tongue", label="icd")
    backend = file.connect(Options(str(path), fields=fields))
    assert asyncio.run(backend.complete(asked(("F41.1",), 0))).text == "Paces at night."


def test_no_prompt_and_no_seed_made_what_was_there_before(tmp_path: Path) -> None:
    slots, plan = planned(Wanted(labels=(("F32.1",),), per_label=2, seed=7), None)
    backend = file.connect(Options(texts(tmp_path), model="some-model"))
    done = asyncio.run(draft(slots[1], 1, (), plan, backend.complete, backend.identity))
    assert isinstance(done, Draft)
    assert done.text == "Eats little."
    assert done.origin == Origin(
        model="some-model", revision=backend.identity.revision, backend="file",
        finish_reason="stop", attempt=1,
    )  # fmt: skip
    assert (done.origin.direction, done.origin.prompt, done.origin.seed) == ("unknown", "", 0)


def test_labels_of_texts_are_not_to_be_had(tmp_path: Path) -> None:
    schema = answers.schema(answers.Labelled)
    with pytest.raises(InputError, match="holds texts and no labels of texts"):
        answer(texts(tmp_path), asked(("F32.1",), 0, schema=schema))


def test_it_is_known_by_the_name_and_the_digest_of_the_file(tmp_path: Path) -> None:
    path = texts(tmp_path)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    backend = file.connect(Options(path))
    assert backend.identity == Identity("file", "texts.jsonl", "", digest[:16])
    assert backend.remote is False
    assert "Wakes" not in repr(backend)


def test_who_wrote_the_texts_can_be_told(tmp_path: Path) -> None:
    backend = file.connect(Options(texts(tmp_path), model="some-model", revision="v2"))
    assert (backend.identity.model, backend.identity.revision) == ("some-model", "v2")


def test_csv_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("id,text,lang,label\n1,Paces at night.,en,F41.1;F32.1\n", encoding="utf-8")
    (done,) = answer(str(path), asked(("F32.1", "F41.1"), 0))
    assert done.text == "Paces at night."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lang": "und"}, "1 of 4 records have no 'lang', so no request is for them; add 'lang'"),
        ({"label": []}, "1 of 4 records have no 'label'"),
        ({"origin": "data_to_label"}, "1 of 4 records have the origin data_to_label"),
    ],
)
def test_a_record_that_fits_no_request_is_refused(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    path = texts(tmp_path, [{**ROWS[0], **change}, *ROWS[1:]])
    with pytest.raises(InputError, match=told) as error:
        file.connect(Options(path))
    assert "Wakes" not in str(error.value)


def test_a_folder_of_texts_states_no_language(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Wakes early.", encoding="utf-8")
    with pytest.raises(InputError, match="1 of 1 records have no 'lang'"):
        file.connect(Options(str(tmp_path)))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path"):
        file.connect(Options(str(tmp_path / "missing.jsonl")))
