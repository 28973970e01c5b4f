"""From audits to a profile: every figure of every set, and footnotes for what a reader has to know.

Checks that look at records one by one are told for all records of a set. Set metrics are as the
audit has them: of the accepted records where a gate judged, of all where a profile did.
"""

from collections.abc import Iterator, Sequence

from auditor.audit import Audit, CheckResult
from auditor.profiles import axes, figures, shares
from auditor.profiles.footnotes import Footnotes
from auditor.profiles.profile import SHARES, Judged, Profile, ProfiledSet, Row

AGAINST = {
    "policy_digest": "another policy",
    "source": "another source",
    "holdout": "another holdout",
    "roster": "another roster",
    "codes": "another table of codes",
    "set_of": "set metrics of other records (accepted ones or all)",
    "auditor": "another version of auditor",
}

GENERATED = "set metrics are of all records, accepted or not: as the generator made them"


def profile(
    audits: Sequence[Audit], names: Sequence[str], out_of: Sequence[int | None] | None = None
) -> Profile:
    """The profile of sets, in their order; at least one.

    ``names``: what to call them. ``out_of``: how many records each was drawn from, None for a
    set that was taken whole.
    """
    notes = Footnotes()
    drawn = out_of or [None] * len(audits)
    sets = [
        _set(name, audit, whole, audits[0], names[0], notes)
        for name, audit, whole in zip(names, audits, drawn, strict=True)
    ]
    return Profile(sets=_sizes(sets, notes), rows=list(_rows(audits, notes)), notes=notes.texts)


def _set(
    name: str, audit: Audit, out_of: int | None, first: Audit, first_name: str, notes: Footnotes
) -> ProfiledSet:
    judged, yardstick = _judged(audit), _judged(first)
    differs = [
        words for key, words in AGAINST.items() if getattr(judged, key) != getattr(yardstick, key)
    ]
    told = f"not comparable: judged with {', '.join(differs)} than {first_name}"
    whose = [] if audit.set_of == "accepted" else [notes.number(GENERATED)]
    return ProfiledSet(
        name=name,
        digest=digest(audit),
        records=len(audit.records),
        out_of=out_of,
        accepted=audit.accepted,
        gate=audit.verdict.state,
        judged=judged,
        comparable=not differs,
        notes=whose + ([notes.number(told)] if differs else []) + _asked_again(audit, notes),
    )


def _asked_again(audit: Audit, notes: Footnotes) -> list[int]:
    """That a set is what was left after rejected drafts were written anew, where it is."""
    loop = audit.generation.loop if audit.generation else None
    if loop is None or loop.drafts <= audit.accepted:
        return []
    told = f"{loop.drafts:,} drafts for {audit.accepted:,} records"
    return [notes.number(f"rejected drafts were written anew: {told}")]


def digest(audit: Audit) -> str:
    """The sha256 of the synthetic set's file."""
    return _digests(audit).get("synthetic", "")


def _digests(audit: Audit) -> dict[str, str]:
    return {str(file.role): file.digest for file in audit.inputs}


def _judged(audit: Audit) -> Judged:
    digests = _digests(audit)
    return Judged(
        policy=audit.policy.name,
        policy_digest=audit.policy.digest,
        source=digests.get("source"),
        holdout=digests.get("holdout"),
        roster=digests.get("roster"),
        codes=digests.get("codes"),
        set_of=audit.set_of,
        auditor=audit.versions.get("auditor", ""),
    )


def _sizes(sets: list[ProfiledSet], notes: Footnotes) -> list[ProfiledSet]:
    """The sets, with a footnote on each where their sizes differ."""
    if len({one.records for one in sets}) == 1:
        return sets
    note = notes.number(
        "sets of different sizes: set metrics, largest values and p-values depend on how many"
        " records there are; give the data sets themselves to have them cut to one size"
    )
    return [one.model_copy(update={"notes": [*one.notes, note]}) for one in sets]


def _rows(audits: Sequence[Audit], notes: Footnotes) -> Iterator[Row]:
    """All rows, axis by axis; within one, checks in the order of their axis, then of the audits."""
    checks = dict.fromkeys(result.name for audit in audits for result in audit.checks)
    order = [name for name in dict.fromkeys((*axes.CHECKS, *checks)) if name in checks]
    for axis in axes.TITLES:
        if axis == "privacy":
            yield from shares.of_all_checks(audits, notes)
        for name in order:
            if axes.axis(name) == axis:
                yield from _of_check(name, audits, notes)


def _of_check(name: str, audits: Sequence[Audit], notes: Footnotes) -> Iterator[Row]:
    results = [_result(name, audit) for audit in audits]
    known = [result for result in results if result]
    for metric, statistic in axes.statistics(known):
        told = next((r.metrics[metric] for r in known if metric in r.metrics), None)
        share = statistic in SHARES
        yield Row(
            axis=axes.axis(name),
            check=name,
            metric=metric,
            statistic=statistic,
            meaning=told.meaning if told else known[0].summary,
            unit=told.unit if told and not share else "",
            cells=[
                (shares if share else figures).cell(audit, result, metric, statistic, notes)
                for audit, result in zip(audits, results, strict=True)
            ],
        )


def _result(name: str, audit: Audit) -> CheckResult | None:
    return next((result for result in audit.checks if result.name == name), None)
