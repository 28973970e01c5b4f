"""MTLD: how many words a text goes on before it repeats itself too much.

A factor is a stretch of words that ends where the share of distinct words in it falls to .72; what
is left over at the end counts as the part of a factor that it has come. The measure is words per
factor, the mean of reading forwards and backwards.

Source: McCarthy and Jarvis 2010, MTLD, vocd-D, and HD-D (Behavior Research Methods 42).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.indexes import ngrams

THRESHOLD = 0.72


def mtld(factors: NDArray[np.float64], words: NDArray[np.int64]) -> float:
    """Words per factor of some records, longer records counting for more.

    Records in which nothing is repeated have no factor: together they count as at least one.
    """
    return float(np.sum(words) / max(1.0, float(np.sum(factors))))


def by_record(corpus: Corpus) -> NDArray[np.float64]:
    """Factors of every record, the mean of both directions."""
    words = corpus.memo(ngrams.ids, 1)
    texts = (words.of(record).tolist() for record in range(len(words.starts) - 1))
    return np.array([(factors(text) + factors(text[::-1])) / 2 for text in texts])


def factors(words: Sequence[int]) -> float:
    """Factors of one text in one direction, the last one in part."""
    whole, length = 0, 0
    seen: set[int] = set()
    for word in words:
        length += 1
        seen.add(word)
        if len(seen) <= THRESHOLD * length:
            whole, length = whole + 1, 0
            seen.clear()
    rest = (1 - len(seen) / length) / (1 - THRESHOLD) if length else 0.0
    return whole + rest
