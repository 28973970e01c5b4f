"""Scanning: measurements of every record as JSON lines, with no limit and no verdict."""

import json
from collections.abc import Callable
from typing import Any

from auditor import policy, resources, strict_yaml
from auditor.corpus import Corpora
from auditor.errors import PolicyError
from auditor.finding import Finding, Span, Unmeasured
from auditor.measure import ALL, Measurement, catalogue, check, measure

NEEDS_NO_SOURCE = ("identifiers",)


def checks(named: tuple[str, ...], with_source: bool) -> tuple[str, ...]:
    """The checks to run: those named, or all that judge records and have what they need.

    Raises PolicyError for a name that is no check.
    """
    every = tuple(name for name in resources.names("checks") if check(name).SCOPE == "record")
    for name in named:
        check(name)
    return named or (every if with_source else NEEDS_NO_SOURCE)


def options(assignments: tuple[str, ...], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Options by check, of ``CHECK.OPTION=VALUE``, where the value is YAML.

    Raises PolicyError for one that is not of that form or that the check does not have.
    """
    chosen: dict[str, dict[str, Any]] = {name: {} for name in names}
    for assignment in assignments:
        place, equals, text = assignment.partition("=")
        name, dot, option = place.partition(".")
        if not (equals and dot) or name not in names:
            raise PolicyError(f"--set {place}: write CHECK.OPTION=VALUE, of {', '.join(names)}")
        value = strict_yaml.parse(f"--set {place}", text)
        for problem in policy.misfits(f"--set {place}", catalogue()[name], option, value):
            raise PolicyError(problem)
        chosen[name][option] = value
    return chosen


def scan(
    corpora: Corpora,
    chosen: dict[str, dict[str, Any]],
    step: Callable[[str], None],
) -> tuple[list[str], list[str], int]:
    """JSON lines of all findings; in words what was not measured; how many values are missing.

    ``chosen``: the checks to run, with the options that are not the default.
    """
    lines: list[str] = []
    gaps: list[str] = []
    missing = 0
    for name, settings in chosen.items():
        step(name)
        result = measure(name, settings, corpora)
        rows = _by_record(result) if name == "identifiers" else _by_finding(result)
        lines += [json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows]
        gaps += [
            f"{name}: {gap.what}{f' of record {gap.record}' if gap.record else ''}: {gap.reason}"
            for gap in result.unmeasured
        ]
        missing += len(_owed(result))
    return lines, gaps, missing


def _owed(result: Measurement) -> list[Unmeasured]:
    """Values that are missing; a category that the check never looks for is told, and is none."""
    metrics = (*result.findings, ALL)
    return [gap for gap in result.unmeasured if gap.record or gap.what in metrics]


def _by_finding(result: Measurement) -> list[dict[str, Any]]:
    return [_row(result.check, f) for column in result.findings.values() for f in column.values()]


def _row(name: str, finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": finding.record,
        "check": name,
        "metric": finding.metric,
        "value": finding.value,
        "spans": [[span.start, span.end] for span in finding.spans],
    }
    if finding.part:
        row["part"] = finding.part
    if finding.detail:
        row["detail"] = {"told": finding.detail}
    if finding.reference is not None:
        place = finding.reference.span
        row["detail"] = {
            "reference": finding.reference.record,
            "span": [place.start, place.end] if place else None,
        }
    if any(span.label for span in finding.spans):
        row.setdefault("detail", {})["spans"] = [_described(span) for span in finding.spans]
    return row


def _by_record(result: Measurement) -> list[dict[str, Any]]:
    """One line per record with all its spans: what a scorer of detectors reads.

    A record that was not measured has no line: an empty one would say that it holds nothing.
    """
    columns = result.findings.values()
    measured = (r for r in result.expected if all(r in column for column in columns))
    spans: dict[str, list[Span]] = {
        record: [span for column in columns for span in column[record].spans] for record in measured
    }
    return [
        {
            "id": record,
            "check": result.check,
            "spans": [_described(s) for s in sorted(found, key=_place)],
        }
        for record, found in spans.items()
    ]


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _described(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "start": span.start,
        "end": span.end,
        "label": span.label,
        "score": span.score,
        "recognizer": span.recognizer,
    }
    return told | ({"disguise": span.view} if span.view else {})
