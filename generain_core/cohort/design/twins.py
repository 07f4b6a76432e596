"""Samples that lie far nearer to one of another donor than to all others, as libraries of one donor do."""

import numpy as np
from numpy.typing import NDArray

NEAR = 0.4
"""Of the distance of the tenth nearest sample of another donor, below which the nearest is taken for one of the same."""
_NEIGHBORS = 10
_LEAST_SAMPLES = 20
Rows = NDArray[np.intp]


def twins(values: NDArray[np.floating], donors: Rows) -> tuple[tuple[int, int], ...]:
    """Return the pairs of samples of unlike donors that lie far nearer to each other than to the others, the nearest first.

    Among independent samples, of one kind or of several, the nearest is nearly as far as the tenth nearest; libraries of one
    donor, or one library sequenced twice, are a few that are far nearer. Nothing is said of fewer than 20 samples.

    Args:
        values: samples × coordinates with the distances of log expression.
        donors: of each sample.
    """
    if len(values) < _LEAST_SAMPLES:
        return ()
    squares = (values**2).sum(1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * values @ values.T, 0.0))
    distances[donors[:, None] == donors] = np.inf
    nearest = distances.argmin(1)
    least = distances[np.arange(len(values)), nearest]
    tenth = np.partition(distances, _NEIGHBORS - 1, axis=1)[:, _NEIGHBORS - 1]
    near = np.flatnonzero(np.isfinite(tenth) & (least < NEAR * tenth))
    pairs = {(min(i, int(nearest[i])), max(i, int(nearest[i]))): float(least[i]) for i in near.tolist()}
    return tuple(sorted(pairs, key=lambda pair: pairs[pair]))
