"""Where binned samples come from, in the file with them; and files that are whole or not there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity
from generain_core.release.provenance import provenance
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Expression
from generain_core.storage.atomic import atomic_write
from generain_core.version import __version__

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

    Raises:
        GeneRAINError: the folder is missing or can't be written to.
    """
    with atomic_write(path) as working:
        adata.write_h5ad(working, compression="gzip", compression_opts=1)


def write_tsv(adata: anndata.AnnData, path: Path) -> None:
    """Write the bins as a table, samples × genes: the sample's name first, where it comes from in the last column.

    A name that a spreadsheet would run as a formula gets a leading apostrophe. A path that ends in .gz is compressed.

    Raises:
        GeneRAINError: the folder is missing or can't be written to.
    """
    names = adata.obs_names.str.replace(r"^(?=[=+@\t\r-])", "'", regex=True)
    frame = pd.DataFrame(adata.layers["bins"], index=names, columns=adata.var_names)
    frame["provenance"] = adata.uns["generain"]["provenance"]
    with atomic_write(path) as working:
        frame.to_csv(working, sep="\t", index_label="sample", compression="gzip" if path.suffix == ".gz" else None)


def texts(values: Any) -> np.ndarray:
    """Return values as an array of texts, which h5ad keeps."""
    return np.array([str(value) for value in values], dtype=object)
