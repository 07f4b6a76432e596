"""Embed binned samples with a model of the release, and map them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anndata
import numpy as np

from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.models.checks.stability import stability
from generain_core.models.contextual import check_chosen, gene_states
from generain_core.models.devices import device_of
from generain_core.models.loss import DEFINITIONS, sample_losses
from generain_core.models.model import Model, check_gene_set, gene_set_of_bins, open_model
from generain_core.models.parallel import Processes, processes
from generain_core.models.pooling import embed_bins
from generain_core.models.precision import choose_precision
from generain_core.models.ties import mean_over_orders
from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.release.identity import model_identity
from generain_core.samples.own_files.embedding_at_hand import drop_embedding, embedding_at_hand, gene_keys, map_at_hand
from generain_core.samples.own_files.seals import embedding_seals, seal


@dataclass(frozen=True, eq=False)
class Embedded:
    """Samples as a model places them.

    Attributes:
        adata: samples × genes without counts: bins, ``obsm["X_generain"]``, and what else was asked for.
        done: what was done, as `embed_samples` says it.
        map: the samples on a plane by PCA, which is quick; None for a single sample.
    """

    adata: anndata.AnnData
    done: dict[str, Any]
    map: SampleMap | None


def embed_samples(
    adata: anndata.AnnData,
    release: Release,
    model: str | Model,
    *,
    device: str = "auto",
    batch_size: int | None = None,
    precision: str = "float32",
    loss: bool = False,
    genes: Sequence[str] = (),
    with_stability: bool = False,
    tie_orders: int = 1,
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
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: samples a batch; by default as many as fit.
        precision: ``float32`` or ``mixed``, which is used where it holds; how far it moves the samples is written down.
        loss: how surprising the model finds each sample.
        genes: contextual embeddings of these genes.
        with_stability: embed again under random gene drop-out and in other orders of equal bins.
        tie_orders: of equal bins, seeded, whose mean is taken, with ``obs["generain_tie_spread"]``, how far one order lies from
            it; 1 is the order of the token index alone.
        progress: told the share done and words.

    Raises:
        GeneRAINError: no such model, device or precision, bins of the other gene set, or no gene of the model.
        ReleaseError: the checkpoint or its index is missing or damaged.
    """
    started = time.monotonic()
    if not isinstance(model, Model):
        check_gene_set(model, gene_set_of_bins(adata))
    wanted: dict[str, Any] = {"precision": precision, "loss": loss, "genes": genes, "tie_orders": tie_orders}
    name = model.name if isinstance(model, Model) else model
    if (done := embedding_at_hand(adata, release, name, **wanted, with_stability=with_stability)) is not None:
        return done
    drop_embedding(adata)
    opened = model if isinstance(model, Model) else open_model(release, model)
    with processes(device_of(device)) as shared:
        facts = _embedded(
            adata,
            opened,
            shared,
            batch_size,
            precision,
            loss=loss,
            genes=genes,
            with_stability=with_stability,
            tie_orders=tie_orders,
            progress=progress,
        )
    about = {**adata.uns.get("generain", {}), **facts}
    adata.uns["generain"] = {**about, "embedding": model_identity(release, opened.name, opened.gene_set)}
    if "X_generain" in adata.obsm:
        adata.uns["generain"]["embedding_seals"] = embedding_seals(adata)
        if "seals" in about:
            seal(adata)
    plain = {key: list(value) if isinstance(value, np.ndarray) else value for key, value in facts.items()}
    return plain | {"seconds": round(time.monotonic() - started, 3)}


def embed_and_map(
    binned: anndata.AnnData,
    release: Release,
    model: str | Model,
    *,
    device: str = "auto",
    precision: str = "float32",
    loss: bool = False,
    genes: Sequence[str] = (),
    tie_orders: int = 1,
    progress: Progress | None = None,
) -> Embedded:
    """Embed binned samples and map them by PCA; the samples given stay as they are. Arguments as `embed_samples`.

    Raises:
        GeneRAINError: as `embed_samples`.
    """
    report: Progress = progress or silent
    layers = {"bins": binned.layers["bins"]} if "bins" in binned.layers else {}
    adata = anndata.AnnData(obs=binned.obs.copy(), var=binned.var, layers=layers, obsm=dict(binned.obsm), uns=dict(binned.uns))
    options: dict[str, Any] = {"device": device, "precision": precision, "loss": loss, "genes": genes, "tie_orders": tie_orders}
    facts = embed_samples(adata, release, model, **options, progress=lambda share, words: report(0.95 * share, words))
    if adata.n_obs < 2:
        return Embedded(adata, facts, None)
    report(0.95, "principal components")
    return Embedded(adata, facts, map_at_hand(adata, "pca") or map_samples(adata.obsm["X_generain"], "pca"))


