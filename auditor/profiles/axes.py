"""Which axis a check belongs to, and which of its figures a profile shows.

New metrics of these checks appear by themselves; a check that no axis names stands under "other".
"""

from collections.abc import Collection, Iterator, Sequence

from auditor.audit import CheckResult
from auditor.profiles.profile import Axis, Statistic

TITLES: dict[Axis, str] = {
    "fidelity": "Fidelity",
    "diversity": "Diversity",
    "privacy": "Privacy",
    "other": "Other checks",
}
# Checks that look for text of real records; a record may be lost to several of them.
COPYING = (
    "copied_passage",
    "edited_passage",
    "near_duplicate",
    "linkage",
    "rare_fragments",
    "paraphrase",
    "short_text",
)
CHECKS: dict[str, Axis] = {
    **dict.fromkeys(
        ("label_fidelity", "label_power", "contradiction", "artifact", "utility"), "fidelity"
    ),
    **dict.fromkeys(("diversity", "semantic_spread", "repetition", "paper_scores"), "diversity"),
    **dict.fromkeys(("identifiers", "identity_replay", *COPYING, "membership"), "privacy"),
}
WRONG = frozenset({"contradiction", "artifact"})  # a median of 0 says nothing
LARGEST = frozenset({("copied_passage", "longest_run")})
# What the other figures of a check rest on; audit.json holds it.
DETAILS = {
    "membership": frozenset(
        {
            "paired_words",
            "match_words",
            "matched_source",
            "matched_phantom",
            "records",
            "source_patients",
            "holdout_patients",
        }
    ),
    "yield": frozenset({"asked", "accepted"}),
}


def axis(check: str) -> Axis:
    """The axis of a check."""
    return CHECKS.get(check, "other")


def statistics(results: Sequence[CheckResult]) -> list[tuple[str, Statistic]]:
    """The figures of one check that a profile shows: metric, and what is told of it.

    ``results``: of every set that has the check; at least one.
    """
    metrics = list(dict.fromkeys(metric for result in results for metric in result.metrics))
    name = results[0].name
    if results[0].scope == "set":
        hidden = DETAILS.get(name, frozenset()) | set(ends(metrics))
        shown = [metric for metric in metrics if metric not in hidden]
        return [found for metric in shown for found in _of_set(metric, results)]
    if axis(name) == "fidelity":
        return [found for metric in metrics for found in _of_fidelity(metric, results)]
    largest = [metric for metric in metrics if (name, metric) in LARGEST]
    return [("", "lost"), *((metric, "largest") for metric in largest)]


def ends(metrics: Collection[str]) -> dict[str, str]:
    """Metric that is one end of an interval, such as ``auc_low`` -> the metric it belongs to."""
    found = {}
    for name in metrics:
        stem, _, end = name.rpartition("_")
        if end not in ("low", "high") or not stem:
            continue
        longer = [m for m in metrics if m.startswith(f"{stem}_") and m not in _both_ends(stem)]
        if stem in metrics or len(longer) == 1:
            found[name] = stem if stem in metrics else longer[0]
    return found


def _both_ends(stem: str) -> tuple[str, str]:
    return f"{stem}_low", f"{stem}_high"


def _of_set(name: str, results: Sequence[CheckResult]) -> Iterator[tuple[str, Statistic]]:
    """The value, and what parts of the set (such as codes) say.

    Nothing where a check that measured has no limit on a metric and nothing to say of it.
    """
    told = [result.metrics[name] for result in results if name in result.metrics]
    parts = [part for metric in told for part in metric.parts]
    whole = any(metric.value is not None for metric in told)
    quiet = not any(metric.limit for metric in told) and any(map(_measured, results))
    if whole or not (parts or quiet):
        yield name, "value"
    if any(part.holds is not None for part in parts):
        yield name, "parts"
    elif parts and not whole:
        yield name, "lowest part"


def _measured(result: CheckResult) -> bool:
    """Whether a check of the set gave values, and no reason for one that it did not give."""
    values = any(metric.value is not None for metric in result.metrics.values())
    return values and not result.not_measured


def _of_fidelity(name: str, results: Sequence[CheckResult]) -> Iterator[tuple[str, Statistic]]:
    yield name, "any" if results[0].name in WRONG else "median"
    if any(name in result.metrics and result.metrics[name].limit for result in results):
        yield name, "beyond"
