"""`auditor --help` answers at once, because nothing heavy is imported before it is needed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
HEAVY = {
    "datasketch", "httpx", "jinja2", "numba", "numpy", "presidio_analyzer", "pyarrow", "pydantic",
    "rapidfuzz", "rich", "scipy", "sentence_transformers", "sklearn", "spacy", "torch",
    "transformers", "yaml",
}  # fmt: skip
CALL = """
import json
import sys
from auditor import cli
sys.argv = ["auditor", *sys.argv[1:]]
try:
    if sys.argv[1:]:
        cli.main()
finally:
    sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CALL, *arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["gate", "--help"], ["scan", "--help"], ["--version"]]
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    assert not imported(*arguments) & HEAVY


def test_a_manual_page_needs_no_model() -> None:
    heavy = {"torch", "spacy", "presidio_analyzer", "sentence_transformers", "sklearn", "numba"}
    assert not imported("explain", "near_duplicate") & heavy
    assert not imported("checks") & heavy
    assert not imported("policy", "check", "strict") & heavy
