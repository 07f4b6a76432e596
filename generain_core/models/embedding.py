"""Embed binned samples with a model of the release, and say so in the result."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from generain_core.models.batches import Progress
from generain_core.models.checks.stability import stability
from generain_core.models.contextual import check_chosen, gene_states
from generain_core.models.devices import device_of
from generain_core.models.hidden_states import embed_bins
from generain_core.models.loss import DEFINITIONS, sample_losses
from generain_core.models.model import Model, check_gene_set, gene_set_of_bins, open_model
from generain_core.models.parallel import Processes, processes
from generain_core.models.precision import weigh
from generain_core.release.files import Release


def embed_samples(
    adata: Any,
    release: Release,
    model: str | Model,
    modelled: set[str],
    *,
    device: str = "auto",
    batch_size: int | None = None,
    precision: str = "float32",
    loss: bool = False,
    genes: Sequence[str] = (),
    with_stability: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the embedding of binned samples into ``obsm["X_generain"]`` (samples × width, float32); return what was done.

    On request also: ``obs["generain_loss"]``, ``obsm["X_generain_gene_GENE"]`` for each chosen gene (samples × width, NaN
    where it did not enter), and ``uns["generain_stability"]``. What was done stands in ``uns["generain"]``.

    Under ``torchrun`` the samples are shared out over the processes; the first one gets the whole result, the others none.

    Args:
        adata: samples × genes with bins in ``layers["bins"]``, as `normalize` makes it for the model's gene set.
        release: where the model and its index are.
        model: one of `MODEL_NAMES`, or one that is open already.
        modelled: genes whose mean expression is high enough for a model; others do not enter.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: samples a batch; by default as many as fit.
        precision: ``float32`` or ``mixed``, which is used where it holds; how far it moves the samples is written down.
        loss: how surprising the model finds each sample.
        genes: contextual embeddings of these genes.
        with_stability: embed again under random gene drop-out.
        progress: told the share done and words.

    Raises:
        GeneRAINError: no such model, device or precision, bins of the other gene set, or no gene of the model.
        ReleaseError: the checkpoint or its index is missing or damaged.
    """
    started = time.monotonic()
    if not isinstance(model, Model):
        check_gene_set(model, gene_set_of_bins(adata))
    opened = model if isinstance(model, Model) else open_model(release, model, modelled)
    with processes(device_of(device)) as shared:
        done = _embedded(
            adata, opened, shared, batch_size, precision, loss=loss, genes=genes, with_stability=with_stability, progress=progress
        )
    adata.uns["generain"] = {**adata.uns.get("generain", {}), **done}
    plain = {key: list(value) if isinstance(value, np.ndarray) else value for key, value in done.items()}
    return plain | {"seconds": round(time.monotonic() - started, 3)}


def _embedded(
    adata: Any,
    opened: Model,
    shared: Processes,
    batch_size: int | None,
    precision: str,
    *,
    loss: bool,
    genes: Sequence[str],
    with_stability: bool,
    progress: Progress | None,
) -> dict[str, Any]:
    """Embed this process's share of the samples; the first process gets those of all and writes them into `adata`."""
    read, total = opened.read(adata), adata.n_obs
    if genes:
        check_chosen(opened, read, genes)
    own = adata[shared.share(total)] if shared.count > 1 else adata
    part = opened.read(own)
    tell = _parts(progress if shared.first else None, [1.0, 1.5 * loss, 1.0 * bool(genes), 9.0 * with_stability])
    options: dict[str, Any] = {"device": shared.device, "batch_size": batch_size}
    weighed = shared.from_first(
        weigh(opened.network, read.bins, read.tokens, device=shared.device, precision=precision) if shared.first else None
    )
    embedding = embed_bins(opened.network, part.bins, part.tokens, mixed=weighed.mixed, progress=tell[0], **options)
    embedding = shared.gathered(embedding, total)
    done: dict[str, Any] = {"model": opened.name, "device": shared.device, "genes_modelled": len(read.genes)}
    done |= {"precision": weighed.dtype, "precision_words": weighed.words}
    if shared.count > 1:
        done |= {"processes": shared.count}
    if weighed.samples:
        done |= {"precision_max_abs": weighed.max_abs, "precision_samples": weighed.samples}
        done |= {"precision_relative": weighed.relative} if np.isfinite(weighed.relative) else {}
    losses = states = None
    if loss:
        losses = shared.gathered(sample_losses(opened.network, part.bins, part.tokens, progress=tell[1], **options), total)
        done |= {"loss": DEFINITIONS[opened.network.family]}
    if genes:
        states = shared.gathered(gene_states(opened, own, genes, progress=tell[2], **options), total)
        done |= {"contextual_genes": np.array(list(genes), dtype=object)}
    if not shared.first:
        return done
    adata.obsm["X_generain"] = embedding
    if losses is not None:
        adata.obs["generain_loss"] = losses
    if states is not None:
        for i, gene in enumerate(genes):
            adata.obsm[f"X_generain_gene_{gene.replace('/', '_')}"] = states[:, i]
    if with_stability:
        found = stability(opened.network, read.bins, read.tokens, embedding, progress=tell[3], **options)
        table = found.samples.assign(sample=adata.obs_names[found.samples["sample"]].astype(object))
        adata.uns["generain_stability"] = {"samples": table, "shares": found.shares, "verdict": found.verdict}
        done |= {"stability": found.verdict}
    return done


def _parts(progress: Progress | None, weights: list[float]) -> list[Progress]:
    """Return one progress for each part of the work, each going on where the one before ends."""
    whole = sum(weights)
    told: list[Progress] = []
    for i, weight in enumerate(weights):
        before = sum(weights[:i])

        def tell(share: float, words: str, before: float = before, weight: float = weight) -> None:
            if progress:
                progress((before + weight * share) / whole, words)

        told.append(tell)
    return told
