"""Not measured is not passed: every way in which a number can be missing, and what then happens."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import pytest

from auditor import gate as gates
from auditor import measure, resources
from auditor.audit import Audit
from auditor.corpus import Corpora, Corpus
from auditor.errors import AuditorError, CannotMeasure
from auditor.finding import Advisory, Finding, Metric, Outcome, Unmeasured
from auditor.policy import Policy
from auditor.record import Record

Command = Callable[..., CompletedProcess[str]]
MakePolicy = Callable[[str], Policy]
Measured = Iterator[Outcome]

NAMES = [f"r{i}" for i in range(5)]
TEXT = "No cough, no fever, and no pain in the chest since last week."
RECORDS = tuple(Record(name, TEXT, line=name.encode()) for name in NAMES)
REAL = tuple(Record(f"real{i}", "Some other text altogether.") for i in range(5))
CORPORA = Corpora(Corpus("synthetic", RECORDS), Corpus("source", REAL), Corpus("holdout", REAL))
LIMIT = "{at_most: 5, why: for this test}"
OTHERS = "  copied_passage: {limits: {longest_run: {at_most: 50, why: for this test}}}\n"
CHANCE = "{at_most: {chance: 0.99, ceiling: 5}, why: for this test}"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``stand_in(measure, scope="record", ...)`` adds a check named ``made_up``."""

    def put(of: Callable[[Corpora], Measured], scope: str = "record", **more: Any) -> None:
        module = SimpleNamespace(
            __doc__="Made up: for a test.", SCOPE=scope, METRICS={"m": Metric("m", "")},
            measure=of, **more,
        )  # fmt: skip
        load = resources.load
        monkeypatch.setattr(
            resources, "load", lambda f, name: module if name == "made_up" else load(f, name)
        )

    return put


def checks(limit: str = LIMIT, out_of_scope: str = "{}") -> str:
    return f"  made_up: {{limits: {{m: {limit}}}, out_of_scope: {out_of_scope}}}\n"


def values(corpora: Corpora, **odd: float) -> Measured:
    """1 for every record, save for those that are named."""
    for record in corpora.synthetic.records:
        yield Finding("m", odd.get(record.id, 1.0), record.id)


def gate(corpora: Corpora, policy: Policy) -> Audit:
    return gates.run(corpora, policy, lambda _: None)


def accepted(audit: Audit) -> list[str]:
    return [record.id for record in audit.records if record.accepted]


def test_when_all_is_measured_the_gate_opens(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(values)
    audit = gate(CORPORA, policy(checks()))
    assert (audit.verdict.state, audit.verdict.exit_code) == ("open", 0)
    assert accepted(audit) == NAMES


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_closes_the_gate(
    stand_in: Any, policy: MakePolicy, odd: float
) -> None:
    stand_in(lambda corpora: values(corpora, r2=odd))
    audit = gate(CORPORA, policy(checks()))
    assert (audit.verdict.state, audit.verdict.exit_code) == ("not measured", 3)
    assert audit.verdict.reasons == ["made_up: m not measured for 1 record: not a number"]
    assert not audit.records[2].accepted
    assert not audit.records[2].measured
    (breach,) = audit.records[2].breaches
    assert breach.value is None


def test_a_value_that_is_no_number_closes_the_gate_without_any_limit(
    stand_in: Any, policy: MakePolicy
) -> None:
    stand_in(lambda corpora: values(corpora, r2=math.nan))
    audit = gate(CORPORA, policy("  made_up: {}\n" + OTHERS))
    assert audit.verdict.exit_code == 3
    assert accepted(audit) == ["r0", "r1", "r3", "r4"]


def test_a_record_that_the_check_forgot_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda corpora: (f for f in values(corpora) if f.record != "r3"))
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert audit.verdict.reasons == [
        "made_up: m not measured for 1 record: the check gave no value"
    ]
    assert accepted(audit) == ["r0", "r1", "r2", "r4"]
    assert (audit.checks[0].expected, audit.checks[0].executed) == (5, 4)


