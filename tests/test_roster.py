"""Which columns of a roster are read, who is one person, and how a bad one is refused."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from auditor import roster
from auditor.errors import InputError

CANARY = "quixotic-zebra"


@pytest.fixture
def people(tmp_path: Path) -> Callable[[str], roster.Roster]:
    def read(text: str) -> roster.Roster:
        path = tmp_path / "roster.csv"
        path.write_text(text, encoding="utf-8")
        return roster.read(str(path))

    return read


Read = Callable[[str], roster.Roster]


def test_english_headers(people: Read) -> None:
    text = "First Name,last_name,DOB,MRN,Phone,E-mail,Address\nAda,Moss,1950-05-13,7713402,,,\n"
    (person,) = people(text).people
    assert person.line == 2
    assert person.identifiers == (("NAME", "Ada Moss"), ("DATE", "1950-05-13"), ("ID", "7713402"))


def test_spanish_headers_in_any_case_and_with_accents(people: Read) -> None:
    text = "Nombre;Primer apellido;Segundo apellido;Teléfono;Correo electrónico;Dirección;NHC\n"
    (person,) = people(
        text + "Iria;Souto;Rial;612 000 111;i@example.org;Calle Roble 2;99812\n"
    ).people
    assert dict(person.identifiers) == {
        "NAME": "Iria Souto Rial", "PHONE": "612 000 111", "EMAIL": "i@example.org",
        "LOCATION": "Calle Roble 2", "ID": "99812",
    }  # fmt: skip


def test_a_cell_may_hold_several_values(people: Read) -> None:
    (person,) = people("name,phone\nAda Moss; Ada Fenn,555 0100 200;555 0100 300\n").people
    assert [value for _, value in person.identifiers] == [
        "Ada Moss", "Ada Fenn", "555 0100 200", "555 0100 300",
    ]  # fmt: skip


def test_columns_that_are_not_known_are_counted_and_not_read(people: Read) -> None:
    read = people(f"name,shoe size,pet\nAda Moss,38,{CANARY}\n")
    assert read.unread == 2
    assert read.people[0].identifiers == (("NAME", "Ada Moss"),)


def test_rows_without_identifiers_name_nobody(people: Read) -> None:
    assert len(people("name,mrn\n\nAda Moss,\n,\n ,7713402\n").people) == 2


ONE_PERSON = {
    "the same group": ("name,group\nAda Moss,g1\nAda Fenn,G1\n", True),
    "another group": ("name,mrn,group\nAda Moss,1234567,g1\nAda Moss,1234567,g2\n", False),
    "the same number": ("name,mrn\nAda Moss,1234567\nA. Moss,1234567\n", True),
    "the same name and birth date": ("name,dob\nAda Moss,1950-05-13\nada moss,1950-05-13\n", True),
    "a chain": ("name,mrn,ssn\nA B,1111111,\nC D,1111111,2222222\nE F,,2222222\n", True),
    "the same name alone": ("name,mrn\nAda Moss,1234567\nAda Moss,7654321\n", False),
}


@pytest.mark.parametrize(("text", "one"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_who_is_one_person(people: Read, text: str, one: bool) -> None:
    assert (len({person.group for person in people(text).people}) == 1) == one


BAD = {
    "no known column": (f"shoe,pet\n38,{CANARY}\n", ":1: ", "no column is known"),
    "nothing but groups": (f"group\n{CANARY}\n", ":1: ", "no column is known"),
    "nothing": ("", ":1: ", "no column is known"),
    "no rows": ("name,mrn\n", ": ", "holds no identifiers"),
    "too many cells": (f"name,mrn\nAda,1\n{CANARY},2,3\n", ":3: ", "more cells than the header"),
    "too few cells": (f"name,mrn\n{CANARY}\n", ":2: ", "fewer cells than the header"),
    "an open quote": (f'name,mrn\n"{CANARY},2\n', ":2: ", "not CSV"),
    "a huge cell": (f"name\n{CANARY * 1000}\n", ":2: ", "not CSV"),
}


@pytest.mark.parametrize(("text", "place", "told"), BAD.values(), ids=BAD.keys())
def test_a_bad_roster(people: Read, tmp_path: Path, text: str, place: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        people(text)
    assert str(error.value).startswith(f"{tmp_path / 'roster.csv'}{place}")
    assert told in str(error.value)
    assert ";" in str(error.value)
    assert CANARY not in str(error.value)


def test_a_roster_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("name\nIñigo\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"roster\.csv:2: byte 2 is not UTF-8; convert the file"):
        roster.read(str(path))


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path of the roster"):
        roster.read(str(tmp_path / "nowhere.csv"))


def test_what_is_printed_holds_no_value(people: Read) -> None:
    read = people(f"name,mrn,group\nAda {CANARY},{CANARY}77,{CANARY}\n")
    assert CANARY not in repr((read, read.people))


def test_the_command_line_refuses_a_bad_roster(
    corpus_files: Path, gate_arguments: list[str], command: Callable[..., CompletedProcess[str]]
) -> None:
    path = corpus_files / "roster.csv"
    path.write_text(f"name,mrn\n{CANARY},1,2\n", encoding="utf-8")
    scan = ["scan", str(corpus_files / "synthetic.jsonl"), "--check", "yield"]
    for arguments in (gate_arguments, scan):
        done = command(*arguments, "--roster", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"auditor: {path}:2: more cells")
        assert CANARY not in done.stderr
    assert not (corpus_files / "out").exists()


def test_the_audit_tells_of_the_roster_and_of_no_one_in_it(
    corpus_files: Path, gate_arguments: list[str], command: Callable[..., CompletedProcess[str]]
) -> None:
    path = corpus_files / "roster.csv"
    path.write_text(f"name,pet\nAda {CANARY},dog\nEd {CANARY},cat\n", encoding="utf-8")
    assert command(*gate_arguments, "--roster", path).returncode == 0
    audit = (corpus_files / "out" / "audit.json").read_text("utf-8")
    assert '"role": "roster"' in audit
    assert roster.read(str(path)).digest in audit
    assert "1 column of the roster with a header that is not known" in audit
    assert CANARY not in audit
