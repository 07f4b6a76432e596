"""Placebos of genes: others of the same rank in the samples."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEAR = 40
"""Genes of the nearest mean ranks that a placebo is drawn from."""
Rows = NDArray[np.intp]


def mean_ranks(bins: NDArray[np.number]) -> NDArray[np.float64]:
    """Return the mean over samples of each gene's rank by its bin, 0 the highest; equal bins share their rank."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(-bins.astype(np.float64), axis=1).mean(0) - 1)


def draw_placebo(columns: Sequence[int], ranks: NDArray[np.float64], generator: np.random.Generator) -> Rows:
    """Return as many other genes, each drawn among the 40 of the nearest mean rank that are not of the set nor drawn yet."""
    free = np.ones(len(ranks), dtype=bool)
    free[list(columns)] = False
    drawn = []
    for column in columns:
        there = np.flatnonzero(free)
        near = there[np.argsort(np.abs(ranks[there] - ranks[column]), kind="stable")[:NEAR]]
        if not len(near):
            break
        chosen = int(generator.choice(near))
        free[chosen] = False
        drawn.append(chosen)
    return np.array(drawn, dtype=np.intp)