def test_a_check_that_says_nothing_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda _: iter(()))
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert accepted(audit) == []


def test_a_set_check_that_says_nothing_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda _: iter(()), scope="set")
    audit = gate(CORPORA, policy(checks() + OTHERS))
    assert audit.verdict.exit_code == 3
    assert audit.verdict.reasons == ["made_up: all metrics not measured: the check gave no value"]


def test_a_set_value_that_is_no_number_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda _: iter([Finding("m", math.nan)]), scope="set")
    assert gate(CORPORA, policy(checks())).verdict.exit_code == 3


def test_a_check_that_cannot_measure_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    def unable(corpora: Corpora) -> Measured:
        yield from values(corpora)
        raise CannotMeasure("the model is missing; install it")

    stand_in(unable)
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert "the model is missing; install it" in audit.verdict.reasons[0]
    assert accepted(audit) == []
    assert audit.checks[0].metrics["m"].values == [None] * 5, "half a measurement is none"


def test_a_set_check_that_cannot_measure_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    def unable(corpora: Corpora) -> Measured:
        raise CannotMeasure("the model is missing; install it")
        yield

    stand_in(unable, scope="set")
    assert gate(CORPORA, policy(checks())).verdict.exit_code == 3


def test_a_record_that_could_not_be_measured_is_not_accepted(
    stand_in: Any, policy: MakePolicy
) -> None:
    def timed_out(corpora: Corpora) -> Measured:
        yield from (f for f in values(corpora) if f.record != "r1")
        yield Unmeasured("m", "took too long", "r1")

    stand_in(timed_out)
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert "r1" not in accepted(audit)


def no_names(corpora: Corpora) -> Measured:
    yield from values(corpora)
    yield Unmeasured("NAME", "no trained model")


def test_a_category_that_nobody_looked_for_closes_the_gate(
    stand_in: Any, policy: MakePolicy
) -> None:
    stand_in(no_names)
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert audit.verdict.reasons == ["made_up: NAME not measured: no trained model"]


def test_a_category_that_the_policy_puts_out_of_scope_is_told_and_lets_go_on(
    stand_in: Any, policy: MakePolicy
) -> None:
    stand_in(no_names)
    audit = gate(CORPORA, policy(checks(out_of_scope="{NAME: read by a person}")))
    assert audit.verdict.exit_code == 0
    (gap,) = audit.checks[0].not_measured
    assert (gap.what, gap.out_of_scope) == ("NAME", "read by a person")


