"""Where binned samples come from, in the file with them; and files that are whole or not there."""

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anndata
import h5py
import numpy as np
import pandas as pd

from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity
from generain_core.release.provenance import provenance
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Expression
from generain_core.storage.atomic import atomic_write
from generain_core.text import no_formula
from generain_core.version import __version__

SPARE = 64 << 20
"""Bytes that stay free on the disk, whatever else is written meanwhile."""
TOTALS = "obs['total_counts'] is the depth used for bins: of all gene rows of the table, in the model or not"


def describe(
    release: Release,
    expression: Expression,
    match: Match,
    acceptance: pd.DataFrame,
    options: Mapping[str, str | int],
    warnings: tuple[str, ...],
) -> dict[str, Any]:
    """Return `uns["generain"]`: plain values, text arrays and dictionaries of them, which h5ad keeps as they are."""
    dropped = acceptance[~acceptance["kept"]]
    left_out = match.rows[~match.rows["binned"]]
    gene_set = str(options["gene_set"])
    return {
        "release": release.label,
        "fingerprint": release.fingerprint,
        "simulated": release.simulated,
        "gene_set": gene_set,
        "options": dict(options),
        "boundaries": boundaries_identity(release, gene_set),
        "totals": TOTALS,
        "samples_dropped": {
            "sample": texts(dropped.index),
            "reason": texts(dropped["reason"]),
            **{name: dropped[name].to_numpy() for name in ("total_counts", "n_genes_by_counts", "n_genes_matched")},
        },
        "genes_dropped": {column: texts(left_out[column]) for column in ("identifier", "status", "reason")},
        "genes_missing": texts(match.missing),
        "coverage": match.coverage,
        "verdict": match.verdict,
        "source": expression.source,
        "from_species": expression.from_species,
        "sha256": expression.sha256,
        "value_kind": expression.value_kind.label,
        "notes": texts(expression.notes),
        "warnings": texts(warnings),
        "version": __version__,
        "provenance": provenance(release, f"Binning-By-Gene, gene set {gene_set}", *warnings),
    }


def storable(obs: pd.DataFrame) -> pd.DataFrame:
    """Return metadata that h5ad can hold: text where a column mixes kinds, no slash in a column's name, no name twice."""
    kept = {}
    for name, column in zip(map(str, obs.columns), (obs.iloc[:, i] for i in range(obs.shape[1])), strict=True):
        plain = name.replace("/", "_").lstrip("_") or "column"
        while plain in kept:
            plain += "_"
        numeric = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
        kept[plain] = column if numeric else column.astype(object).where(column.notna(), "").astype(str).astype(object)
    return pd.DataFrame(kept, index=obs.index)


def write_h5ad(adata: anndata.AnnData, path: Path) -> None:
    """Write samples as h5ad: under a temporary name beside `path`, then renamed.

    HDF5 ends the process where a disk fills under it: where it might, the file is made in memory first.

    Raises:
        GeneRAINError: the folder is missing or can't be written to, or the disk is full.
    """
    packing: dict[str, Any] = {"compression": "gzip", "compression_opts": 1}
    with atomic_write(path) as working:
        if shutil.disk_usage(working.parent).free > _room_of(adata) + SPARE:
            adata.write_h5ad(working, **packing)
            return
        content = io.BytesIO()
        with h5py.File(content, "w") as file:
            anndata.io.write_elem(file, "/", adata, dataset_kwargs=packing)
        working.write_bytes(content.getbuffer())


def _room_of(adata: anndata.AnnData) -> int:
    """Return how many bytes a file of these samples takes at most: as many as they take in memory."""
    tables: list[Any] = [adata.X, *adata.layers.values(), *adata.obsm.values()]
    held = 0
    for table in tables:
        parts = (table.data, table.indices, table.indptr) if hasattr(table, "indptr") else (np.asarray(table),)
        held += sum(int(part.nbytes) for part in parts)
    return held + sum(int(frame.memory_usage(deep=True).sum()) for frame in (adata.obs, adata.var))


def write_tsv(adata: anndata.AnnData, path: Path) -> None:
    """Write the bins as a table, samples × genes: the sample's name first, where it comes from in the last column.

    A name that a spreadsheet would run as a formula gets a leading apostrophe. A path that ends in .gz is compressed.

    Raises:
        GeneRAINError: the folder is missing or can't be written to.
    """
    names, genes = ([no_formula(str(name)) for name in each] for each in (adata.obs_names, adata.var_names))
    frame = pd.DataFrame(adata.layers["bins"], index=names, columns=genes)
    frame["provenance"] = adata.uns["generain"]["provenance"]
    with atomic_write(path) as working:
        frame.to_csv(working, sep="\t", index_label="sample", compression="gzip" if path.suffix == ".gz" else None)


def texts(values: Any) -> np.ndarray:
    """Return values as an array of texts, which h5ad keeps."""
    return np.array([str(value) for value in values], dtype=object)
