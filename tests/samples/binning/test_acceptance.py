"""Which samples are kept, and the numbers that decide."""

import math
import random

import numpy as np
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.binning.acceptance import accept, depth, lowered
from generain_core.samples.binning.gene_matching import match_genes
from tests.samples.toy import ToyResolver, table

ROWS = [*(f"G{i}" for i in range(2001)), "OUT", "ERCC-00002", "__ambiguous"]


def counts() -> np.ndarray:
    values = np.zeros((5, len(ROWS)))
    values[0, :2001] = 1
    values[1, :2000] = 2
    values[2, :2000] = 3
    values[2, 2001] = 5
    values[3, :1532] = 4
    values[:4, 2002:] = 1000
    return values


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_more_than_2000_expressed_gene_rows_are_needed(form) -> None:
    match = match_genes(ROWS, ToyResolver(), [f"G{i}" for i in range(1000)])
    frame = accept(table(form(counts()), ROWS), match)
    assert frame["total_counts"].tolist() == [2001, 4000, 6005, 6128, 0]
    assert frame["n_genes_by_counts"].tolist() == [2001, 2000, 2001, 1532, 0]
    assert frame["n_genes_matched"].tolist() == [1000, 1000, 1000, 1000, 0]
    assert frame["kept"].tolist() == [True, False, True, False, False]
    assert frame["reason"].tolist() == [
        "",
        "2,000 expressed genes; more than 2,000 are needed",
        "",
        "1,532 expressed genes; more than 2,000 are needed",
        "no counts at all",
    ]


def test_the_rule_can_be_lowered_but_empty_samples_stay_out() -> None:
    match = match_genes(ROWS, ToyResolver(), ["G1"])
    assert accept(table(counts(), ROWS), match, 1000)["kept"].tolist() == [True, True, True, True, False]
    assert not accept(table(counts(), ROWS), match, 0)["kept"].iloc[4]
    assert "1,000" in lowered(1000)
    assert lowered(2000) == lowered(3000) == ""
    with pytest.raises(GeneRAINError, match="-1"):
        accept(table(counts(), ROWS), match, -1)


def test_totals_too_large_for_counts_are_dropped() -> None:
    match = match_genes(ROWS, ToyResolver(), ["G1"])
    values = counts()
    values[0, :2] = 1.7e308
    frame = accept(table(values, ROWS), match)
    assert not frame["kept"].iloc[0]
    assert "can't be of counts" in frame["reason"].iloc[0]


def test_a_total_is_the_same_in_any_order_of_the_genes() -> None:
    values = np.random.default_rng(0).lognormal(1, 3, (1, 5000))
    order = random.Random(0).sample(range(5000), 5000)
    everything = np.ones(5000, bool)
    total = depth(values, everything)
    assert total == depth(values[:, order], everything) == depth(sparse.csr_matrix(values), everything)
    assert total[0] == math.fsum(values[0])
    assert depth(values.astype(np.float32), everything)[0] == math.fsum(values[0].astype(np.float32).tolist())
    assert depth(np.full((1, 3), 2**63, np.uint64), np.ones(3, bool))[0] == 3.0 * 2**63