def test_another_category_out_of_scope_does_not_help(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(no_names)
    audit = gate(CORPORA, policy(checks(out_of_scope="{LOCATION: read by a person}")))
    assert audit.verdict.exit_code == 3


def test_a_single_record_cannot_be_out_of_scope(stand_in: Any, policy: MakePolicy) -> None:
    def timed_out(corpora: Corpora) -> Measured:
        yield from values(corpora)
        yield Unmeasured("NAME", "took too long", "r1")

    stand_in(timed_out)
    audit = gate(CORPORA, policy(checks(out_of_scope="{NAME: read by a person}")))
    assert audit.verdict.exit_code == 3
    assert "r1" not in accepted(audit)


def test_a_limit_stays_a_limit_when_its_metric_is_out_of_scope(
    stand_in: Any, policy: MakePolicy
) -> None:
    def unable(corpora: Corpora) -> Measured:
        raise CannotMeasure("the model is missing")
        yield

    stand_in(unable)
    audit = gate(CORPORA, policy(checks(out_of_scope="{all metrics: never mind}")))
    assert audit.verdict.exit_code != 0
    assert accepted(audit) == []


def test_without_a_holdout_a_limit_by_chance_closes_the_gate(
    stand_in: Any, policy: MakePolicy
) -> None:
    stand_in(values)
    without = Corpora(CORPORA.synthetic, CORPORA.source)
    audit = gate(without, policy(checks(CHANCE)))
    assert audit.verdict.exit_code == 3
    assert accepted(audit) == []
    assert any(
        "needs a holdout; give one with --holdout" in reason for reason in audit.verdict.reasons
    )


def test_without_a_source_no_control_is_made_up(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(values)
    without = Corpora(CORPORA.synthetic, None, CORPORA.holdout)
    for control in ("chance", "unseen", "leave_one_out"):
        limit = f"{{at_most: {{{control}: 0.99}}, why: for this test}}"
        audit = gate(without, policy(checks(limit)))
        assert audit.verdict.exit_code == 3
        assert accepted(audit) == []


@pytest.mark.parametrize("silence", [math.nan, None])
def test_a_control_that_was_not_measured_closes_the_gate(
    stand_in: Any, policy: MakePolicy, silence: float | None
) -> None:
    """The records themselves were measured; what to hold them against was not."""

    def unable(corpora: Corpora) -> Measured:
        if not corpora.leave_out:
            yield from values(corpora)
        elif silence is None:
            raise CannotMeasure("out of memory")
        else:
            yield from values(corpora, **dict.fromkeys(NAMES, silence))

    stand_in(unable)
    audit = gate(CORPORA, policy(checks(CHANCE)))
    assert audit.verdict.exit_code == 3
    assert accepted(audit) == []


def test_a_band_without_real_sets_closes_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda _: iter([Finding("m", 1.0)]), scope="set")
    audit = gate(CORPORA, policy(checks("{within: {real: 0.9}, why: for this test}")))
    assert audit.verdict.exit_code == 3


def test_a_band_whose_real_sets_could_not_be_measured_closes_the_gate(
    stand_in: Any, policy: MakePolicy
) -> None:
    def unable(corpora: Corpora) -> Measured:
        raise CannotMeasure("too few")
        yield

    stand_in(lambda _: iter([Finding("m", 1.0)]), scope="set", control=unable)
    audit = gate(CORPORA, policy(checks("{within: {real: 0.9}, why: for this test}")))
    assert audit.verdict.exit_code == 3


def test_a_band_on_records_never_opens_the_gate(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(values)
    audit = gate(CORPORA, policy(checks("{within: {real: 0.9}, why: for this test}")))
    assert audit.verdict.exit_code == 3


def test_when_no_record_is_accepted_the_gate_is_closed(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda corpora: values(corpora, **dict.fromkeys(NAMES, 9.0)))
    audit = gate(CORPORA, policy(checks()))
    assert (audit.verdict.state, audit.verdict.exit_code) == ("closed", 1)
    assert audit.verdict.reasons == ["none of 5 records is accepted"]


def advised(corpora: Corpora) -> Measured:
    yield Advisory("m", "not better than chance here")
    yield from values(corpora, r2=9.0)


def test_an_advisory_metric_is_told_and_does_not_decide(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(advised)
    audit = gate(CORPORA, policy(checks() + OTHERS))
    assert audit.verdict.exit_code == 0
    assert accepted(audit) == NAMES
    assert audit.records[2].breaches == []
    assert [breach.value for breach in audit.records[2].advisories] == [9]
    assert audit.checks[0].metrics["m"].advisory == "not better than chance here"


def test_where_nothing_but_advice_was_measured_nothing_is_accepted(
    stand_in: Any, policy: MakePolicy
) -> None:
    stand_in(advised)
    audit = gate(CORPORA, policy(checks()))
    assert (audit.verdict.exit_code, accepted(audit)) == (3, [])


@pytest.mark.parametrize("checks", ["  made_up: {}\n", "  yield: {}\n"])
def test_a_policy_that_judges_no_record_lets_none_pass(
    stand_in: Any, policy: MakePolicy, checks: str
) -> None:
    stand_in(values)
    audit = gate(CORPORA, policy(checks))
    assert audit.verdict.exit_code == 3
    assert audit.verdict.reasons[0] == "no limit that decides applies to 5 records"
    assert accepted(audit) == []


def test_an_advisory_metric_still_has_to_be_measured(stand_in: Any, policy: MakePolicy) -> None:
    def forgetful(corpora: Corpora) -> Measured:
        return (f for f in advised(corpora) if not isinstance(f, Finding) or f.record != "r3")

    stand_in(forgetful)
    assert gate(CORPORA, policy(checks())).verdict.exit_code == 3


def test_a_check_that_applies_to_some_answers_for_those(stand_in: Any, policy: MakePolicy) -> None:
    def only_r1(corpora: Corpora) -> Measured:
        return (f for f in values(corpora, r1=9.0) if f.record == "r1")

    stand_in(only_r1, applies_to=lambda record, _: record.id == "r1")
    audit = gate(CORPORA, policy(checks() + OTHERS))
    assert audit.verdict.exit_code == 0
    assert accepted(audit) == ["r0", "r2", "r3", "r4"]


BREAKS: dict[str, Callable[[Corpora], Measured]] = {
    "one value twice": lambda corpora: (f for _ in range(2) for f in values(corpora)),
    "a metric of its own": lambda _: iter([Finding("other", 1.0, "r0")]),
    "a value of the set": lambda _: iter([Finding("m", 1.0)]),
}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS.keys())
def test_a_check_that_breaks_its_contract_is_an_internal_error(
    stand_in: Any, policy: MakePolicy, broken: Callable[[Corpora], Measured]
) -> None:
    stand_in(broken)
    with pytest.raises(AuditorError, match="made_up: breaks its contract") as caught:
        gate(CORPORA, policy(checks()))
    assert caught.value.exit_code == 4


def test_a_value_for_a_record_nobody_asked_for_is_none(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(lambda _: iter([Finding("m", 1.0, "stranger")]))
    audit = gate(CORPORA, policy(checks()))
    assert audit.verdict.exit_code == 3
    assert accepted(audit) == []


@pytest.mark.parametrize("value", [None, "1", 10**400])
def test_a_value_of_another_type_never_opens_the_gate(
    stand_in: Any, policy: MakePolicy, value: Any
) -> None:
    stand_in(lambda corpora: values(corpora, r2=value))
    with pytest.raises((TypeError, OverflowError)):
        gate(CORPORA, policy(checks()))


def test_a_crash_is_no_verdict(stand_in: Any, policy: MakePolicy) -> None:
    def crash(corpora: Corpora) -> Measured:
        yield from values(corpora)
        raise ZeroDivisionError

    stand_in(crash)
    with pytest.raises(ZeroDivisionError):
        gate(CORPORA, policy(checks()))


def test_what_is_expected_is_what_was_executed(stand_in: Any, policy: MakePolicy) -> None:
    stand_in(values)
    result = measure.measure("made_up", {}, CORPORA)
    assert (len(result.expected), result.executed) == (5, 5)
    assert result.unmeasured == []


def test_a_closed_gate_leaves_no_accepted_records_of_an_earlier_run(
    corpus_files: Path, gate_arguments: list[str], command: Command
) -> None:
    out = corpus_files / "out"
    assert command(*gate_arguments).returncode == 0
    assert (out / "accepted.jsonl").exists()
    lines = (corpus_files / "source.jsonl").read_text("utf-8").splitlines()
    rows = [{"id": i, "text": json.loads(line)["text"]} for i, line in enumerate(lines)]
    (corpus_files / "synthetic.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert command(*gate_arguments).returncode == 1
    assert not (out / "accepted.jsonl").exists()
    assert (out / "audit.json").exists()


def test_a_run_that_ends_in_error_leaves_the_earlier_result(
    corpus_files: Path, gate_arguments: list[str], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(*gate_arguments).returncode == 0
    before = {path.name: path.read_bytes() for path in (corpus_files / "out").iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr("auditor.assemble.audit", lambda *_: 1 / 0)
        assert command(*gate_arguments).returncode == 4
    (corpus_files / "holdout.jsonl").write_text("")
    assert command(*gate_arguments).returncode == 2
    assert {path.name: path.read_bytes() for path in (corpus_files / "out").iterdir()} == before
