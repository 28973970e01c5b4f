"""Membership: does the set as a whole know the source better than real records it never saw?

A generator can leak a little of many patients, each record within every limit of its own. So the
set is compared with source and holdout at once. A *rare run* is a stretch of consecutive 5-grams of
one synthetic record that exactly one patient (group; a record without one stands for itself) of
source and holdout has; a patient's *exposure* is the longest rare run with any synthetic record. A
name or a phrase that several patients share is nobody's. The record's own group is left out: the
group says whom the record was asked for, and `linkage` asks about that one.

Both p-values are the share of random relabelings of the real patients ("source", "holdout", among
patients with as much text) that look as much like a leak as the true one. That is exact for any
number of records and any ratio of the two corpora, because nothing else is random. Synthetic
records are no independent draws: a real record that resembles many of them would count many times,
and a test that flips their signs calls up to a third of clean sets leaking at p < .01 (benchmark).

* `paired_p` asks for a little in every record: by how many words (`paired_words`) its longest rare
  run with the source exceeds the one with the holdout, the mean over all equally large draws.
* `phantom_p` asks for much in a few records: of the patients exposed to at least t words, are more
  in the source than chance puts there (one-sided exact tail), at the t where this is clearest?
  Relabelings choose their t too, so choosing costs nothing. `matched_source` and `matched_phantom`
  count the synthetic records that share `match_words` with equally many patients of source and
  holdout; `match_words` is the length that at most 1 % of the records share with the holdout.
* `leaked_at_most`: of records like these, at most this share matches the source (95 %,
  Clopper-Pearson; about 3 / n when none does, and never zero). `smallest_leak`: if fewer records
  than this share were copies, the phantom test would have had a chance of less than .8 to show it
  at p < .01. A set is not clean because a test that could not see was silent.
* `tpr_at_1_fpr` (needs 100 holdout patients): share of source patients more exposed than all but
  1 % of the holdout's are. `auc` (needs 30 of either): chance that a source patient is more exposed
  than one of the holdout with as much text. With 95 % intervals, Clopper-Pearson and DeLong.
* `records`, `source_patients`, `holdout_patients`: how many these figures rest on. Where some were
  rejected for what they share with the source, records that share more with the holdout than any
  accepted one with the source are left out too: a set trimmed on one side would look clean.

What it cannot see: leaks of meaning, translations, copies shorter than 5 words, what several
patients of the real corpora share, and patients that stand in both corpora. It needs source and
holdout to be random parts of one whole: when the holdout is from another year or ward, the set may
resemble the source for that reason alone.

Sources: Amin et al. 2026, Phantoms and Disclosures (arXiv 2606.16952), for the idea of phantom
matches; Carlini et al. 2022, Membership Inference Attacks From First Principles (TPR at low FPR);
Meeus et al. 2025, The Canary's Echo, for membership from synthetic text alone.
"""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Outcome, Unmeasured
from auditor.indexes import binomial, exposure
from auditor.indexes.exposure import Bools, Groups, Ints, Runs

SCOPE = "set"
METRICS = {
    "paired_p": Metric("chance of so much more in common with the source than holdout", "", 0, 1),
    "paired_words": Metric("longest rare run, source less holdout, mean", "words", None),
    "phantom_p": Metric("chance of so many more exposed patients in the source", "", 0, 1),
    "match_words": Metric("rare run that at most 1 % of records share with the holdout", "words"),
    "matched_source": Metric(
        "records that share as much with equally many of the source", "records"
    ),
    "matched_phantom": Metric("records that share as much with equally many unseen", "records"),
    "leaked_at_most": Metric("share of records that match the source, upper 95 % bound", "", 0, 1),
    "smallest_leak": Metric("smallest share of copies that would have been shown", "", 0, 1),
    "tpr_at_1_fpr": Metric("share of source patients exposed beyond 99 % of unseen ones", "", 0, 1),
    "tpr_low": Metric("the same, lower end of its 95 % interval", "", 0, 1),
    "tpr_high": Metric("the same, upper end", "", 0, 1),
    "auc": Metric("chance that a source patient is more exposed than an unseen one", "", 0, 1),
    "auc_low": Metric("the same, lower end of its 95 % interval", "", 0, 1),
    "auc_high": Metric("the same, upper end", "", 0, 1),
    "records": Metric("accepted records that were compared", "records"),
    "source_patients": Metric("patients of the source that were compared", "patients"),
    "holdout_patients": Metric("patients of the holdout that were compared", "patients"),
}
TELLING = 0.01  # the p that smallest_leak is worked out for
CHOOSING = 4  # looking at every length costs the phantom test up to this factor (measured)
COINCIDENCE = 0.01  # share of records that may match the holdout
FEWEST_FOR_TPR = 100  # with fewer, 1 % of the holdout is less than one patient
LEAST_COMPARED = 0.8  # of all real patients; the others are too long, too short or in both corpora
ROUNDING = 1e-9
Words = Annotated[int, Field(ge=2, le=50)]
Times = Annotated[int, Field(ge=199, le=100_000)]
Seed = Annotated[int, Field(ge=0)]


