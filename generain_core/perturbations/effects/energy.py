"""The energy distance of two distributions, within strata: it sees differences of spread as well as of means."""

import numpy as np

from generain_core.perturbations.effects.comparison import Comparison, Points


def distances(points: Points) -> Points:
    """Return the Euclidean distance of each pair of points."""
    from scipy.spatial.distance import pdist, squareform

    apart: Points = squareform(pdist(points))
    return apart


def energy_matrix(comparison: Comparison) -> Points:
    """Return a matrix whose sum over the perturbed rows and columns is the weighted energy distance.

    With a = 1/k on the perturbed and −1/(n−k) on the others, the energy distance is −aᵀDa; double-centered within the
    stratum, D needs the perturbed alone, times (n / (k (n − k)))². Strata weigh n m / (n + m).
    Source: Székely & Rizzo 2013, doi 10.1016/j.jspi.2013.03.018.
    """
    matrix = np.zeros((comparison.n, comparison.n))
    for (a, z), (n, k) in zip(comparison.blocks, comparison.sizes, strict=True):
        apart = distances(comparison.points[a:z])
        apart -= apart.mean(0)[None, :]
        apart -= apart.mean(1)[:, None]
        matrix[a:z, a:z] = -apart * (n / (k * (n - k))) / comparison.total
    return matrix
