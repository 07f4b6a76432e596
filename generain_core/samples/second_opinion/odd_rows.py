"""Rows that are no genes, told by their values alone, whatever they are called."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.interpret.signs.rounding import decimals_of

_MOST_SHARE, _MOST = 0.005, 20
_FEWEST_ROWS = 500
_LEVELS = ((8, 50.0), (4, 1000.0))
"""From so many samples on, counts from so high on are never the same in all of them, unless they were not counted."""
_FEWEST_SAMPLES = 3
_FINE, _LOOK = 20, 2000
_UNLIKE = 0.01
_BLOCK = 4096


def odd_rows(values: Matrix) -> NDArray[np.intp]:
    """Return the rows (columns of samples × rows) that can't be expression beside the others.

    These are few fractions among whole numbers, as RIN or size factors among counts; and the same number in every sample, high
    enough that counting would have varied it, or a fraction, though samples differ in depth. In a table of 20,000 genes, 4
    samples and Poisson counts of 1,000 the chance of a gene that is the same in all is below 1 in 100.

    Args:
        values: samples × rows.
    """
    samples, rows = values.shape
    if rows < _FEWEST_ROWS:
        return np.empty(0, np.intp)
    broken, constant, level = np.zeros(rows, bool), np.zeros(rows, bool), np.zeros(rows)
    for start in range(0, rows, _BLOCK):
        part: Any = values[:, start : start + _BLOCK]
        block = np.asarray(part if isinstance(part, np.ndarray) else part.toarray(), np.float64)
        at = slice(start, start + block.shape[1])
        broken[at] = (block != np.rint(block)).any(axis=0)
        level[at] = block[0]
        constant[at] = (block == block[:1]).all(axis=0) & (block[0] > 0)
    if not _differ(values):
        constant[:] = False
    whole_table = np.count_nonzero(broken) <= min(_MOST, _MOST_SHARE * rows)
    step = 1.0 if whole_table else _step(values)
    high = min((value for many, value in _LEVELS if samples >= many), default=np.inf) * step * (1 if whole_table else _FINE)
    if not step:
        high = 0.0
    odd = constant & (level >= high) & (samples >= _FEWEST_SAMPLES)
    if whole_table:
        odd |= broken
    found = np.flatnonzero(odd)
    return found if len(found) <= max(_MOST, _MOST_SHARE * rows) else np.empty(0, np.intp)


def _step(values: Matrix) -> float:
    """Return the step to which fractions were rounded; 0 for values in full."""
    part: Any = values[:, :: max(1, values.shape[1] // _LOOK)]
    some = np.asarray(part if isinstance(part, np.ndarray) else part.toarray(), np.float64).ravel()
    decimals = decimals_of([some[some > 0]])
    return 0.0 if decimals is None else 10.0**-decimals


def _differ(values: Matrix) -> bool:
    """Say whether samples differ, beyond copies of one another, so that a gene would too."""
    totals = np.asarray(values.sum(axis=1), np.float64).ravel()
    if len(totals) < _FEWEST_SAMPLES:
        return False
    squares: Any = values.multiply(values) if sparse.issparse(values) else np.square(values)
    spread = np.asarray(squares.sum(axis=1), np.float64).ravel()
    return bool(np.ptp(totals) > _UNLIKE * totals.max() or np.ptp(spread) > _UNLIKE * spread.max())
