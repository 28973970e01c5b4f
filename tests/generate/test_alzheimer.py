"""The signs of Alzheimer's disease from end to end: bronze and silver, and what they are worth.

Li, Wang and Yu 2023: gold was labelled by experts, silver is data to label, bronze label to data.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest

from auditor import measure
from auditor.checks import utility
from auditor.corpus import Corpora, Corpus
from auditor.generate import taxonomy
from auditor.measure import Measurement
from auditor.record import Record, read

Command = Callable[..., CompletedProcess[str]]
Row = dict[str, Any]
EXAMPLES = Path(__file__).parents[2] / "examples" / "generation"
RECORDINGS = EXAMPLES / "alzheimer.recordings.jsonl"
LABELS = taxonomy.load("alzheimer_signs").codes
AGAIN = (
    "the recordings do not answer what is asked now: prompts or taxonomy have changed; run"
    " `python examples/generation/sentence_writer.py` again and commit what it writes\n"
)


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path: Path, told: list[Row]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in told)
    path.write_text("".join(lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLES.parent)
        patch.syspath_prepend(EXAMPLES)
        patch.syspath_prepend(Path(__file__).parent)
        yield {name: import_module(name) for name in ("gold", "sentence_writer")}


@pytest.fixture(scope="module")
def bronze(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 sentences for each label in English and in Spanish."""
    path = tmp_path_factory.mktemp("bronze") / "bronze.jsonl"
    done = subprocess.run(
        [
            sys.executable, "-m", "auditor", "generate", "--taxonomy", "alzheimer_signs",
            "--labels", ",".join(LABELS), "--per-label", "20", "--lang", "en,es",
            "--backend", "replay", "--endpoint", str(RECORDINGS), "-o", str(path),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, AGAIN + done.stderr
    assert "360 of 360 done" in done.stderr, AGAIN + done.stderr
    return path


@pytest.fixture(scope="module")
def gold(modules: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Sentences to learn from and others to test on."""
    folder = tmp_path_factory.mktemp("gold")
    return [
        write(folder / f"gold_{name}.jsonl", modules["gold"].rows(name))
        for name in ("train", "test")
    ]


# --- bronze: label to data ----------------------------------------------------


def test_bronze_has_twenty_sentences_of_each_label_in_both_languages(bronze: Path) -> None:
    told = rows(bronze)
    assert len(LABELS) == 9
    assert Counter((*row["label"], row["lang"]) for row in told) == {
        (label, lang): 20 for label in LABELS for lang in ("en", "es")
    }
    assert len({row["text"] for row in told}) >= 350
    assert not any("<think" in row["text"] for row in told)


def test_bronze_tells_how_it_was_made(bronze: Path) -> None:
    origins = [row["origin"] for row in rows(bronze)]
    assert {origin["direction"] for origin in origins} == {"label_to_data"}
    assert {origin["prompt"] for origin in origins} == {"sentence.en", "sentence.es"}
    assert Counter(origin["attempt"] for origin in origins) == {1: 355, 2: 5}
    assert sum(origin["reasoning_characters"] > 0 for origin in origins) == 2


def test_the_writer_writes_the_same_bytes_again(
    modules: dict[str, ModuleType], tmp_path: Path
) -> None:
    modules["sentence_writer"].main(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == RECORDINGS.read_bytes(), AGAIN
    assert RECORDINGS.stat().st_size < 250_000


@pytest.mark.parametrize(("lang", "least"), [("en", 40), ("es", 20)])
def test_the_writer_has_more_to_say_than_is_asked(
    modules: dict[str, ModuleType], lang: str, least: int
) -> None:
    sentence = modules["sentence_writer"].sentence
    for label in LABELS:
        told = [sentence(label, lang, number) for number in range(60)]
        assert len(set(told)) >= least
        assert not [text for text in told if set(text) & set("[]{}|")]


# --- what bronze is worth ------------------------------------------------------


def runs(texts: list[str], length: int) -> set[tuple[str, ...]]:
    words = [text.casefold().split() for text in texts]
    return {tuple(w[i : i + length]) for w in words for i in range(len(w) - length + 1)}


def test_gold_is_told_in_other_words_than_bronze(gold: list[Path], bronze: Path) -> None:
    made = runs([row["text"] for row in rows(bronze)], 4)
    for path in gold:
        assert not made & runs([row["text"] for row in rows(path)], 4)


def records(path: Path) -> list[Record]:
    return [record for record in read(str(path)).records if record.lang == "en"]


def measured(synthetic: list[Record], gold: list[Path]) -> Measurement:
    made, train, test = (Corpus("c", tuple(s)) for s in (synthetic, *map(records, gold)))
    return measure.measure("utility", {}, Corpora(made, train, test))


def test_what_bronze_adds_to_gold_is_measured_for_each_label(
    gold: list[Path], bronze: Path
) -> None:
    found = measured(records(bronze), gold)
    assert not found.unmeasured
    value = {metric: column[""].value for metric, column in found.findings.items()}
    assert set(value) == set(utility.METRICS)
    assert [value[of] for of in ("labels", "real_records", "test_records")] == [9, 200, 200]
    assert value["synthetic_records"] == 180
    assert set(found.findings["gain"]) == {"", *LABELS}
    assert value["gain_low"] <= value["gain"] <= value["gain_high"]
    # Whatever it adds is information; but alone it has to teach something.
    assert value["auc_synthetic"] > 0.6
    assert value["auc_synthetic_low"] > 0.5


def test_bronze_under_wrong_labels_teaches_nothing(gold: list[Path], bronze: Path) -> None:
    right = records(bronze)
    turned = right[len(right) // 2 :] + right[: len(right) // 2]  # by labels, half the way round
    wrong = [
        Record(one.id, one.text, one.lang, other.label)
        for one, other in zip(right, turned, strict=True)
    ]
    found = measured(wrong, gold).findings
    assert found["auc_synthetic"][""].value < 0.55


POLICY = """\
name: merit
description: What the set is worth, for information, unless it was copied.
checks:
  copied_passage:
    limits:
      longest_run: {at_most: 20, why: no run of words that one real sentence has}
  short_text:
    limits:
      uniqueness: {at_most: 0.34, why: no phrase of one patient}
  utility:
    out_of_scope:
      all metrics: for information
      languages: the gold sentences are English
  yield:
    limits:
      acceptance_rate: {at_least: 0.5, why: most of what was made has to be of use}
"""


def test_the_gate_tells_what_bronze_is_worth(
    command: Command, gold: list[Path], bronze: Path, tmp_path: Path
) -> None:
    (tmp_path / "merit.yaml").write_text(POLICY)
    done = command(
        "gate", bronze, "--source", gold[0], "--holdout", gold[1],
        "--policy", tmp_path / "merit.yaml", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    audit = json.loads((tmp_path / "out" / "audit.json").read_text("utf-8"))
    (check,) = (check for check in audit["checks"] if check["name"] == "utility")
    alone = measured(records(tmp_path / "out" / "accepted.jsonl"), gold).findings
    for metric in ("gain", "gain_low", "gain_high", "auc_real", "auc_synthetic", "auc_both"):
        assert check["metrics"][metric]["value"] == alone[metric][""].value
    assert {one["part"] for one in check["metrics"]["gain"]["parts"]} == set(LABELS)
    (gap,) = check["not_measured"]
    assert gap["what"] == "languages"
    assert "180 of the synthetic" in gap["reason"]


# --- silver: data to label ----------------------------------------------------


TURNS = {
    "en": [
        "Doctor: How have you been since the winter?",
        "Patient: I forget where I put my keys, and my wife is worried about it.",
        "Doctor: Do you sleep well, and has your weight changed?",
        "Patient: I wake at four and I fell twice. I needed help on the stairs.",
        "Doctor: The score of the last test was lower. We will repeat the blood work.",
        "Patient: A diary and a fixed routine keep me going, though my mood is low.",
        "Doctor: Then we go on with the same medication for now.",
    ],
    "es": [
        "Médica: ¿Qué tal desde el invierno?",
        "Paciente: Olvido las citas y mi hija está preocupada por eso.",
        "Médica: ¿Cómo duerme y cómo va de apetito?",
        "Paciente: Duermo mal y estoy triste. Necesito ayuda para la compra.",
        "Médica: La resonancia está pedida y seguimos con donepezilo.",
        "Paciente: Lo apunto todo en una agenda.",
    ],
}


def dialogues() -> list[Row]:
    """Every turn has a number, so that the reader treats the same words in more than one way."""
    return [
        {
            "id": f"{lang}-{number}",
            "text": "\n".join(f"{turn} ({number} {'times' if lang == 'en' else 'veces'})"
                              for turn in turns[number % 3 :]),
            "lang": lang,
            "group": f"{lang}-person-{number // 2}",
        }
        for lang, turns in TURNS.items()
        for number in range(8)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("source") / "dialogues.jsonl", dialogues())


def labelling(source: Path, recorded: Path, silver: Path) -> list[str | Path]:
    return [
        "generate", "--direction", "data-to-label", "--taxonomy", "alzheimer_signs",
        "--source", source, "--backend", "replay", "--endpoint", recorded, "-o", silver,
    ]  # fmt: skip


def test_the_sentences_of_dialogues_get_labels_with_evidence_and_stay_here(
    command: Command, modules: dict[str, ModuleType], source: Path, tmp_path: Path
) -> None:
    recorded, silver = tmp_path / "recorded.jsonl", tmp_path / "silver.jsonl"
    before = modules["gold"].record(source, recorded, modules["gold"].Reader())
    done = command(*labelling(source, recorded, silver))
    assert done.returncode == 0, done.stderr
    assert f"{before.filled} of {before.filled} done" in done.stderr
    assert {"malformed", "no_evidence"}.isdisjoint(before.lost), "they were put right"
    assert silver.stat().st_mode & 0o777 == 0o600
    told = rows(silver)
    assert len(told) == before.filled
    for row in told:
        assert row["origin"]["direction"] == "data_to_label"
        places = row["meta"]["evidence"]
        assert {one["label"] for one in places} == set(row["label"]) <= set(LABELS)
        assert all(0 <= one["start"] < one["end"] <= len(row["text"]) for one in places)
    second = Counter[str]()
    for row in told:
        second.update(row["meta"]["second_pass"])
    assert min(second["kept"], second["dropped"], second["added"]) > 0
    assert {row["origin"]["attempt"] for row in told} == {1, 2}
    assert {row["group"] for row in told} == {row["group"] for row in rows(source)}

    done = command("gate", silver, "--source", source, "--policy", "leave_one_out",
                   "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 2
    assert "data_to_label" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_sentence_that_was_given_up_is_left_out_and_told(
    command: Command, modules: dict[str, ModuleType], source: Path, tmp_path: Path
) -> None:
    recorded, silver = tmp_path / "recorded.jsonl", tmp_path / "silver.jsonl"
    before = modules["gold"].record(source, recorded, modules["gold"].Reader(gives_up=True))
    done = command(*labelling(source, recorded, silver))
    assert before.missing > 0
    assert done.returncode == 3
    assert f"{before.filled} of {before.filled + before.missing} done" in done.stderr
    assert f"malformed {before.missing}" in done.stderr
    assert len(rows(silver)) == before.filled
