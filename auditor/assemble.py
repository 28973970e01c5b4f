"""Assembling the audit from what was measured and judged. Decides nothing but the final state."""

import platform
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import Literal

from auditor import __version__
from auditor.audit import (
    Audit,
    BreachTold,
    CheckResult,
    InputFile,
    JointLimit,
    Loop,
    PolicyTold,
    RecordVerdict,
    SetVerdict,
    SinglingOut,
)
from auditor.bounds import number
from auditor.check_results import Judged, Measured, check_result
from auditor.code_table import CodeTable
from auditor.control import Joint
from auditor.corpus import Corpora, Corpus
from auditor.judge import Breach
from auditor.label_yield import label_yield
from auditor.made import generation
from auditor.measure import check
from auditor.policy import Policy
from auditor.record import UNDETERMINED
from auditor.roster import Roster
from auditor.singling_out import singling_out
from auditor.verdicts import told

LIBRARIES = ("datasketch", "numpy", "presidio-analyzer", "sentence-transformers", "spacy", "torch")


def audit(
    policy: Policy,
    corpora: Corpora,
    records: list[RecordVerdict],
    measured: Measured,
    judged: Judged,
    loop: Loop | None = None,
) -> Audit:
    """The audit of a run. ``loop``: how the records were asked for, where that is known."""
    checks = [check_result(name, policy, records, measured, judged) for name in policy.text.checks]
    return Audit(
        verdict=_verdict(records, checks, judged.breaches, loop),
        policy=PolicyTold(
            name=policy.text.name,
            description=policy.text.description,
            digest=policy.digest,
            false_rejects=policy.text.false_rejects,
        ),
        inputs=_inputs(corpora),
        set_of=measured.set_of,
        checks=checks,
        joint=[_joint(joint) for joint in judged.joints],
        singling_out=_singling_out(policy, records, measured, judged),
        labels=label_yield(corpora.synthetic, records, corpora.wanted),
        generation=generation(corpora.synthetic, loop),
        records=records,
        unread=_unread(corpora.synthetic, corpora.roster),
        versions=_versions(),
    )


def _verdict(
    records: list[RecordVerdict],
    checks: list[CheckResult],
    breaches: list[Breach],
    loop: Loop | None,
) -> SetVerdict:
    """Open only when everything was measured, something was accepted and no limit is broken.

    What was asked for and not delivered was not measured either.
    """
    gaps = list(dict.fromkeys(gap for result in checks for gap in _gaps(result)))
    broken = [told("", breach, {}) for breach in breaches]
    reasons = [_reason(breach) for breach in broken if breach.value is not None]
    known = {result.name for result in checks if any(_gaps(result))}
    gaps += [
        f"{b.check}.{b.metric}: nothing was measured"
        for b in broken
        if b.value is None and b.check not in known
    ]
    gaps += _undelivered(loop, sum(record.accepted for record in records))
    if unjudged := sum(not (record.measured or record.breaches) for record in records):
        gaps = gaps or [f"no limit that decides applies to {_records(unjudged)}"]
    if not any(record.accepted for record in records):
        reasons.insert(0, f"none of {len(records):,} records is accepted")
    if gaps:
        return SetVerdict(
            state="not measured", exit_code=3, reasons=[*gaps, *reasons], breaches=broken
        )
    if reasons:
        return SetVerdict(state="closed", exit_code=1, reasons=reasons, breaches=broken)
    return SetVerdict(state="open", exit_code=0, reasons=[])


def _undelivered(loop: Loop | None, accepted: int) -> list[str]:
    """What is missing of the quota, in words."""
    if loop is None or accepted >= loop.asked:
        return []
    why = f": {loop.stopped}" if loop.stopped else ""
    return [f"quota: {loop.asked - accepted:,} of {_records(loop.asked)} not delivered{why}"]


def _gaps(result: CheckResult) -> Iterator[str]:
    """What has to be measured and was not, in words."""
    for gap in result.not_measured:
        if gap.out_of_scope is None:
            who = f" for {_records(gap.records)}" if gap.records else ""
            yield f"{result.name}: {gap.what} not measured{who}: {gap.reason}"
    for metric in result.metrics.values():
        if metric.limit and not metric.limit.resolved and not metric.advisory:
            yield f"{result.name}: limits not worked out: {metric.limit.how}"


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"


def _reason(breach: BreachTold) -> str:
    part = f" of {breach.part}" if breach.part else ""
    means = f": {breach.means}" if breach.means else ""
    value, limit = number(breach.value), breach.limit
    return f"{breach.check}.{breach.metric}{part} is {value}, limit {limit}{means}"


def _singling_out(
    policy: Policy, records: list[RecordVerdict], measured: Measured, judged: Judged
) -> SinglingOut | None:
    metrics = {
        f"{name}.{metric}": meaning
        for name in policy.text.checks
        for metric, meaning in check(name).METRICS.items()
    }
    return singling_out(metrics, records, judged.bounds, measured.controls)


def _joint(joint: Joint) -> JointLimit:
    return JointLimit(
        control=joint.control,
        metrics=[f"{check_name}.{metric}" for check_name, metric in joint.metrics],
        false_rejects=joint.budget,
        ratio=joint.ratio,
        records=joint.records,
        rank=joint.rank,
        beyond=joint.beyond,
    )


def _inputs(corpora: Corpora) -> list[InputFile]:
    roles = {
        "synthetic": corpora.synthetic,
        "source": corpora.source,
        "holdout": corpora.holdout,
    }
    told = [
        InputFile.model_validate(
            {
                "role": role,
                "name": corpus.name,
                "digest": corpus.digest,
                "records": len(corpus.records),
                "words": corpus.words,
                "languages": dict(sorted(Counter(r.lang for r in corpus.records).items())),
            }
        )
        for role, corpus in roles.items()
        if corpus is not None
    ]
    if corpora.roster is not None:
        told.append(_file("roster", corpora.roster, len(corpora.roster.people)))
    if corpora.codes.digest:
        told.append(_file("codes", corpora.codes, corpora.codes.codes))
    return told


def _file(role: Literal["roster", "codes"], of: Roster | CodeTable, records: int) -> InputFile:
    return InputFile(
        role=role, name=of.name, digest=of.digest, records=records, words=0, languages={}
    )


def _unread(synthetic: Corpus, roster: Roster | None) -> list[str]:
    """What passes without any check having looked at it."""
    told = []
    if with_meta := sum(record.has_meta for record in synthetic.records):
        told.append(f"the field meta of {_records(with_meta)}, passed on unread")
    if named := sum(bool(r.origin.model or r.origin.prompt) for r in synthetic.records):
        told.append(f"the names of models and prompts in {_records(named)}, passed on unread")
    if unstated := sum(record.lang == UNDETERMINED for record in synthetic.records):
        told.append(
            f"the language of {_records(unstated)}, not stated; rules of all languages apply"
        )
    if roster is not None and roster.unread:
        columns = "1 column" if roster.unread == 1 else f"{roster.unread:,} columns"
        told.append(f"{columns} of the roster with a header that is not known")
    return told


def _versions() -> dict[str, str]:
    found = {"auditor": __version__, "python": platform.python_version()}
    return found | {library: version(library) for library in LIBRARIES}
