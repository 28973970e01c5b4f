"""The generation demo of the Makefile: a made-up model with bad habits, loop, gate and audit.

If it fails for want of an answer, prompts, taxonomy or a check have changed since the recordings
were made: run ``python examples/generation/phrase_writer.py`` and commit what it writes.
"""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
CutOff = Callable[..., CompletedProcess[str]]


def demo() -> list[str]:
    """The arguments of `auditor` in the Makefile's demo."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8").replace("\\\n", " ")
    (command,) = re.findall(
        r"^demo-generate: .*\n\t\$\(BIN\)/auditor (.*)$", makefile, re.MULTILINE
    )
    return shlex.split(command)


def told(folder: Path) -> dict[str, Any]:
    audit: dict[str, Any] = json.loads((folder / "audit.json").read_text("utf-8"))
    return audit


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_demo_ends_with_an_open_gate_and_tells_what_it_took(
    cut_off: CutOff, tmp_path: Path
) -> None:
    arguments = demo()
    arguments[arguments.index("--out") + 1] = str(tmp_path / "out")
    done = cut_off(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    audit = told(tmp_path / "out")
    assert audit["verdict"]["state"] == "open"
    lines = (tmp_path / "out" / "accepted.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 72
    assert {row["lang"] for row in rows} == {"en", "es"}
    assert len({code for row in rows for code in row["label"]}) == 9

    loop = audit["generation"]["loop"]
    assert (loop["asked"], loop["missing"], loop["stopped"]) == (72, {}, "")
    assert loop["rounds"] >= 2
    caught = {"refused", "unclosed_reasoning", "malformed", "truncated", "identifiers.direct",
              "copied_passage.longest_run", "near_duplicate.jaccard"}  # fmt: skip
    assert caught <= loop["lost"].keys()
    counts = audit["generation"]["counts"]
    assert counts["direction"] == {"label_to_data": 72}
    assert counts["model"] == {"phrase-writer@1": 72}
    assert sum(counts["attempt"].values()) == 72
    assert len(counts["attempt"]) >= 2
    assert audit["generation"]["reasoning_characters"] > 0
    assert "How the records were made" in (tmp_path / "out" / "audit.html").read_text("utf-8")

    written = [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())]
    thoughts, leak = b"I should choose an occupation", b"Dunmarrow"
    assert not any(thoughts in data or leak in data for data in written)
    assert cut_off(tmp_path, *arguments).returncode == 0
    again = [path.read_bytes() for path in sorted((tmp_path / "out").iterdir())]
    assert again == written, "the same command, the same bytes"
