"""Embedding binned samples with a model of the release: what is refused, and by what words."""

import anndata
import numpy as np
import pytest
import torch

from generain_core.errors import GeneRAINError, ReleaseError
from generain_core.models.devices import device_of
from generain_core.models.samples import embed_samples
from generain_core.release import choose


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
        embed_samples(_binned("gene2vec"), choose(), "GPT_protein_coding_lncRNAs", set())


def test_a_missing_checkpoint_is_named(tmp_path) -> None:
    from generain_core.release import Release

    (tmp_path / "data" / "embedding").mkdir(parents=True)
    (tmp_path / "data" / "embedding" / "gene2vec_gene_to_idx.json").write_text("{}")
    with pytest.raises(ReleaseError, match=r"GeneRAIN\.GPT_Binning_By_Gene\.pth is missing"):
        embed_samples(_binned("gene2vec"), Release.open(tmp_path), "GPT_Binning_By_Gene", set(), device="cpu")


def test_unknown_models_and_devices_are_refused() -> None:
    with pytest.raises(GeneRAINError, match="no model 'GPT-9'"):
        embed_samples(_binned("gene2vec"), choose(), "GPT-9", set())
    with pytest.raises(GeneRAINError, match="no device 'abacus'"):
        device_of("abacus")
    if not torch.cuda.is_available():
        with pytest.raises(GeneRAINError, match="no device 'cuda' here; choose .*cpu"):
            device_of("cuda")
    with pytest.raises(GeneRAINError, match="no device 'cuda:99' here; choose .*cpu"):
        device_of("cuda:99")
    assert device_of("auto") in ("cpu", "cuda", "mps")
