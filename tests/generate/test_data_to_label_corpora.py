"""Labels for sentences of real dialogues: places hold, and no text of theirs is told anywhere.

No assertion here compares texts: what pytest shows of a failure may be kept by others.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest

from auditor.generate import sentences, taxonomy
from auditor.record import read

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("AUDITOR_CORPORA") or ROOT.parent / "shared" / "data")
DIALOGUES = DATA / "source" / "en_mtsdialog_holdout.jsonl"
MOST = 300  # sentences
LABELS = set(taxonomy.load("alzheimer_signs").codes)
pytestmark = [pytest.mark.corpora, pytest.mark.slow]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def gold() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        yield import_module("gold")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The first dialogues, as many as have 300 sentences together."""
    counts = Counter(sentence.record for sentence in sentences.split(read(str(DIALOGUES))))
    kept, total = 0, 0
    while total + counts[kept] <= MOST:
        total += counts[kept]
        kept += 1
    path = tmp_path / "dialogues.jsonl"
    path.touch(0o600)
    path.write_bytes(b"".join(DIALOGUES.read_bytes().splitlines(keepends=True)[:kept]))
    return path


def wrong_places(row: Row) -> int:
    places, length = row["meta"]["evidence"], len(row["text"])
    return sum(
        one["label"] not in row["label"]
        or one["label"] not in LABELS
        or not 0 <= one["start"] < one["end"] <= length
        or not row["text"][one["start"] : one["end"]].strip()
        for one in places
    ) + len(set(row["label"]) ^ {one["label"] for one in places})


def test_sentences_of_real_dialogues_are_labelled_and_never_told_nor_released(
    run: Callable[..., CompletedProcess[bytes]], gold: ModuleType, source: Path, tmp_path: Path
) -> None:
    recorded, silver, out = (tmp_path / name for name in ("recorded.jsonl", "silver.jsonl", "out"))
    before = gold.record(source, recorded, gold.Reader())
    done = run(
        "generate", "--direction", "data-to-label", "--taxonomy", "alzheimer_signs",
        "--source", source, "--backend", "replay", "--endpoint", recorded, "-o", silver,
    )  # fmt: skip
    refused = run("gate", silver, "--source", source, "--policy", "leave_one_out", "--out", out)

    # First of all: what follows may show numbers only.
    told = (done.stdout + done.stderr + refused.stdout + refused.stderr).decode()
    records = [json.loads(line)["text"] for line in source.read_text("utf-8").splitlines()]
    texts = [sentence.text for sentence in sentences.split(read(str(source)))]
    leaked = [number for number, text in enumerate(records + texts) if text in told]
    assert leaked == [], "numbers of texts that stand in what was printed"

    code, printed = done.returncode, len(done.stdout)
    assert (code, printed) == (0, 0)
    filled = before.filled
    assert 250 <= filled <= MOST
    as_counted = f"{filled} of {filled} done".encode() in done.stderr
    assert as_counted

    mode = silver.stat().st_mode & 0o777
    assert mode == 0o600
    rows = [json.loads(line) for line in silver.read_text("utf-8").splitlines()]
    assert len(rows) == filled
    wrong = [number for number, row in enumerate(rows) if wrong_places(row)]
    assert wrong == [], "numbers of rows with evidence that does not hold"
    directions = Counter(row["origin"]["direction"] for row in rows)
    assert directions == {"data_to_label": filled}
    changed = [number for number, row in enumerate(rows) if row["text"] != texts[number]]
    assert changed == [], "numbers of sentences that are not the source's"

    second = Counter[str]()
    for row in rows:
        second.update(row["meta"]["second_pass"])
    assert set(second) == {"kept", "dropped", "added"}
    assert min(second.values()) > 0
    attempts = Counter(row["origin"]["attempt"] for row in rows)
    assert set(attempts) == {1, 2}, "some answers had to be asked for again"

    code = refused.returncode
    names_the_origin = b"data_to_label" in refused.stderr
    published = out.exists()
    assert (code, names_the_origin, published) == (2, True, False)
