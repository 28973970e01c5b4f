"""What fit to a code is worth on real records: own codes against other and sibling codes.

Labelled records are compared with up to five of their own codes, with five times as many codes of
other records outside the record's own categories, and with siblings: such codes of the same block.
Each chapter has its own figures, as descriptions tell some of them far better than others.
"""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from auditor.corpus import Corpora, Corpus
from auditor.indexes import taxonomy
from auditor.indexes.code_fit import Background, Fit, auc
from auditor.indexes.meanings import Meanings
from auditor.record import UNDETERMINED

TRIALS = 250  # labelled records that are looked at, at most
CODES = 5  # of each
WRONG = 5  # other codes drawn for each own one
FALSE_REJECTS = 0.05  # where the share of rejected wrong codes is read off


@dataclass(frozen=True)
class Power:
    """What own codes of a chapter score against others: agreements of each kind."""

    own: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    siblings: list[float] = field(default_factory=list)

    @property
    def own_auc(self) -> float:
        """Chance that an own code scores higher than another one; NaN without any."""
        return auc(self.own, self.others)

    @property
    def sibling_auc(self) -> float:
        """Chance that an own code scores higher than a sibling; NaN without any."""
        return auc(self.own, self.siblings)

    @property
    def rejected(self) -> float:
        """Share of other codes rejected where 5 % of the own ones are."""
        limit = np.quantile(self.own, FALSE_REJECTS)
        return float((np.array(self.others) < limit).mean()) if self.others else float("nan")


@dataclass(frozen=True)
class Calibration:
    """Of one language: agreement with own sets of k codes, ascending, and the power by chapter."""

    by_number: dict[int, list[float]]
    chapters: dict[str, Power]

    def share(self, agreement: float, codes: int, least: int) -> float | None:
        """Share of labelled records that fit as many of their own codes, or fewer, no better.

        None where fewer than ``least`` records have any number of codes up to that one.
        """
        known = [n for n, values in self.by_number.items() if n <= codes and len(values) >= least]
        if not known:
            return None
        values = self.by_number[max(known)]
        return bisect_right(values, agreement) / len(values)

    def doubt(self, chapter: str, least_auc: float, least_pairs: int) -> str:
        """Why fit to codes of a chapter cannot decide; empty when it can."""
        power = self.chapters.get(chapter, Power())
        if len(power.own) < least_pairs:
            return f"{len(power.own)} labelled pairs are fewer than {least_pairs}"
        if not power.own_auc >= least_auc:
            return f"own AUC {power.own_auc:.2f} is below {least_auc:.2f}"
        return ""


def of_source(corpora: Corpora, language: str, background: int) -> tuple[Background, Calibration]:
    """What texts of a language are held against: up to ``background`` records, and own codes.

    Raises CannotMeasure without a source.
    """
    return corpora.real().memo(_of_source, Meanings(corpora.codes, language), background)


def _of_source(
    source: Corpus, meanings: Meanings, background: int
) -> tuple[Background, Calibration]:
    indices = _of_language(source, meanings.language) or list(range(len(source.records)))
    real = Background(source, tuple(_sample(source, indices, background)), meanings)
    return real, _calibration(source, real)


def _calibration(source: Corpus, background: Background) -> Calibration:
    meanings = background.meanings
    labels = [meanings.codes(record.label) for record in source.records]
    labelled = [index for index in _of_language(source, meanings.language) if labels[index]]
    chapters: dict[str, Power] = {}
    by_number: dict[int, list[float]] = {}
    if not labelled:
        return Calibration(by_number, chapters)
    trials = _sample(source, labelled, TRIALS)
    draw = random.Random(0)
    codes = [labels[index] for index in trials]
    own = [draw.sample(known, min(CODES, len(known))) for known in codes]
    pool = sorted(set().union(*own))
    fit = background.fit(source, trials, pool)
    for row, (drawn, known) in enumerate(zip(own, codes, strict=True)):
        mine = set(map(meanings.category, known))
        others = [code for code in pool if meanings.category(code) not in mine]
        for code in drawn:
            power = chapters.setdefault(meanings.chapter(code), Power())
            _compare(fit, row, code, others, draw, power)
        for number in range(1, len(drawn) + 1):
            by_number.setdefault(number, []).append(fit.agreement(row, drawn[:number]))
    return Calibration({n: sorted(v) for n, v in by_number.items()}, chapters)


def _compare(
    fit: Fit, row: int, code: str, others: Sequence[str], draw: random.Random, power: Power
) -> None:
    power.own.append(fit.agreement(row, [code]))
    block = _block(code)
    siblings = [other for other in others if block and _block(other) == block]
    for rivals, values in ((others, power.others), (siblings, power.siblings)):
        drawn = draw.sample(rivals, min(WRONG, len(rivals)))
        values += [fit.agreement(row, [rival]) for rival in drawn]


def _block(code: str) -> str:
    listed = taxonomy.known(code)
    return taxonomy.block(listed) if listed else ""


def _of_language(corpus: Corpus, language: str) -> list[int]:
    """Records that may be in the language; those that do not say may be in any."""
    return [
        index
        for index, record in enumerate(corpus.records)
        if UNDETERMINED in (language, record.lang) or record.lang == language
    ]


def _sample(corpus: Corpus, indices: Sequence[int], limit: int) -> list[int]:
    """Some of the records, chosen by their text alone: the same ones in any order of the input."""
    texts = ((corpus.records[index].text.encode(), index) for index in indices)
    return [index for _, index in sorted((hashlib.sha256(t).digest(), i) for t, i in texts)][:limit]
