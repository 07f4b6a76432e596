"""Embed binned samples with a model of the release, and say so in the result."""

import time
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.models.embed import Progress, embed_bins
from generain_core.models.network import Family, open_network
from generain_core.release import MODEL_NAMES, Release, gene_set_of
from generain_core.vectors.checkpoint import read_index

FAMILIES: dict[str, Family] = {
    "GPT_protein_coding_lncRNAs": "gpt",
    "GPT_Binning_By_Gene": "gpt",
    "BERT_Pred_Expr_Binning_By_Gene": "bert_expression",
    "BERT_Pred_Genes_Binning_By_Gene": "bert_genes",
}


def device_of(name: str) -> str:
    """Return the device a name means: ``auto`` is CUDA, else MPS, else the CPU.

    Raises:
        GeneRAINError: none of ``auto``, ``cpu``, ``cuda``, ``mps``.
    """
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name.split(":")[0] not in ("cpu", "cuda", "mps"):
        raise GeneRAINError(f"There is no device {name!r}; choose auto, cpu, cuda or mps.")
    return name


def embed_samples(
    adata: Any,
    release: Release,
    model: str,
    modelled: set[str],
    *,
    device: str = "auto",
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the embedding of binned samples into ``obsm["X_generain"]`` (samples × width, float32); return what was done.

    Args:
        adata: samples × genes with bins in ``layers["bins"]``, as `normalize` makes it for the model's gene set.
        release: where the model and its index are.
        model: one of `MODEL_NAMES`.
        modelled: genes whose mean expression is high enough for a model; others do not enter.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: samples a batch; by default as many as fit.
        progress: told the share done and words.

    Raises:
        GeneRAINError: no such model, bins of the other gene set, or no gene of the model.
        ReleaseError: the checkpoint or its index is missing or damaged.
    """
    if model not in MODEL_NAMES:
        raise GeneRAINError(f"There is no model {model!r}; choose {', '.join(MODEL_NAMES)}.")
    gene_set = gene_set_of(model)
    made_for = adata.uns.get("generain", {}).get("options", {}).get("gene_set", gene_set)
    if made_for != gene_set:
        raise GeneRAINError(f"The bins are of the gene set {made_for}, but {model} reads {gene_set}; bin the samples for that.")
    chosen, started = device_of(device), time.monotonic()
    network = open_network(release.path(f"model/{model}"), FAMILIES[model])
    index = read_index(release.path(f"index/{gene_set}"))
    columns = np.array([i for i, gene in enumerate(adata.var_names) if gene in index and gene in modelled], dtype=np.int64)
    if not len(columns):
        raise GeneRAINError(f"None of the {adata.n_vars:,} genes is read by {model}; give whole transcriptomes.")
    tokens = np.array([index[adata.var_names[i]] for i in columns], dtype=np.int64)
    bins = np.asarray(adata.layers["bins"])[:, columns]
    adata.obsm["X_generain"] = embed_bins(network, bins, tokens, device=chosen, batch_size=batch_size, progress=progress)
    done = {"model": model, "device": chosen, "seconds": round(time.monotonic() - started, 3), "genes_modelled": len(columns)}
    adata.uns["generain"] = {**adata.uns.get("generain", {}), **{k: v for k, v in done.items() if k != "seconds"}}
    return done
