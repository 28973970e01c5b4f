"""The audit for a terminal: the verdict, its reasons, and how many records each limit rejected."""

from collections import Counter

from auditor.audit import Audit
from auditor.bounds import number

FILE = "audit.txt"
MOST_LABELS = 5
SHORT = "GATE CLOSED: fewer records than asked for"
VERDICTS = {
    "open": "GATE OPEN",
    "closed": "GATE CLOSED",
    "not measured": "GATE CLOSED: not everything was measured",
}


def render(audit: Audit) -> str:
    """A screenful of plain text."""
    verdict = audit.verdict
    lines = [
        SHORT if audit.is_short else VERDICTS[verdict.state],
        f"{audit.accepted:,} of {len(audit.records):,} records accepted,"
        f" policy {audit.policy.name}",
        *(f"  - {reason}" for reason in verdict.reasons),
    ]
    if rejections := _rejections(audit):
        width = max(len(name) for name, _, _ in rejections)
        lines += ["", "records rejected, by limit (a record can break several):"]
        lines += [f"  {count:>6,}  {name:<{width}}  {limit}" for name, count, limit in rejections]
    lines += _labels(audit)
    lines += _made(audit)
    if audit.singling_out:
        lines += ["", f"singling out: {audit.singling_out.text}"]
    if gaps := [(r.name, gap) for r in audit.checks for gap in r.not_measured]:
        lines += ["", "not checked:"]
        lines += [f"  {name}: {gap.what}: {gap.why}" for name, gap in gaps]
    return "\n".join(lines) + "\n"


def _rejections(audit: Audit) -> list[tuple[str, int, str]]:
    counts = Counter((f"{b.check}.{b.metric}", b.limit) for r in audit.records for b in r.breaches)
    return [(name, count, limit) for (name, limit), count in counts.most_common()]


def _labels(audit: Audit) -> list[str]:
    """The labels that lost most records, a line each."""
    lost = [row for row in audit.labels if row.lost]
    if not lost:
        return []
    rows = [
        f"  {row.accepted:>6,} of {row.generated:>6,}  {row.label}{' (few)' if row.small else ''}"
        for row in lost[:MOST_LABELS]
    ]
    rest = f", the {MOST_LABELS} that lost most:" if len(lost) > MOST_LABELS else ":"
    return ["", f"records left of {len(lost):,} of {len(audit.labels):,} labels{rest}", *rows]


def _made(audit: Audit) -> list[str]:
    """How the records were asked for, and what their drafts were lost to."""
    if audit.generation is None or (loop := audit.generation.loop) is None:
        return []
    asked, attempts = _some(loop.asked, "record"), _some(loop.drafts, "attempt")
    lines = ["", f"{asked} asked for: {attempts}, {_some(loop.rounds, 'round')} of the gate"]
    lines += [f"  {count:>6,}  {cause}" for cause, count in list(loop.lost.items())[:MOST_LABELS]]
    if len(loop.lost) > MOST_LABELS:
        lines.append(f"          and {_some(len(loop.lost) - MOST_LABELS, 'more reason')}")
    if loop.missing:
        shown = list(loop.missing.items())[:MOST_LABELS]
        told = ", ".join(f"{label} {count:,}" for label, count in shown)
        more = len(loop.missing) - len(shown)
        rest = f" and of {_some(more, 'more label')}" if more else ""
        lines.append(f"  not delivered: {told}{rest}; the same command goes on, with a higher")
        lines.append("  --max-attempts if all were made; or ask for fewer")
    return lines


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def of_record(audit: Audit, record_id: str) -> str | None:
    """Why one record was accepted or rejected; None when the audit has no such record."""
    for record in audit.records:
        if record.id != record_id:
            continue
        lines = [f"{record.id}: {'accepted' if record.accepted else 'rejected'}"]
        for breach in (*record.breaches, *record.advisories):
            advisory = " (advisory, did not decide)" if breach in record.advisories else ""
            value = "not measured" if breach.value is None else f"is {number(breach.value)}"
            match = f", matches {breach.reference}" if breach.reference else ""
            name = f"{breach.check}.{breach.metric}"
            detail = f"; {breach.detail}" if breach.detail else ""
            lines.append(f"  - {name} {value}, limit {breach.limit}{match}{detail}{advisory}")
        if record.spans:
            places = ", ".join(f"{start}-{end}" for start, end in record.spans)
            lines.append(f"  places in the text (characters): {places}")
        return "\n".join(lines) + "\n"
    return None
