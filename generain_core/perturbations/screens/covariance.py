"""A covariance fitted to control samples and shrunken to a sphere, and the distance of samples under it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
_LEAST_SHRINKAGE = 1e-3
_OFFSET = 0.1
_ROWS = 1024


@dataclass(frozen=True, eq=False, kw_only=True)
class ControlFit:
    """What is known of controls: mean of each stratum, scale of each dimension, shrunken covariance.

    Attributes:
        strata: number of each stratum that has controls, ascending.
        means: strata × dimensions.
        scale: what a dimension is divided by.
        controls: centered and scaled, controls × dimensions.
        axes: controls × components; times a sample's products with the controls they are its scores.
        variances: of the components, shrunken.
        rest: variance of each direction outside the components.
        shrinkage: share of the sphere, 0 to 1.
    """

    strata: NDArray[np.int64]
    means: Values
    scale: Values
    controls: Values
    axes: NDArray[np.float64]
    variances: NDArray[np.float64]
    rest: float
    shrinkage: float

    def centered(self, values: Values, strata: NDArray[np.int64]) -> Values:
        """Return samples less the mean of the controls of their stratum, scaled."""
        row = np.searchsorted(self.strata, strata)
        centered: Values = (values - self.means[row]) / self.scale
        return centered

    def squared_distances(self, centered: Values) -> NDArray[np.float64]:
        """Return the squared distance from the controls' mean: scores over their variances, and what lies outside them."""
        squares = np.empty(len(centered))
        for start in range(0, len(centered), _ROWS):
            block = centered[start : start + _ROWS]
            scores = (block @ self.controls.T).astype(np.float64) @ self.axes
            length = np.einsum("ij,ij->i", block, block, dtype=np.float64)
            outside = np.maximum(length - (scores**2).sum(1), 0.0)
            squares[start : start + _ROWS] = (scores**2 / self.variances).sum(1) + outside / self.rest
        return squares


def fit_controls(values: Values, strata: NDArray[np.int64], *, scaled: bool) -> ControlFit:
    """Fit means, scales and a shrunken covariance to controls alone.

    The covariance is (1 − s) S + s m I, with S that of controls around the mean of their stratum, m its mean variance, and s
    after Ledoit & Wolf 2004, doi 10.1016/S0047-259X(03)00096-4. With fewer controls than dimensions it is handled by the
    products of the controls.

    Args:
        values: controls × dimensions.
        strata: of each.
        scaled: whether dimensions are first divided by the controls' standard deviation (with a tenth of the mean variance
            added, so that none that hardly varies weighs without bound).
    """
    names = np.unique(strata)
    means = np.stack([values[strata == name].mean(0) for name in names]).astype(np.float32)
    centered = values - means[np.searchsorted(names, strata)]
    freedom = max(1, len(values) - len(names))
    variance = (centered.astype(np.float64) ** 2).sum(0) / freedom
    typical = float(variance.mean()) or 1.0
    scale = np.sqrt(variance + _OFFSET * typical) if scaled else np.ones(values.shape[1])
    controls = (centered / scale).astype(np.float32)
    gram = (controls @ controls.T).astype(np.float64)
    p = controls.shape[1]
    sphere = float(np.trace(gram)) / freedom / p or np.finfo(float).tiny
    shrinkage = max(_LEAST_SHRINKAGE, _shrinkage(gram, p))
    sizes, vectors = np.linalg.eigh(gram)
    kept = sizes > 1e-6 * max(float(sizes[-1]), np.finfo(float).tiny)
    sizes, vectors = sizes[kept], vectors[:, kept]
    return ControlFit(
        strata=names,
        means=means,
        scale=scale.astype(np.float32),
        controls=controls,
        axes=vectors / np.sqrt(sizes),
        variances=(1 - shrinkage) * sizes / freedom + shrinkage * sphere,
        rest=shrinkage * sphere,
        shrinkage=shrinkage,
    )


def _shrinkage(gram: NDArray[np.float64], p: int) -> float:
    """Return the share of the sphere that comes nearest to the true covariance, from products of centered samples."""
    n = len(gram)
    square = float((gram**2).sum()) / n**2
    sphere = float(np.trace(gram)) / n / p
    distance = square - p * sphere**2
    if distance <= 0:
        return 1.0
    error = (float((np.diag(gram) ** 2).sum()) / n - square) / n
    return float(min(1.0, max(0.0, error / distance)))
