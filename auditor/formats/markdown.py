"""The audit in Markdown, for the step summary of a CI job: verdict, reasons, checks, rejections."""

from collections import Counter

from auditor.audit import Audit, CheckResult
from auditor.bounds import number

FILE = "audit.md"
MOST_LABELS = 10
VERDICTS = {
    "open": "🟢 **Gate open**",
    "closed": "🔴 **Gate closed**",
    "not measured": "🟠 **Gate closed: not everything was measured**",
}


def render(audit: Audit) -> str:
    """The audit in Markdown."""
    verdict = audit.verdict
    lines = [
        f"{VERDICTS[verdict.state]} · {audit.accepted:,} of {len(audit.records):,} records accepted"
        f" · policy `{audit.policy.name}` `{audit.policy.digest[:12]}`",
        "",
        *(f"* {_plain(reason)}" for reason in verdict.reasons),
        "",
        "| check | metric | limit | value | records rejected |",
        "| --- | --- | --- | --- | --- |",
        *(row for result in audit.checks for row in _rows(result, audit)),
    ]
    if audit.singling_out:
        lines += ["", f"**Singling out:** {audit.singling_out.text}."]
    lines += _labels(audit)
    if gaps := [(r.name, gap) for r in audit.checks for gap in r.not_measured]:
        lines += ["", "**Not checked**", ""]
        lines += [f"* {name}: {gap.what}: {_plain(gap.why)}" for name, gap in gaps]
    return "\n".join(lines) + "\n"


def _rows(result: CheckResult, audit: Audit) -> list[str]:
    rejected = Counter(
        b.metric for r in audit.records for b in r.breaches if b.check == result.name
    )
    return [
        f"| {result.name} | {name} | {metric.limit.text}{' (advisory)' if metric.advisory else ''} "
        f"| {'' if metric.value is None else number(metric.value)} "
        f"| {rejected[name] if result.scope == 'record' else ''} |"
        for name, metric in result.metrics.items()
        if metric.limit
    ]


def _labels(audit: Audit) -> list[str]:
    """The labels that lost most records."""
    lost = [row for row in audit.labels if row.lost]
    if not lost:
        return []
    rows = [
        f"| {_plain(row.label)}{' (few)' if row.small else ''} | {row.generated:,} "
        f"| {row.accepted:,} | {', '.join(f'{name} {n:,}' for name, n in row.lost.items())} |"
        for row in lost[:MOST_LABELS]
    ]
    return [
        "",
        f"**Labels:** {len(lost):,} of {len(audit.labels):,} lost records"
        + (f"; the {MOST_LABELS} that lost most:" if len(lost) > MOST_LABELS else ":"),
        "",
        "| label | generated | accepted | records lost to |",
        "| --- | --- | --- | --- |",
        *rows,
    ]


def _plain(text: str) -> str:
    """Text that Markdown cannot read as markup."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#!" else c for c in text)
