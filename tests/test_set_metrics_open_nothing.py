"""Copies look perfect to a set metric: none may accept a record or open a gate closed by another.

For every set check, whatever its values: the verdict of every record is what the record checks made
of it, and a set without an accepted record, or with a broken limit elsewhere, is not published.
"""

import math
from collections.abc import Callable, Iterator

import pytest

from auditor import gate, measure, resources
from auditor.audit import Audit
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.policy import Policy
from auditor.record import Record

Load = Callable[[str], Policy]
Invent = Callable[..., list[dict[str, object]]]
SETS = [name for name in resources.names("checks") if measure.check(name).SCOPE == "set"]
PERFECT = (0.0, 0.5, 1.0, 1e9)
CLOSING = """\
  near_duplicate:
    limits:
      jaccard: {at_most: 0.5, why: a copy}
"""


def corpora(invent: Invent, copied: int) -> Corpora:
    """So many of forty records are copies of the source."""

    def corpus(name: str, rows: list[dict[str, object]]) -> Corpus:
        return Corpus(name, tuple(Record(f"{name}{i}", str(r["text"])) for i, r in enumerate(rows)))

    source = invent("source", 40)
    return Corpora(
        corpus("made", source[:copied] + invent("made", 40 - copied)),
        corpus("source", source),
        corpus("holdout", invent("holdout", 40)),
    )


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], None]:
    """``pretend(check, value)``: every metric of the check has this value, and of its control.

    Of a value that is no number the control has 1.
    """

    def pretended(name: str, value: float) -> None:
        module = measure.check(name)

        def values(corpora: Corpora, **_: object) -> Iterator[Finding]:
            for metric in module.METRICS:
                yield Finding(metric, value)

        def real_values(corpora: Corpora, **_: object) -> Iterator[Finding]:
            for metric in 100 * list(module.METRICS):
                yield Finding(metric, 1.0 if math.isnan(value) else value)

        monkeypatch.setattr(module, "measure", values)
        if hasattr(module, "control"):
            monkeypatch.setattr(module, "control", real_values)

    return pretended


def section(name: str) -> str:
    """Every metric of a set check with a limit that any number keeps."""
    lines = [
        f"      {metric}: {{at_least: -1.0e+300, why: any number will do}}"
        for metric in measure.check(name).METRICS
    ]
    return "\n".join([f"  {name}:", "    limits:", *lines, ""])


def rejected(audit: Audit) -> list[str]:
    return [record.id for record in audit.records if not record.accepted]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("value", PERFECT)
def test_no_value_accepts_a_record_that_a_record_check_rejected(
    name: str, value: float, policy: Load, invent: Invent, pretend: Callable[[str, float], None]
) -> None:
    made = corpora(invent, copied=10)
    without = gate.run(made, policy(CLOSING))
    pretend(name, value)
    with_it = gate.run(made, policy(CLOSING + section(name)))
    assert rejected(with_it) == rejected(without) == [f"made{i}" for i in range(10)]


@pytest.mark.parametrize("name", SETS)
def test_no_value_opens_a_gate_without_an_accepted_record(
    name: str, policy: Load, invent: Invent, pretend: Callable[[str, float], None]
) -> None:
    pretend(name, 1.0)
    audit = gate.run(corpora(invent, copied=40), policy(CLOSING + section(name)))
    assert audit.verdict.state != "open"
    assert audit.verdict.exit_code != 0


@pytest.mark.parametrize("name", SETS)
def test_no_value_opens_a_gate_that_another_set_check_closed(
    name: str, policy: Load, invent: Invent, pretend: Callable[[str, float], None]
) -> None:
    other = "yield" if name != "yield" else "diversity"
    metric = {"yield": "acceptance_rate", "diversity": "distinct_1"}[other]
    closing = f"  {other}:\n    limits:\n      {metric}: {{at_least: 2, why: nothing keeps this}}\n"
    pretend(name, 1.0)
    pretend(other, 1.0)
    audit = gate.run(corpora(invent, copied=0), policy(CLOSING + closing + section(name)))
    assert audit.verdict.state == "closed"
    assert all(f"{other}.{metric}" in reason for reason in audit.verdict.reasons)


@pytest.mark.parametrize("name", SETS)
def test_what_is_no_number_closes(
    name: str, policy: Load, invent: Invent, pretend: Callable[[str, float], None]
) -> None:
    pretend(name, math.nan)
    audit = gate.run(corpora(invent, copied=0), policy(CLOSING + section(name)))
    assert audit.verdict.exit_code == 3
