"""Why numbers that might be counts, CPM or TPM may be something else, in one sentence: it is asked what they are.

Held against real tables of RNA sequencing: in counts, CPM, TPM and FPKM of 10,000 genes the highest one is 200 to 1,200 times
the mean, filtered or not; in microarrays and in roots of these it is 20 to 80 times.
"""

from typing import Any

import numpy as np
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix

DOUBT = "Many genes are expressed and none above {}, as in logs rather than counts: say which they are."
UNLIKE = "Some samples hold whole numbers alone, others mostly fractions, as logs, means or TPM beside counts: say what they are."
_SHARES = (
    "No value is above 1, yet samples sum to more than 1, as methylation, percentiles or scaled genes do: say what they are."
)
_CLOSE = (
    "Nearly all values lie near 1, within {:.0f} times each other, as ratios, copy numbers or scaled genes do: say what they are."
)
_SQUEEZED = (
    "The highest gene is only {:.0f} times the mean of those above zero, as in microarrays and roots; in counts, CPM and TPM of "
    "so many genes it is hundreds of times: say what they are."
)
_LENGTHS = "Each gene has nearly the same value in every sample, as lengths of genes and transcripts do: say what they are."
_FLOORED = (
    "No value is 0, and the smallest, {}, stands in many cells, as zeros do to which something was added or whose logs were "
    "undone: give the values before it, or say what they are."
)
_FLOOR, _SAME = 0.1, 1e-6
_LARGEST_LOG2, _LARGEST_WHOLE_LOG, _LARGEST_LOG10 = 24, 19, 8
_POISSON, _FLAT = 0.15, 8
_HUNDREDS = 100
_NARROW, _NEAR, _FEW_ZEROS, _MANY = 20, 5, 0.1, 1000
_GENES, _LEAST_TAIL, _LEAST_TAIL_WITHOUT_ZEROS = 5000, 60.0, 120.0
_STEADY, _LOOK, _SAMPLES, _FEWEST_SAMPLES = 0.03, 2000, 40, 3
_UNIT = 1e-3
_LARGEST_FLAT, _AGREE = 30, 0.3


def as_shares(values: Matrix, maximum: float) -> str:
    """Say why fractions are no shares of a whole: none is above 1 though samples sum to more."""
    if maximum > 1:
        return ""
    sums = np.asarray(values.sum(axis=1) if sparse.issparse(values) else np.nansum(values, axis=1), np.float64)
    return _SHARES if sums.max(initial=0) > 1.05 else ""


def as_floored(values: Matrix, minimum: float) -> str:
    """Say why values may have had something added: none is 0, and the smallest stands in many cells, as zeros do."""
    if minimum <= 0 or values.shape[1] < _MANY:
        return ""
    some = _some(values)
    share = float(np.mean(some <= minimum * (1 + _SAME)))
    above = some[some > minimum * (1 + _SAME)]
    following = float(np.mean(some <= above.min() * (1 + _SAME))) - share if len(above) else 0.0
    return _FLOORED.format(f"{minimum:.4g}") if share > _FLOOR and share > 3 * following else ""


def as_ratios(rows: list[np.ndarray], genes: int) -> str:
    """Say why fractions may be ratios: hardly a gene is zero, and nearly all are near 1."""
    some = np.concatenate([*rows, np.zeros(0)])
    if genes < _MANY or len(some) < (1 - _FEW_ZEROS) * len(rows) * genes:
        return ""
    low, middle, high = np.quantile(some, [0.05, 0.5, 0.95])
    near_one = 1 / _NEAR < middle < _NEAR
    return _CLOSE.format(high / low) if near_one and high < _NARROW * low else ""


def as_squeezed(rows: list[np.ndarray], genes: int) -> str:
    """Say why fractions may be of a microarray, or roots: thousands of genes are above zero, and none far above the mean.

    Args:
        rows: values above zero of some samples.
        genes: how many the table has.
    """
    if not rows or np.median([len(row) for row in rows]) < _GENES:
        return ""
    tail = _tail(rows)
    without = all(len(row) == genes for row in rows)
    return _SQUEEZED.format(tail) if tail < (_LEAST_TAIL_WITHOUT_ZEROS if without else _LEAST_TAIL) else ""


def no_zeros(rows: list[np.ndarray], genes: int) -> str:
    """Say why whole numbers may be of a microarray: no gene is zero in any sample, and none far above the mean."""
    return as_squeezed(rows, genes) if all(len(row) == genes for row in rows) else ""


