"""Contextual gene embeddings and the token audit: against plain loops, and a case by hand."""

import anndata
import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.models.checks.token_audit import audit_tokens
from generain_core.models.contextual import gene_states
from tests.models import golden

pytestmark = pytest.mark.skipif(not golden.HERE, reason=golden.WHY)


def _binned(bins: np.ndarray, genes=golden.GENES) -> anndata.AnnData:
    adata = anndata.AnnData(np.ones(bins.shape, np.float32), layers={"bins": bins})
    adata.var_names, adata.obs_names = genes, [f"S{i}" for i in range(len(bins))]
    return adata


@pytest.mark.parametrize("name", golden.FAMILIES)
def test_states_are_those_of_the_gene_in_its_place(name) -> None:
    model, bins = golden.model(name), golden.some_bins()
    chosen = ["G40", "G3", "G209", "G111"]
    made = gene_states(model, _binned(bins), chosen, batch_size=4)
    assert made.shape == (len(bins), 4, 40)
    given, hidden = golden.plain(model.network, bins)
    absent = 0
    for row in range(len(bins)):
        for i, gene in enumerate(chosen):
            where = np.flatnonzero(
                (given.columns[row].numpy() == golden.GENES.index(gene)) & given.mask[row].numpy().astype(bool)
            )
            if len(where):
                assert np.abs(made[row, i] - hidden[row, where[0]].numpy()).max() < 1e-5
            else:
                absent += 1
                assert np.isnan(made[row, i]).all()
    assert 0 < absent < 4 * len(bins)


def test_genes_that_are_not_read_are_named() -> None:
    model, bins = golden.model(), golden.some_bins(2)
    with pytest.raises(GeneRAINError, match=r"doesn't read 'NOPE' here: it is none of its genes"):
        gene_states(model, _binned(bins), ["G5", "NOPE"])
    with pytest.raises(GeneRAINError, match=r"doesn't read 'G5' here: the samples don't have it"):
        gene_states(model, _binned(bins[:, 10:], golden.GENES[10:]), ["G5"])
    with pytest.raises(GeneRAINError, match="choose 1 to"):
        gene_states(model, _binned(bins), [])


def test_an_audit_by_hand() -> None:
    """64 places; 70 expressed genes, of which ten share the bin at the cut."""
    bins = np.ones((1, len(golden.TOKENS)), np.int16)
    bins[0, 100:160] = np.arange(200, 140, -1)
    bins[0, 20:30] = 9
    genes = [*golden.GENES[:-2], "UNREAD1", "UNREAD2"]
    found = audit_tokens(golden.model(), _binned(bins, genes), "S0")
    assert found.entered["gene"].tolist() == [*(f"G{i}" for i in range(103, 163)), "G23", "G24", "G25", "G26"]
    assert found.entered["token"].tolist() == [*range(103, 163), 23, 24, 25, 26]
    assert found.entered["position"].tolist() == list(range(64))
    assert found.entered["bin"].tolist() == [*range(200, 140, -1), 9, 9, 9, 9]
    assert found.entered["expressed"].all()
    assert found.cut["gene"].tolist() == ["G27", "G28", "G29", "G30", "G31", "G32"]
    assert (found.cut_bin, found.tied, found.not_read) == (9, 6, 2)
    assert "6 expressed genes found no place among the 64 of the highest bins." in found.words


def test_an_audit_of_a_poor_sample_and_of_expression_bins() -> None:
    bins = np.ones((2, len(golden.TOKENS)), np.int16)
    bins[1, [7, 3, 5]] = 2000, 10, 100
    model = golden.model("BERT_Pred_Expr_Binning_By_Gene")
    found = audit_tokens(model, _binned(bins), "S1")
    assert found.entered["gene"].tolist()[:3] == ["G10", "G8", "G6"]
    assert found.entered["position"].tolist()[:3] == [10, 8, 6]
    assert found.entered["token"].tolist()[:4] == [100, 50, 1, 1]
    assert found.entered["expressed"].tolist()[:4] == [True, True, True, False]
    assert found.cut.empty
    assert found.cut_bin is None
    assert found.tied == 0
    with pytest.raises(GeneRAINError, match="no sample 'S9'"):
        audit_tokens(model, _binned(bins), "S9")
