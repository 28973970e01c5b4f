"""What `auditor generate` tells while it runs: drafts by tenths, steps with their round."""

import pytest

from auditor.terminal import counting


def told(captured: pytest.CaptureFixture[str]) -> list[str]:
    return [line.removeprefix("auditor: ") for line in captured.readouterr().err.splitlines()]


def test_a_line_for_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with counting(quiet=False, verbose=True) as tell:
        for filled in range(31):
            tell.drafts(30, filled, 0, 0.0)
        tell.drafts(30, 27, 3, 0.0)  # a tenth is rejected
    lines = told(capsys)
    assert lines[0] == "drafts 3 of 30, 0 lost"
    assert lines[9:] == ["drafts 30 of 30, 0 lost", "drafts 27 of 30, 3 lost"]


def test_steps_name_the_round(capsys: pytest.CaptureFixture[str]) -> None:
    with counting(quiet=False, verbose=True) as tell:
        tell.step("recalled")  # before any draft
        tell.drafts(2000, 1, 0, 0.0)
        tell.step("a")
        tell.step("b")
        tell.drafts(2000, 0, 1, 0.0)  # what came of round 1
        tell.drafts(2000, 1, 1, 0.0)
        tell.step("a")
        tell.drafts(2000, 1, 1, 0.0)  # of round 2
        tell.step("a")
        tell.step("c")
    assert told(capsys) == [
        "recalled", "round 1: a", "round 1: b", "round 2: a",
        "all that is left: a", "all that is left: c",
    ]  # fmt: skip


def test_nothing_is_told_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in (True, False):
        with counting(quiet=quiet, verbose=False) as tell:
            tell.drafts(10, 10, 0, 0.0)
            tell.step("a")
    assert told(capsys) == []
