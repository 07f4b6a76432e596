"""Embedded samples with their map: made in one go, and put together with their counts for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anndata

from generain_core.geometry.projection import SampleMap, map_samples
from generain_core.models.batches import Progress
from generain_core.models.checks.stability import Stability
from generain_core.models.embedding import embed_samples
from generain_core.models.model import Model
from generain_core.release.files import Release
from generain_core.release.provenance import provenance


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


def embed_and_map(
    binned: anndata.AnnData,
    release: Release,
    model: str | Model,
    modelled: set[str],
    *,
    device: str = "auto",
    precision: str = "float32",
    loss: bool = False,
    genes: Sequence[str] = (),
    progress: Progress | None = None,
) -> Embedded:
    """Embed binned samples and map them by PCA; the samples given stay as they are. Arguments as `embed_samples`.

    Raises:
        GeneRAINError: as `embed_samples`.
    """
    tell: Progress = progress or (lambda share, words: None)
    layers = {"bins": binned.layers["bins"]} if "bins" in binned.layers else {}
    adata = anndata.AnnData(obs=binned.obs.copy(), var=binned.var, layers=layers, uns=dict(binned.uns))
    options: dict[str, Any] = {"device": device, "precision": precision, "loss": loss, "genes": genes}
    done = embed_samples(adata, release, model, modelled, **options, progress=lambda share, words: tell(0.95 * share, words))
    if adata.n_obs < 2:
        return Embedded(adata, done, None)
    tell(0.95, "principal components")
    return Embedded(adata, done, map_samples(adata.obsm["X_generain"], "pca"))


def whole(
    embedded: Embedded,
    binned: anndata.AnnData,
    release: Release,
    maps: Sequence[SampleMap] = (),
    stable: Stability | None = None,
) -> anndata.AnnData:
    """Return the samples with counts, bins, embedding and maps (``obsm["X_umap"]``, …) in one, as scanpy reads them.

    What gene drop-out does, if it was tried, goes into ``uns["generain_stability"]``.
    """
    made = anndata.AnnData(
        X=binned.X, obs=embedded.adata.obs.copy(), var=binned.var.copy(), layers=dict(binned.layers), uns=dict(embedded.adata.uns)
    )
    for name, values in embedded.adata.obsm.items():
        made.obsm[name] = values
    for each in maps:
        made.obsm[f"X_{each.method}"] = each.places
    if stable is not None:
        table = stable.samples.assign(sample=made.obs_names[stable.samples["sample"]].astype(object))
        made.uns["generain_stability"] = {"samples": table, "shares": stable.shares, "verdict": stable.verdict}
    uns = dict(made.uns["generain"])
    uns["maps"] = {each.method: each.parameters for each in maps}
    uns["provenance"] = provenance(release, *details(embedded), *uns["maps"].values())
    made.uns["generain"] = uns
    return made


def details(embedded: Embedded) -> tuple[str, ...]:
    """Return what an export says of how the samples were embedded."""
    about = embedded.adata.uns["generain"]
    gene_set = about["options"]["gene_set"]
    return (
        f"Binning-By-Gene, gene set {gene_set}",
        f"embedding by {embedded.done['model']}, {embedded.done['precision']}, on {embedded.done['device']}",
        *(str(warning) for warning in about.get("warnings", ())),
    )