def measure(
    corpora: Corpora, *, run_words: Words = 5, relabelings: Times = 4999, seed: Seed = 0
) -> Iterator[Outcome]:
    """All metrics. Raises CannotMeasure without source or holdout, and when no leak would show."""
    source, holdout = corpora.real(), _holdout(corpora)
    of = exposure.groups(source, holdout)
    seen, unseen = of.seen & (of.stratum >= 0), ~of.seen & (of.stratum >= 0)
    runs = exposure.rare_runs(corpora.synthetic, source, holdout, of, run_words)
    if rejected := _rejected(corpora):
        lost = exposure.rare_runs(rejected, source, holdout, of, run_words)
        runs = _trimmed(runs, lost, seen, unseen)
    records = len(runs.starts) - 1
    smallest = _smallest_leak(of, records)

    paired_words, paired_p, phantom_p = _relabeled(runs, of, relabelings, seed)
    yield Finding("paired_p", paired_p)
    yield Finding("paired_words", paired_words)
    yield Finding("phantom_p", phantom_p)
    yield from _matches(runs, seen, unseen, run_words)
    yield Finding("smallest_leak", smallest)
    exposed = runs.exposure(len(of.seen))
    yield from _tpr(exposed, of, seen, unseen)
    yield from _auc(exposed, of, seen, unseen)
    yield Finding("records", records)
    yield Finding("source_patients", int(np.sum(seen)))
    yield Finding("holdout_patients", int(np.sum(unseen)))


def _holdout(corpora: Corpora) -> Corpus:
    if corpora.holdout is None:
        raise CannotMeasure("no holdout to compare with; give one with --holdout")
    return corpora.holdout


def _rejected(corpora: Corpora) -> Corpus | None:
    """The records that did not pass, if any."""
    accepted = {record.id for record in corpora.synthetic.records}
    asked = corpora.asked or corpora.synthetic
    lost = asked.subset(lambda record: record.id not in accepted)
    return lost if lost.records else None


def _trimmed(runs: Runs, lost: Runs, seen: Bools, unseen: Bools) -> Runs:
    """The records that would have passed as well had source and holdout changed places."""
    most = int(np.max(runs.longest(seen), initial=0))
    if np.max(lost.longest(seen), initial=0) <= most:
        return runs  # nothing was rejected for what it shares with the source
    return runs.of(runs.longest(unseen) <= most)


def _smallest_leak(of: Groups, records: int) -> float:
    """The smallest share that could have been shown. Raises CannotMeasure when there is none."""
    seen, unseen = int(np.sum(of.seen)), int(np.sum(~of.seen))
    share = float(np.mean(of.stratum >= 0))
    if share < LEAST_COMPARED:
        raise CannotMeasure(
            f"only {share:.0%} of {seen} source and {unseen} holdout patients stand in one corpus "
            "and have a counterpart of equal length in the other; source and holdout must be "
            "random parts of one whole"
        )
    needed = binomial.fewest_telling(seen, unseen, TELLING / CHOOSING)
    if needed is None:
        raise CannotMeasure(
            f"{seen} patients in the source and {unseen} in the holdout cannot tell a leak from "
            "chance; give a larger holdout, at best as large as the source"
        )
    if needed > records:
        raise CannotMeasure(
            f"{records:,} records accepted; with {seen:,} patients in the source and {unseen:,} in "
            f"the holdout at least {needed:,} are needed to tell a leak from chance"
        )
    return binomial.smallest_share(needed, records)


