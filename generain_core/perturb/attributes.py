"""What is predicted of the genes that a perturbation moves: attributes that these have more than other genes like them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.attributes.store import AttributeStore
from generain_core.errors import GeneRAINError
from generain_core.perturb.analyse import bh
from generain_core.perturb.moved import FEW, Moved, surest

LIKE_EACH = 5
"""Genes of most like expression that stand against each moved one."""
CAUTION = "moved genes act together, so p-values are too small: read them as a ranking"
COLUMNS = ("attribute", "auroc", "median_moved", "median_like", "genes", "p_value", "fdr")


@dataclass(frozen=True, eq=False)
class MovedAttributes:
    """Attributes of moved genes: the table, how the genes were chosen, and how many stand against how many."""

    table: pd.DataFrame
    chosen: str
    n: int
    like: int


def moved_attributes(moved: Moved, store: AttributeStore) -> MovedAttributes:
    """Compare the predicted probabilities of moved genes with those of genes of like expression that were not moved.

    The moved genes are those with a false discovery rate of 5 %, at most the 500 surest; if they are fewer than 10, the 100
    surest. Each is matched with the 5 genes of most like mean expression. Columns: see `COLUMNS`; auroc is the share of pairs
    in which the moved gene has the higher probability (0.5 is no difference). p is Mann and Whitney's, two-sided, with ties,
    by the normal approximation (doi 10.1214/aoms/1177730491). Moved genes act together, so it is too small: a ranking.

    Raises:
        GeneRAINError: too few tested genes have predictions.
    """
    table = moved.table[[gene in store and gene != moved.target for gene in moved.table["gene"]]]
    sure, chosen = surest(table)
    rest = table[~table["gene"].isin(sure["gene"])]
    like = _like(sure["mean_reference"].to_numpy(float), rest["mean_reference"].to_numpy(float))
    if len(sure) < FEW or len(like) < FEW:
        raise GeneRAINError(f"Only {len(table):,} tested genes have predicted attributes; too few to compare.")
    names = [*sure["gene"], *rest["gene"].iloc[like]]
    columns = np.array([store.row(gene) for gene in names])
    rows = []
    for start, block in store.blocks():
        rows.append(_compared(block[:, columns], len(sure)).assign(attribute=store.attributes[start : start + len(block)]))
    found = pd.concat(rows, ignore_index=True)
    found["fdr"] = bh(found["p_value"])
    found = found[list(COLUMNS)].sort_values(["p_value", "attribute"], kind="stable", ignore_index=True)
    return MovedAttributes(found, chosen, len(sure), len(like))


def _like(levels: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return places among the others: for each level the nearest not yet taken."""
    order = np.argsort(others, kind="stable")
    free = np.ones(len(others), dtype=bool)
    taken: list[int] = []
    for level in levels:
        near = np.argsort(np.abs(others[order] - level), kind="stable")
        mine = [int(order[i]) for i in near[: LIKE_EACH * 40] if free[order[i]]][:LIKE_EACH]
        free[mine] = False
        taken += mine
    return np.array(sorted(taken), dtype=np.int64)


def _compared(values: NDArray[np.float32], n: int) -> pd.DataFrame:
    """Return one row an attribute; the first n columns are the moved genes. Missing values take no part."""
    from scipy.stats import norm, rankdata

    there = np.isfinite(values)
    ranks = rankdata(np.where(there, values, np.inf), axis=1)
    first, other = there[:, :n].sum(1).astype(float), there[:, n:].sum(1).astype(float)
    total = first + other
    u = np.where(there[:, :n], ranks[:, :n], 0).sum(1) - first * (first + 1) / 2
    ties = np.zeros(len(values))
    for i, (row, kept) in enumerate(zip(ranks, there, strict=True)):
        _, counts = np.unique(row[kept], return_counts=True)
        ties[i] = float((counts.astype(float) ** 3 - counts).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = first * other / 12 * (total + 1 - ties / (total * (total - 1)))
        z = (np.abs(u - first * other / 2) - 0.5).clip(min=0) / np.sqrt(variance)
        auroc = u / (first * other)
    untold = ~(variance > 0)
    blank = np.where(there, values, np.nan).astype(float)
    blank[~there.any(1)] = 0
    return pd.DataFrame(
        {
            "auroc": np.where(first * other > 0, auroc, np.nan),
            "median_moved": _median(blank[:, :n]),
            "median_like": _median(blank[:, n:]),
            "genes": first.astype(int),
            "p_value": np.where(untold, np.nan, 2 * norm.sf(z)),
        }
    )


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    made = np.full(len(values), np.nan)
    rows = np.isfinite(values).any(1)
    made[rows] = np.nanmedian(values[rows], axis=1)
    return made
