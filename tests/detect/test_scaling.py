"""Hostile text must cost time in proportion to its length, whichever recognizer looks at it.

Texts of 16 and 32 kB are compared: a property of growth, whatever the speed of the machine.
"""

from collections.abc import Callable

import pytest

from auditor.detect.hit import Hit, resolve
from auditor.detect.patterns.rules import Rule, matches, shipped_rules

UNITS = (
    ".", "a.", "1/1/", "A1 ", "1-", "@", "a@", "1 ", "calle ", "Mr. ", "(", "+1", "A", "1", "Aa ",
    "http://", "www.a.", "0:", "MRN ", "March ", "name: ", "c/ A", "x\n1/", "A. ", "12 Aa ", " ",
)  # fmt: skip
InProportion = Callable[[Callable[[int], object], int], bool]


def scan(unit: str, rules: tuple[Rule, ...]) -> Callable[[int], object]:
    def scanned(length: int) -> None:
        text = (unit * length)[:length]
        hits = [
            Hit(s, e, rule.label, score, rule.name, rule.kind)
            for rule in rules
            for s, e, score in matches(rule, text)
        ]
        resolve(text, hits)

    return scanned


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_text_costs_twice_the_time(unit: str, in_proportion: InProportion) -> None:
    assert in_proportion(scan(unit, shipped_rules()), 8_000)


@pytest.mark.slow
@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.name)
def test_no_recognizer_stalls_on_its_own_examples_repeated(
    rule: Rule, in_proportion: InProportion
) -> None:
    examples = (*rule.examples.match, *rule.examples.no_match)
    for unit in {e.replace("«", "").replace("»", "") for e in examples}:
        assert in_proportion(scan(unit, (rule,)), 16_000), unit


@pytest.mark.slow
@pytest.mark.parametrize("unit", [".", "a.", "@", "(", "1/1/"])
def test_a_row_of_dots_costs_no_more_than_prose(
    unit: str, cost: Callable[[Callable[[], object]], float]
) -> None:
    prose = "She was seen by the team and felt somewhat better after a quiet week at home. "
    hostile, harmless = (scan(text, shipped_rules()) for text in (unit, prose))
    assert cost(lambda: hostile(8_000)) < 10 * cost(lambda: harmless(8_000))


def test_the_measure_tells_quadratic_time(in_proportion: InProportion) -> None:
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
    assert not in_proportion(scan("xxx", (stalls,)), 16_000)