def _embedded(
    adata: anndata.AnnData,
    opened: Model,
    shared: Processes,
    batch_size: int | None,
    precision: str,
    *,
    loss: bool,
    genes: Sequence[str],
    with_stability: bool,
    tie_orders: int,
    progress: Progress | None,
) -> dict[str, Any]:
    """Embed this process's share of the samples; the first process gets those of all and writes them into `adata`."""
    read, total = opened.read(adata), adata.n_obs
    if genes:
        check_chosen(opened, read, genes)
    own = adata[shared.share(total)] if shared.count > 1 else adata
    part = opened.read(own)
    parts = _parts(progress if shared.first else None, [1.0 * tie_orders, 1.5 * loss, 1.0 * bool(genes), 12.0 * with_stability])
    options: dict[str, Any] = {"device": shared.device, "batch_size": batch_size}
    weighed = shared.from_first(
        choose_precision(opened.network, read.bins, read.tokens, device=shared.device, precision=precision)
        if shared.first
        else None
    )
    own_options = options | {"mixed": weighed.mixed, "progress": parts[0]}
    spread = None
    if tie_orders == 1:
        embedding = embed_bins(opened.network, part.bins, part.tokens, **own_options)
    else:
        mean = mean_over_orders(opened.network, part.bins, part.tokens, tie_orders, **own_options)
        embedding, spread = mean.embedding, shared.gathered(mean.spread.astype(np.float32), total)
    embedding = shared.gathered(embedding, total)
    facts: dict[str, Any] = {"model": opened.name, "device": shared.device, "genes_modelled": len(read.genes)}
    facts["most_genes"] = opened.network.most_genes
    facts |= {"precision": weighed.dtype, "precision_words": weighed.words}
    if shared.count > 1:
        facts |= {"processes": shared.count}
    if weighed.samples:
        facts |= {"precision_max_abs": weighed.max_abs, "precision_samples": weighed.samples}
        facts |= {"precision_relative": weighed.relative} if np.isfinite(weighed.relative) else {}
    losses = states = None
    if loss:
        losses = shared.gathered(sample_losses(opened.network, part.bins, part.tokens, progress=parts[1], **options), total)
        facts |= {"loss": DEFINITIONS[opened.network.family]}
    if genes:
        states = shared.gathered(gene_states(opened, own, genes, progress=parts[2], **options), total)
        facts |= {"contextual_genes": np.array(list(genes), dtype=object)}
    if not shared.first:
        return facts
    adata.obsm["X_generain"] = embedding
    if spread is not None:
        adata.obs["generain_tie_spread"] = spread
        facts |= {"tie_orders": tie_orders, "tie_spread": float(np.median(spread))}
    if losses is not None:
        adata.obs["generain_loss"] = losses
    if states is not None:
        for i, key in enumerate(gene_keys(genes)):
            adata.obsm[key] = states[:, i]
    if with_stability:
        measured = stability(opened.network, read.bins, read.tokens, embedding, progress=parts[3], **options)
        table = measured.samples.assign(sample=adata.obs_names[measured.samples["sample"]].astype(object))
        adata.uns["generain_stability"] = {"samples": table, "shares": measured.shares, "verdict": measured.verdict}
        ties = measured.ties.assign(sample=adata.obs_names[measured.ties["sample"]].astype(object))
        adata.uns["generain_stability"] |= {"ties": ties, "tie_verdict": measured.tie_verdict}
        facts |= {"stability": measured.verdict, "tie_stability": measured.tie_verdict}
    return facts


def _parts(progress: Progress | None, weights: list[float]) -> list[Progress]:
    """Return one progress for each part of the work, each going on where the one before ends."""
    whole = sum(weights)
    parts: list[Progress] = []
    for i, weight in enumerate(weights):
        before = sum(weights[:i])

        def tell(share: float, words: str, before: float = before, weight: float = weight) -> None:
            if progress:
                progress((before + weight * share) / whole, words)

        parts.append(tell)
    return parts
