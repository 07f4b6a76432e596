"""What a file of this program says of its samples beside their counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DEPTH_COLUMNS = ("total_counts", "n_genes_by_counts", "n_genes_matched")
"""Columns of obs that binning writes: the depth that was used, and expressed genes, of all rows of the table that was binned."""
EMBEDDING_FACTS: tuple[str, ...] = (
    "model",
    "device",
    "genes_modelled",
    "precision",
    "precision_words",
    "processes",
    "precision_max_abs",
)
EMBEDDING_FACTS += (
    "precision_samples",
    "precision_relative",
    "loss",
    "contextual_genes",
    "stability",
    "tie_stability",
    "tie_orders",
    "tie_spread",
    "embedding",
    "embedding_seals",
    "maps",
)
"""What ``uns["generain"]`` says of an embedding, beside what it says of bins."""
EMBEDDING_COLUMNS = ("generain_loss", "generain_tie_spread")
OWN_COLUMNS = (*DEPTH_COLUMNS, *EMBEDDING_COLUMNS)


class Trust(StrEnum):
    """How sure it is that bins and totals of an own file belong to its counts."""

    UNCHECKED = "unchecked"
    SEALED = "sealed"
    REPEATED = "repeated"
    PLAUSIBLE = "plausible"
    UNSURE = "unsure"


@dataclass(frozen=True, eq=False, kw_only=True)
class OwnSamples:
    """What is known of samples that this program binned before, in the order of the table's rows and columns.

    Attributes:
        depths: samples × `DEPTH_COLUMNS`.
        bins: samples × genes, 1 to 2,000.
        obsm: embeddings and maps by name, samples × width.
        columns: further own columns of obs, such as the loss.
        genes: one row a gene: Ensembl ID, the identifiers that were summed to it, how many.
        about: ``uns["generain"]``; empty if that was lost.
        stability: ``uns["generain_stability"]``; empty if there is none.
        trust: how sure it is that all this belongs to the counts.
        whole: whether the samples are all that were written, in their order.
        sealed: names of `obsm` and `columns` that are as they were written.
    """

    depths: pd.DataFrame
    bins: NDArray[np.int16]
    obsm: Mapping[str, np.ndarray]
    columns: pd.DataFrame
    genes: pd.DataFrame
    about: Mapping[str, Any]
    stability: Mapping[str, Any]
    trust: Trust = Trust.UNCHECKED
    whole: bool = False
    sealed: frozenset[str] = frozenset()

    def take(self, rows: NDArray[np.integer]) -> "OwnSamples":
        """Return what is known of some of the samples."""
        return replace(
            self,
            depths=self.depths.iloc[rows].reset_index(drop=True),
            bins=self.bins[rows],
            obsm={name: values[rows] for name, values in self.obsm.items()},
            columns=self.columns.iloc[rows].reset_index(drop=True),
            whole=False,
        )

    @property
    def gene_set(self) -> str:
        """Return the gene set that the samples were binned for; '' if it isn't said."""
        return str(self.about.get("gene_set", ""))

    @property
    def version(self) -> str:
        """Return the program's version that wrote the file; '' if it isn't said."""
        return str(self.about.get("version", ""))

    def option(self, name: str, default: int) -> int:
        """Return a number among the options of the binning."""
        options = self.about.get("options", {})
        return int(options.get(name, default)) if isinstance(options, Mapping) else default


def own_samples(
    obs: pd.DataFrame, var: pd.DataFrame, bins: Any, obsm: Mapping[str, Any], about: Any, stability: Any
) -> OwnSamples | None:
    """Return what a table says as one of this program's; None if it is none.

    It is one if it has bins in whole numbers, and the depths that binning writes beside them.
    """
    dense = np.asarray(bins.toarray() if hasattr(bins, "toarray") else bins)
    numeric = all(name in obs and pd.api.types.is_numeric_dtype(obs[name]) for name in DEPTH_COLUMNS)
    if not numeric or dense.shape != (len(obs), len(var)) or not dense.size or dense.dtype.kind not in "iuf":
        return None
    if not 1 <= dense.min() <= dense.max() <= np.iinfo(np.int16).max or not np.array_equal(dense, np.rint(dense)):
        return None
    further = [name for name in OWN_COLUMNS if name in obs and name not in DEPTH_COLUMNS]
    return OwnSamples(
        depths=obs[list(DEPTH_COLUMNS)].reset_index(drop=True),
        bins=dense.astype(np.int16),
        obsm={str(name): np.asarray(values) for name, values in obsm.items() if _is_rows(values, len(obs))},
        columns=obs[further].reset_index(drop=True),
        genes=var[[name for name in ("ensembl_gene", "identifiers", "n_rows") if name in var]].reset_index(drop=True),
        about=about if isinstance(about, Mapping) else {},
        stability=stability if isinstance(stability, Mapping) else {},
    )


def _is_rows(values: Any, count: int) -> bool:
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    return kind == "f" and getattr(values, "ndim", 0) == 2 and len(values) == count
