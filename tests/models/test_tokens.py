"""Bins to tokens: against the authors' quantile bins, a plain loop, and a case worked by hand."""

import numpy as np
import pytest
import torch

from generain_core.errors import GeneRAINError
from generain_core.models.tokens import expression_bins, model_input
from tests.conftest import PROJECT

GOLDEN = PROJECT.parent / "shared" / "golden" / "sample_quantile_bins.npz"


@pytest.mark.skipif(not GOLDEN.is_file(), reason="no ../shared/golden beside the project")
def test_expression_bins_equal_the_authors() -> None:
    golden = np.load(GOLDEN)
    made = expression_bins(torch.from_numpy(golden["bins_by_gene"]), torch.from_numpy(~golden["unexpressed"]))
    np.testing.assert_array_equal(made.numpy(), golden["expected"])


def _plain_bins(row: np.ndarray) -> np.ndarray:
    made = np.ones(len(row))
    of = row > 1
    if of.any():
        edges = np.quantile(row[of].astype(float), np.arange(101) / 100)
        made[of] = np.maximum(1, np.digitize(row[of], edges, right=True))
    return made


@pytest.mark.parametrize("seed", range(20))
def test_expression_bins_equal_numpy(seed) -> None:
    bins = np.random.default_rng(seed).integers(1, 5 + 100 * seed, (7, 1 + 37 * seed)).clip(1, 2000)
    bins[0] = 1
    made = expression_bins(torch.from_numpy(bins), torch.from_numpy(bins > 1)).numpy()
    for row, got in zip(bins, made, strict=True):
        np.testing.assert_array_equal(got, _plain_bins(row))


def test_a_case_by_hand() -> None:
    bins = torch.tensor([[5, 1, 9, 5, 1]])
    made = model_input(bins, torch.tensor([30, 31, 32, 33, 34]), "gpt", 4)
    assert made.tokens.tolist() == [[32, 30, 33, 31]]  # 9, then the two fives and the first one in gene order
    assert made.positions.tolist() == [[0, 1, 2, 3]]
    assert made.mask.tolist() == [[1, 1, 1, 0]]
    assert made.columns.tolist() == [[2, 0, 3, 1]]
    by_expression = model_input(bins, torch.tensor([30, 31, 32, 33, 34]), "bert_expression", 4)
    assert by_expression.positions.tolist() == [[32, 30, 33, 31]]
    assert by_expression.tokens.tolist() == [[100, 1, 1, 1]]


def test_a_sample_reads_the_same_in_any_company() -> None:
    bins = torch.from_numpy(np.random.default_rng(1).integers(1, 50, (9, 400)))
    tokens = torch.arange(400) + 3
    for family in ("gpt", "bert_genes", "bert_expression"):
        together = model_input(bins, tokens, family, 300)
        alone = model_input(bins[4:5], tokens, family, 300)
        assert torch.equal(together.tokens[4:5], alone.tokens)
        assert torch.equal(together.columns[4:5], alone.columns)


@pytest.mark.parametrize("family", ["gpt", "bert_expression"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [(1.5, "1.5"), (0.0, "0"), (-3.0, "-3"), (2001.0, "2001"), (np.nan, "nan"), (np.inf, "inf"), (1999.9999, "2000")],
)
def test_what_is_no_bin_is_refused(wrong, said, family) -> None:
    bins = torch.full((2, 3), 2000.0)
    assert model_input(bins, torch.arange(3), family).mask.all()
    bins[1, 1] = wrong
    with pytest.raises(GeneRAINError, match=f"whole numbers from 1 to 2,000, but one is {said}; bin the samples"):
        model_input(bins, torch.arange(3), family)
    if wrong == int(wrong) if np.isfinite(wrong) else False:
        with pytest.raises(GeneRAINError, match=f"but one is {said}"):
            model_input(bins.to(torch.int16), torch.arange(3), family)


def test_bins_that_do_not_fit_the_genes_are_refused() -> None:
    with pytest.raises(GeneRAINError, match="give samples × genes and one index for each gene"):
        model_input(torch.ones(2, 4), torch.arange(3), "gpt")
