"""Shares of the records of one set, with Wilson's 95 % interval, read off its audit."""

from collections.abc import Collection, Iterator, Sequence

from auditor.audit import Audit, CheckResult, MetricResult
from auditor.indexes.binomial import wilson
from auditor.profiles import axes, figures
from auditor.profiles.footnotes import Footnotes
from auditor.profiles.profile import Cell, Row, Statistic

ANY_COPYING = "any copying check"
SINGLING_OUT = "singling_out"


def cell(
    audit: Audit, result: CheckResult | None, metric: str, statistic: Statistic, notes: Footnotes
) -> Cell:
    """How many of the records, or of the parts of the set, are so."""
    if result is None:
        return figures.gap(audit, result, metric, notes)
    if statistic == "lost":
        return _lost(audit, [result], notes)
    told = result.metrics.get(metric)
    counted = _counted(told, statistic) if told else None
    if counted is None or not counted[1]:
        return figures.gap(audit, result, metric, notes)
    numbers = notes.numbers(*figures.caveats(result, metric))
    return share(*counted, numbers, sample=statistic != "parts")


def _counted(told: MetricResult, statistic: Statistic) -> tuple[int, int] | None:
    values = [value for value in told.values if value is not None]
    if statistic == "any":
        return sum(value > 0 for value in values), len(values)
    if statistic == "parts":
        judged = [part.holds for part in told.parts if part.holds is not None]
        return judged.count(False), len(judged)
    limit = told.limit
    if limit is None or not figures.works(limit):
        return None
    return sum(figures.side(v, limit.low, limit.high) != "inside" for v in values), len(values)


def share(hits: int, of: int, notes: list[int], *, sample: bool = True) -> Cell:
    """A share. ``sample``: it has an interval; where it has none, every single hit is too many."""
    least, most = wilson(hits, of) if sample else (None, None)
    return Cell(
        state="not judged" if sample else figures.side(hits, None, 0),
        value=hits / of,
        count=hits,
        of=of,
        least=least,
        most=most,
        notes=notes,
    )


def of_all_checks(audits: Sequence[Audit], notes: Footnotes) -> Iterator[Row]:
    """The rows that rest on several checks: records lost to copying, and singling out."""
    names = [n for n in axes.COPYING if any(n == r.name for a in audits for r in a.checks)]
    if names:
        yield _row(
            ANY_COPYING,
            "lost",
            f"records lost to at least one of {', '.join(names)}",
            [_lost_to_any(audit, names, notes) for audit in audits],
        )
    if any(audit.singling_out for audit in audits):
        meaning = "records that one real record stands out for among all others"
        found = [_singled_out(audit, notes) for audit in audits]
        yield _row(SINGLING_OUT, "singled out", meaning, found)
        chance = [_by_chance(audit, notes) for audit in audits]
        yield _row(SINGLING_OUT, "by chance", f"{meaning}, where none was learned from", chance)


def _row(check: str, statistic: Statistic, meaning: str, cells: list[Cell]) -> Row:
    return Row(
        axis="privacy", check=check, metric="", statistic=statistic, meaning=meaning, unit="",
        cells=cells,
    )  # fmt: skip


def _lost_to_any(audit: Audit, names: Collection[str], notes: Footnotes) -> Cell:
    results = [result for result in audit.checks if result.name in names]
    if missing := sorted(set(names) - {result.name for result in results}):
        return Cell(
            state="not measured",
            notes=notes.numbers(f"policy {audit.policy.name} is without {', '.join(missing)}"),
        )
    return _lost(audit, results, notes)


def _lost(audit: Audit, results: Sequence[CheckResult], notes: Footnotes) -> Cell:
    """Records that a limit of these checks rejected, among those that one of them measured."""
    names = {result.name for result in results}
    lost = sum(
        any(breach.check in names and breach.value is not None for breach in record.breaches)
        for record in audit.records
    )
    of = len({i for result in results for i in _measured(result)})
    if not of:
        return figures.gap(audit, results[0], "", notes)
    told = [note for result in results for note in _doubts(result)]
    return share(lost, of, notes.numbers(*told))


def _measured(result: CheckResult) -> Iterator[int]:
    """Positions of the records that it has a value for."""
    for metric in result.metrics.values():
        yield from (i for i, value in enumerate(metric.values) if value is not None)


def _doubts(result: CheckResult) -> Iterator[str]:
    """Why more records might be lost than are."""
    for metric, told in result.metrics.items():
        if told.limit:
            yield from figures.caveats(result, metric)
    for missing in result.not_measured:
        if missing.records is None:
            yield f"{result.name}: {missing.what} not measured: {missing.reason}"


def _singled_out(audit: Audit, notes: Footnotes) -> Cell:
    told = audit.singling_out
    if told is None or not told.of:
        return _not_asked(audit, notes)
    return Cell(
        state="not judged", value=told.records / told.of, count=told.records, of=told.of,
        least=told.low, most=told.high,
    )  # fmt: skip


def _by_chance(audit: Audit, notes: Footnotes) -> Cell:
    told = audit.singling_out
    if told is None or told.by_chance is None or not told.by_chance_of:
        return _not_asked(audit, notes)
    return share(told.by_chance, told.by_chance_of, [])


def _not_asked(audit: Audit, notes: Footnotes) -> Cell:
    reason = f"no limit of the policy {audit.policy.name} could tell who is singled out"
    return Cell(state="not measured", notes=notes.numbers(reason))
