"""Diversity: is the accepted set as rich in wording as unseen real records of equal size?

A generator may repeat itself in single words, in phrases, in whole sentences with other fillings,
or tell a few records again and again. Each metric has its own eye for that:

* `distinct_1` and `distinct_2`: shares of distinct words and word pairs among a fixed number of
  words; they fall with a poor vocabulary and with stock phrases.
* `cross_document_share`: mean share of a record's word 5-grams that some other record of the set
  has too; it rises with templates and mode collapse.
* `template_share`: mean share of a record's sentences whose skeleton (numbers, names and words that
  fewer than one record in ten has are masked) another record has too. It sees templates whose slots
  are so dense that no 5-gram is left whole.
* `mtld`: words until a text repeats itself too much, inside single records.
* `compression_ratio`: bytes of a fixed amount of text, divided by what LZMA makes of them; it rises
  with repetition of any length, and falls with word salad.

All depend on size, so every value is taken from random draws of records with equally many words or
bytes (half of what the smaller side has, or fewer), and the control is the same draws from real
records, their deviations stretched to those of independent sets, with the chance of one record more
or less in `template_share`. A policy sets a band, with two sides: word salad looks more diverse
than anything real. The same again for each code of at least `part_records` records, beside as many
real records of the code, its category or its chapter. Where those are few, only
`cross_document_share` and `template_share` are measured, beside all real records, and the codes are
counted as not measured (`codes`).

What it cannot see: copies (a copied set is as diverse as its source), meaning (see
`semantic_spread`), variety inside a single record but for `mtld`, and codes of too few records.

Sources: Li et al. 2016, A Diversity-Promoting Objective Function (distinct-n); Salkar et al. 2022
(shared 5-grams, as self-repetition); Shaib et al. 2024, Standardizing the Measurement of Text
Diversity, and Detection and Measurement of Syntactic Templates (compression, templates); McCarthy
and Jarvis 2010 (MTLD); Cochran 1977, Sampling Techniques, for independent sets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Outcome
from auditor.indexes import compression, ngrams, parts, skeletons
from auditor.indexes.draws import Ints, averages, orders, stretch, stretched
from auditor.indexes.mtld import by_record, mtld
from auditor.indexes.parts import Part, Side

Draws = Annotated[int, Field(ge=2, le=1000)]
Seed = Annotated[int, Field(ge=0)]
PartRecords = Annotated[int, Field(ge=10)]
SCOPE = "set"
METRICS = {
    "distinct_1": Metric(
        "share of distinct words among equally many words", "", 0, 1,
        below="too uniform: a poorer vocabulary than real records of the same length have",
        above="too scattered: more different words than real records have, as in word salad",
    ),
    "distinct_2": Metric(
        "share of distinct word pairs among equally many", "", 0, 1,
        below="too uniform: stock phrases come again and again",
        above="too scattered: words are joined as in no real record",
    ),
    "cross_document_share": Metric(
        "mean share of 5-grams that another record has", "", 0, 1,
        below="too scattered: records share less wording than real ones do",
        above="too uniform: passages stand in several records, as in templates and mode collapse",
    ),
    "template_share": Metric(
        "mean share of sentences whose masked skeleton another record has", "", 0, 1,
        below="too scattered: fewer recurring sentences than real records have",
        above="too uniform: the same sentences with other fillings, as a template makes them",
    ),
    "mtld": Metric(
        "words until a record repeats itself too much", "words",
        below="too uniform: single records repeat their words sooner than real ones do",
        above="too scattered: single records repeat their words later than real ones do",
    ),
    "compression_ratio": Metric(
        "bytes of text / bytes after LZMA, of equally much text", "times",
        below="too scattered: less in the set is said twice than in real records",
        above="too uniform: more in the set is said twice than in real records",
    ),
}  # fmt: skip
TOPIC_FREE = ("cross_document_share", "template_share")
FEWEST_WORDS = 1000  # with fewer, chance moves every figure more than a generator does
MOST_BYTES = 100_000  # to compress; more takes long and tells little more


@dataclass(frozen=True, eq=False)
class Compared:
    """A part of the set and as much real text: words and bytes of one draw from either."""

    part: Part
    synthetic: Corpus
    real: Corpus
    budget: int
    size: int

    @property
    def metrics(self) -> tuple[str, ...]:
        """What may be compared with these real records."""
        return tuple(METRICS) if self.part.alike else TOPIC_FREE


def measure(
    corpora: Corpora,
    *,
    against: Side = "holdout",
    draws: Draws = 20,
    seed: Seed = 0,
    part_records: PartRecords = 30,
) -> Iterator[Outcome]:
    """Each metric, averaged over draws, of the set and of its codes.

    Raises CannotMeasure when a side is small or missing.
    """
    compared, missing = _compared(corpora, against, part_records)
    for one in compared:
        drawn = orders(one.part.synthetic, draws, seed)
        values = [_profile(one, one.synthetic, order) for order in drawn]
        yield from averages(one.part.name, values)
    yield from parts.unmeasured(missing, part_records)


def control(
    corpora: Corpora,
    *,
    against: Side = "holdout",
    draws: Draws = 20,
    seed: Seed = 0,
    part_records: PartRecords = 30,
) -> Iterator[Finding]:
    """The metrics of ten times as many draws of equal size from the real records."""
    for one in _compared(corpora, against, part_records)[0]:
        drawn = orders(one.part.real, 10 * draws, seed)
        values = [_profile(one, one.real, order) for order in drawn]
        factors = _factors(one, draws)
        drawn_records = len(one.part.real) * one.budget / _words(one.real, one.part.real)
        yield from stretched(
            one.part.name, values, factors, METRICS, {"template_share": 1 / drawn_records}
        )


def _factors(of: Compared, draws: int) -> dict[str, float]:
    """How much further than a draw an independent set strays: by words, and by bytes."""
    ours, theirs = of.part.synthetic, of.part.real
    words = _words(of.synthetic, ours), _words(of.real, theirs)
    size = compression.size(of.synthetic, ours), compression.size(of.real, theirs)
    by_words = stretch(of.budget, *words, draws)
    by_bytes = stretch(of.size, *size, draws)
    return {m: by_bytes if m == "compression_ratio" else by_words for m in of.metrics}


def _compared(corpora: Corpora, against: str, fewest: int) -> tuple[list[Compared], int]:
    """The set, its codes, and how many codes cannot be compared in full."""
    synthetic, real = corpora.synthetic, parts.reference(corpora, against)
    whole = _sized(parts.whole(synthetic, real), synthetic, real)
    if whole.budget < FEWEST_WORDS:
        raise CannotMeasure(
            f"{_words(synthetic, whole.part.synthetic):,} words accepted and "
            f"{_words(real, whole.part.real):,} real ones; at least {FEWEST_WORDS:,} and "
            f"{2 * FEWEST_WORDS:,} are needed"
        )
    of_codes = [_sized(part, synthetic, real) for part in parts.by_code(synthetic, real, fewest)]
    enough = [one for one in of_codes if one.budget >= FEWEST_WORDS]
    return [whole, *enough], len(of_codes) - sum(one.part.alike for one in enough)


def _sized(part: Part, synthetic: Corpus, real: Corpus) -> Compared:
    """Per draw no more than the part holds, nor half of what the real records hold."""
    size = min(
        compression.size(synthetic, part.synthetic),
        compression.size(real, part.real) // 2,
        MOST_BYTES,
    )
    budget = min(_words(synthetic, part.synthetic), _words(real, part.real) // 2)
    return Compared(part, synthetic, real, budget, size)


def _words(corpus: Corpus, records: Ints) -> int:
    return int(np.sum(np.diff(corpus.memo(ngrams.ids, 1).starts)[records]))


def _profile(of: Compared, corpus: Corpus, order: Ints) -> dict[str, float]:
    """The metrics of the first records of an order."""
    ones, twos, fives = (corpus.memo(ngrams.ids, n) for n in (1, 2, 5))
    records = ngrams.enough(ones, of.budget, order)
    values = {
        "cross_document_share": fives.shared(records),
        "template_share": skeletons.template_share(corpus.memo(skeletons.ids), records),
    }
    if of.part.alike:
        lengths = np.diff(ones.starts)[records]
        values |= {
            "distinct_1": ones.distinct(records, of.budget),
            "distinct_2": twos.distinct(records, of.budget),
            "mtld": mtld(corpus.memo(by_record)[records], lengths),
            "compression_ratio": compression.ratio(compression.first(corpus, order, of.size)),
        }
    return values
