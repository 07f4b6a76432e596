"""The embeddings of a cohort's samples: those that are at hand are used again, the others made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.known_embeddings import KnownEmbeddings, digests_of, key_of_model
from generain_core.progress import Progress
from generain_core.release.files import Release
from generain_core.release.identity import model_identity
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.own_files.embedding_at_hand import embedding_at_hand

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True, eq=False)
class EmbeddedRows:
    """Samples as a model embeds them.

    Attributes:
        vectors: samples × width.
        before: how many of them were at hand.
        unfit: whether samples that the model embedded before were none of these.
    """

    vectors: NDArray[np.float32]
    before: int
    unfit: bool


def embed_rows(
    binned: "anndata.AnnData",
    model: str,
    release: Release,
    *,
    device: str,
    embedded: Sequence["anndata.AnnData"],
    known: KnownEmbeddings | None,
    progress: Progress,
) -> EmbeddedRows:
    """Return the embedding of binned samples by a model, made for those for which it is not at hand.

    Args:
        binned: samples × genes with bins; they stay as they are.
        model: one of `MODEL_NAMES`, of their gene set.
        release: where it is.
        device: where it runs.
        embedded: samples that may have been embedded by it before; taken where bins and weights are the same.
        known: where embeddings are kept from one time to the next.
        progress: told the share done and words.
    """
    from generain_core.models.devices import device_of
    from generain_core.models.embedding import embed_samples

    where = device_of(device)
    key = key_of_model(model_identity(release, model, describe_model(model).gene_set), model, where)
    digests = digests_of(list(map(str, binned.var_names)), binned.layers["bins"])
    rows = dict(known.find(key)) if known is not None else {}
    own = [vectors_at_hand(each, model, release) for each in (binned, *embedded)]
    for each in own:
        rows |= each
    unfit = any(each and not set(each) & set(digests) for each in own)
    missing = np.array([i for i, digest in enumerate(digests) if digest not in rows], dtype=np.intp)
    if len(missing):
        fresh = _bare(binned, missing)
        embed_samples(fresh, release, model, device=where, progress=progress)
        vectors = np.asarray(fresh.obsm["X_generain"], dtype=np.float32)
        anew = {digests[i]: row for i, row in zip(missing, vectors, strict=True)}
        rows |= anew
        if known is not None:
            known.keep(key, anew)
    return EmbeddedRows(np.stack([rows[digest] for digest in digests]), len(digests) - len(missing), unfit)


def vectors_at_hand(adata: "anndata.AnnData", model: str, release: Release) -> dict[str, NDArray[np.float32]]:
    """Return the embeddings by a model that lie with samples, by the samples' digests; none if it did not embed them."""
    if embedding_at_hand(adata, release, model) is None or "bins" not in adata.layers:
        return {}
    digests = digests_of(list(map(str, adata.var_names)), adata.layers["bins"])
    return dict(zip(digests, np.asarray(adata.obsm["X_generain"], dtype=np.float32), strict=True))


def _bare(binned: "anndata.AnnData", rows: NDArray[np.intp]) -> "anndata.AnnData":
    """Return some samples with their bins alone."""
    import anndata

    own, options = binned[rows], binned.uns.get("generain", {}).get("options", {})
    layers = {"bins": np.asarray(own.layers["bins"])}
    return anndata.AnnData(obs=own.obs.iloc[:, :0].copy(), var=binned.var, layers=layers, uns={"generain": {"options": options}})