def _tail(rows: list[np.ndarray]) -> float:
    return float(np.median([row.max() / row.mean() for row in rows]))


def as_lengths(values: Matrix) -> str:
    """Say why numbers may be lengths: no gene differs between samples, where counting alone would make it."""
    some = _some(values)
    if len(some) < _FEWEST_SAMPLES or some.shape[1] < _MANY:
        return ""
    means = some.mean(axis=0)
    shown = means > 0
    if np.mean(shown) < 1 - _FEW_ZEROS:
        return ""
    spread = np.ptp(some[:, shown], axis=0) / means[shown]
    return _LENGTHS if float(np.median(spread)) < _STEADY else ""


def are_sizes_of_scores(values: Matrix) -> bool:
    """Say whether numbers are z-scores without sign: the squares of each gene's sum to the number of samples, or one less."""
    if values.shape[0] < 3 or values.shape[0] > _LOOK:
        return False
    genes = np.unique(np.linspace(0, values.shape[1] - 1, min(_LOOK, values.shape[1])).astype(int))
    squares = np.square(_dense(values[:, genes])).sum(axis=0)
    filled = squares[squares > 0]
    near = [np.abs(filled / whole - 1) < _UNIT for whole in (values.shape[0], values.shape[0] - 1)]
    return len(filled) > _HUNDREDS and any(float(np.mean(each)) > 1 - _FEW_ZEROS for each in near)


def _some(values: Matrix) -> np.ndarray:
    samples = np.unique(np.linspace(0, values.shape[0] - 1, min(_SAMPLES, values.shape[0])).astype(int))
    genes = np.unique(np.linspace(0, values.shape[1] - 1, min(_LOOK, values.shape[1])).astype(int))
    return _dense(values[samples][:, genes])


def _dense(values: Any) -> np.ndarray:
    return np.nan_to_num(np.asarray(values if isinstance(values, np.ndarray) else values.toarray(), np.float64))


def few_steps(rows: list[np.ndarray], genes: int, maximum: float, *, zeros: bool) -> str:
    """Say why whole numbers may be logs without decimals: hundreds of expressed genes, and none above 24; '' else.

    Where no sample of a table of many genes expresses hundreds, its samples are looked at together.
    """
    if maximum > _LARGEST_LOG2:
        return ""
    if genes >= _MANY and rows and all(len(row) <= _HUNDREDS for row in rows):
        together = np.concatenate(rows)
        return DOUBT.format(f"{maximum:.0f}") if len(together) and _as_rounded_logs(together, maximum, zeros=zeros) else ""
    if any(len(row) > _HUNDREDS and _as_rounded_logs(row, maximum, zeros=zeros) for row in rows):
        return DOUBT.format(f"{maximum:.0f}")
    return ""


def flat_steps(values: Matrix, rows: list[np.ndarray], maximum: float) -> str:
    """Say why whole numbers up to 30 may be logs: about a thousand genes or more are above zero, and none far above the mean.

    Counts drawn anew for each gene of each sample, as invented tables have them, are flat too, but samples don't agree in them.
    """
    if maximum > _LARGEST_FLAT or not rows or min(map(len, rows)) <= 9 * _HUNDREDS or _tail(rows) >= _FLAT / 2:
        return ""
    some = _some(values)
    agree = len(some) < 2 or np.corrcoef(some[0], some[1])[0, 1] > _AGREE
    return DOUBT.format(f"{maximum:.0f}") if agree else ""


def _as_rounded_logs(row: np.ndarray, maximum: float, *, zeros: bool) -> bool:
    """Say whether whole numbers of a sample lie as logs without decimals do, and not as few reads (or a Poisson law) do."""
    ones, twos = np.count_nonzero(row == 1), np.count_nonzero(row == 2)
    spread, tail = row.var() / row.mean(), maximum / row.mean()
    humped = ones <= 2 * twos and (maximum <= _LARGEST_WHOLE_LOG or abs(spread - 1) > _POISSON)
    flat = tail < _FLAT and len(row) > 9 * _HUNDREDS and maximum <= _LARGEST_WHOLE_LOG
    cut = row.max() < row.mean() + 2 * np.sqrt(row.mean())
    return bool(humped or flat or cut or maximum <= _LARGEST_LOG10 or not zeros)
