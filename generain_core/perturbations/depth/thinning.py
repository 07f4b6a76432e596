"""Counts drawn down to a common depth, as if samples had been read less deeply."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.interpret.expression import Expression, Matrix
from generain_core.samples.interpret.value_kind import ValueKind
from generain_core.samples.own_files.summing import thinned_depths
from generain_core.samples.own_files.trust import trusted

COUNTED = (ValueKind.COUNTS, ValueKind.ESTIMATED)
"""Kinds of values that can be thinned; estimated counts are rounded first."""


def thin(expression: Expression, totals: NDArray[np.float64], depth: float, seed: int) -> Expression:
    """Return samples in which each read of those deeper than `depth` was kept with probability depth / total.

    So a count is binomial, as it would be had the library been read less deeply. Samples that are not deeper stay as they are.

    Args:
        expression: counts.
        totals: of each sample, over gene rows.
        depth: that deeper samples are brought to.
        seed: of the draw.
    """
    generator = np.random.default_rng(seed)
    keep = np.where(totals > depth, depth / np.maximum(totals, 1e-300), 1.0)
    if sparse.issparse(expression.values):
        values = sparse.csr_matrix(expression.values, dtype=np.float64, copy=True)
        for i in np.flatnonzero(keep < 1):
            row = slice(values.indptr[i], values.indptr[i + 1])
            values.data[row] = generator.binomial(np.rint(values.data[row]).astype(np.int64), keep[i])
        values.eliminate_zeros()
        return _thinned(expression, values, keep, generator)
    dense = np.array(expression.values, dtype=np.float64)
    for i in np.flatnonzero(keep < 1):
        dense[i] = generator.binomial(np.rint(dense[i]).astype(np.int64), keep[i])
    return _thinned(expression, dense, keep, generator)


def _thinned(expression: Expression, values: Matrix, keep: NDArray[np.float64], generator: np.random.Generator) -> Expression:
    own = trusted(expression).own
    depths = None if own is None else thinned_depths(own, expression.values, values, keep, generator)
    return replace(expression, values=values, own=depths)
