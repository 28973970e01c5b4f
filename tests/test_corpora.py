"""The main job on real text, and the leak bench. The numbers stand in the README."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("AUDITOR_CORPORA") or ROOT.parent / "shared" / "data")
pytestmark = pytest.mark.corpora


def gate(synthetic: Path, source: Path, holdout: Path, out: Path, policy: str) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "auditor", "gate", synthetic, "--source", source,
        "--holdout", holdout, "--policy", policy, "--out", out,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    audit: dict[str, Any] = json.loads((out / "audit.json").read_text())
    return audit


def rejected_by(audit: dict[str, Any], *checks: str) -> int:
    return sum(any(b["check"] in checks for b in r["breaches"]) for r in audit["records"])


COPYING = (
    "copied_passage", "near_duplicate", "rare_fragments", "edited_passage", "linkage", "short_text",
)  # fmt: skip


def test_a_prompted_model_that_never_saw_the_source_is_clean(tmp_path: Path) -> None:
    audit = gate(
        DATA / "synthetic/en_mentalchat.jsonl",
        DATA / "source/en_counsel_train.jsonl",
        DATA / "source/en_counsel_holdout.jsonl",
        tmp_path / "out",
        "strict",
    )
    assert len(audit["records"]) == 1430
    assert rejected_by(audit, *COPYING) <= 0.03 * 1430
    assert any("cross_document_share" in reason for reason in audit["verdict"]["reasons"])


def test_unseen_real_text_is_rejected_for_its_identifiers_not_as_copies(tmp_path: Path) -> None:
    lines = (DATA / "source/es_codiesp_holdout.jsonl").read_text().splitlines(keepends=True)
    odd, even = tmp_path / "odd.jsonl", tmp_path / "even.jsonl"
    odd.write_text("".join(lines[::2]))
    even.write_text("".join(lines[1::2]))
    audit = gate(odd, DATA / "source/es_meddocan_train.jsonl", even, tmp_path / "out", "strict")
    assert len(audit["records"]) == 115
    assert rejected_by(audit, *COPYING) <= 0.07 * 115


def test_a_tuned_generator_is_told_from_chance(tmp_path: Path) -> None:
    audit = gate(
        DATA / "synthetic/en_aci_bart.jsonl",
        DATA / "source/en_aci_train.jsonl",
        DATA / "source/en_aci_holdout.jsonl",
        tmp_path / "out",
        "strict",
    )
    # So few records are left that their diversity cannot be measured, which closes the gate too.
    assert audit["verdict"]["exit_code"] in (1, 3)
    assert rejected_by(audit, *COPYING) >= 20
    assert rejected_by(audit, "identity_replay") >= 3


def test_every_form_of_copy_is_caught_at_the_price_that_was_asked() -> None:
    """The table of the README; what ten of a kind cannot show is left a little room."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import copies
    finally:
        sys.path.pop(0)
    with tempfile.TemporaryDirectory() as folder:
        for place, (name, pair) in enumerate(copies.PAIRS.items()):
            scores = copies.pair(name, Path(folder) / str(place), ideas=False)
            for cell, demands in copies.DEMANDS.items():
                if demands[place] is not None:
                    assert scores["caught"][cell]["rate"] >= demands[place], (name, cell)
            clean = scores["false_rejects"]["clean"]
            assert clean["rate"] <= pair[3] + 0.005, name
            assert scores["false_rejects"].get("control @ boilerplate", {"hit": 0})["hit"] == 0


def test_the_leak_bench_meets_its_demands() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import leaks
    finally:
        sys.path.pop(0)
    result = leaks.run()
    for lang, scores in result.items():
        for cell in leaks.DEMANDED:
            assert scores["caught"][cell]["rate"] == 1, (lang, cell)
    assert result["en"]["false_rejects"]["clean"]["rate"] <= leaks.MOST_FALSE["en"]
    spanish = result["es"]["clean_rejected_by"]
    assert spanish["copying checks"] <= leaks.MOST_FALSE["es"] * spanish["clean"]


@pytest.mark.parametrize(
    ("language", "auc", "best_three"), [("en", 0.94, 0.88), ("es", 0.88, 0.80)]
)
def test_reports_on_mental_disorders_stand_out_for_their_own_code(
    language: str, auc: float, best_three: float
) -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import fidelity
    finally:
        sys.path.pop(0)
    measured, source = fidelity.PSYCHIATRIC[language]
    reports = fidelity.corpus("set", measured)
    used = fidelity.in_use(reports)
    scored = fidelity.Scored(reports, fidelity.corpus("source", source), language, used)
    figures = fidelity.mental_health(scored)["all"]
    assert figures["auc"] >= auc
    assert figures["best_three"] >= best_three
