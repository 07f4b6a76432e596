"""Rows of one gene summed to its count: the same in any order of rows, and in any company of samples."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Matrix


def gene_counts(values: Matrix, match: Match) -> Matrix:
    """Return samples × matched genes, float64: the rows of one gene summed; CSR if the values are.

    Sums of two numbers, and of whole numbers, don't depend on the order. Three and more fractions are added in the order of
    their size, as floating point would else give another last digit, and so perhaps another bin.
    """
    ordered = _genes_of_many_fractions(values, match)
    rows = np.flatnonzero((match.of_gene >= 0) & ~np.isin(match.of_gene, ordered))
    members = sparse.csr_matrix((np.ones(len(rows)), (rows, match.of_gene[rows])), (len(match.of_gene), len(match.genes)))
    if isinstance(values, np.ndarray):
        dense = np.asarray(values @ members)
        for gene, total in _ordered_sums(values, match, ordered):
            dense[:, gene] = total
        return dense
    counts = sparse.csr_matrix(values @ members)
    parts = [(np.flatnonzero(total), gene, total[total != 0]) for gene, total in _ordered_sums(values, match, ordered)]
    if parts:
        at = np.concatenate([samples for samples, _, _ in parts]), np.concatenate([np.full(len(s), g) for s, g, _ in parts])
        counts = sparse.csr_matrix(counts + sparse.csr_matrix((np.concatenate([t for _, _, t in parts]), at), counts.shape))
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return counts


def _genes_of_many_fractions(values: Matrix, match: Match) -> NDArray[np.int64]:
    matched = match.of_gene[match.of_gene >= 0]
    many = np.flatnonzero(np.bincount(matched, minlength=len(match.genes)) > 2)
    if not len(many) or values.dtype.kind in "iub":
        return np.empty(0, np.int64)
    columns = np.flatnonzero(np.isin(match.of_gene, many))
    some: Any = values[:, columns]
    numbers = some if isinstance(some, np.ndarray) else some.data
    return np.empty(0, np.int64) if np.array_equal(numbers, np.rint(numbers)) else many


def _ordered_sums(values: Matrix, match: Match, genes: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield each gene with its sum in every sample, the smallest of its values added first."""
    by_column: Any = values if isinstance(values, np.ndarray) or not len(genes) else sparse.csc_matrix(values)
    order = np.argsort(match.of_gene, kind="stable")
    for gene in genes.tolist():
        first, stop = np.searchsorted(match.of_gene[order], [gene, gene + 1])
        some = by_column[:, order[first:stop]]
        sorted_values = np.sort(some if isinstance(some, np.ndarray) else some.toarray(), axis=1).astype(np.float64)
        total = np.zeros(len(sorted_values))
        for column in sorted_values.T:
            total += column
        yield gene, total
