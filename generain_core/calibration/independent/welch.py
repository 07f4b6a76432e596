"""Welch's t-test, in plain code: two means where variances may differ."""

import numpy as np
from numpy.typing import NDArray


def welch(up: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return two-sided p-values of each column (Welch 1947, doi 10.1093/biomet/34.1-2.28); NaN where nothing varies."""
    from scipy.stats import t

    a, b = up.var(0, ddof=1) / len(up), down.var(0, ddof=1) / len(down)
    total = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = total**2 / (a**2 / (len(up) - 1) + b**2 / (len(down) - 1))
        statistic = np.abs(up.mean(0) - down.mean(0)) / np.sqrt(total)
        p: NDArray[np.float64] = 2 * t.sf(statistic, freedom)
    return np.where(total > 1e-20, p, np.nan)
