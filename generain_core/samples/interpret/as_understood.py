"""A table as it was understood, as AnnData: every row, names as written, nothing summed or dropped."""

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generain_core.samples.binning.binned_files import storable, texts
from generain_core.samples.interpret.diagnosis import Findings
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.own_files.restoration import restored

if TYPE_CHECKING:
    import anndata


def as_understood(expression: Expression, raw: RawTable, findings: Findings) -> "anndata.AnnData":
    """Return the table as samples × identifiers: values on the scale of counts in X, what the file says of samples in obs.

    ``var`` holds what the file says of the rows beside the names that were taken, and ``uns["generain"]`` the findings.
    """
    import anndata

    if expression.own is not None:
        return restored(expression, expression.own)
    layer = raw.layers[findings.layer]
    beside = raw.row_texts if findings.genes_in == "rows" else layer.column_texts
    names = pd.Index(list(expression.identifiers), dtype=object)
    var = storable(beside.set_axis(names, axis=0)) if len(beside) == len(names) else pd.DataFrame(index=names)
    obs = storable(expression.obs).set_axis(pd.Index(list(expression.samples), dtype=object), axis=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Variable names are not unique")
        adata = anndata.AnnData(X=expression.values, obs=obs, var=var)
    adata.uns["generain"] = {
        "source": expression.source,
        "sha256": expression.sha256,
        "format": raw.format,
        "value_kind": expression.value_kind.label,
        "layer": findings.layer,
        "genes_in": findings.genes_in,
        "gene_column": findings.gene_column,
        "identifier_kinds": {kind: int(count) for kind, count in findings.identifier_kinds.items()},
        "organism": findings.organism,
        "recognized": findings.recognized,
        "sums_of_samples": texts(expression.samples[i] for i in findings.sums),
        "sums_of_genes": texts(expression.identifiers[i] for i in findings.gene_sums),
        "notes": np.array(list(expression.notes), dtype=object),
    }
    return adata
