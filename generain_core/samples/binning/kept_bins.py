"""Bins that were kept, taken again for the samples that they were made of."""

from typing import TYPE_CHECKING, Any

import numpy as np

from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity
from generain_core.samples.binning.examination import Examined
from generain_core.samples.binning.gene_counts import gene_counts
from generain_core.samples.binning.normalize import Normalized, described
from generain_core.samples.interpret.expression import Expression

if TYPE_CHECKING:
    import anndata


def again(
    adata: "anndata.AnnData", expression: Expression, examined: Examined, release: Release, gene_set: str
) -> Normalized | None:
    """Return sealed bins as `normalize` would make them of these samples now; None if they are not those.

    They are if they were made with the boundaries of this release, and their samples, genes and counts are those that binning
    would keep.
    """
    about = adata.uns["generain"]
    if about.get("gene_set") != gene_set or about.get("boundaries") != boundaries_identity(release, gene_set):
        return None
    kept = np.flatnonzero(examined.acceptance["kept"])
    names = [str(name) for name in examined.acceptance.index[kept]]
    if list(adata.obs_names) != names or tuple(adata.var_names) != examined.match.genes:
        return None
    counts: Any = gene_counts(expression.values, examined.match)[kept]
    difference: Any = adata.X.astype(np.float64) - counts
    if abs(difference).max() > 0:
        return None
    return described(Normalized(adata, examined), expression)
