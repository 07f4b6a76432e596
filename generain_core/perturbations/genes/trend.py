"""The usual variance of genes as a curve of how high they are expressed: a natural cubic spline, as limma fits it."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Trend:
    """Natural cubic splines over the levels of genes, ready to be fitted to any values of these genes.

    They have at most four parameters, fewer for less than 30 genes or few levels; inner knots are quantiles of the levels.
    Source: limma's ``fitFDist`` with a covariate (Law et al. 2014, doi 10.1186/gb-2014-15-2-r29).
    """

    def __init__(self, level: Values) -> None:
        """Make the splines over levels, one a gene: mean log expression, say."""
        n = len(level)
        parameters = min(1 + (n >= 3) + (n >= 6) + (n >= 30), len(np.unique(level)))
        left, sizes, _ = np.linalg.svd(_natural(level, parameters), full_matrices=False)
        self._basis: Values = left[:, sizes > 1e-10 * sizes[0]]

    def fit(self, values: Values) -> tuple[Values, float]:
        """Return the curve at each gene's level, and the variance of values around it."""
        fitted: Values = self._basis @ (self._basis.T @ values)
        free = len(values) - self._basis.shape[1]
        return fitted, float(((values - fitted) ** 2).sum()) / free if free else 0.0


def _natural(level: Values, parameters: int) -> Values:
    """Return columns that span the natural cubic splines with so many parameters, genes × parameters."""
    if parameters < 2:
        return np.ones((len(level), 1))
    low, high = float(level.min()), float(level.max())
    place = (level - low) / (high - low)
    knots = np.quantile(place, np.linspace(0, 1, parameters))
    last = _bent(place, knots[-2])
    bent = [_bent(place, knot) - last for knot in knots[:-2]]
    return np.stack([np.ones_like(place), place, *bent], axis=1)


def _bent(place: Values, knot: float) -> Values:
    """Return a cubic from a knot on, scaled so that differences of two are straight beyond the last knot, 1."""
    bent: Values = np.maximum(place - knot, 0) ** 3 / max(1 - knot, np.finfo(float).tiny)
    return bent
