"""Density and coverage: do vectors lie where real ones lie, and everywhere real ones do?

Each real vector has a ball that reaches to its k-th nearest real neighbour. Density is the number
of balls that a vector lies in, on average, divided by k: about 1 for real ones, less outside, more
in the middle of the crowd. Coverage is the share of balls that hold at least one vector.

Source: Naeem et al. 2020, Reliable Fidelity and Diversity Metrics for Generative Models (ICML).
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
NEIGHBOURS = 5


def density_and_coverage(among_real: Matrix, to_real: Matrix) -> tuple[float, float]:
    """Of vectors, by their cosines (n, m) with m real ones, and of these (m, m) with one another.

    Needs more than k real vectors. The larger a cosine the nearer, and unit vectors have the same
    neighbours by Euclidean distance.
    """
    others = among_real.copy()
    np.fill_diagonal(others, -np.inf)
    radius = np.partition(others, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS]
    inside = to_real >= radius
    return float(np.mean(np.sum(inside, axis=1)) / NEIGHBOURS), float(np.mean(inside.any(axis=0)))
