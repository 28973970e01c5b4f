"""Slots: the records that are wanted, each with its labels, language and number.

Either so many per label, or what a source lacks to so many records of each label. A label of a
source is topped up with the company it keeps there: codes that stand together in its records are
asked for together, as often as they do, unless too few patients have them together.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.record import UNDETERMINED, Record

WHOLE = 2**31  # seeds that every server takes


@dataclass(frozen=True, slots=True)
class Slot:
    """One record that is wanted: the ``number``-th, from 0, of ``of`` with these labels."""

    labels: tuple[str, ...]
    lang: str
    number: int
    of: int

    @property
    def id(self) -> str:
        """The id of the record that fills it."""
        return f"{'+'.join(self.labels)}-{self.lang}-{self.number + 1:04d}"

    def seed(self, run: int, *more: int) -> int:
        """A number of its own, from the seed of the run; ``more``: such as the attempt."""
        told = f"{run}|{self.id}|{'|'.join(map(str, more))}"
        return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8]) % WHOLE


def per_label(labels: Sequence[tuple[str, ...]], langs: Sequence[str], count: int) -> list[Slot]:
    """``count`` slots for each of the labels (or of labels together) in each language."""
    return [
        Slot(together, lang, number, count)
        for together in dict.fromkeys(labels)
        for lang in dict.fromkeys(langs)
        for number in range(count)
    ]


def top_up(
    source: Sequence[Record],
    labels: Sequence[str],
    langs: Sequence[str],
    target: int,
    draw: "Draw",
) -> list[Slot]:
    """What the source lacks to ``target`` records of each label in each language.

    ``labels``: those to top up; all of the source when empty. The rarest is filled first; each
    record made counts for all its labels.
    """
    slots: list[Slot] = []
    for lang in dict.fromkeys(langs):
        records = [r for r in source if r.lang in (lang, UNDETERMINED) and r.label]
        slots += _numbered(_missing(records, labels, target, draw), lang)
    return slots


@dataclass(frozen=True, slots=True)
class Draw:
    """How labels are put together.

    ``patients``  a set of labels is asked for only if so many patients of the source have it: a
                  rarer one would say that somebody has it (k-anonymity)
    ``fit``       whether labels can stand together at all
    """

    seed: int
    fit: Callable[[tuple[str, ...]], bool]
    patients: int = 3


def _missing(
    records: Sequence[Record], labels: Sequence[str], target: int, draw: Draw
) -> list[tuple[str, ...]]:
    """The sets of labels that bring every label to the target."""
    rng = random.Random(draw.seed)
    sets = [frozenset(record.label) for record in records]
    patients = [record.group or str(at) for at, record in enumerate(records)]
    holders: dict[str, set[int]] = {}
    for at, one in enumerate(sets):
        for label in one:
            holders.setdefault(label, set()).add(at)
    have = Counter({label: len(having) for label, having in holders.items()})
    wanted: list[tuple[str, ...]] = []
    for label in sorted(dict.fromkeys(labels) or have, key=lambda label: (have[label], label)):
        holding = sorted(holders.get(label, ()))
        while have[label] < target:
            beside = sets[rng.choice(holding)] - {label} if holding else frozenset()
            chosen = _company(label, beside, holders, patients, draw)
            have.update(chosen)
            wanted.append(chosen)
    return wanted


def _company(
    label: str,
    beside: frozenset[str],
    holders: Mapping[str, set[int]],
    patients: Sequence[str],
    draw: Draw,
) -> tuple[str, ...]:
    """The label and those beside it in a record, as many as enough patients have together.

    ``holders``: label -> numbers of the records that have it; ``patients``: of each record.
    """
    chosen: tuple[str, ...] = (label,)
    having = holders.get(label, set())
    for other in sorted(beside):
        tried, both = (*chosen, other), having & holders[other]
        if len({patients[at] for at in both}) >= draw.patients and draw.fit(tried):
            chosen, having = tried, both
    return chosen


def _numbered(wanted: Iterable[tuple[str, ...]], lang: str) -> list[Slot]:
    counts = Counter(wanted)
    return [
        Slot(labels, lang, number, of)
        for labels, of in sorted(counts.items())
        for number in range(of)
    ]
