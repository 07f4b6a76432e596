"""Counts drawn down to a common depth, as if samples had been read less deeply."""

import zlib
from collections.abc import Sequence
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
    What is drawn of a sample depends on the seed, its name and its counts by name of the gene: not on the order of genes, or
    on what other samples there are.

    Args:
        expression: counts.
        totals: of each sample, over gene rows.
        depth: that deeper samples are brought to.
        seed: of the draw.
    """
    keep = np.where(totals > depth, depth / np.maximum(totals, 1e-300), 1.0)
    order, repeated = _canonical(expression.identifiers)
    deeper = np.flatnonzero(keep < 1)
    if sparse.issparse(expression.values):
        values = sparse.csr_matrix(expression.values, dtype=np.float64, copy=True)
        rank = np.argsort(order)
        for i in deeper:
            row = slice(values.indptr[i], values.indptr[i + 1])
            places = rank[values.indices[row]]
            values.data[row] = _drawn(values.data[row], places, repeated, keep[i], _generator(seed, expression.samples[i]))
        values.eliminate_zeros()
        return _thinned(expression, values, keep, seed)
    dense, rank = np.array(expression.values, dtype=np.float64), np.argsort(order)
    for i in deeper:
        there = np.flatnonzero(dense[i])
        dense[i, there] = _drawn(dense[i, there], rank[there], repeated, keep[i], _generator(seed, expression.samples[i]))
    return _thinned(expression, dense, keep, seed)


def _canonical(identifiers: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order of rows by their names, and for each place in it the first that has the same name."""
    names = np.array(list(map(str, identifiers)), dtype=object)
    order = np.argsort(names, kind="stable")
    is_new = np.r_[True, names[order][1:] != names[order][:-1]] if len(order) else np.zeros(0, dtype=bool)
    return order, np.flatnonzero(is_new)[np.cumsum(is_new) - 1]


def _generator(seed: int, sample: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(str(sample).encode())])


def _drawn(
    counts: NDArray[np.float64],
    places: NDArray[np.int64],
    repeated: NDArray[np.int64],
    share: float,
    generator: np.random.Generator,
) -> NDArray[np.float64]:
    """Return counts above zero drawn down in the order of their names, those of one name in that of their counts."""
    order = np.lexsort((counts, repeated[places]))
    drawn = np.empty_like(counts)
    drawn[order] = generator.binomial(np.rint(counts[order]).astype(np.int64), share)
    return drawn


def _thinned(expression: Expression, values: Matrix, keep: NDArray[np.float64], seed: int) -> Expression:
    own, generator = trusted(expression).own, np.random.default_rng(seed)
    depths = None if own is None else thinned_depths(own, expression.values, values, keep, generator)
    return replace(expression, values=values, own=depths)
