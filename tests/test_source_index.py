"""What is kept of a source: the same bytes with it as without, refused when in doubt, no text."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from auditor import sealed, source_index
from auditor.corpus import Corpus
from auditor.detect.hit import Hit
from auditor.errors import CannotMeasure
from auditor.indexes import code_fit, embedding, minhash, packing
from auditor.record import Record

Command = Callable[..., CompletedProcess[str]]
REPOSITORY = Path(__file__).parents[1]
PARTS = ("passages", "places", "shingles", "vectors")
FILES = {"README.txt", "index.json", *(f"{part}.sealed" for part in PARTS)}
POLICY = """\
name: kept
description: A limit on every check that an index keeps something for.
checks:
  identity_replay:
    limits: {exact: {at_most: 0, why: no real person's name}}
  near_duplicate:
    limits: {jaccard: {at_most: {chance: 0.99, ceiling: 0.5}, why: no edited copy}}
  paraphrase:
    limits: {ratio: {at_most: 1000, why: to have it measured}}
  label_fidelity:
    limits: {agreement: {at_least: -50, why: to have it measured}}
"""
ROSTER = "name,mrn\nIria Souto Rial,4821973\n"


class Capitals:
    """Stands in for the detector: two capitalised words are a name. Counts the texts it reads."""

    texts = 0

    def __init__(self, profile: str) -> None:
        self.profile = profile

    def find(self, text: str, _: str) -> tuple[Hit, ...]:
        type(self).texts += 1
        found = re.finditer(r"\b[A-Z]\w+ [A-Z]\w+", text)
        return tuple(Hit(*m.span(), "NAME", 0.7, "capitals", "direct") for m in found)


class WordBag:
    """Stands in for the sentence model: a text is its words. Counts the texts it reads."""

    name = "words"
    texts = 0

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[str, embedding.Vectors]]:
        for text in texts:
            type(self).texts += 1
            row = np.full(embedding.DIMENSIONS, 1e-3, np.float32)
            for word in re.findall(r"\w{4,}", text.lower()):
                row[crc32(word.encode()) % embedding.DIMENSIONS] += 1
            yield text, row / np.linalg.norm(row)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.detect.detector.Detector", Capitals)
    monkeypatch.setattr(embedding, "encoder", WordBag)
    monkeypatch.setattr(code_fit, "_vectors_by_text", dict)
    monkeypatch.setattr(Capitals, "texts", 0)
    monkeypatch.setattr(WordBag, "texts", 0)
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)


@pytest.fixture
def folder(corpus_files: Path, invent: Any, write: Any) -> Path:
    """Source, holdout and synthetic set with invented names in them, and a policy."""
    for name in ("source", "holdout", "synthetic"):
        rows = invent(name, 40)
        for i, row in enumerate(rows):
            row["text"] += f" Seen by {person(name, i)}."
        if name == "synthetic":
            rows[3]["text"] = f"{invent('source', 40)[5]['text']} Seen by {person('source', 5)}."
        write(corpus_files / f"{name}.jsonl", rows)
    (corpus_files / "kept.yaml").write_text(POLICY)
    (corpus_files / "roster.csv").write_text(ROSTER)
    (corpus_files / "key").write_bytes(b"thirty-two random bytes, or more")
    return corpus_files


def person(corpus: str, number: int) -> str:
    """An invented name, another one for each of 40 records."""
    return f"{'BDFGKLM'[number % 7]}aroxa {corpus.title()}{'bdfgk'[number % 5]}o"


def index(folder: Path, command: Command, *more: str) -> Path:
    arguments = ["--policy", str(folder / "kept.yaml"), "-o", str(folder / "kept"), *more]
    done = command("index", folder / "source.jsonl", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "kept"


def gate(folder: Path, command: Command, out: str, *more: str) -> CompletedProcess[str]:
    return command(
        "gate", folder / "synthetic.jsonl", "--source", folder / "source.jsonl",
        "--holdout", folder / "holdout.jsonl", "--policy", folder / "kept.yaml",
        "--out", folder / out, *more,
    )  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("options", [[], ["--roster"], ["--key"], ["--roster", "--key"]], ids=str)
def test_a_gate_gives_the_same_bytes_with_an_index_as_without(
    folder: Path, command: Command, options: list[str]
) -> None:
    values = {"--roster": str(folder / "roster.csv"), "--key": str(folder / "key")}
    more = [part for option in options for part in (option, values[option])]
    keyed = ["--key", values["--key"]] if "--key" in options else []
    index(folder, command, *keyed)
    without = gate(folder, command, "without", *more)
    assert without.returncode in (0, 1)
    read = Capitals.texts, WordBag.texts
    with_it = gate(folder, command, "with", "--index", str(folder / "kept"), *more)
    assert with_it.stdout.replace("/with/", "/without/") == without.stdout
    assert content(folder / "with") == content(folder / "without")
    audit = json.loads((folder / "with" / "audit.json").read_text())
    assert any(breach["check"] == "identity_replay" for breach in audit["records"][3]["breaches"])
    assert Capitals.texts == read[0], "no source record was read by the detector again"
    assert WordBag.texts - read[1] < read[1]


@pytest.mark.slow
def test_with_the_shipped_policy_and_models_too(
    corpus_files: Path, run: Callable[..., CompletedProcess[bytes]]
) -> None:
    source, kept = corpus_files / "source.jsonl", corpus_files / "kept"
    done = run("index", source, "-o", kept)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {path.name for path in kept.iterdir()} == FILES - {"passages.sealed"}
    arguments = [
        "gate", corpus_files / "synthetic.jsonl", "--source", source,
        "--holdout", corpus_files / "holdout.jsonl", "-q",
    ]  # fmt: skip
    without = run(*arguments, "--out", corpus_files / "without")
    with_it = run(*arguments, "--out", corpus_files / "with", "--index", kept)
    assert (with_it.returncode, with_it.stderr) == (without.returncode, without.stderr)
    assert content(corpus_files / "with") == content(corpus_files / "without") != {}


def test_a_scan_prints_the_same_lines(folder: Path, command: Command) -> None:
    kept = index(folder, command)
    arguments = [
        "scan", folder / "synthetic.jsonl", "--source", folder / "source.jsonl",
        "--check", "near_duplicate", "--check", "identity_replay",
    ]  # fmt: skip
    without = command(*arguments)
    read = Capitals.texts
    with_it = command(*arguments, "--index", kept)
    assert (with_it.returncode, with_it.stdout) == (without.returncode, without.stdout)
    assert Capitals.texts == read


def test_only_the_parts_of_the_checks_at_hand_are_read(folder: Path, command: Command) -> None:
    kept = index(folder, command)
    (kept / "places.sealed").write_bytes(b"")
    arguments = ["scan", folder / "synthetic.jsonl", "--source", folder / "source.jsonl"]
    done = command(*arguments, "--check", "near_duplicate", "--index", kept)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_says_that_it_is_protected_health_information(folder: Path, command: Command) -> None:
    arguments = ["--policy", folder / "kept.yaml", "-o", folder / "kept"]
    done = command("index", folder / "source.jsonl", *arguments)
    assert "protected health information" in done.stdout
    assert {path.name for path in (folder / "kept").iterdir()} == FILES
    assert "PROTECTED HEALTH INFORMATION" in (folder / "kept" / "README.txt").read_text()
    assert command("index", folder / "source.jsonl", *arguments, "-q").stdout == ""
    steps = command("index", folder / "source.jsonl", *arguments, "-q", "-v").stderr.splitlines()
    assert steps == [
        f"auditor: {step}"
        for step in ("paraphrase", "identity_replay", "near_duplicate", "label_fidelity", "writing")
    ]


def test_nobody_but_the_owner_may_read_it_at_any_time(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    before = os.umask(0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", watched)
            kept = index(folder, command)
    finally:
        assert os.umask(before) == 0
    *files, inside, _ = modes  # the staged folder, and what it lies in
    assert set(files) == {0o600}
    assert len(files) == len(FILES)
    assert inside == stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}


def test_it_holds_no_text_and_no_hash_that_another_key_would_give(
    folder: Path, command: Command
) -> None:
    own = content(index(folder, command))
    keyed = content(index(folder, command, "--key", str(folder / "key")))
    assert own.keys() == keyed.keys()
    reading = list(map(json.loads, (folder / "source.jsonl").read_text().splitlines()))
    source = Corpus("source", tuple(Record(row["id"], row["text"]) for row in reading))
    hashes = {
        *(value.tobytes() for value in packing.words(source).values),
        *(row[:2].tobytes() for row in minhash.signatures(source, 3)),
        *(pair.tobytes() for pair in minhash.shingles(source, 3).hashes[:2000].reshape(-1, 2)),
    }
    told = {word.encode() for row in reading for word in row["text"].split() if len(word) > 6}
    told |= {row[name].encode() for row in reading for name in ("id", "group")}
    for name in FILES - {"README.txt"}:
        both = own[name] + keyed[name]
        assert not [word for word in told if word in both]
        windows = {both[i : i + 8] for i in range(len(both))}
        assert not windows & hashes
    for name in FILES - {"README.txt", "index.json"}:
        length = min(len(own[name]), len(keyed[name]))
        one, other = (np.frombuffer(c[name][:length], np.uint8) for c in (own, keyed))
        assert (one == other).mean() < 0.05, "chance alone makes one byte in 256 equal"


def test_the_same_source_gives_the_same_bytes(folder: Path, command: Command) -> None:
    first = content(index(folder, command))
    assert content(index(folder, command)) == first


def changed_text(folder: Path) -> list[str]:
    path = folder / "source.jsonl"
    path.write_text(path.read_text().replace("Garoxa", "Karoxa", 1))
    return []


def one_record_more(folder: Path) -> list[str]:
    with (folder / "source.jsonl").open("a") as file:
        file.write('{"id": "new", "text": "One more."}\n')
    return []


def another_key(folder: Path) -> list[str]:
    return ["--key", str(folder / "key")]


@pytest.mark.parametrize("change", [changed_text, one_record_more, another_key])
def test_another_source_or_key_is_refused(
    folder: Path, command: Command, change: Callable[[Path], list[str]]
) -> None:
    kept = index(folder, command)
    more = change(folder)
    assert refusal(folder, command, *more) == ("was built from another source, or with another key")
    assert content(kept).keys() == FILES


def test_another_column_is_another_source(folder: Path, command: Command) -> None:
    kept = index(folder, command)
    arguments = ["--source", folder / "source.jsonl", "--index", kept, "--lang-field", "language"]
    done = command("scan", folder / "synthetic.jsonl", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "from another source" in done.stderr


def refusal(folder: Path, command: Command, *more: str) -> str:
    """Why the index is refused; that this is done as it should be is tested here."""
    kept = folder / "kept"
    done = gate(folder, command, "out", "--index", str(kept), *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert not (folder / "out").exists()
    found = re.fullmatch(
        rf"auditor: {kept}: the index (.*); build it again: auditor index SOURCE -o {kept}\n",
        done.stderr,
    )
    assert found, done.stderr
    return found[1]


def test_without_the_key_that_it_was_built_with_it_is_refused(
    folder: Path, command: Command
) -> None:
    index(folder, command, "--key", str(folder / "key"))
    assert refusal(folder, command) == "was built from another source, or with another key"


def test_an_index_for_other_options_is_refused(folder: Path, command: Command) -> None:
    index(folder, command)
    policy = folder / "kept.yaml"
    policy.write_text(POLICY.replace("near_duplicate:\n", "near_duplicate:\n    OPTIONS\n"))
    policy.write_text(policy.read_text().replace("OPTIONS", "options: {shingle_words: 4}"))
    assert refusal(folder, command) == "was built for other options of near_duplicate"


@pytest.mark.parametrize("name", source_index.versions())
def test_an_index_of_another_version_is_refused(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    index(folder, command)
    now = source_index.versions()
    monkeypatch.setattr(source_index, "versions", lambda: now | {name: "another"})
    assert refusal(folder, command) == f"was built with another version of {name}"


def test_a_changed_rule_is_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "identifiers").mkdir()
    (tmp_path / "identifiers" / "en.yaml").write_text("rules: [one]")
    monkeypatch.setattr(source_index.resources, "shipped", lambda _: tmp_path)
    digest = source_index._digest_of_code.__wrapped__
    before = digest()
    (tmp_path / "identifiers" / ".cache").mkdir()
    (tmp_path / "identifiers" / ".cache" / "en.json").write_text("left by an editor")
    assert digest() == before
    (tmp_path / "identifiers" / "en.yaml").write_text("rules: [two]")
    assert digest() != before


def test_another_format_is_refused(folder: Path, command: Command) -> None:
    manifest = index(folder, command) / "index.json"
    manifest.write_text(manifest.read_text().replace(sealed.FORMAT, sealed.FORMAT + "0"))
    assert refusal(folder, command) == "has another format"


@pytest.mark.parametrize("name", sorted(FILES - {"README.txt"}))
def test_a_changed_byte_is_noticed_wherever_it_is(
    folder: Path, command: Command, name: str
) -> None:
    kept = index(folder, command)
    whole = (kept / name).read_bytes()
    places = [0, len(whole) // 3, len(whole) // 2, len(whole) - 2]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        (kept / name).write_bytes(damaged)
        assert noticed(folder, command), place
    for less in (b"", whole[:10], whole[:-1].rstrip(b"}\n")):
        (kept / name).write_bytes(less)
        assert noticed(folder, command)
    (kept / name).unlink()
    assert noticed(folder, command)


def noticed(folder: Path, command: Command) -> bool:
    done = gate(folder, command, "out", "--index", str(folder / "kept"))
    one_line = done.stderr.count("\n") == 1 and "auditor index" in done.stderr
    return (done.returncode, done.stdout) == (2, "") and one_line


def test_a_part_of_another_index_is_noticed(folder: Path, command: Command) -> None:
    """Even one of the same source, masked with the same key."""
    kept = index(folder, command)
    whole = content(kept)
    (kept / "places.sealed").write_bytes(whole["shingles.sealed"])
    assert refusal(folder, command) == "was changed since it was built"


@pytest.mark.parametrize(
    "told",
    [
        {"versions": []},
        {"files": 3},
        {"checks": {"near_duplicate": {}}},
        {"source": None},
        {"x": 1},
    ],
    ids=str,
)
def test_a_manifest_that_somebody_wrote_is_refused(
    folder: Path, command: Command, told: dict[str, Any]
) -> None:
    manifest = index(folder, command) / "index.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | told))
    assert noticed(folder, command)


@pytest.mark.parametrize("manifest", [None, "", "[]", "{}", '{"format": 3}', "[" * 100_000])
def test_a_folder_that_is_no_index_is_refused(
    folder: Path, command: Command, manifest: str | None
) -> None:
    (folder / "kept").mkdir()
    if manifest is not None:
        (folder / "kept" / "index.json").write_text(manifest)
    done = gate(folder, command, "out", "--index", str(folder / "kept"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"auditor: {folder / 'kept'}: is no index; give a folder that `auditor index` wrote\n"
    )


def test_a_folder_that_is_missing_is_refused(folder: Path, command: Command) -> None:
    assert "no such folder" in gate(folder, command, "out", "--index", "nowhere").stderr


def test_an_index_goes_with_its_source(folder: Path, command: Command) -> None:
    kept = index(folder, command)
    done = command("scan", folder / "synthetic.jsonl", "--index", kept)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"auditor: {kept}: an index goes with its source; add --source\n"


def foreign_folder(kept: Path) -> None:
    kept.mkdir()
    (kept / "thesis.txt").write_text("precious")


def index_with_a_guest(kept: Path) -> None:
    kept.mkdir()
    (kept / "index.json").write_text(json.dumps({"format": sealed.FORMAT}))
    (kept / "thesis.txt").write_text("precious")


def somebodys_index(kept: Path) -> None:
    kept.mkdir()
    (kept / "index.json").write_text("{}")


def a_file(kept: Path) -> None:
    kept.write_text("precious")


def a_link(kept: Path) -> None:
    kept.symlink_to(kept.parent)


@pytest.mark.parametrize(
    "make", [foreign_folder, index_with_a_guest, somebodys_index, a_file, a_link]
)
def test_what_is_no_index_is_not_replaced(
    folder: Path, command: Command, make: Callable[[Path], None]
) -> None:
    make(folder / "kept")
    arguments = ["--policy", folder / "kept.yaml", "-o", folder / "kept"]
    done = command("index", folder / "source.jsonl", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("choose another -o\n")
    assert done.stderr.count("\n") == 1
    assert Capitals.texts == 0, "found before any work"


def test_an_index_is_replaced_whole(folder: Path, command: Command) -> None:
    index(folder, command)
    (folder / "kept.yaml").write_text(POLICY.partition("  label_fidelity")[0])
    assert {path.name for path in index(folder, command).iterdir()} == FILES - {"vectors.sealed"}


def test_a_policy_that_needs_nothing_of_the_source_alone(folder: Path, command: Command) -> None:
    (folder / "kept.yaml").write_text(
        "name: yields\ndescription: A test.\nchecks:\n"
        "  yield: {limits: {acceptance_rate: {at_least: 0.5, why: for this test}}}\n"
    )
    arguments = ["--policy", folder / "kept.yaml", "-o", folder / "kept"]
    done = command("index", folder / "source.jsonl", *arguments)
    assert done.returncode == 2
    assert "no check of the policy builds anything of the source alone" in done.stderr
    assert not (folder / "kept").exists()


def test_without_the_sentence_model_nothing_is_built(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise CannotMeasure("the sentence model is not installed")

    monkeypatch.setattr(embedding, "encoder", missing)
    arguments = ["--policy", folder / "kept.yaml", "-o", folder / "kept"]
    done = command("index", folder / "source.jsonl", *arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "auditor: the sentence model is not installed\n"
    assert not (folder / "kept").exists()


def test_where_the_model_has_gone_missing_the_check_says_so(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = index(folder, command)

    def missing() -> None:
        raise CannotMeasure("the sentence model is not installed")

    monkeypatch.setattr(embedding, "encoder", missing)
    with_it = gate(folder, command, "with", "--index", str(kept))
    without = gate(folder, command, "without")
    assert with_it.returncode == without.returncode == 3
    assert content(folder / "with") == content(folder / "without")


def test_vectors_of_another_precision_are_refused(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(folder, command)
    monkeypatch.setattr(WordBag, "name", "words-fp32")
    assert "in another precision" in refusal(folder, command)


def test_help_imports_nothing_heavy() -> None:
    call = (
        "import sys; from auditor import cli; sys.argv = ['auditor', 'index', '--help']\n"
        "try: cli.main()\n"
        "finally: assert not {'numpy', 'numba', 'pydantic', 'yaml', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", call], cwd=REPOSITORY, check=True, capture_output=True)


def test_an_error_holds_no_text(folder: Path, command: Command) -> None:
    with (folder / "source.jsonl").open("a") as file:
        file.write('{"id": "x", "text": ["CANARY"]}\n')
    done = command("index", folder / "source.jsonl", "-o", folder / "kept")
    assert (done.returncode, done.stdout) == (2, "")
    assert "source.jsonl:41: " in done.stderr
    assert "CANARY" not in done.stderr


def test_a_place_that_cannot_be_written(folder: Path, command: Command) -> None:
    (folder / "file").write_text("precious")
    arguments = ["--policy", folder / "kept.yaml", "-o", folder / "file" / "kept"]
    done = command("index", folder / "source.jsonl", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
