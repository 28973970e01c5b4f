"""Every way in, and every way a file can be wrong: one line that names the place and the remedy."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.errors import AuditorError, InputError
from auditor.origin import UNKNOWN, Origin
from auditor.record import LONGEST_TEXT, Fields, Reading, Record, read

FIELDS = Fields()
CANARY = "Quixotic zebra cantata"
GOOD = '{"id": "a", "text": "No cough."}'


def jsonl(folder: Path, *lines: str | bytes) -> str:
    path = folder / "in.jsonl"
    data = [line if isinstance(line, bytes) else line.encode() for line in lines]
    path.write_bytes(b"".join(line + b"\n" for line in data))
    return str(path)


def parquet(folder: Path, **columns: object) -> str:
    path = folder / "in.parquet"
    pq.write_table(pa.table(columns), path)
    return str(path)


def refused(path: str, fields: Fields = FIELDS, *, published: bool = True) -> str:
    with pytest.raises(AuditorError) as caught:
        read(path, fields, published=published)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_jsonl_with_every_field(tmp_path: Path) -> None:
    line = (
        '{"id": "a", "text": "Tos seca.", "lang": "es-MX", "label": ["R05", "J20.9"],'
        ' "group": "p1", "origin": "few_shot", "meta": {"model": "m"}}'
    )
    reading = read(jsonl(tmp_path, line), published=True)
    assert reading.records == (
        Record("a", "Tos seca.", "es", ("R05", "J20.9"), "p1", Origin("few_shot"), has_meta=True),
    )
    assert (reading.name, len(reading.digest)) == ("in.jsonl", 64)


def test_only_id_and_text_are_needed(tmp_path: Path) -> None:
    (record,) = read(jsonl(tmp_path, GOOD)).records
    assert record == Record("a", "No cough.", "und", (), None, UNKNOWN)


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "a", "text": "No cough."}',
        b'  {"text":"No cough.",   "id":"a"} ',
        b'{"id": "a", "text": "No c\\u006fugh.", "meta": {"z": 1, "a": 1.50}}',
        '{"id": "a", "text": "Niño sin tos."}'.encode(),
    ],
)
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_a_line_is_kept_byte_for_byte(tmp_path: Path, line: bytes, ending: bytes) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line + ending)
    (record,) = read(str(path), published=True).records
    assert record.line == line


def test_blank_lines_are_skipped_and_still_counted(tmp_path: Path) -> None:
    path = jsonl(tmp_path, "", GOOD, "   ", '{"id": "b"}')
    assert f"{path}:4: no 'text'" in refused(path)


def test_a_whole_number_may_be_an_id(tmp_path: Path) -> None:
    (record,) = read(jsonl(tmp_path, '{"id": 7, "text": "No cough."}')).records
    assert record.id == "7"


def test_columns_can_have_other_names(tmp_path: Path) -> None:
    line = '{"doc": "a", "note": "No cough.", "codes": "R05;J20.9", "idioma": "es", "nhc": 12}'
    fields = Fields(id="doc", text="note", label="codes", lang="idioma", group="nhc")
    (record,) = read(jsonl(tmp_path, line), fields, published=True).records
    assert record == Record("a", "No cough.", "es", ("R05", "J20.9"), "12")


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(
        '\ufeffid,text,label,ward\n1,"No cough,\nno fever.",R05;J20.9,3\n2,Niño.,,\n', "utf-8"
    )
    first, second = read(str(path), published=True).records
    assert first == Record("1", "No cough,\nno fever.", label=("R05", "J20.9"))
    assert second == Record("2", "Niño.")


def test_parquet(tmp_path: Path) -> None:
    columns = {"id": [1, 2], "text": ["No cough.", "Niño."], "label": [["R05"], None]}
    first, second = read(parquet(tmp_path, **columns, ward=["a", "b"]), published=True).records
    assert (first, second) == (Record("1", "No cough.", label=("R05",)), Record("2", "Niño."))


def test_a_folder_of_text_files_in_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / f"{name}.txt").write_text(f"Note {name}.", "utf-8")
    assert read(str(tmp_path)).records == (Record("a", "Note a."), Record("b", "Note b."))


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode() + b"\n")))
    reading = read("-", published=True)
    assert (reading.name, reading.records[0].line) == ("stdin", GOOD.encode())


@pytest.mark.parametrize("kind", ["csv", "parquet", "folder"])
def test_what_came_as_no_json_is_published_as_json_of_what_was_read(
    tmp_path: Path, kind: str
) -> None:
    """A column that no check looked at is not passed on."""
    expected: dict[str, object] = {"id": "a", "text": "Niño sin tos."}
    if kind == "folder":
        (tmp_path / "a.txt").write_text("Niño sin tos.", "utf-8")
        reading = read(str(tmp_path), published=True)
    elif kind == "csv":
        path = tmp_path / "in.csv"
        path.write_text("id,text,surgeon,label,lang,group\na,Niño sin tos.,X,R05,es,p1\n", "utf-8")
        reading = read(str(path), published=True)
    else:
        columns = {"id": ["a"], "text": ["Niño sin tos."], "surgeon": ["X"], "lang": ["es"]}
        reading = read(parquet(tmp_path, **columns, label=[["R05"]], group=["p1"]), published=True)
    if kind != "folder":
        expected |= {"lang": "es", "label": ["R05"], "group": "p1"}
    (record,) = reading.records
    assert json.loads(record.line) == expected
    assert "Niño" in record.line.decode()
    assert again(tmp_path, record) == record


def again(folder: Path, record: Record) -> Record:
    (copy,) = read(jsonl(folder / "..", record.line), published=True).records
    return copy


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    digests = {read(jsonl(tmp_path, GOOD + end)).digest for end in ("", " ", "\n")}
    assert len(digests) == 3
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "a.txt").write_text("bc")
    (tmp_path / "two" / "ab.txt").write_text("c")
    assert read(str(tmp_path / "one")).digest != read(str(tmp_path / "two")).digest


# What a line of JSONL can have wrong, what is said about it, and what to do.
BAD_LINES: dict[str, tuple[str | bytes, str, str]] = {
    "invalid UTF-8": (b'{"id": "a", "text": "\xff"}', "byte 22 is not UTF-8", "convert"),
    "broken JSON": ('{"id": "a", "text": "CANARY', "not JSON", "one object per line"),
    "two objects": (GOOD + GOOD, "not JSON", "one object per line"),
    "byte order mark": ("\ufeff" + GOOD, "not JSON", "one object per line"),
    "control character": ('{"id": "a", "text": "CANARY \x01"}', "not JSON", "one object per line"),
    "a list": ('["CANARY"]', "not a JSON object", "one object per line"),
    "a string": ('"CANARY"', "not a JSON object", "one object per line"),
    "a key twice": ('{"id": "a", "text": "CANARY", "text": "b"}', "twice", "one object per line"),
    "a key twice, escaped": (
        '{"id": "a", "text": "CANARY", "te\\u0078t": "b"}', "twice", "one object per line"
    ),
    "a key twice, inside": (
        '{"id": "a", "text": "CANARY", "meta": [{"k": 1, "k": 2}]}', "twice", "one object per line"
    ),
    "NaN": ('{"id": "a", "text": "CANARY", "meta": NaN}', "NaN is not JSON", "one object per line"),
    "infinity": ('{"id": "a", "text": "CANARY", "meta": -Infinity}', "-Infinity is not", "one"),
    "a number without end": ('{"id": "a", "meta": ' + "9" * 5000 + "}", "not JSON", "one object"),
    "deep nesting": ('{"id": "a", "meta": ' + "[" * 100_000, "not JSON", "one object per line"),
    "no id": ('{"text": "CANARY"}', "no 'id'", "--id-field"),
    "no text": ('{"id": "a"}', "no 'text'", "--text-field"),
    "null text": ('{"id": "a", "text": null}', "no 'text'", "--text-field"),
    "empty text": ('{"id": "a", "text": ""}', "'text' is empty", "fill it in"),
    "white text": ('{"id": "a", "text": " \\n\\u00a0"}', "'text' is empty", "fill it in"),
    "text of numbers": ('{"id": "a", "text": 12}', "'text' is of type int", "make it a string"),
    "text of lists": ('{"id": "a", "text": ["CANARY"]}', "'text' is of type list", "a string"),
    "empty id": ('{"id": " ", "text": "CANARY"}', "'id' is empty", "fill it in"),
    "id of truth": ('{"id": true, "text": "CANARY"}', "'id' is of type bool", "make it a string"),
    "id of fractions": ('{"id": 1.0, "text": "CANARY"}', "'id' is of type float", "a string"),
    "half a surrogate": ('{"id": "a", "text": "CANARY \\ud83d"}', "surrogate", "valid Unicode"),
    "half a surrogate in the id": ('{"id": "\\udc00", "text": "CANARY"}', "surrogate", "Unicode"),
    "a book": (json.dumps({"id": "a", "text": "b" * (LONGEST_TEXT + 1)}), "longer than", "split"),
    "label of numbers": ('{"id": "a", "text": "CANARY", "label": 4}', "'label'", '["F32.1"]'),
    "labels of numbers": ('{"id": "a", "text": "CANARY", "label": [4]}', "'label'", '["F32.1"]'),
    "empty label": ('{"id": "a", "text": "CANARY", "label": "F32;"}', "'label'", '["F32.1"]'),
    "label of objects": ('{"id": "a", "text": "CANARY", "label": {"c": 1}}', "'label'", "F41.0"),
    "half a surrogate in a label": (
        '{"id": "a", "text": "CANARY", "label": ["\\ud83d"]}', "'label'", '["F32.1"]'
    ),
    "language in words": ('{"id": "a", "text": "CANARY", "lang": "english!"}', "'lang'", "BCP 47"),
    "language of numbers": ('{"id": "a", "text": "CANARY", "lang": 1}', "'lang'", "BCP 47"),
    "language with underscore": ('{"id": "a", "text": "CANARY", "lang": "en_US"}', "'lang'", "BCP"),
    "group of objects": ('{"id": "a", "text": "CANARY", "group": {"k": 1}}', "'group'", "string"),
    "group of lists": ('{"id": "a", "text": "CANARY", "group": ["k"]}', "'group'", "string"),
    "unheard-of origin": ('{"id": "a", "text": "CANARY", "origin": "x"}', "'origin'", "few_shot"),
    "origin of lists": ('{"id": "a", "text": "CANARY", "origin": []}', "'origin'", "leave out"),
    "origin with another field": (
        '{"id": "a", "text": "CANARY", "origin": {"note": "CANARY"}}', "'origin'", "leave out"
    ),
    "origin with a text": (
        '{"id": "a", "text": "CANARY", "origin": {"model": "CANARY"}}', "'origin'", "shorten"
    ),
    "origin with no count": (
        '{"id": "a", "text": "CANARY", "origin": {"seed": -1}}', "'origin'", "write a number"
    ),
    "a field that no check reads": (
        '{"id": "a", "text": "CANARY", "summary": "CANARY"}', "'summary'", "remove it"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "problem", "remedy"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_named_with_its_remedy(
    tmp_path: Path, line: str | bytes, problem: str, remedy: str
) -> None:
    if isinstance(line, str):
        line = line.replace("CANARY", CANARY)
    path = jsonl(tmp_path, '{"id": "first", "text": "No fever."}', line)
    message = refused(path)
    place, _, rest = message.partition(": ")
    assert place == f"{path}:2"
    assert problem in rest
    assert remedy in rest.partition(problem)[2]
    assert "\n" not in message
    assert not pieces(CANARY) & pieces(message)


def pieces(text: str) -> set[str]:
    return {text[i : i + 8] for i in range(len(text) - 7)}


def test_an_id_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    path = jsonl(tmp_path, GOOD, '{"id": "b", "text": "b"}', GOOD)
    assert refused(path) == f"{path}:3: the id of line 1 again; make ids unique"


def test_a_number_and_its_digits_are_one_id(tmp_path: Path) -> None:
    path = jsonl(tmp_path, '{"id": 1, "text": "a"}', '{"id": "1", "text": "b"}')
    assert "the id of line 1 again" in refused(path)


def test_a_field_that_no_check_reads_matters_only_where_lines_are_published(tmp_path: Path) -> None:
    path = jsonl(tmp_path, '{"id": "a", "text": "No cough.", "ward": "3"}')
    assert len(read(path, published=False).records) == 1


def test_a_mapped_field_leaves_no_second_text(tmp_path: Path) -> None:
    path = jsonl(tmp_path, '{"id": "a", "text": "No cough.", "note": "No fever."}')
    assert "'text'" in refused(path, Fields(text="note"))


Make = Callable[[Path], str]


def empty(folder: Path) -> str:
    return jsonl(folder)


def blank(folder: Path) -> str:
    return jsonl(folder, "", "  ")


def missing(folder: Path) -> str:
    return str(folder / "nowhere.jsonl")


def broken_link(folder: Path) -> str:
    (folder / "link.jsonl").symlink_to(folder / "nowhere.jsonl")
    return str(folder / "link.jsonl")


def below_a_file(folder: Path) -> str:
    return jsonl(folder, GOOD) + "/in.jsonl"


def empty_folder(folder: Path) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


def empty_csv(folder: Path) -> str:
    (folder / "in.csv").write_text("")
    return str(folder / "in.csv")


def csv_of_a_header(folder: Path) -> str:
    (folder / "in.csv").write_text("id,text\n")
    return str(folder / "in.csv")


BAD_FILES: list[tuple[Make, str, str]] = [
    (empty, "holds no records", "at least one"),
    (blank, "holds no records", "at least one"),
    (empty_folder, "holds no records", "at least one"),
    (empty_csv, "holds no records", "at least one"),
    (csv_of_a_header, "holds no records", "at least one"),
    (missing, "No such file", "check the path"),
    (broken_link, "No such file", "check the path"),
    (below_a_file, "Not a directory", "check the path"),
]


@pytest.mark.parametrize(("make", "problem", "remedy"), BAD_FILES)
def test_a_bad_file_is_named_with_its_remedy(
    tmp_path: Path, make: Make, problem: str, remedy: str
) -> None:
    path = make(tmp_path)
    message = refused(path)
    assert message.startswith(f"{path}: {problem}")
    assert remedy in message
    assert "\n" not in message


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    path = jsonl(tmp_path, GOOD)
    assert refused(path) == f"{path}: Permission denied; check the path and its rights"


BAD_CSV: dict[str, tuple[bytes, int, str]] = {
    "a cell too many": (b"id,text\na,b\nb,No cough, CANARY\n", 3, "cells"),
    "a cell too few": (b"id,text,label\na,b,c\nb,CANARY\n", 3, "cells"),
    "an open quote": (b'id,text\na,b\nb,"CANARY\n', 3, "not CSV"),
    "a quote inside": (b'id,text\na,b\nb,"CAN"ARY"\n', 3, "not CSV"),
    "no such column": (b"id,note\na,CANARY\n", 2, "--text-field"),
    "empty text": (b"id,text\na,b\nCANARY,\n", 3, "--text-field"),
    "invalid UTF-8": (b"id,text\na,b\nb,CANARY \xe9\n", 3, "not UTF-8"),
    "an endless cell": (b"id,text\na,b\nb," + b"CANARY " * 150_000 + b"\n", 3, "not CSV"),
    "a column twice": (b"id,text,text\na,CANARY,No cough.\n", 1, "twice"),
}


@pytest.mark.parametrize(("data", "line", "problem"), BAD_CSV.values(), ids=BAD_CSV.keys())
def test_a_bad_row_of_csv_is_named(tmp_path: Path, data: bytes, line: int, problem: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(data.replace(b"CANARY", CANARY.encode()))
    message = refused(str(path))
    assert message.startswith(f"{path}:{line}: ")
    assert problem in message
    assert "\n" not in message
    assert not pieces(CANARY) & pieces(message)


def test_what_is_called_parquet_and_is_none(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    for data in (b"", CANARY.encode(), b"PAR1" + CANARY.encode() * 9 + b"\x24\0\0\0PAR1"):
        path.write_bytes(data)
        message = refused(str(path))
        assert message.startswith(f"{path}: ")
        assert "check" in message
        assert "\n" not in message
        assert CANARY not in message


def test_parquet_that_is_damaged_inside(tmp_path: Path) -> None:
    path = Path(parquet(tmp_path, id=["a"], text=[CANARY * 50]))
    data = bytearray(path.read_bytes())
    data[4:90] = os.urandom(86)
    path.write_bytes(data)
    assert refused(str(path)).startswith(f"{path}: ")


def test_parquet_of_text_that_is_not_utf8(tmp_path: Path) -> None:
    wrong = pa.array([CANARY.encode() + b"\xff"]).view(pa.string())
    message = refused(parquet(tmp_path, id=["a"], text=wrong))
    assert "UTF-8" in message
    assert CANARY not in message


def test_parquet_names_the_row(tmp_path: Path) -> None:
    path = parquet(tmp_path, id=["a", "b", "c"], text=["No cough.", None, CANARY])
    assert refused(path).startswith(f"{path}:2: no 'text'")


def test_a_folder_holds_text_files_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CANARY)
    (tmp_path / "notes.csv").write_text(CANARY)
    message = refused(str(tmp_path))
    assert message.startswith(f"{tmp_path / 'notes.csv'}: not a .txt file")
    assert CANARY not in message


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "'text' is empty"), (b" \n", "'text' is empty"), (b"Tos \xff", "is not UTF-8")],
)
def test_a_bad_text_file_is_named(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / "a.txt").write_text("No cough.")
    (tmp_path / "b.txt").write_bytes(data)
    message = refused(str(tmp_path))
    assert message.startswith(f"{tmp_path / 'b.txt'}:1: ")
    assert problem in message


def test_a_folder_where_a_text_file_is_expected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    assert refused(str(tmp_path)).startswith(f"{tmp_path / 'a.txt'}: Is a directory")


def test_a_text_file_whose_name_is_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"ni\xf1o.txt")).write_text("No cough.")
    assert "name" in refused(str(tmp_path))


def test_an_input_error_is_for_whoever_started_the_run() -> None:
    assert InputError.exit_code == 2


def test_a_reading_is_read_only(tmp_path: Path) -> None:
    reading: Reading = read(jsonl(tmp_path, GOOD))
    with pytest.raises(AttributeError):
        reading.records[0].text = "changed"  # type: ignore[misc]
    assert "line" not in repr(reading.records[0])
