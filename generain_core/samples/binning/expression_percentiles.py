"""Where samples lie in a gene's distribution over the reference samples."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.binning.bins import DEPTH, log_values

if TYPE_CHECKING:
    import anndata


def among(adata: "anndata.AnnData", gene: str, reference: NDArray[np.float32]) -> pd.DataFrame | None:
    """Return one row a binned sample; None if the samples lack the gene.

    Columns: ``sample``; ``count``; ``value``, log10(count * 1e7 / total + 1) as it is binned; ``above``, the share of the
    reference values that are strictly below it; ``bin``, 1 to 2,000, as it was binned.

    Args:
        adata: samples × genes as `normalize` makes them.
        gene: the gene's name.
        reference: its ascending reference values.
    """
    if gene not in adata.var_names:
        return None
    column = int(adata.var_names.get_loc(gene))
    counts: Any = adata.X[:, [column]]
    dense = np.asarray(counts.toarray() if hasattr(counts, "toarray") else counts, np.float64)
    totals = adata.obs["total_counts"].to_numpy(np.float64)
    values = log_values(dense, np.array([0]), DEPTH / totals[:, None])[0]
    return pd.DataFrame(
        {
            "sample": [str(name) for name in adata.obs_names],
            "count": dense[:, 0],
            "value": values,
            "above": np.searchsorted(reference, values, side="left") / max(len(reference), 1),
            "bin": np.asarray(adata.layers["bins"][:, column]).ravel().astype(int),
        }
    )
