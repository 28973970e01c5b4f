"""Distances between two clouds of vectors, as papers report them: MAUVE and Fréchet.

Sources: Pillutla et al. 2021, MAUVE (NeurIPS); Heusel et al. 2017 (Fréchet inception distance).
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
SCALE = 5.0  # of the divergences, as in MAUVE
MIXTURES = 25
COMPONENTS = 64
PER_BUCKET = 10  # vectors of either cloud


def mauve(left: Matrix, right: Matrix, seed: int) -> float:
    """Area under the divergence frontier of two clouds in common k-means buckets; 1 when alike.

    Cosines of sentence vectors stand in for the states of GPT-2, so compare it with itself only.
    """
    p, q = _histograms(left, right, seed)
    points = [(0.0, 1.0), (1.0, 0.0)]
    for weight in np.linspace(0, 1, MIXTURES + 2)[1:-1]:
        mixed = weight * p + (1 - weight) * q
        divergences = -SCALE * np.array([_divergence(q, mixed), _divergence(p, mixed)])
        points.append((float(np.exp(divergences[0])), float(np.exp(divergences[1]))))
    x, y = np.array(sorted(points, key=lambda point: (point[0], -point[1]))).T
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))


def frechet(left: Matrix, right: Matrix) -> float:
    """Fréchet distance of two normal clouds, on the first principal components of the right one."""
    middle = right.mean(axis=0)
    _, _, axes = np.linalg.svd(right - middle, full_matrices=False)
    axes = axes[: min(COMPONENTS, len(right) - 1)]
    first, second = (left - middle) @ axes.T, (right - middle) @ axes.T
    of_first, of_second = np.cov(first.T), np.cov(second.T)
    values, vectors = np.linalg.eigh(np.atleast_2d(of_second))
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    common = np.linalg.eigvalsh(root @ np.atleast_2d(of_first) @ root)
    apart = np.sum((first.mean(axis=0) - second.mean(axis=0)) ** 2)
    traces = np.trace(np.atleast_2d(of_first)) + np.trace(np.atleast_2d(of_second))
    return max(0.0, float(apart + traces - 2 * np.sum(np.sqrt(np.maximum(common, 0)))))


def _histograms(left: Matrix, right: Matrix, seed: int) -> tuple[Matrix, Matrix]:
    """Shares of either cloud in each bucket, one vector added to every bucket and shared out."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    buckets = max(2, min(len(left), len(right)) // PER_BUCKET)
    with threadpool_limits(1):  # sums in another order would move vectors between buckets
        found = KMeans(buckets, n_init=3, random_state=seed).fit(np.concatenate([left, right]))
    counts = [
        np.bincount(labels, minlength=buckets) + 1 / buckets
        for labels in np.split(found.labels_, [len(left)])
    ]
    return counts[0] / counts[0].sum(), counts[1] / counts[1].sum()


def _divergence(of: Matrix, against: Matrix) -> float:
    return float(np.sum(of * np.log(of / against)))
