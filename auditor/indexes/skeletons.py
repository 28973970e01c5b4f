"""Skeletons of sentences: what is left when everything that a template would fill in is masked.

A generator with templates writes the same sentences with other numbers, names and findings in them.
Masked are words with a digit and words that fewer than one record in ten of the corpus has; a run
of masked words is one gap. Skeletons of fewer than five words and gaps, or with fewer than three
words, are left out: "the patient denies ..." is how people write.
"""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes.ngrams import Ids

GAP = ""
COMMON = 0.1  # of the records; words that fewer have are masked
FEWEST_UNITS, FEWEST_WORDS = 5, 3
SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|[\r\n]+")
WORD = re.compile(r"\w+")


def template_share(skeletons: Ids, records: NDArray[np.int64]) -> float:
    """Mean over records of the share of their sentences whose skeleton another of them has."""
    of_template = skeletons.owners(records) > 1
    of_template[0] = False  # what is no skeleton
    return skeletons.share_of(records, of_template)


def ids(corpus: Corpus) -> Ids:
    """The skeleton of each sentence of every record, numbered; 0 is one that is left out."""
    texts = [list(_sentences(record.text)) for record in corpus.records]
    common = _common(texts)
    numbers: dict[tuple[str, ...], int] = {(): 0}
    values = [
        numbers.setdefault(skeleton(sentence, common), len(numbers))
        for sentences in texts
        for sentence in sentences
    ]
    starts = np.cumsum([0, *map(len, texts)])
    return Ids(np.array(values, np.int64), starts, len(numbers))


def skeleton(words: list[str], common: frozenset[str]) -> tuple[str, ...]:
    """The common words of a sentence and the gaps between them; empty when that says too little."""
    units: list[str] = []
    for word in words:
        unit = word if word in common else GAP
        if unit != GAP or not units or units[-1] != GAP:
            units.append(unit)
    kept = sum(unit != GAP for unit in units)
    return tuple(units) if len(units) >= FEWEST_UNITS and kept >= FEWEST_WORDS else ()


def _common(texts: list[list[list[str]]]) -> frozenset[str]:
    """Words without a digit that at least one record in ten has."""
    owners: Counter[str] = Counter()
    for sentences in texts:
        owners.update({word for sentence in sentences for word in sentence})
    fewest = COMMON * len(texts)
    return frozenset(
        word
        for word, count in owners.items()
        if count >= fewest and not any(map(str.isdigit, word))
    )


def _sentences(text: str) -> Iterator[list[str]]:
    for sentence in SENTENCE_END.split(text):
        if words := WORD.findall(sentence.casefold()):
            yield words
