"""The gate: measure every record and its controls, judge, measure what was accepted, judge that."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor import assemble, bounds, judge
from auditor.audit import Audit, Loop
from auditor.bounds import Bound
from auditor.check_results import Judged, Measured, SetOf
from auditor.control import Control, Key
from auditor.corpus import Corpora, Corpus
from auditor.judge import Breach
from auditor.measure import Measurement, check, control_values, measure
from auditor.policy import Limit, Policy
from auditor.verdicts import record_verdicts

Step = Callable[[str], None]
RealSets = dict[str, list[float]]  # part of the set ("" for all) -> a value per random real set


def _unwatched(_: str) -> None:
    """A step that nobody is told of."""


def run(
    corpora: Corpora,
    policy: Policy,
    step: Step = _unwatched,
    set_of: SetOf = "accepted",
    loop: Loop | None = None,
) -> Audit:
    """The whole story: which records are accepted, whether the set may go, and why.

    ``step`` is called with the name of each measurement before it starts. ``set_of``: whether set
    checks measure the accepted records or all that were generated. ``loop``: how they were asked
    for, where that is known.
    """
    sections = policy.text.checks
    of_records = [name for name in sections if check(name).SCOPE == "record"]
    of_the_set = [name for name in sections if check(name).SCOPE == "set"]

    measured = _measure(of_records, policy, corpora, step)
    controls = _controls(policy, corpora, step)
    limits, joints = bounds.record_bounds(policy, controls, _columns(measured))
    verdicts = {
        record.id: judge.judge_record(limits, _values(record.id, measured))
        for record in corpora.synthetic.records
    }
    records = record_verdicts(corpora.synthetic, verdicts, measured, limits)
    kept = {record.id for record in records if record.accepted}

    # What is certified is what is shipped, so the set is measured on the accepted records alone.
    if set_of == "generated":
        kept = {record.id for record in corpora.synthetic.records}
    measured_ones = corpora.synthetic.subset(lambda record: record.id in kept)
    shipped = replace(corpora, synthetic=measured_ones, asked=corpora.synthetic)
    measured_set: dict[str, Measurement] = {}
    real: dict[Key, RealSets] = {}
    if kept:
        measured_set = _measure(of_the_set, policy, shipped, step)
        real = _real_sets(of_the_set, policy, shipped, step)
    limits += _bands(policy, real)
    breaches = _judge_set(limits, measured_set)

    return assemble.audit(
        policy,
        corpora,
        records,
        Measured(measured | measured_set, controls, real, set_of),
        Judged(limits, joints, breaches),
        loop,
    )


def unmeasured(corpora: Corpora, policy: Policy, loop: Loop) -> Audit:
    """The audit of a loop that left nothing to measure: a closed gate, and what became of it."""
    return assemble.audit(policy, corpora, [], Measured({}, {}, {}), Judged([], [], []), loop)


def _columns(measured: Mapping[str, Measurement]) -> dict[Key, dict[str, float]]:
    """Metric -> record -> value, of all checks."""
    return {
        (name, metric): {key: finding.value for key, finding in column.items()}
        for name, result in measured.items()
        for metric, column in result.findings.items()
    }


def _measure(
    names: list[str], policy: Policy, corpora: Corpora, step: Step
) -> dict[str, Measurement]:
    measured = {}
    for name in names:
        step(name)
        measured[name] = measure(name, policy.text.checks[name].options, corpora)
    return measured


def _controls(policy: Policy, corpora: Corpora, step: Step) -> dict[str, Control]:
    """Every control that the corpora allow, for the checks that a limit reads off it.

    What two unrelated real records share is measured for all of them, whatever their limits: it
    shows the reader how alike the records are, and the judge whether the holdout is unseen.
    """
    found = {}
    for name, other in _alternatives(policy, corpora).items():
        names = dict.fromkeys(
            limit.check
            for limit in policy.limits
            if limit.relative and name in (limit.relative.control, "unseen")
        )
        values: dict[Key, dict[str, float]] = {}
        for of_check in names:
            step(f"{of_check}: {name}")
            result = measure(of_check, policy.text.checks[of_check].options, other)
            values |= _columns({of_check: result})
        found[name] = Control(name, _ratio(corpora.source, other.source), values)
    return found


def _alternatives(policy: Policy, corpora: Corpora) -> dict[str, Corpora]:
    """The corpora of each control. Leaving one out is for policies that ask for it."""
    if corpora.source is None:
        return {}
    controls = {"chance": corpora.chance(), "unseen": corpora.unseen()}
    if "leave_one_out" in policy.controls:
        controls["leave_one_out"] = corpora.leave_one_out()
    return {name: other for name, other in controls.items() if other is not None}


def _ratio(source: Corpus | None, compared: Corpus | None) -> float:
    return source.words / compared.words if source and compared and compared.words else 1.0


def _values(record: str, measured: Mapping[str, Measurement]) -> dict[Key, float | None]:
    """The record's value of every metric that applies to it; None where it was not measured."""
    return {
        (name, metric): column[record].value if record in column else None
        for name, result in measured.items()
        if record in result.owed
        for metric, column in result.findings.items()
    }


def _real_sets(
    names: list[str], policy: Policy, corpora: Corpora, step: Step
) -> dict[Key, RealSets]:
    real = {}
    for name in names:
        step(f"{name}: real sets")
        for metric, values in control_values(
            name, policy.text.checks[name].options, corpora
        ).items():
            real[name, metric] = values
    return real


def _bands(policy: Policy, real: Mapping[Key, RealSets]) -> list[Bound]:
    return [
        bound
        for limit in policy.limits
        if limit.within is not None
        for bound in bounds.bands(limit, real.get((limit.check, limit.metric), {}), _ends(limit))
    ]


def _ends(limit: Limit) -> bounds.Ends:
    """What the metric of a limit can be at least and at most."""
    meaning = check(limit.check).METRICS[limit.metric]
    return meaning.low, meaning.high


def _judge_set(limits: list[Bound], measured: Mapping[str, Measurement]) -> list[Breach]:
    by_metric: dict[Key, list[Bound]] = {}
    for bound in limits:
        by_metric.setdefault((bound.limit.check, bound.limit.metric), []).append(bound)
    breaches = []
    for (name, metric), of_metric in by_metric.items():
        result = measured.get(name)
        if result is not None and metric not in result.advisory:
            column = result.findings[metric]
            breaches += judge.judge_set(of_metric, {part: f.value for part, f in column.items()})
    return breaches
