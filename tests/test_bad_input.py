"""Bad input at the command line: one line that names the place and the remedy, exit code 2, nothing
published, and an earlier result untouched."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Command = Callable[..., CompletedProcess[str]]
Row = dict[str, Any]
CANARY = "quixotic zebra cantata"


def append(path: Path, line: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(line.encode() if isinstance(line, str) else line)


def replaced(arguments: list[str], option: str, value: str | Path) -> list[str]:
    at = arguments.index(option)
    return [*arguments[: at + 1], str(value), *arguments[at + 2 :]]


def assert_refused(done: CompletedProcess[str], place: str | Path, *told: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"auditor: {place}")
    assert done.stderr.count("\n") == 1
    assert CANARY not in done.stderr
    for part in told:
        assert part in done.stderr


LINES: dict[str, tuple[str | bytes, str]] = {
    "invalid UTF-8": (b'{"id": "x", "text": "\xff"}\n', "not UTF-8"),
    "broken JSON": ('{"id": "x", "text": "' + CANARY, "not JSON"),
    "empty text": ('{"id": "x", "text": ""}\n', "'text' is empty"),
    "no text": (f'{{"id": "x", "body": "{CANARY}"}}\n', ""),
    "wrong type": (f'{{"id": "x", "text": ["{CANARY}"]}}\n', "make it a string"),
    "an id again": (f'{{"id": "synthetic-0", "text": "{CANARY}"}}\n', "the id of line 1 again"),
    "a field of its own": (f'{{"id": "x", "text": "a", "note": "{CANARY}"}}\n', "'note'"),
}


@pytest.mark.parametrize(("line", "told"), LINES.values(), ids=LINES.keys())
def test_a_bad_line(
    corpus_files: Path, gate_arguments: list[str], command: Command, line: str | bytes, told: str
) -> None:
    append(corpus_files / "synthetic.jsonl", line)
    done = command(*gate_arguments)
    assert_refused(done, f"{corpus_files / 'synthetic.jsonl'}:121: ", told, ";")
    assert not (corpus_files / "out").exists()


@pytest.mark.parametrize("option", ["--source", "--holdout"])
def test_a_file_that_is_missing(
    corpus_files: Path, gate_arguments: list[str], command: Command, option: str
) -> None:
    missing = corpus_files / "nowhere.jsonl"
    done = command(*replaced(gate_arguments, option, missing))
    assert_refused(done, missing, "No such file", "check the path")


@pytest.mark.parametrize("kind", ["synthetic", "source", "holdout"])
def test_a_file_that_is_empty(
    corpus_files: Path, gate_arguments: list[str], command: Command, kind: str
) -> None:
    (corpus_files / f"{kind}.jsonl").write_text("\n\n")
    done = command(*gate_arguments)
    assert_refused(done, corpus_files / f"{kind}.jsonl", "holds no records", "at least one")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("kode,meaning\nF32,low mood\n", ("has no column code", "name them so")),
        ("code,description\nF32,\n", (":2", "fill or drop the row")),
        ("code,description\n", ("holds no code", "give rows")),
    ],
)
def test_a_table_of_codes_that_is_none(
    corpus_files: Path,
    gate_arguments: list[str],
    command: Command,
    table: str,
    says: tuple[str, ...],
) -> None:
    file = corpus_files / "codes.csv"
    file.write_text(table)
    assert_refused(command(*gate_arguments, "--codes", str(file)), file, *says)


def test_an_earlier_result_stays(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    assert command(*gate_arguments).returncode == 0
    before = {path.name: path.read_bytes() for path in (corpus_files / "out").iterdir()}
    append(corpus_files / "synthetic.jsonl", "{\n")
    assert command(*gate_arguments).returncode == 2
    assert {path.name: path.read_bytes() for path in (corpus_files / "out").iterdir()} == before


def test_a_folder_that_is_not_ours(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    (corpus_files / "out").mkdir()
    (corpus_files / "out" / "thesis.txt").write_text("precious")
    done = command(*gate_arguments)
    assert_refused(done, corpus_files / "out", "'thesis.txt'", "choose another --out")
    assert (corpus_files / "out" / "thesis.txt").read_text() == "precious"


def test_a_folder_that_is_not_ours_is_found_before_any_work(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    (corpus_files / "out").write_text("precious")
    (corpus_files / "synthetic.jsonl").unlink()
    assert_refused(command(*gate_arguments), corpus_files / "out", "choose another --out")


POLICIES: dict[str, tuple[str, str]] = {
    "unknown key": ("speed: 1\n", "speed: unknown key"),
    "key twice": ("name: again\n", "the key 'name' stands twice"),
    "alias": ("more: &a [1]\nyet: *a\n", "aliases and anchors are not allowed"),
    "not a number": ("false_rejects: .nan\n", "false_rejects: "),
}


@pytest.mark.parametrize(("text", "told"), POLICIES.values(), ids=POLICIES.keys())
def test_a_bad_policy(
    corpus_files: Path, gate_arguments: list[str], command: Command, text: str, told: str
) -> None:
    lines = (corpus_files / "small.yaml").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not text.startswith("false") or line[:5] != "false"]
    (corpus_files / "small.yaml").write_text("".join(kept) + text)
    for done in (command(*gate_arguments), command("policy", "check", corpus_files / "small.yaml")):
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith(f"auditor: {corpus_files / 'small.yaml'}")
        assert told in done.stderr
    assert not (corpus_files / "out").exists()


def test_a_limit_on_a_metric_that_does_not_exist(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    policy = (corpus_files / "small.yaml").read_text().replace("jaccard_earlier", "jaccard_earler")
    (corpus_files / "small.yaml").write_text(policy)
    done = command(*gate_arguments)
    assert done.returncode == 2
    assert "near_duplicate.limits.jaccard_earler" in done.stderr
    assert "did you mean 'jaccard_earlier'?" in done.stderr


def test_a_sound_policy_is_silent(corpus_files: Path, command: Command) -> None:
    done = command("policy", "check", corpus_files / "small.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_policy_is_shown_as_it_stands(corpus_files: Path, command: Command) -> None:
    path = corpus_files / "small.yaml"
    assert command("policy", "show", path).stdout == path.read_text()


def test_text_that_was_real_once(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    row = {"id": "x", "text": CANARY, "origin": "data_to_label"}
    append(corpus_files / "synthetic.jsonl", json.dumps(row) + "\n")
    done = command(*gate_arguments)
    assert_refused(done, corpus_files / "synthetic.jsonl", "'x'", "real text")


def test_a_key_that_cannot_be_read(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    done = command(*gate_arguments, "--key", corpus_files / "nowhere")
    assert_refused(done, corpus_files / "nowhere", "No such file", "check the path")


def test_a_key_that_is_empty(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    """An empty key is no secret: whoever can guess an id could find its fingerprint."""
    (corpus_files / "key").write_bytes(b"")
    assert_refused(command(*gate_arguments, "--key", corpus_files / "key"), corpus_files / "key")


class TestAnnex:
    """The file with real ids stays apart from what is passed on."""

    def test_never_inside_the_result(
        self, corpus_files: Path, gate_arguments: list[str], command: Command
    ) -> None:
        inside = corpus_files / "out" / "annex.jsonl"
        assert_refused(command(*gate_arguments, "--annex", inside), inside, "keep it outside")
        assert not (corpus_files / "out").exists()

    def test_never_over_an_earlier_one(
        self, corpus_files: Path, gate_arguments: list[str], command: Command
    ) -> None:
        annex = corpus_files / "annex.jsonl"
        annex.write_text("precious")
        assert_refused(command(*gate_arguments, "--annex", annex), annex, "new path")
        assert annex.read_text() == "precious"
        assert not (corpus_files / "out").exists()

    def test_for_its_owner_alone(
        self, corpus_files: Path, gate_arguments: list[str], command: Command
    ) -> None:
        annex = corpus_files / "annex.jsonl"
        assert command(*gate_arguments, "--annex", annex).returncode == 0
        assert annex.stat().st_mode & 0o777 == 0o600

    def test_not_left_behind_when_nothing_is_published(
        self, corpus_files: Path, gate_arguments: list[str], command: Command,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        def broken(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("auditor.publish._write", broken)
        annex = corpus_files / "annex.jsonl"
        done = command(*gate_arguments, "--annex", annex)
        assert_refused(done, corpus_files / "out", "No space left", "nothing was published")
        assert not annex.exists()


def test_a_render_of_what_is_no_audit(tmp_path: Path, command: Command) -> None:
    done = command("render", tmp_path, "--format", "json")
    assert_refused(done, tmp_path / "audit.json", "give a folder that the gate wrote")
    for data in (b"{}", b"\xff", b"[" * 100_000, b'{"schema_version": "2"}'):
        (tmp_path / "audit.json").write_bytes(data)
        done = command("render", tmp_path, "--format", "json")
        assert_refused(done, tmp_path / "audit.json")


def test_an_explanation_of_no_record(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    assert command(*gate_arguments).returncode == 0
    done = command("explain", corpus_files / "out", "nobody")
    assert_refused(done, corpus_files / "out", "no record 'nobody'", "decisions.jsonl")


def test_a_record_that_bears_the_name_of_a_check_is_explained(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    append(corpus_files / "synthetic.jsonl", '{"id": "yield", "text": "No cough, no fever."}\n')
    assert command(*gate_arguments).returncode == 0
    assert command("explain", corpus_files / "out", "yield").stdout.startswith("yield: accepted")


def test_a_name_that_steers_a_terminal_is_shown_without_it(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    append(corpus_files / "synthetic.jsonl", '{"id": "\\u001b[2Jx", "text": "No cough."}\n')
    assert command(*gate_arguments).returncode == 0
    done = command("explain", corpus_files / "out", "\x1b[2Jx")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "\x1b" not in command("explain", corpus_files / "\x1b[2J", "x").stderr


def test_stdin_is_read_like_a_file(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    data = (corpus_files / "synthetic.jsonl").read_bytes()
    gate_arguments[1] = "-"
    assert_refused(command(*gate_arguments, stdin=data + b"{\n"), "-:121: ", "not JSON")
    assert command(*gate_arguments, stdin=data).returncode == 0


def test_a_record_of_no_word_is_measured_like_any_other(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    for i, text in enumerate(("...", "?!", "\U0001f637", "\u0301", "a", "\u200b.", "-" * 5000)):
        append(corpus_files / "synthetic.jsonl", json.dumps({"id": f"x{i}", "text": text}) + "\n")
    done = command(*gate_arguments)
    assert (done.returncode, done.stderr) == (0, "")


def test_everything_is_told_about_one_record_only_sets(
    corpus_files: Path, command: Command, gate_arguments: list[str], write: Any, invent: Any
) -> None:
    """A set of one record is too small for a verdict on the set, and says so."""
    write(corpus_files / "synthetic.jsonl", invent("synthetic", 1))
    done = command(*gate_arguments)
    assert done.returncode == 3
    assert "words accepted" in done.stdout