def _relabeled(runs: Runs, of: Groups, count: int, seed: int) -> tuple[float, float, float]:
    """Mean difference in words and its p; p of the phantom test."""
    from auditor.indexes.exposure_kernels import paired_sums

    compared = of.stratum >= 0
    sides = int(np.sum(of.seen & compared)), int(np.sum(~of.seen & compared))
    weights = [binomial.expected_maximum(n, min(sides)) for n in sides]
    exposed, number = np.unique(runs.groups, return_inverse=True)
    longest = runs.exposure(len(of.seen))[exposed]
    paired, phantom = [], []
    for block in exposure.relabelings(of, exposed, count, seed):
        paired.append(paired_sums(block, runs.starts, number, runs.words, *weights))
        phantom.append(_clearest(block, longest, sides))
    records = max(1, len(runs.starts) - 1)
    sums = np.concatenate(paired)
    return float(sums[0]) / records, _share_as_large(sums), _share_as_large(np.concatenate(phantom))


def _clearest(labels: Bools, longest: Ints, sides: tuple[int, int]) -> exposure.Floats:
    """-ln of the smallest tail of each relabeling, over all lengths that some group reaches."""
    order = np.argsort(-longest, kind="stable")
    lengths = longest[order]
    ends = np.flatnonzero(np.diff(lengths, append=0))  # the last group of each length
    marked = np.cumsum(labels[:, order], axis=1, dtype=np.int64)[:, ends]
    clearest = np.zeros(len(labels))
    for column, end in enumerate(ends):
        tail = binomial.log_tail(*sides, int(end) + 1)
        clearest = np.maximum(clearest, -tail[marked[:, column]])
    return clearest


def _share_as_large(values: exposure.Floats) -> float:
    """p of the first value among all: itself counted, ties against it."""
    slack = ROUNDING * max(1.0, abs(float(values[0])))
    return float(np.mean(values >= values[0] - slack))


def _matches(runs: Runs, seen: Bools, unseen: Bools, shortest: int) -> Iterator[Finding]:
    records = len(runs.starts) - 1
    lengths = np.unique(np.append(runs.words + 1, shortest))
    fair = min(int(np.sum(seen)), int(np.sum(unseen)))
    limit = next(
        int(t) for t in lengths if _matched(runs, unseen, t, fair) <= COINCIDENCE * records
    )
    yield Finding("match_words", limit)
    yield Finding("matched_source", _matched(runs, seen, limit, fair))
    yield Finding("matched_phantom", _matched(runs, unseen, limit, fair))
    hits = int(np.sum(runs.longest(seen) >= limit))
    yield Finding("leaked_at_most", binomial.at_most(hits, records))


def _matched(runs: Runs, side: Bools, words: int, drawn: int) -> float:
    """Records that share so many words with one of ``drawn`` groups; mean over all such draws."""
    weights = binomial.expected_maximum(int(np.sum(side)), drawn)
    chance = np.append(0.0, np.minimum(np.cumsum(weights), 1.0))
    return float(np.sum(chance[np.minimum(runs.count(side, words), len(weights))]))


def _tpr(exposed: Ints, of: Groups, seen: Bools, unseen: Bools) -> Iterator[Outcome]:
    patients, others = int(np.sum(seen)), int(np.sum(unseen))
    if others < FEWEST_FOR_TPR:
        reason = f"{others} holdout patients; 1 % of them can be told from {FEWEST_FOR_TPR} on"
        yield Unmeasured("tpr_at_1_fpr", reason)
        return
    # The holdout is weighted so that patients of every length are as frequent as in the source.
    in_source, in_holdout = (
        np.bincount(of.stratum[side], minlength=exposure.MOST_STRATA) for side in (seen, unseen)
    )
    weight = (in_source / patients / np.maximum(1, in_holdout))[of.stratum[unseen]]
    limit = next(
        t
        for t in np.unique(np.append(exposed, 0))
        if np.sum(weight[exposed[unseen] > t]) <= COINCIDENCE + ROUNDING
    )
    hits = int(np.sum(exposed[seen] > limit))
    low, high = binomial.interval(hits, patients)
    yield Finding("tpr_at_1_fpr", hits / patients)
    yield Finding("tpr_low", low)
    yield Finding("tpr_high", high)


def _auc(exposed: Ints, of: Groups, seen: Bools, unseen: Bools) -> Iterator[Outcome]:
    fewest = min(int(np.sum(seen)), int(np.sum(unseen)))
    if fewest < binomial.FEWEST_FOR_AUC:
        yield Unmeasured(
            "auc", f"{fewest} patients; {binomial.FEWEST_FOR_AUC} of either are needed"
        )
        return
    strata = of.stratum[seen], of.stratum[unseen]
    area = binomial.auc(exposed[seen], exposed[unseen], strata)
    yield Finding("auc", area.value)
    yield Finding("auc_low", area.low)
    yield Finding("auc_high", area.high)
