"""Semantic spread: does the accepted set mean as many different things as unseen real records?

Every record is one sentence vector (MiniLM; the mean of its chunks), and vectors say how near two
records are in meaning, however they are worded.

* `vendi`: how many really different records there are among equally many (Vendi score of order 1).
* `density`: how many real neighbourhoods a record lies in, on average, beside what a real one does
  (about 1): low for records that resemble nothing real, high for ones that keep to the middle.
* `coverage`: share of real records with a record of the set in their neighbourhood; low when whole
  kinds of records are missing.
* `near_identical`: share of records with another record of the set at a cosine above .95; it rises
  when the generator tells one record several times, and sees collapse of one record in twenty.

All depend on size, so every value is the mean over random draws of equally many records (half of
the real ones at most), density and coverage against equally many real ones. The control is the same
draws from real records, against others of them, deviations stretched to those of independent sets,
with the chance of one record more or less in `near_identical`. A policy sets a band with two sides:
scattered text looks more diverse than anything real. The same again for each code of at least
`part_records` records, beside real records of the code, its category or its chapter; where those
are few, only `near_identical` is measured, beside all real records, and the codes are counted as
not measured (`codes`). Of more than `most_records` records (or real ones, or records of a code)
that many are drawn at random.

What it cannot see: copies (a copied set spreads as its source does), wording,
numbers and names, which hardly move a vector, what the English model cannot read, and codes of too
few records.

Sources: Friedman and Dieng 2023, The Vendi Score; Naeem et al. 2020, Reliable Fidelity and
Diversity Metrics (density and coverage, k = 5); Reimers and Gurevych 2019 (Sentence-BERT); Cochran
1977, Sampling Techniques, for independent sets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Outcome
from auditor.indexes import parts, record_vectors
from auditor.indexes.draws import Ints, Values, averages, orders, stretch, stretched
from auditor.indexes.parts import Part, Side
from auditor.indexes.prdc import density_and_coverage
from auditor.indexes.record_vectors import Matrix, cosines
from auditor.indexes.vendi import vendi

Draws = Annotated[int, Field(ge=2, le=1000)]
Seed = Annotated[int, Field(ge=0)]
PartRecords = Annotated[int, Field(ge=10)]
MostRecords = Annotated[int, Field(ge=60)]
SCOPE = "set"
METRICS = {
    "vendi": Metric(
        "really different records among equally many (Vendi score)", "records",
        below="too uniform: the records mean fewer different things than real ones do",
        above="too scattered: the records have less in common than real ones do",
    ),
    "density": Metric(
        "real neighbourhoods that a record lies in, relative to their number", "",
        below="too scattered: many records lie where no real record does",
        above="too uniform: the records keep to the middle of the real ones",
    ),
    "coverage": Metric(
        "share of real records that have a record of the set beside them", "", 0, 1,
        below="too uniform: whole kinds of real records have no counterpart in the set",
        above="too close: the set follows the real records more closely than unseen ones do",
    ),
    "near_identical": Metric(
        "share of records with another of the set at a cosine above .95", "", 0, 1,
        below="too scattered: fewer records resemble one another than real ones do",
        above="too uniform: the same record is told several times",
    ),
}  # fmt: skip
TOPIC_FREE = ("near_identical",)
NEAR = 0.95
FEWEST = 10  # records of a draw; density and coverage look at the five nearest of as many


@dataclass(frozen=True, eq=False)
class Vectors:
    """Unit vectors (n, 384), their cosines with one another and, of records of a set, with real
    ones; ``near``: which are all but identical, themselves left out.
    """

    rows: Matrix
    among: Matrix
    near: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Compared:
    """A part of the set and real records; ``drawn`` of either are compared with each other."""

    part: Part
    synthetic: Vectors
    real: Vectors
    across: Matrix
    drawn: int

    def profile(self, chosen: Ints, of: Vectors, to_real: Matrix, others: Ints) -> Values:
        """The metrics of chosen records beside other real ones. ``to_real``: their cosines."""
        values = {"near_identical": float(np.mean(of.near[np.ix_(chosen, chosen)].any(axis=1)))}
        if self.part.alike:
            among_real = self.real.among[np.ix_(others, others)]
            density, coverage = density_and_coverage(among_real, to_real[np.ix_(chosen, others)])
            values |= {"vendi": vendi(of.rows[chosen]), "density": density, "coverage": coverage}
        return values


def measure(
    corpora: Corpora,
    *,
    against: Side = "holdout",
    draws: Draws = 20,
    seed: Seed = 0,
    part_records: PartRecords = 30,
    most_records: MostRecords = 1000,
) -> Iterator[Outcome]:
    """Each metric, averaged over draws, of the set and of its codes.

    Raises CannotMeasure when a side is small or missing, or the sentence model is.
    """
    missing = 0
    for part in _parts(corpora, against, part_records):
        missing += not part.alike
        one = _compared(corpora, part, parts.reference(corpora, against), most_records, seed)
        ours = orders(np.arange(len(one.synthetic.rows)), draws, seed)
        theirs = orders(np.arange(len(one.real.rows)), draws, seed + 1)
        values = [
            one.profile(mine[: one.drawn], one.synthetic, one.across, other[: one.drawn])
            for mine, other in zip(ours, theirs, strict=True)
        ]
        yield from averages(part.name, values)
    yield from parts.unmeasured(missing, part_records)


def control(
    corpora: Corpora,
    *,
    against: Side = "holdout",
    draws: Draws = 20,
    seed: Seed = 0,
    part_records: PartRecords = 30,
    most_records: MostRecords = 1000,
) -> Iterator[Finding]:
    """The metrics of ten times as many draws of equal size from the real records."""
    for part in _parts(corpora, against, part_records):
        one = _compared(corpora, part, parts.reference(corpora, against), most_records, seed)
        n, real = one.drawn, one.real
        values = [
            one.profile(order[:n], real, real.among, order[n : 2 * n])
            for order in orders(np.arange(len(real.rows)), 10 * draws, seed)
        ]
        factor = stretch(n, len(one.synthetic.rows), len(real.rows), draws)
        factors = dict.fromkeys(values[0], factor)
        yield from stretched(part.name, values, factors, METRICS, {"near_identical": 1 / n})


def _parts(corpora: Corpora, against: str, fewest: int) -> list[Part]:
    """The set and its codes. Raises CannotMeasure when there is too little to compare."""
    synthetic, real = corpora.synthetic, parts.reference(corpora, against)
    accepted, theirs = len(synthetic.records), len(real.records)
    if min(accepted, theirs // 2) < FEWEST:
        raise CannotMeasure(
            f"{accepted:,} records accepted and {theirs:,} real ones; at least {FEWEST} and "
            f"{2 * FEWEST} are needed"
        )
    return [parts.whole(synthetic, real), *parts.by_code(synthetic, real, fewest)]


def _compared(corpora: Corpora, part: Part, real: Corpus, most: int, seed: int) -> Compared:
    ours, theirs = (_at_most(most, of, seed) for of in (part.synthetic, part.real))
    synthetic = _vectors(record_vectors.of_accepted(corpora, ours.tolist()))
    others = _vectors(record_vectors.of(real, theirs.tolist()))
    across = cosines(synthetic.rows, others.rows)
    return Compared(part, synthetic, others, across, min(len(ours), len(theirs) // 2))


def _at_most(most: int, records: Ints, seed: int) -> Ints:
    return np.sort(np.random.default_rng(seed).permutation(records)[:most])


def _vectors(rows: Matrix) -> Vectors:
    among = cosines(rows, rows)
    near = among > NEAR
    np.fill_diagonal(near, False)
    return Vectors(rows, among, near)
