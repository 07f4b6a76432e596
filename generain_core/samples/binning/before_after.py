"""What binning does to a sample, or to a gene over the samples: counts, their logs at one depth, and bins."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries

if TYPE_CHECKING:
    import anndata

Axis = Literal["sample", "gene"]
_DEPTH = 1e7


@dataclass(frozen=True, eq=False, kw_only=True)
class BeforeAfter:
    """Values above zero before and after binning, in one order.

    Attributes:
        counts: as measured.
        logs: log10(count · 10⁷ / total + 1).
        bins: from 1 to 2,000.
        zeros: how many values are zero, and so are bin 1.
    """

    counts: np.ndarray
    logs: np.ndarray
    bins: np.ndarray
    zeros: int


def before_after(adata: "anndata.AnnData", name: str, axis: Axis) -> BeforeAfter:
    """Return the values of a sample, or of a gene, before and after binning.

    Args:
        adata: binned samples, as `normalize` gives them.
        name: of the sample or the gene.
        axis: which of them it is.
    """
    part = adata[name, :] if axis == "sample" else adata[:, name]
    counts, bins = _flat(part.X), _flat(part.layers["bins"])
    totals = adata.obs["total_counts"].to_numpy(float)
    scale = totals[adata.obs_names.get_loc(name)] if axis == "sample" else totals
    above = counts > 0
    logs = np.log10(counts * _DEPTH / scale + 1)[above]
    return BeforeAfter(counts=counts[above], logs=logs, bins=bins[above], zeros=int((~above).sum()))


def reference_values(release: Release, adata: "anndata.AnnData", gene: str) -> np.ndarray:
    """Return the reference values above zero of a gene, among which its bins rank."""
    boundaries = Boundaries.open(release, str(adata.uns["generain"]["options"]["gene_set"]))
    at = int(boundaries.columns([gene])[0])
    values = np.asarray(boundaries.block(at, at + 1), float).ravel()
    return values[values > 0]


def _flat(part: Any) -> np.ndarray:
    return (part.toarray() if hasattr(part, "toarray") else np.asarray(part)).ravel().astype(float)
