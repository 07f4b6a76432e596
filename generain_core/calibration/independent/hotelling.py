"""Hotelling's T² on the first components: the textbook test of a mean in few dimensions."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def hotelling(points: Values, perturbed: NDArray[np.bool_], components: int = 2) -> float:
    """Return the p-value of Hotelling's T² of two groups on the first components (Hotelling 1931, doi 10.1214/aoms/1177732979).

    It takes both groups to be normal with one covariance.
    """
    from scipy.stats import f

    scores = _scores(points, components)
    up, down = scores[perturbed], scores[~perturbed]
    n, m = len(up), len(down)
    pooled = ((up - up.mean(0)).T @ (up - up.mean(0)) + (down - down.mean(0)).T @ (down - down.mean(0))) / (n + m - 2)
    apart = up.mean(0) - down.mean(0)
    square = n * m / (n + m) * float(apart @ np.linalg.solve(pooled, apart))
    return float(f.sf(square * (n + m - components - 1) / (components * (n + m - 2)), components, n + m - components - 1))


def hotelling_of_pairs(differences: Values, components: int = 2) -> float:
    """Return the p-value of Hotelling's T² of differences on the first components of their products.

    These are not centered, and so do not change when differences are rotated among pairs: choosing components by them leaves
    the test exact for normal differences (Läuter 1996, doi 10.2307/2533057), as do components of all samples in `hotelling`.
    """
    from scipy.stats import f

    n = len(differences)
    axes = np.linalg.svd(differences, full_matrices=False)[2][:components]
    scores = differences @ axes.T
    rest = scores - scores.mean(0)
    square = n * float(scores.mean(0) @ np.linalg.solve(rest.T @ rest / (n - 1), scores.mean(0)))
    return float(f.sf(square * (n - components) / (components * (n - 1)), components, n - components))


def _scores(points: Values, components: int) -> Values:
    centered = points - points.mean(0)
    scores: Values = centered @ np.linalg.svd(centered, full_matrices=False)[2][:components].T
    return scores
