"""The audit as one HTML page for the person who signs and the one who mends: no script, no request.

The page brings everything with it and forbids the rest: its content security policy allows one
style sheet, named by its hash. All wording is in templates/audit.html and its parts; this module
counts, and says where the charts' coordinates come from.
"""

import base64
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from auditor.audit import Audit, CheckResult, MetricResult
from auditor.bounds import number
from auditor.check_views import holds, view
from auditor.resources import shipped

if TYPE_CHECKING:
    from jinja2 import Environment

FILE = "audit.html"
MOST_LOST = 10  # labels that are shown without opening the table of all
MOST_ROWS = 200  # of a table; decisions.jsonl and audit.json hold all
Effect = Literal["closes", "left out", "advisory", "unread", "apart"]


@dataclass(frozen=True)
class Counts:
    """The records by verdict: every record is in exactly one of the three."""

    accepted: int
    rejected: int
    unmeasured: int
    total: int


@dataclass(frozen=True)
class Gap:
    """Something that was not checked, whom it concerns, why, and what follows from it."""

    check: str
    what: str
    concerns: str
    reason: str
    effect: Effect


@dataclass(frozen=True)
class Loss:
    """A limit, how many records it rejected, and how many of them no other limit rejected."""

    name: str
    limit: str
    records: int
    alone: int


def render(audit: Audit) -> str:
    """The audit as HTML."""
    pages = environment()
    style = pages.get_template("audit/style.css").render()
    lost = [record for record in audit.records if not record.accepted]
    return pages.get_template("audit.html").render(
        audit=audit,
        counts=_counts(audit),
        gaps=_gaps(audit),
        losses=_losses(audit),
        controls={
            c for result in audit.checks for m in result.metrics.values() for c in m.controls
        },
        checks=[view(result, audit) for result in audit.checks],
        lost=lost,
        advised=sum(record.accepted and bool(record.advisories) for record in audit.records),
        most_lost=MOST_LOST,
        most_rows=MOST_ROWS,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


@cache
def environment() -> "Environment":
    """The templates, undefined variables an error and everything escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(shipped("templates")),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    pages.filters |= {"number": number, "share": share, "prose": _prose, "held": holds}
    return pages


def _visible(value: object) -> object:
    """Every character of a value, those that steer a terminal or the reading order by number."""
    if type(value) is not str or (value.isascii() and value.isprintable()):
        return value
    return "".join(c if _prints(c) else f"[U+{ord(c):04X}]" for c in value)


def _prints(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _prose(text: str) -> str:
    """A sentence of a policy or a check: its line breaks carry no meaning."""
    return " ".join(text.split())


def share(part: float, whole: float) -> str:
    """A share in percent, to a tenth; what is more than nothing never reads 0%."""
    percent = 100 * part / whole if whole else 0.0
    return "< 0.1%" if 0 < percent < 0.1 else f"{number(round(percent, 1))}%"


def _counts(audit: Audit) -> Counts:
    total, accepted = len(audit.records), audit.accepted
    unmeasured = sum(not record.accepted and not record.measured for record in audit.records)
    return Counts(accepted, total - accepted - unmeasured, unmeasured, total)


def _gaps(audit: Audit) -> list[Gap]:
    """What was not checked, the gravest first; equal gaps of several metrics are told as one."""
    found: dict[tuple[Effect, str, str, str], list[str]] = {}
    for result in audit.checks:
        for what, concerns, reason, effect in _gaps_of(result, audit):
            found.setdefault((effect, result.name, concerns, reason), []).append(what)
    order: list[Effect] = ["closes", "left out", "advisory", "unread", "apart"]
    gaps = [
        Gap(check, ", ".join(whats), concerns, reason, effect)
        for (effect, check, concerns, reason), whats in found.items()
    ]
    gaps += [Gap("", told, "", "", "unread") for told in audit.unread]
    return sorted(gaps, key=lambda gap: order.index(gap.effect))


def _gaps_of(result: CheckResult, audit: Audit) -> Iterator[tuple[str, str, str, Effect]]:
    for gap in result.not_measured:
        concerns = "the whole run" if gap.records is None else _records(gap.records)
        effect: Effect = "closes" if gap.out_of_scope is None else "left out"
        yield gap.what, concerns, gap.why, effect
    if result.executed < result.expected and not result.not_measured:
        missing = _records(result.expected - result.executed)
        yield "everything", missing, "the check gave no value and no reason", "closes"
    if result.scope == "record" and result.expected < len(audit.records):
        others = _records(len(audit.records) - result.expected)
        yield "everything", others, "the check does not apply to them", "apart"
    for name, metric in result.metrics.items():
        for advised in metric.advised if metric.limit else ():
            yield name, _records(advised.records), advised.reason, "advisory"
        if metric.advisory:
            yield name, "its limit", metric.advisory, "advisory"
        elif metric.limit and not metric.limit.resolved:
            concerns = "every record" if result.scope == "record" else "the set"
            yield f"limit on {name}", concerns, metric.limit.how, "closes"
        elif metric.limit and _no_value(result, metric):
            nobody = "no record was accepted, so there is no set to measure"
            yield name, "the set", "no value" if audit.accepted else nobody, "closes"


def _no_value(result: CheckResult, metric: MetricResult) -> bool:
    """A limited metric of the set without any value, which nothing else explains."""
    return (
        result.scope == "set"
        and metric.value is None
        and not metric.parts
        and not result.not_measured
    )


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"


def _losses(audit: Audit) -> list[Loss]:
    records: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    for record in audit.records:
        broken = dict.fromkeys((f"{b.check}.{b.metric}", b.limit) for b in record.breaches)
        records.update(broken.keys())
        alone.update(broken.keys() if len(broken) == 1 else ())
    return [Loss(*limit, count, alone[limit]) for limit, count in records.most_common()]
