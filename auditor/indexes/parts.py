"""Parts of a set, one per code, each with the real records that it is to be compared with.

Collapse hides inside one code: notes of a whole set differ by topic, whatever the generator does.
So each code with enough records is compared with real records of the same code or, where those are
few, of its three-character category, or its chapter.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Unmeasured
from auditor.indexes import taxonomy
from auditor.indexes.labels import CODE
from auditor.record import Record

Ints = NDArray[np.int64]
Side = Literal["holdout", "source"]


@dataclass(frozen=True, eq=False)
class Part:
    """Numbers of the records of a part, and of the real ones beside it. No name: the whole set.

    ``alike``: the real records are of the same code, category or chapter, or the part is the set.
    """

    name: str
    synthetic: Ints
    real: Ints
    alike: bool = True


def reference(corpora: Corpora, against: str) -> Corpus:
    """The real records to compare with. Raises CannotMeasure when they were not given."""
    found = {"holdout": corpora.holdout, "source": corpora.source}.get(against)
    if found is None:
        raise CannotMeasure(f"no {against} to compare with; give one with --{against}")
    return found


def whole(synthetic: Corpus, real: Corpus) -> Part:
    """All records beside all real ones."""
    return Part("", np.arange(len(synthetic.records)), np.arange(len(real.records)))


def by_code(synthetic: Corpus, real: Corpus, fewest: int) -> Iterator[Part]:
    """A part per code of at least ``fewest`` records, with twice as many real ones or with all."""
    theirs = real.memo(_by_level)
    for code, mine in sorted(synthetic.memo(_by_code).items()):
        if len(mine) >= fewest:
            levels = (theirs.get(level, ()) for level in _levels(code))
            alike = next((of for of in levels if len(of) >= 2 * fewest), None)
            beside = np.arange(len(real.records)) if alike is None else np.array(alike)
            yield Part(code, np.array(mine), beside, alike is not None)


def unmeasured(count: int, fewest: int) -> Iterator[Unmeasured]:
    """What to say of codes without real records to compare them with; nothing when all have some.

    The count stands in the reason, so a policy names the gap ``codes``.
    """
    if count:
        yield Unmeasured(
            "codes",
            f"{count:,} {'code' if count == 1 else 'codes'} of at least {fewest} records "
            f"{'has' if count == 1 else 'have'} too few real records of their code, category or "
            "chapter, or too few words",
        )


def _by_code(corpus: Corpus) -> dict[str, list[int]]:
    found = defaultdict(list)
    for number, record in enumerate(corpus.records):
        for code in _codes(record):
            found[code].append(number)
    return dict(found)


def _by_level(corpus: Corpus) -> dict[str, list[int]]:
    """The records of each code, category and chapter; of a code also those of its subcodes."""
    found = defaultdict(list)
    for number, record in enumerate(corpus.records):
        for level in {level for code in _codes(record) for level in _levels(code)}:
            found[level].append(number)
    return dict(found)


def _codes(record: Record) -> list[str]:
    """The codes of a record as the taxonomy writes them, or as they stand; no free text."""
    return list(
        dict.fromkeys(
            taxonomy.known(label) or label for label in record.label if CODE.fullmatch(label)
        )
    )


def _levels(code: str) -> tuple[str, ...]:
    """The code, its category and its chapter; a code of no known table stands alone."""
    if taxonomy.known(code) != code:
        return (code,)
    return code, taxonomy.category(code), f"chapter {taxonomy.chapter(code)}"
