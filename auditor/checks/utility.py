"""Utility: are the accepted records as good as real ones for teaching a classifier the labels?

One plain classifier (TF-IDF of words and pairs of words, logistic regression per label) learns from
the source (`real`), from the accepted records (`synthetic`) and from both together (`both`), and is
tested on the holdout: train on synthetic, test on real. ICD-10-CM codes count as their category of
three characters, other labels as they stand. Used are the `most_labels` labels that most real
records have, of those with `min_records` in source and holdout together, 5 of them in either.

* `auc_real`, `auc_synthetic`, `auc_both`: area under the ROC curve, the mean over the labels; .5 is
  chance. A label that no accepted record has counts as chance: the set teaches nothing about it.
* `f1_real`, `f1_synthetic`, `f1_both`: F1 when as many records are flagged as have the label, the
  mean over the labels. No threshold is chosen, so precision equals recall.
* `tstr_ratio` is `auc_synthetic` / `auc_real`. Its zero is not 0 but .5 / `auc_real`.
* `gain` is `auc_both` - `auc_real`: what the accepted records add to real ones, for each label too.
* `labels`, `real_records`, `synthetic_records` and `test_records`: how many the figures rest on. A
  larger set teaches more; none of the figures is corrected for size.

Each figure has a 95 % interval, `_low` to `_high`: the holdout's patients (groups) are drawn with
replacement `resamples` times, the same draws for all classifiers (percentile bootstrap). It tells
how far another holdout would move the figure, not another draw of the records that taught, and is
no test: of 10 sets of real records of other patients, 3 had a ratio whose interval ended below 1.
The gain of one label rests on a few test records and has no interval. Values are rounded to four
digits.

What it cannot see: leaks. A copy of the source is as good as the source, and copies look perfect
here (ratio 1, gain 0); it is information for those who use the set, and no merit offsets a leak.
Nor whether the texts are reports: on CodiEsp, bare descriptions of the codes teach this classifier
as much as real reports do (ratio .99, benchmarks/utility.py). Nor what a larger model would learn,
labels that few real records have, free text that stands as a label, and whether the classifier
learned medicine or a habit of the coders.

Sources: Esteban, Hyland and Rätsch 2017 (arXiv 1706.02633), for train on synthetic, test on real;
Ive et al. 2020 (npj Digital Medicine 3:69), on mental-health records.
"""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from auditor.corpus import Corpora
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Outcome, Unmeasured
from auditor.indexes import classifier, macro_scores, teaching
from auditor.indexes.classifier import Bools, Floats
from auditor.indexes.teaching import FEWEST_LABELS, Sides

SCOPE = "set"
TAUGHT = {
    "real": "taught by the source",
    "synthetic": "taught by the accepted records",
    "both": "taught by both together",
}
AUC = {f"auc_{by}": f"macro AUC on the holdout, {told}" for by, told in TAUGHT.items()}
F1 = {f"f1_{by}": f"macro F1 on the holdout, {told}" for by, told in TAUGHT.items()}


def _with_ends(name: str, meaning: str, low: float | None, high: float | None) -> dict[str, Metric]:
    """A metric, and the ends of its interval as metrics."""
    return {
        name: Metric(meaning, "", low, high),
        f"{name}_low": Metric("the same, lower end of its 95 % interval", "", low, high),
        f"{name}_high": Metric("the same, upper end", "", low, high),
    }


METRICS = {
    **_with_ends("tstr_ratio", "auc_synthetic / auc_real", 0, None),
    **_with_ends("gain", "auc_both - auc_real: what the accepted records add", -1, 1),
    **{k: v for name, told in AUC.items() for k, v in _with_ends(name, told, 0, 1).items()},
    **{k: v for name, told in F1.items() for k, v in _with_ends(name, told, 0, 1).items()},
    "labels": Metric("labels that the means are over", "labels"),
    "real_records": Metric("records of the source that taught", "records"),
    "synthetic_records": Metric("accepted records that taught", "records"),
    "test_records": Metric("records of the holdout that were tested on", "records"),
}
DIGITS = 4
NO_BETTER = "a classifier taught by the source itself is no better than chance on the holdout"


