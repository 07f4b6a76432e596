"""Embedded samples put together with their counts and maps, for a file."""

from collections.abc import Sequence

import anndata

from generain_core.geometry.projection import SampleMap
from generain_core.models.checks.stability import Stability
from generain_core.models.embedding import Embedded
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.samples.own_files.seals import seal


def with_counts_and_maps(
    embedded: Embedded,
    binned: anndata.AnnData,
    release: Release,
    maps: Sequence[SampleMap] = (),
    stable: Stability | None = None,
) -> anndata.AnnData:
    """Return the samples with counts, bins, embedding and maps (``obsm["X_umap"]``, …) in one, as scanpy reads them.

    What gene drop-out does, if it was tried, goes into ``uns["generain_stability"]``.
    """
    merged = anndata.AnnData(
        X=binned.X, obs=embedded.adata.obs.copy(), var=binned.var.copy(), layers=dict(binned.layers), uns=dict(embedded.adata.uns)
    )
    for name, values in embedded.adata.obsm.items():
        merged.obsm[name] = values
    for each in maps:
        merged.obsm[f"X_{each.method}"] = each.places
    if stable is not None:
        table = stable.samples.assign(sample=merged.obs_names[stable.samples["sample"]].astype(object))
        merged.uns["generain_stability"] = {"samples": table, "shares": stable.shares, "verdict": stable.verdict}
        ties = stable.ties.assign(sample=merged.obs_names[stable.ties["sample"].astype(int)].astype(object))
        merged.uns["generain_stability"] |= {"ties": ties, "tie_verdict": stable.tie_verdict}
    uns = dict(merged.uns["generain"])
    before = {name: words for name, words in uns.get("maps", {}).items() if f"X_{name}" in merged.obsm}
    uns["maps"] = {**before, **{each.method: each.parameters for each in maps}}
    uns["provenance"] = provenance(release, *details(embedded), *uns["maps"].values())
    merged.uns["generain"] = uns
    seal(merged)
    return merged


def details(embedded: Embedded) -> tuple[str, ...]:
    """Return what an export says of how the samples were embedded."""
    about = embedded.adata.uns["generain"]
    gene_set = about["options"]["gene_set"]
    return (
        f"Binning-By-Gene, gene set {gene_set}",
        f"embedding by {embedded.done['model']}, {embedded.done['precision']}, on {embedded.done['device']}",
        *([f"mean of {embedded.done['tie_orders']} orders of equal bins"] if "tie_orders" in embedded.done else []),
        *(str(warning) for warning in about.get("warnings", ())),
    )
