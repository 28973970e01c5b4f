"""Hostile text must cost time in proportion to its length, whichever recognizer looks at it.

The tests count CPU time of this process, take the best of several runs, and compare texts of 16
and 32 kB: a property of growth, which does not depend on the speed of the machine.
"""

import time

import pytest

from auditor.detect.hit import Hit, resolve
from auditor.detect.patterns.rules import Rule, matches, shipped_rules

UNITS = (
    ".", "a.", "1/1/", "A1 ", "1-", "@", "a@", "1 ", "calle ", "Mr. ", "(", "+1", "A", "1", "Aa ",
    "http://", "www.a.", "0:", "MRN ", "March ", "name: ", "c/ A", "x\n1/", "A. ", "12 Aa ", " ",
)  # fmt: skip
TWICE = 2.5  # quadratic growth would be 4
FLOOR = 0.01  # seconds; below it, the clock decides


def cost(text: str, rules: tuple[Rule, ...]) -> float:
    """Seconds of CPU, the best of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        hits = [
            Hit(s, e, rule.label, score, rule.name, rule.kind)
            for rule in rules
            for s, e, score in matches(rule, text)
        ]
        resolve(text, hits)
        best = min(best, time.process_time() - begin)
    return best


def grows_in_proportion(unit: str, rules: tuple[Rule, ...]) -> bool:
    return any(
        cost((unit * 32_000)[:32_000], rules)
        < TWICE * cost((unit * 16_000)[:16_000], rules) + FLOOR
        for _ in range(3)  # a busy machine may disturb a try
    )


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_costs_twice_the_time(unit: str) -> None:
    assert grows_in_proportion(unit, shipped_rules())


@pytest.mark.slow
@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.name)
def test_no_recognizer_stalls_on_its_own_examples_repeated(rule: Rule) -> None:
    examples = (*rule.examples.match, *rule.examples.no_match)
    for unit in {e.replace("«", "").replace("»", "") for e in examples}:
        assert grows_in_proportion(unit, (rule,)), unit


@pytest.mark.slow
@pytest.mark.parametrize("unit", [".", "a.", "@", "(", "1/1/"])
def test_a_row_of_dots_costs_no_more_than_prose(unit: str) -> None:
    prose = "She was seen by the team and felt somewhat better after a quiet week at home. "
    hostile, harmless = (cost((u * 8_000)[:8_000], shipped_rules()) for u in (unit, prose))
    assert hostile < 10 * harmless + FLOOR


def test_the_measure_tells_quadratic_time() -> None:
    class Quadratic:
        """Stands in for a compiled pattern."""

        groupindex: dict[str, int] = {}  # noqa: RUF012

        def finditer(self, text: str) -> list[None]:
            for _ in range(len(text) // 400):
                text.count("x" * 3 + "y")
            return []

    rule = shipped_rules()[0]
    slow = type(rule.patterns[0])(Quadratic(), 0.5, None, None, 40, False, False)  # type: ignore[arg-type]
    stalls = type(rule)(
        "slow",
        "R",
        "ID",
        "direct",
        rule.profiles,
        rule.languages,
        (slow,) * 8,
        None,
        rule.examples,
    )
    assert not grows_in_proportion("xxx", (stalls,))
