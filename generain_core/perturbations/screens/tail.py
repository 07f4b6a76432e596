"""P-values from a tail that is fitted to the controls, for perturbations farther out than ranks can tell."""

import numpy as np
from numpy.typing import NDArray

SHARE = 0.2
"""Of the controls, the farthest ones that the tail is fitted to, four at least."""
FEWEST = 4
SMALLEST = 1e-6
"""The smallest p-value that is given: down to it simulations show that it holds its level, farther out nothing does."""
LEAST = 10
"""Fewer controls have no tail to fit. From so many on it holds its level, for normal samples and for heavy tails (t of 3)."""


def tail_p(logs: NDArray[np.float64], controls: NDArray[np.float64], independent: int) -> NDArray[np.float64]:
    """Return p-values from a generalized Pareto tail of squared distances.

    Above the threshold, log distances of the controls are taken as exponential, so squared distances have a generalized Pareto
    tail whose shape is Hill's estimate (Hill 1975, doi 10.1214/aos/1176343247). The threshold is the (k + 1)th of n controls,
    beyond which a further one lies with probability (k + 1) / (n + 1); the predictive tail beyond it, of k mean excesses
    estimated, is (1 + excess / (k · mean excess))^(−k). Their product is exact for exponential logs, whatever n is; distances
    of normal samples have a lighter tail, so that it is too large rather than too small for them. Below the threshold p is
    the rank's.

    Args:
        logs: log squared distances of perturbations.
        controls: those of left-out controls, or of means of as many.
        independent: how many of these share no control.

    Returns:
        One p-value each, `SMALLEST` at the least; NaN with fewer than `LEAST` controls.
    """
    n = min(len(controls), independent)
    if n < LEAST:
        return np.full(len(logs), np.nan)
    ordered = np.sort(controls)[::-1]
    k = max(FEWEST, int(SHARE * n + 1e-9))
    above = max(1, int(k / n * len(ordered) + 1e-9))
    threshold = float(ordered[above])
    mean = float((ordered[:above] - threshold).mean())
    b = np.searchsorted(-ordered, -logs, side="right")
    ranks: NDArray[np.float64] = (1 + n * b / len(ordered)) / (n + 1)
    excess = np.maximum(logs - threshold, 0.0)
    beyond = (k + 1) / (n + 1)
    far = beyond * (1 + excess / (k * max(mean, 1e-12))) ** (-k)
    p: NDArray[np.float64] = np.where(logs > threshold, np.clip(far, SMALLEST, 1.0), np.maximum(ranks, beyond))
    return np.where(np.isnan(logs), np.nan, p)
