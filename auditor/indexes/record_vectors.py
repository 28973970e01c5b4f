"""One vector per record: the mean of the vectors of its chunks, of unit norm."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpora, Corpus
from auditor.indexes import embedding

Matrix = NDArray[np.float64]
DIGITS = 6  # of a cosine; the last bits may depend on the number of threads


def of(corpus: Corpus, records: Sequence[int]) -> Matrix:
    """(records, 384). Raises CannotMeasure when the sentence model is missing."""
    pieces = embedding.chunk_vectors(corpus, records)
    means = np.stack([np.mean(rows, axis=0, dtype=np.float64) for rows in pieces])
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(norms, np.finfo(float).tiny))


def of_accepted(corpora: Corpora, records: Sequence[int]) -> Matrix:
    """The same of synthetic records; vectors that a record check asked for are not worked out anew.

    ``records`` are numbers in ``corpora.synthetic``.
    """
    asked = corpora.asked or corpora.synthetic
    number = {id(record): n for n, record in enumerate(asked.records)}
    return of(asked, [number[id(corpora.synthetic.records[n])] for n in records])


def cosines(left: Matrix, right: Matrix) -> Matrix:
    """Cosines of unit vectors, (left, right)."""
    return np.round(left @ right.T, DIGITS)
