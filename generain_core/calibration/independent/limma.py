"""limma's moderated t-test, in plain code from its paper; with a trend of variances over means, as limma-trend."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def limma(
    logs: Values,
    perturbed: NDArray[np.bool_],
    blocks: NDArray[np.int64],
    *,
    covariates: Values | None = None,
    trend: bool = False,
) -> Values:
    """Return p-values of each gene (columns) for a difference of two groups within blocks, beside covariates (in columns).

    Variances are drawn to a common one whose degrees of freedom are told by the spread of log variances (Smyth 2004,
    doi 10.2202/1544-6115.1027); with a trend, to one that depends on the mean by a quadratic in it, where limma takes a spline.
    """
    from scipy.special import digamma, polygamma
    from scipy.stats import t

    columns = [(blocks == one).astype(float) for one in np.unique(blocks)]
    further = [] if covariates is None else [covariates]
    design = np.column_stack([perturbed.astype(float), *columns, *further])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ logs
    freedom = len(logs) - design.shape[1]
    variance = ((logs - design @ coefficients) ** 2).sum(0) / freedom
    variance = np.maximum(variance, 1e-5 * np.median(variance))
    shifted = np.log(variance) - digamma(freedom / 2) + np.log(freedom / 2)
    middle = np.full(len(shifted), shifted.mean())
    lost = 1
    if trend:
        mean = logs.mean(0)
        scaled = (mean - mean.mean()) / max(mean.std(), 1e-12)
        basis = np.column_stack([np.ones_like(scaled), scaled, scaled**2])
        middle = basis @ np.linalg.lstsq(basis, shifted, rcond=None)[0]
        lost = 3
    excess = ((shifted - middle) ** 2).sum() / (len(shifted) - lost) - polygamma(1, freedom / 2)
    if excess <= 0:
        prior, drawn = np.inf, np.exp(middle)
    else:
        half = _half(float(excess))
        prior = 2 * half
        center = np.exp(middle + digamma(half) - np.log(half))
        drawn = (prior * center + freedom * variance) / (prior + freedom)
    statistic = coefficients[0] / np.sqrt(drawn * inverse[0, 0])
    p: Values = 2 * t.sf(np.abs(statistic), min(prior + freedom, freedom * len(variance)))
    return p


def rates(p: Values) -> Values:
    """Return Benjamini and Hochberg's false discovery rates."""
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    values = np.empty_like(p)
    values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return values


def _half(excess: float) -> float:
    """Return y with trigamma(y) = excess, by bisection on its logarithm."""
    from scipy.special import polygamma

    low, high = -12.0, 12.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if polygamma(1, np.exp(middle)) > excess else (low, middle)
    return float(np.exp((low + high) / 2))
