"""What a classifier of labels can be taught with and tested on: records and labels in common."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.errors import CannotMeasure
from auditor.indexes import labels
from auditor.record import UNDETERMINED, Record

Bools = NDArray[np.bool_]
FEWEST = 5  # records of a label on each real side
FEWEST_LABELS = 2


@dataclass(frozen=True)
class Sides:
    """Those who teach (``synthetic``, ``source``), and those whose labels are guessed."""

    synthetic: Corpus
    source: Corpus
    holdout: Corpus

    def each(self, change: Callable[[Corpus], Corpus]) -> "Sides":
        """The same change to all three."""
        return Sides(change(self.synthetic), change(self.source), change(self.holdout))

    @property
    def told(self) -> dict[str, Corpus]:
        """The three by name."""
        return {"synthetic": self.synthetic, "source": self.source, "holdout": self.holdout}


def labelled(sides: Sides) -> Sides:
    """Records with a label: of the others nobody knows what they are not about.

    Raises CannotMeasure when a side has none.
    """
    kept = sides.each(lambda corpus: corpus.subset(lambda r: bool(labels.categories(r.label))))
    for name, corpus in kept.told.items():
        if not corpus.records:
            raise CannotMeasure(
                f"no record of the {name} carries a label that looks like a code; "
                "give labelled records"
            )
    return kept


def in_common_languages(sides: Sides) -> Sides:
    """Records whose language all sides have; one that is not stated fits every other.

    Raises CannotMeasure when no language is common to all.
    """
    spoken = [{record.lang for record in corpus.records} for corpus in sides.told.values()]

    def common(record: Record) -> bool:
        return record.lang == UNDETERMINED or all(
            record.lang in one or UNDETERMINED in one for one in spoken
        )

    kept = sides.each(lambda corpus: corpus.subset(common))
    if not all(corpus.records for corpus in kept.told.values()):
        told = ", ".join(
            f"{name} in {' and '.join(sorted(one))}"
            for name, one in zip(sides.told, spoken, strict=True)
        )
        raise CannotMeasure(
            f"no language is common to all ({told}); give source and holdout in that of the set"
        )
    return kept


def drawn(corpus: Corpus, most: int, seed: int) -> Corpus:
    """At most so many records of a corpus, in their order."""
    if len(corpus.records) <= most:
        return corpus
    chosen = set(random.Random(seed).sample([r.id for r in corpus.records], most))
    return corpus.subset(lambda record: record.id in chosen)


def used(sides: Sides, fewest_real: int, most: int) -> tuple[str, ...]:
    """The labels that most real records have, sorted, as far as both real sides have enough.

    Raises CannotMeasure when fewer than two are left, or the set teaches fewer than two of them.
    """
    source, holdout, made = (_counts(c) for c in (sides.source, sides.holdout, sides.synthetic))
    enough = [
        label
        for label in source
        if source[label] + holdout[label] >= fewest_real
        and _both_classes(source[label], len(sides.source.records))
        and _both_classes(holdout[label], len(sides.holdout.records))
    ]
    if len(enough) < FEWEST_LABELS:
        raise CannotMeasure(
            f"fewer than {FEWEST_LABELS} labels have {fewest_real} real records, {FEWEST} of them "
            f"in the source and {FEWEST} in the holdout; give more labelled records"
        )
    chosen = sorted(enough, key=lambda label: (-source[label] - holdout[label], label))[:most]
    if sum(0 < made[label] < len(sides.synthetic.records) for label in chosen) < FEWEST_LABELS:
        raise CannotMeasure(
            f"fewer than {FEWEST_LABELS} of the {len(chosen)} labels of real records tell some of "
            "the accepted records from others; source and set must share their labels"
        )
    return tuple(sorted(chosen))


def _counts(corpus: Corpus) -> Counter[str]:
    return Counter(label for r in corpus.records for label in labels.categories(r.label))


def _both_classes(count: int, records: int) -> bool:
    return FEWEST <= count <= records - FEWEST


def truth(corpus: Corpus, of: tuple[str, ...]) -> Bools:
    """Which record has which label, (records, labels)."""
    own = [labels.categories(record.label) for record in corpus.records]
    return np.array([[label in mine for label in of] for mine in own])