def measure(
    corpora: Corpora,
    *,
    min_records: Annotated[int, Field(ge=10)] = 15,
    most_labels: Annotated[int, Field(ge=FEWEST_LABELS)] = 50,
    most_records: Annotated[int, Field(ge=100)] = 2000,
    resamples: Annotated[int, Field(ge=100, le=10_000)] = 500,
    seed: Annotated[int, Field(ge=0)] = 0,
) -> Iterator[Outcome]:
    """All metrics. Raises CannotMeasure without a holdout, or labels that all three sides share.

    ``most_records``: of each side; of more, so many are drawn.
    """
    given = _given(corpora)
    labelled = teaching.labelled(given)
    yield from _left_out("labels", given, labelled, "without a label that looks like a code")
    spoken = teaching.in_common_languages(labelled)
    yield from _left_out("languages", labelled, spoken, "in a language that not all sides have")
    sides = spoken.each(lambda corpus: teaching.drawn(corpus, most_records, seed))
    used = teaching.used(sides, min_records, most_labels)
    yield Finding("labels", len(used))
    yield Finding("real_records", len(sides.source.records))
    yield Finding("synthetic_records", len(sides.synthetic.records))
    yield Finding("test_records", len(sides.holdout.records))
    weights = macro_scores.resampled(sides.holdout.groups, resamples, seed)
    yield from _figures(_scores(sides, used), teaching.truth(sides.holdout, used), weights, used)


def _given(corpora: Corpora) -> Sides:
    if corpora.holdout is None:
        raise CannotMeasure("no holdout to test on; give one with --holdout")
    return Sides(corpora.synthetic, corpora.real(), corpora.holdout)


def _left_out(what: str, before: Sides, after: Sides, why: str) -> Iterator[Unmeasured]:
    lost = {
        name: len(corpus.records) - len(after.told[name].records)
        for name, corpus in before.told.items()
    }
    if any(lost.values()):
        told = ", ".join(f"{count} of the {name}" for name, count in lost.items() if count)
        yield Unmeasured(what, f"records {why} were left out: {told}")


def _scores(sides: Sides, used: tuple[str, ...]) -> dict[str, Floats]:
    """The labels' scores of each holdout record, by who taught the classifier."""
    source, made = sides.source, sides.synthetic
    teachers = {"real": (source,), "synthetic": (made,), "both": (source, made)}
    test = [record.text for record in sides.holdout.records]
    return {
        by: classifier.scores(
            [record.text for corpus in corpora for record in corpus.records],
            np.concatenate([teaching.truth(corpus, used) for corpus in corpora]),
            test,
        )
        for by, corpora in teachers.items()
    }


def _figures(
    scores: dict[str, Floats], truth: Bools, weights: Floats, used: tuple[str, ...]
) -> Iterator[Outcome]:
    aucs = {by: macro_scores.aucs(column, truth, weights) for by, column in scores.items()}
    means = {by: macro_scores.macro(of_labels) for by, of_labels in aucs.items()}
    yield from _interval("tstr_ratio", macro_scores.ratio(means["synthetic"], means["real"]))
    yield from _interval("gain", means["both"] - means["real"])
    for label, gain in zip(used, (aucs["both"] - aucs["real"])[:, 0], strict=True):
        yield Finding("gain", round(float(gain), DIGITS), part=label)
    for by, column in scores.items():
        yield from _interval(f"auc_{by}", means[by])
        f1s = macro_scores.f1s(column, truth, weights)
        yield from _interval(f"f1_{by}", macro_scores.macro(f1s))
    if macro_scores.interval(means["real"]).low <= 0.5:
        yield Unmeasured("tstr_ratio", NO_BETTER)
        yield Unmeasured("gain", NO_BETTER)


def _interval(metric: str, draws: Floats) -> Iterator[Finding]:
    found = macro_scores.interval(draws)
    yield Finding(metric, round(found.value, DIGITS))
    yield Finding(f"{metric}_low", round(found.low, DIGITS))
    yield Finding(f"{metric}_high", round(found.high, DIGITS))
