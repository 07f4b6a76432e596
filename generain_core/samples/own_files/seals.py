"""Short checks of each sample's counts, bins and embedding, written with them, so that what was changed since is noticed."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.own_files.content import EMBEDDING_COLUMNS

if TYPE_CHECKING:
    import anndata

COUNTS = "counts"
_MAPS = ("X_pca", "X_umap", "X_tsne")


def seal(adata: "anndata.AnnData") -> None:
    """Write seals into ``uns["generain"]["seals"]``: of each sample's counts, depths and bins; of each row embedded; of maps.

    Where there are no counts beside the bins, as while samples are embedded, their seals are those that were written before.
    """
    about = dict(adata.uns["generain"])
    before = about.get("seals", {})
    if adata.X is not None:
        depths = adata.obs[["total_counts", "n_genes_by_counts"]]
        rows = sample_seals(adata.X, adata.layers["bins"], depths, [str(name) for name in adata.var_names])
    else:
        rows = [str(text) for text in before[COUNTS]]
    columns = {name: adata.obs[[name]].to_numpy() for name in EMBEDDING_COLUMNS if name in adata.obs}
    about["seals"] = {COUNTS: _texts(rows), **further_seals(rows, {**adata.obsm, **columns})}
    adata.uns["generain"] = about


def sample_seals(counts: Any, bins: Any, depths: pd.DataFrame, genes: Sequence[str]) -> list[str]:
    """Return 16 hex digits a sample: of its counts, bins and depths, whatever the order of the genes and its name."""
    order = np.argsort(np.array(genes, dtype=object), kind="stable")
    names = hashlib.sha256("\n".join(genes[i] for i in order).encode()).digest()
    numbers = depths[["total_counts", "n_genes_by_counts"]].to_numpy(np.float64)
    seals = []
    for i in range(len(numbers)):
        digest = hashlib.blake2b(names, digest_size=8)
        for part in (_row(counts, i)[order].astype(np.float64), _row(bins, i)[order].astype(np.int16), numbers[i]):
            digest.update(np.ascontiguousarray(part).tobytes())
        seals.append(digest.hexdigest())
    return seals


def embedding_seals(adata: "anndata.AnnData") -> NDArray[np.object_]:
    """Return 16 hex digits a sample: of its bins, whatever the order of the genes, and its embedding."""
    genes = [str(name) for name in adata.var_names]
    order = np.argsort(np.array(genes, dtype=object), kind="stable")
    names = hashlib.sha256("\n".join(genes[i] for i in order).encode()).digest()
    embedding = np.ascontiguousarray(adata.obsm["X_generain"], dtype=np.float32)
    bins = adata.layers["bins"]
    return _texts(
        _digest(names + np.ascontiguousarray(_row(bins, i)[order].astype(np.int16)).tobytes() + embedding[i].tobytes())
        for i in range(adata.n_obs)
    )


def further_seals(rows: Sequence[str], arrays: Mapping[str, Any]) -> dict[str, NDArray[np.object_]]:
    """Return the seals of what was made of sealed samples: one a row of each array, but one for a map as a whole."""
    seals = {}
    for name, values in arrays.items():
        array = np.ascontiguousarray(values, dtype=np.float32 if np.asarray(values).dtype == np.float32 else np.float64)
        if name in _MAPS:
            seals[name] = _texts([_digest("".join(rows).encode() + array.tobytes())])
        else:
            seals[name] = _texts(_digest(own.encode() + row.tobytes()) for own, row in zip(rows, array, strict=True))
    return seals


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _row(values: Any, i: int) -> np.ndarray:
    row: Any = values[[i]]
    return np.asarray(row if isinstance(row, np.ndarray) else row.toarray()).ravel()


def _texts(values: Any) -> NDArray[np.object_]:
    return np.array([str(value) for value in values], dtype=object)
