"""An embedding that lies with the samples already, from an own file, so that it isn't computed again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from generain_core.geometry.projection import SampleMap, known_map, parameters
from generain_core.release.files import Release
from generain_core.release.identity import model_identity
from generain_core.release.model_descriptions import describe_model
from generain_core.samples.own_files.content import EMBEDDING_COLUMNS, EMBEDDING_FACTS
from generain_core.samples.own_files.seals import embedding_seals

if TYPE_CHECKING:
    import anndata

_MAPS = ("X_pca", "X_umap", "X_tsne")
_GENE = "X_generain_gene_"
_STABILITY = "generain_stability"


def embedding_at_hand(
    adata: "anndata.AnnData",
    release: Release,
    model: str,
    *,
    precision: str = "float32",
    loss: bool = False,
    genes: Sequence[str] = (),
    tie_orders: int = 1,
    with_stability: bool = False,
) -> dict[str, Any] | None:
    """Return what was done when these samples were embedded so by these weights; None if they were not.

    Arguments as `embed_samples`. Bins or embeddings that were changed since break their seals, and count as not at hand.
    """
    about = adata.uns.get("generain", {})
    if "X_generain" not in adata.obsm or about.get("model") != model:
        return None
    if about.get("embedding") != model_identity(release, model, describe_model(model).gene_set):
        return None
    same = (precision == "mixed") == ("precision_samples" in about) and int(about.get("tie_orders", 1)) == tie_orders
    same = same and (tie_orders == 1 or "generain_tie_spread" in adata.obs)
    there = set(gene_keys(genes)) <= set(adata.obsm) and (not loss or "generain_loss" in adata.obs)
    if not (same and there and (not with_stability or _STABILITY in adata.uns)):
        return None
    if not set(embedding_seals(adata)) <= set(map(str, np.atleast_1d(about.get("embedding_seals", [])))):
        return None
    unsaid = ("maps", "embedding", "embedding_seals")
    facts = {name: about[name] for name in EMBEDDING_FACTS if name in about and name not in unsaid}
    plain = {name: list(value) if isinstance(value, np.ndarray) else value for name, value in facts.items()}
    return plain | {"seconds": 0.0, "restored": True}


def map_at_hand(adata: "anndata.AnnData", method: str) -> SampleMap | None:
    """Return the map of samples by a method that lies with them, made as it would be made now; None if there is none."""
    written = adata.uns.get("generain", {}).get("maps", {}).get(method)
    places = adata.obsm.get(f"X_{method}")
    if places is None or written != parameters(method, "cosine", adata.n_obs):
        return None
    return known_map(adata.obsm["X_generain"], np.asarray(places, np.float32), method)


def drop_embedding(adata: "anndata.AnnData") -> None:
    """Take an embedding that lies with the samples, and all that was made of it, out of them."""
    for name in [key for key in adata.obsm if key in ("X_generain", *_MAPS) or key.startswith(_GENE)]:
        del adata.obsm[name]
    adata.uns.pop(_STABILITY, None)
    for name in EMBEDDING_COLUMNS:
        if name in adata.obs:
            del adata.obs[name]
    about = adata.uns.get("generain", {})
    adata.uns["generain"] = {name: value for name, value in about.items() if name not in EMBEDDING_FACTS}


def gene_keys(genes: Sequence[str]) -> list[str]:
    """Return the names under which contextual embeddings of genes lie in obsm."""
    return [f"{_GENE}{gene.replace('/', '_')}" for gene in genes]
