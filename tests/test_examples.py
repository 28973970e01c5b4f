import json
import re
import subprocess
import sys
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
CORPORA = ("source", "holdout", "synthetic")
IDENTIFIER_KINDS = {
    *("date", "phone", "e-mail", "record number", "URL", "age over 89", "address"),
    *("SSN", "DNI", "IBAN"),
}
Record = dict[str, Any]


def read(name: str) -> list[Record]:
    lines = (EXAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words(record: Record) -> list[str]:
    return re.findall(r"\w+", record["text"].casefold())


def runs(records: list[Record], length: int) -> set[tuple[str, ...]]:
    texts = [words(record) for record in records]
    return {tuple(t[i : i + length]) for t in texts for i in range(len(t) - length + 1)}


def clean(records: list[Record]) -> list[Record]:
    return [record for record in records if "meta" not in record]


def taught(case: str) -> list[Record]:
    return [r for r in read("synthetic") if r.get("meta", {}).get("teaches") == case]


def original(record: Record) -> Record:
    everything = {r["id"]: r for r in read("source") + read("synthetic")}
    return everything[record["meta"]["of"]]


def test_the_script_writes_the_same_bytes_again(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(EXAMPLES / "compose.py"), "--out-dir", str(tmp_path)]
    subprocess.run(command, check=True)
    for name in CORPORA:
        assert (tmp_path / f"{name}.jsonl").read_bytes() == (
            EXAMPLES / f"{name}.jsonl"
        ).read_bytes()


@pytest.mark.parametrize(("name", "least"), [("source", 130), ("holdout", 130), ("synthetic", 150)])
def test_size_languages_and_length(name: str, least: int) -> None:
    records = read(name)
    assert len(records) >= least
    english = sum(record["lang"] == "en" for record in records) / len(records)
    assert 0.5 <= english <= 0.6
    assert 60 <= sorted(len(words(record)) for record in records)[len(records) // 2] <= 110


def test_ids_are_unique_and_patients_stay_in_their_corpus() -> None:
    records = [record for name in CORPORA for record in read(name)]
    assert len({record["id"] for record in records}) == len(records)
    groups = [{record["group"] for record in read(name)} for name in CORPORA]
    assert sum(map(len, groups)) == len(set.union(*groups))


@pytest.mark.parametrize("name", CORPORA)
def test_records_hold_the_contract(name: str) -> None:
    for record in read(name):
        assert list(record)[:5] == ["id", "text", "lang", "label", "group"]
        assert 1 <= len(record["label"]) <= 2
        assert all(re.fullmatch(r"[A-Z]\d\w(\.\w{1,4})?", code) for code in record["label"])


@pytest.mark.parametrize("name", CORPORA)
def test_no_phrase_was_left_unfilled(name: str) -> None:
    for record in read(name):
        assert not re.search(r"[\[\]{}|]|\(\w*/\w*\)|\s\s| [,.;]|[,.;][,.;]", record["text"])


def test_every_label_occurs_in_every_corpus() -> None:
    first = [Counter(record["label"][0] for record in read(name)) for name in CORPORA]
    assert all(count.keys() == first[0].keys() for count in first)
    assert all(min(count.values()) >= 10 for count in first)


def test_real_records_hold_identifiers() -> None:
    with_number = [r for r in read("source") if re.search(r"\d{7}|555-01|600 000|@", r["text"])]
    assert len(with_number) > 0.4 * len(read("source"))


def test_clean_records_hold_none() -> None:
    for record in clean(read("synthetic")):
        assert not re.search(r"\d{4}|\d[/-]\d|@|http|MRN|NHC", record["text"]), record["id"]


def test_clean_records_share_only_short_runs_with_real_ones() -> None:
    real = runs(read("source"), 13) | runs(read("holdout"), 13)
    assert sum(bool(runs([record], 13) & real) for record in clean(read("synthetic"))) <= 4


def test_two_unrelated_real_records_share_only_short_runs() -> None:
    source = runs(read("source"), 13)
    assert sum(bool(runs([record], 13) & source) for record in read("holdout")) <= 2


def test_copies_are_exact() -> None:
    assert len(taught("copy")) == 4
    assert all(record["text"] == original(record)["text"] for record in taught("copy"))


@pytest.mark.parametrize(
    ("case", "least", "most"), [("edited-copy", 0.05, 0.15), ("near-duplicate", 0.03, 0.08)]
)
def test_share_of_words_changed(case: str, least: float, most: float) -> None:
    assert len(taught(case)) >= 3
    for record in taught(case):
        before, after = words(original(record)), words(record)
        blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        assert least <= 1 - sum(block.size for block in blocks) / len(before) <= most


def test_near_duplicates_follow_what_they_repeat() -> None:
    assert all(record["id"] > record["meta"]["of"] for record in taught("near-duplicate"))


def test_reordered_records_hold_the_same_words() -> None:
    assert len(taught("reordered")) == 3
    for record in taught("reordered"):
        assert words(record) != words(original(record))
        assert sorted(words(record)) == sorted(words(original(record)))


def test_spliced_passages_have_25_words() -> None:
    assert len(taught("spliced")) == 3
    assert all(runs([r], 25) & runs([original(r)], 25) for r in taught("spliced"))


def test_every_kind_of_identifier_and_of_harmless_look_alike_is_there() -> None:
    assert {record["meta"]["kind"] for record in taught("identifier")} == IDENTIFIER_KINDS
    assert len({record["meta"]["kind"] for record in taught("harmless")}) == 8


def test_dni_and_iban_have_correct_check_digits() -> None:
    text = " ".join(record["text"] for record in taught("identifier"))
    (dni,) = re.findall(r"\b(\d{8})([A-Z])\b", text)
    assert "TRWAGMYFPDXBNJZSQVHLCKE"[int(dni[0]) % 23] == dni[1]
    (iban,) = re.findall(r"\bES\d\d(?: \d{4}){5}\b", text)
    compact = iban.replace(" ", "")
    assert int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def test_off_label_texts_do_not_speak_of_their_label() -> None:
    off_label = taught("off-label")
    assert len(off_label) == 3
    assert not any(re.search("schizo|panic|anorexi|voices", r["text"]) for r in off_label)


def test_the_readme_names_every_teaching_case() -> None:
    named = set(re.findall(r"\d+", (EXAMPLES / "README.md").read_text("utf-8")))
    cases = [record for record in read("synthetic") if "meta" in record]
    assert {str(int(record["id"].removeprefix("syn-"))) for record in cases} <= named
