"""An AnnData in memory as a `RawTable`, so that it is understood, corrected and refused as the same samples in a file are."""

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Matrix
from generain_core.samples.io.limits import check_bytes
from generain_core.samples.io.raw_table import Layer, RawTable, as_floats
from generain_core.samples.own_files.content import OwnSamples, own_samples

if TYPE_CHECKING:
    import anndata

COUNTS = "counts"


def raw_table_of(adata: "anndata.AnnData") -> RawTable:
    """Return the values, names and texts of an AnnData; nothing of it is changed, and one on disk is read into memory.

    The layer ``counts`` comes first, then X, raw and the other layers: `diagnose` takes the first that looks most like counts.

    Raises:
        GeneRAINError: it holds no values, no samples or no genes, or values that are no numbers.
    """
    source = _source(adata)
    if not all(adata.shape):
        raise GeneRAINError(f"{source} has {adata.n_obs:,} samples and {adata.n_vars:,} genes; give one with counts in X.")
    held = adata.to_memory() if adata.isbacked else adata
    genes, texts = _names(held.var_names), _texts(held.var)
    own = _own(held)
    names = [str(name) for name in held.layers if name is not None and not (name == "bins" and own is not None)]
    layers = {f"layers/{name}": Layer(_matrix(held.layers[name], source, name), genes, texts) for name in names}
    if held.X is not None:
        layers["X"] = Layer(_matrix(held.X, source, "X"), genes, texts)
    if held.raw is not None:
        layers["raw"] = Layer(_matrix(held.raw.X, source, "raw"), _names(held.raw.var_names), _texts(held.raw.var))
    if not layers:
        raise GeneRAINError(f'{source} holds no values; put counts into X or layers["{COUNTS}"].')
    first = {name: layers[name] for name in (f"layers/{COUNTS}", "X", "raw") if name in layers}
    layers = first | layers
    rows = _names(held.obs_names)
    return RawTable(
        layers=layers,
        rows=rows,
        row_texts=_texts(held.obs),
        rows_named=True,
        format="AnnData",
        source=source,
        sha256=_sha256(layers, rows),
        notes=(),
        own=own,
    )


def _own(adata: "anndata.AnnData") -> OwnSamples | None:
    """Return what an AnnData says of samples that this program binned; None if it did not."""
    if adata.X is None or "bins" not in adata.layers:
        return None
    about, stability = adata.uns.get("generain", {}), adata.uns.get("generain_stability", {})
    return own_samples(adata.obs, adata.var, adata.layers["bins"], dict(adata.obsm), about, stability)


def _source(adata: "anndata.AnnData") -> str:
    about = adata.uns.get("generain", {})
    return str(about.get("source", "AnnData")) if isinstance(about, dict) else "AnnData"


def _names(index: pd.Index) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in index.tolist())


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are plain numbers or texts, as a file keeps them."""
    columns: dict[str, Any] = {}
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            columns[str(name)] = column.to_numpy(dtype=np.float64, na_value=np.nan) if column.hasnans else column.to_numpy()
        else:
            columns[str(name)] = [None if pd.isna(value) else str(value) for value in column.tolist()]
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)))


def _matrix(values: Any, source: str, name: str) -> Matrix:
    stored: Any = values
    if sparse.issparse(values):
        matrix = sparse.csr_matrix(stored)
        if matrix.dtype.kind not in "iufb":
            raise GeneRAINError(f"{source} has a {name} that holds no numbers; give counts.")
        matrix = sparse.csr_matrix((as_floats(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)
        if not matrix.has_canonical_format:
            matrix = matrix.copy()
            matrix.sum_duplicates()
        return matrix
    array = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "iufb":
        raise GeneRAINError(f"{source} has a {name} that is no table of numbers; give counts.")
    check_bytes(f"{source} ({name})", array.nbytes)
    return as_floats(array)


def _sha256(layers: dict[str, Layer], rows: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\n".join(rows).encode())
    for name, layer in layers.items():
        digest.update("\n".join((name, *layer.columns)).encode())
        parts = (layer.values.data, layer.values.indices) if sparse.issparse(layer.values) else (layer.values,)
        for part in parts:
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()
