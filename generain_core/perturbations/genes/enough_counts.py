"""Which genes have counts enough to be tested, as edgeR's filterByExpr asks it."""

import numpy as np
from numpy.typing import NDArray

from generain_core.samples.binning.bins import DEPTH

LEAST_COUNT, LEAST_TOTAL = 10, 15
"""Counts of a gene in a sample of middle depth, and over all samples."""
LEAST_PER_MILLION = 1.0
"""In place of a count, where values are no counts."""
_LARGE, _SHARE = 10, 0.7


def least_samples(n: int, k: int) -> float:
    """Return in how many of n samples a gene has to be expressed, k of them perturbed: the smaller group, whichever they are.

    Of more than ten, seven in ten of the others count; one perturbed sample asks for half of all.
    """
    if k == 1 or n - k == 1:
        return n / 2
    smaller = min(k, n - k)
    return smaller if smaller <= _LARGE else _LARGE + _SHARE * (smaller - _LARGE)


def enough_counts(scaled: NDArray[np.float64], scale: NDArray[np.float64], least: float, *, counted: bool) -> NDArray[np.bool_]:
    """Return which genes have enough counts per million in enough samples, and enough over all.

    A sample of middle depth has 10 counts then; whether samples are perturbed is not asked. Source: edgeR's ``filterByExpr``
    with its defaults (Chen, Lun & Smyth 2016, doi 10.12688/f1000research.8987.2).

    Args:
        scaled: counts over depth, times any number that is the same for all, samples × genes.
        scale: what counts were multiplied with, one a sample.
        least: samples.
        counted: whether values are counts; of others, one per million is asked.
    """
    if not counted:
        return np.asarray((scaled >= LEAST_PER_MILLION * DEPTH / 1e6).sum(0) >= least - 1e-9)
    there = scale > 0
    middle = 1 / float(np.median(1 / scale[there])) if there.any() else 0.0
    often = (scaled >= LEAST_COUNT * middle * (1 - 1e-9)).sum(0) >= least - 1e-9
    counts = (scaled[there] / scale[there, None]).sum(0)
    return np.asarray(often & (counts >= LEAST_TOTAL - 1e-6))
