"""Logs of values below 1: negative, but with one value that stands for zero, so that they can be undone.

``log2(TPM + 0.001)`` of Xena, ``cpm(log = TRUE)`` of edgeR and ``log2(TPM)`` with -Inf have the same value for zero in all
samples, ``voom`` one for each. The smallest value of a sample must stand in many of its cells; corrected and centered logs have
none such.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.log_base import LogBase, infer_base
from generain_core.samples.interpret.signs.rounding import decimals_of

LOWEST, HIGHEST = -40.0, 30.0
_LEAST_HIGHEST = 3.5
"""Z-scores that were cut off at 3 have a smallest value in many cells too; log10 of expression goes above."""
SAME = 2e-6
"""So near to each other, relatively, are equal values that were calculated sample by sample, or kept in 32 bits."""
_FEWEST = 500
_ATOM, _LOOK, _ABOVE = 0.005, 40, 1e-4
_STANDS, _GAPS = 0.01, 0.02


def logs_of_fractions(values: Matrix, maximum: float) -> LogBase | None:
    """Return the log that negative values seem to be, with what stands for zero; None where nothing does.

    Args:
        values: samples × genes; -Inf may be among them.
        maximum: of all values.
    """
    if sparse.issparse(values) or values.shape[1] < _FEWEST or not _LEAST_HIGHEST <= maximum <= HIGHEST:
        return None
    rows = [_present(row) for row in np.asarray(values)[:: max(1, values.shape[0] // _LOOK)][:_LOOK]]
    rows = [row for row in rows if len(row) > 1]
    if not rows:
        return None
    if np.isneginf(np.asarray(values)).any():
        finite = [row[np.isfinite(row)] for row in rows]
        if min(float(row.min(initial=0)) for row in finite) < LOWEST:
            return None
        return infer_base(finite, zeros=False, maximum=maximum, decimals=decimals_of(finite), offsets=(False,))
    zeros = np.array([row.min() for row in rows])
    if zeros.min() < LOWEST:
        return None
    shares = [float(np.mean(np.abs(row - zero) <= SAME * abs(zero))) for row, zero in zip(rows, zeros, strict=True)]
    if np.median(shares) <= _ATOM:
        return None
    if np.ptp(zeros) <= SAME * abs(zeros.min()):
        above = [row[row > zeros.min() + _ABOVE] for row in rows]
        return infer_base(above, zeros=False, maximum=maximum, decimals=decimals_of(above), zero_at=float(zeros.min()))
    shifted = [row - zero for row, zero in zip(rows, zeros, strict=True)]
    above = [row[row > _ABOVE] for row in shifted]
    largest = max(float(row.max(initial=0)) for row in above)
    return infer_base(above, zeros=True, maximum=largest, decimals=decimals_of(rows), own_zeros=True)


def above_own_zeros(values: Matrix) -> NDArray[np.float64]:
    """Return how far values (samples × genes) lie above the smallest of their sample, 0 where there is none."""
    dense = np.asarray(values.toarray() if sparse.issparse(values) else values, np.float64)
    lowest = np.nanmin(dense, axis=1, keepdims=True)
    above = np.nan_to_num(dense - lowest)
    return np.where(above <= SAME * np.maximum(1.0, np.abs(lowest)), 0.0, above)


def _present(row: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(row[~np.isnan(row)], np.float64)


def atom(values: Matrix, minimum: float) -> float | None:
    """Return the smallest value, if it is above zero and stands in many cells of most samples, as zeros do after a log."""
    if minimum <= 0 or sparse.issparse(values):
        return None
    some = np.asarray(values)[:: max(1, values.shape[0] // _LOOK)][:_LOOK]
    shares = np.mean(np.abs(some - minimum) <= 1e-6 * minimum, axis=1)
    return minimum if float(np.median(shares)) > _STANDS else None


def gaps_are_zeros(cells: int, missing: int, nonzero: int) -> bool:
    """Say whether cells without a value are what was zero before a log: they are many, and zeros are few beside them."""
    return missing > _GAPS * cells and 2 * (cells - missing - nonzero) < missing
