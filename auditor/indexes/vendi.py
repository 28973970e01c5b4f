"""The Vendi score: how many really different things a set holds.

The exponential of the entropy of the eigenvalues of the cosine matrix divided by n: 1 when all
vectors are equal, n when all are orthogonal. Those eigenvalues are also the ones of the d x d
covariance, so the smaller of the two is taken. It grows with n: compare it at equal n only.

Source: Friedman and Dieng 2023, The Vendi Score (TMLR), of order 1.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def vendi(vectors: Matrix) -> float:
    """The score of unit vectors, (n, d); 0 of none."""
    n, dimensions = vectors.shape
    if not n:
        return 0.0
    kernel = vectors @ vectors.T if n <= dimensions else vectors.T @ vectors
    values = np.linalg.eigvalsh(kernel / n)
    shares = values[values > 0]
    return float(np.exp(-np.sum(shares * np.log(shares))))
