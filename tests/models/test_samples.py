"""Embedding binned samples with a model of the release: what is refused, and by what words."""

import anndata
import numpy as np
import pytest
import torch

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.models.checks.token_audit import audit_tokens
from generain_core.models.devices import device_of
from generain_core.models.embedding import embed_samples
from generain_core.models.model import open_model
from generain_core.release.files import choose
from generain_core.release.model_descriptions import MODEL_NAMES, describe_model
from generain_core.release.readers.boundaries import Boundaries
from generain_core.vectors.atlas import open_genes


def _binned(gene_set: str) -> anndata.AnnData:
    return anndata.AnnData(
        np.ones((2, 3), np.float32),
        layers={"bins": np.full((2, 3), 5, np.float32)},
        uns={"generain": {"options": {"gene_set": gene_set}}},
    )


def test_bins_of_the_other_gene_set_are_refused() -> None:
    with pytest.raises(
        GeneRAINError, match="bins are of the gene set gene2vec, but GPT_protein_coding_lncRNAs reads coding_lncrna"
    ):
        embed_samples(_binned("gene2vec"), choose(), "GPT_protein_coding_lncRNAs")


def test_a_missing_checkpoint_is_named(tmp_path) -> None:
    from generain_core.release.files import Release

    (tmp_path / "data" / "embedding").mkdir(parents=True)
    (tmp_path / "data" / "embedding" / "gene2vec_gene_to_idx.json").write_text("{}")
    with pytest.raises(ReleaseError, match=r"GeneRAIN\.GPT_Binning_By_Gene\.pth is missing"):
        embed_samples(_binned("gene2vec"), Release.open(tmp_path), "GPT_Binning_By_Gene", device="cpu")


def test_unknown_models_and_devices_are_refused() -> None:
    with pytest.raises(GeneRAINError, match="no model 'GPT-9'"):
        embed_samples(_binned("gene2vec"), choose(), "GPT-9")
    with pytest.raises(GeneRAINError, match="no device 'abacus'"):
        device_of("abacus")
    if not torch.cuda.is_available():
        with pytest.raises(GeneRAINError, match="no device 'cuda' here; choose .*cpu"):
            device_of("cuda")
    with pytest.raises(GeneRAINError, match="no device 'cuda:99' here; choose .*cpu"):
        device_of("cuda:99")
    assert device_of("auto") in ("cpu", "cuda", "mps")


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_order_of_the_tables_genes_changes_nothing(name) -> None:
    """Nearly all bins are shared by several genes: their order must be the model's own, not that of the table's rows."""
    release = choose()
    gene_set = describe_model(name).gene_set
    genes = np.array(Boundaries.open(release, gene_set).genes, object)
    modelled = set(open_genes(release).table.model.index)
    bins = np.random.default_rng(0).integers(1, 12, (3, len(genes))).astype(np.int16)
    model = open_model(release, name)
    found, audits = [], []
    for order in (np.arange(len(genes)), np.random.default_rng(1).permutation(len(genes)), np.arange(len(genes))[::-1]):
        adata = anndata.AnnData(np.ones(bins.shape, np.float32), layers={"bins": bins[:, order]})
        adata.var_names = genes[order]
        adata.uns["generain"] = {"options": {"gene_set": gene_set}}
        audits.append(audit_tokens(model, adata, "0").entered["gene"].tolist())
        embed_samples(adata, release, model, device="cpu")
        found.append(adata.obsm["X_generain"])
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])
    assert audits[1] == audits[2] == audits[0]
    read = [gene for gene in sorted(model.index, key=model.index.__getitem__) if gene in modelled and gene in set(genes)]
    of_gene = dict(zip(genes, bins[0], strict=True))
    assert audits[0] == sorted(read, key=lambda gene: -of_gene[gene])[: len(audits[0])]
