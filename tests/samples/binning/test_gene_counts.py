"""Sums of the rows of one gene, worked by hand and in exact arithmetic."""

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.gene_matching import Match

FORMS = [np.asarray, sparse.csr_matrix, sparse.csc_matrix]


def match_of(of_gene: list[int], genes: int) -> Match:
    """Return a match that says of each row only which gene it is."""
    names = tuple(f"G{i}" for i in range(genes))
    return Match(None, names, ("",) * genes, np.array(of_gene), np.array(of_gene) >= 0, (), 1.0)  # type: ignore[arg-type]


def dense(counts: object) -> np.ndarray:
    return counts.toarray() if sparse.issparse(counts) else np.asarray(counts)


def added(parts: Sequence[float]) -> float:
    """Return the sum as floating point gives it in this order: Python's own is compensated since 3.12."""
    total = 0.0
    for part in parts:
        total += part
    return total


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_a_gene_are_summed_and_rows_of_none_left_out(form) -> None:
    values = np.array([[1.0, 2, 4, 8, 16, 32, 64], [0, 0, 3, 0, 0, 5, 7]])
    counts = dense(gene_counts(form(values), match_of([1, 0, 1, -1, 1, 2, 1], 3)))
    assert counts.tolist() == [[2, 1 + 4 + 16 + 64, 32], [0, 10, 5]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_fractions_of_a_gene_sum_alike_in_every_order(form, rows: int) -> None:
    """Three rows are where the order first matters: 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1."""
    parts = [0.1, 0.2, 0.3, 0.7][:rows]
    assert (len({added(order) for order in itertools.permutations(parts)}) > 1) == (rows > 2)
    ascending = added(sorted(parts))
    for order in itertools.permutations(range(rows)):
        values = np.array([[0.7, *(parts[i] for i in order), 5.5], [0.0, *[0.0] * rows, 0.25]])
        counts = dense(gene_counts(form(values), match_of([0, *[1] * rows, -1], 2)))
        assert counts.tolist() == [[0.7, ascending], [0.0, 0.0]]


@pytest.mark.parametrize("form", FORMS)
def test_many_fractions_of_several_genes_equal_exact_sums(form) -> None:
    rng = np.random.default_rng(0)
    of_gene = rng.permutation([0] * 5 + [1] * 2 + [2] + [3] * 3 + [4] * 4 + [-1] * 3)
    values = rng.random((6, len(of_gene))) * (rng.random((6, len(of_gene))) > 0.4)
    counts = dense(gene_counts(form(values), match_of(of_gene.tolist(), 5)))
    for sample, gene in itertools.product(range(6), range(5)):
        exact = sum((Fraction(value) for value in values[sample, of_gene == gene]), Fraction(0))
        assert counts[sample, gene] == pytest.approx(float(exact), rel=1e-15)


@pytest.mark.parametrize("dtype", [np.int64, np.uint16, np.float32])
def test_whole_numbers_are_summed_as_they_are(dtype) -> None:
    values = np.array([[60000, 60000, 60000, 1]], dtype)
    for form in (np.asarray, sparse.csr_matrix):
        counts = gene_counts(form(values), match_of([0, 0, 0, 1], 2))
        assert counts.dtype == np.float64
        assert dense(counts).tolist() == [[180000, 1]]


def test_fractions_of_single_precision_are_added_in_double() -> None:
    parts = np.array([0.1, 0.2, 0.3], np.float32)
    expected = float(parts[0]) + float(parts[1]) + float(parts[2])
    for form in (np.asarray, sparse.csr_matrix):
        assert dense(gene_counts(form(parts[None, ::-1].copy()), match_of([0, 0, 0], 1))).tolist() == [[expected]]


def test_sparse_counts_hold_no_zeros_and_no_place_twice() -> None:
    values = sparse.csr_matrix(np.array([[0.5, 0.0, 0.25, 0.125, 0.0], [0.0, 0.0, 0.0, 0.0, 1.5]]))
    counts = gene_counts(values, match_of([0, 1, 0, 0, 1], 2))
    assert sparse.issparse(counts)
    assert counts.nnz == 2
    assert counts.has_canonical_format
