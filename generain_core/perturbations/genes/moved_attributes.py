"""What is predicted of the genes that a perturbation moves: attributes that these have more, or less, than genes like them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.errors import Untestable
from generain_core.perturbations.genes.moved_genes import FEW, MovedGenes, surest_genes
from generain_core.progress import Progress, silent
from generain_core.text import percent

GROUP = 200
"""Genes of like expression among which a gene's probability has its place."""
LEAST = 19
"""Exchanges of labels that a p-value needs."""
COLUMNS = ("attribute", "place", "expected", "median_moved", "genes", "p_value", "p_adjusted")
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class MovedAttributes:
    """Attributes of moved genes.

    Attributes:
        table: one row an attribute, the strongest first; see `COLUMNS`.
        chosen: how the moved genes were chosen, in words.
        n: how many they are.
        exchanges: with how many exchanges of labels they were compared; 0 if these are too few for a p-value.
        reading: what the table may be read as, one sentence.
    """

    table: pd.DataFrame
    chosen: str
    n: int
    exchanges: int
    reading: str


def moved_attributes(moved: MovedGenes, store: AttributeStore, progress: Progress | None = None) -> MovedAttributes:
    """Say where moved genes stand among genes of like expression, in the predicted probability of each attribute.

    The moved genes are those with a false discovery rate of 5 %, at most the 500 surest; if they are fewer than 10, the 100
    surest. ``place`` is the per cent of the 200 tested genes of like mean expression that a moved gene is above, ties by half,
    averaged: 50 is no difference.

    Moved genes act together and are not any genes, so a test that takes them for independent draws calls far too much. Asked
    instead is whether as many surest genes of the same samples with their labels exchanged (`MovedGenes.exchanged`) stand as far
    from what is usual; ``expected`` is their average place. ``p_value`` is two-sided, (b + 1) / (m + 1); ``p_adjusted`` is held
    against the farthest of all attributes in each exchange, in standard deviations (Westfall & Young 1993): at 0.05, one
    attribute or more is called in 5 % of experiments in which the perturbation does nothing. That is all it says: where the
    perturbation moves few programs of genes, attributes that go along with these come out too. With fewer than 19 exchanges
    there is no p-value, and the table is a ranking.

    Raises:
        Untestable: too few tested genes have predictions.
    """
    report: Progress = progress or silent
    kept = np.array([gene in store and gene != moved.target for gene in moved.table["gene"]], dtype=bool)
    table = moved.table[kept]
    sure, chosen = surest_genes(table)
    if len(sure) < FEW or len(table) - len(sure) < FEW:
        raise Untestable(f"Only {len(table):,} tested genes have predicted attributes; too few to compare.")
    enough = len(moved.exchanged) >= LEAST
    sets = _sets(moved.exchanged[:, kept] if enough else moved.exchanged[:0, kept], len(sure))
    means = table[["mean_reference", "mean_perturbed"]].to_numpy(float) @ [moved.n_reference, moved.n_samples]
    groups = np.array_split(np.argsort(means, kind="stable"), max(1, len(table) // GROUP))
    columns = np.array([store.row(gene) for gene in table["gene"]])
    places, medians, counts, sizes = [], [], [], sets.sum(0)
    for share, block in _blocks(store, columns):
        report(share, f"{percent(share)} of {len(store.table):,} attributes")
        stands = _stands(block, groups)
        there = np.isfinite(stands)
        if there.all():
            places.append(stands @ sets / sizes)
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                places.append((np.where(there, stands, 0) @ sets) / (there.astype(float) @ sets))
        medians.append(_medians(block[:, : len(sure)]))
        counts.append(there[:, : len(sure)].sum(1))
    result = _told(np.concatenate(places), enough)
    result = result.assign(
        attribute=store.attributes.to_numpy(), median_moved=np.concatenate(medians), genes=np.concatenate(counts)
    )
    by = ["p_adjusted", "far", "attribute"]  # of those of like certainty, which is coarse, the largest difference first
    result = result.sort_values(by, ascending=[True, False, True], kind="stable", ignore_index=True)[list(COLUMNS)]
    report(1.0, "attributes compared")
    exchanges = len(moved.exchanged) if enough else 0
    return MovedAttributes(table=result, chosen=chosen, n=len(sure), exchanges=exchanges, reading=_reading(exchanges))


def _reading(exchanges: int) -> str:
    if exchanges:
        return (
            f"the p-value is held against the surest genes of {exchanges:,} exchanges of the labels, for moved genes act "
            "together; adjusted, it is held against the farthest of all attributes. It is small if the perturbation does "
            "something; which of several attributes that go together it is of, it does not say"
        )
    return "there are too few ways to exchange the labels for a p-value, and moved genes act together: read it as a ranking"


def _sets(exchanged: NDArray[np.float32], n: int) -> Values:
    """Return which genes are the surest, genes × (1 + exchanges) of 0 and 1: of the labels as they are the first n genes."""
    sets = np.zeros((exchanged.shape[1], len(exchanged) + 1))
    sets[:n, 0] = 1
    for i, strength in enumerate(exchanged, 1):
        sets[np.argpartition(-strength, n - 1)[:n], i] = 1
    return sets


def _blocks(store: AttributeStore, columns: NDArray[np.int64]) -> Iterator[tuple[float, NDArray[np.float32]]]:
    for start, block in store.blocks():
        yield start / max(1, len(store.table)), block[:, columns]


def _stands(values: NDArray[np.float32], groups: list[NDArray[np.int64]]) -> Values:
    """Return the per cent of the other genes of its group that each gene is above, ties by half; NaN without a value."""
    from scipy.stats import rankdata

    percents = np.full(values.shape, np.nan)
    for group in groups:
        part = values[:, group]
        there = np.isfinite(part)
        ranks = rankdata(np.where(there, part, np.inf), axis=1)
        others = there.sum(1, keepdims=True) - 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            percents[:, group] = np.where(there & (others > 0), 100 * (ranks - 1) / others, np.nan)
    return percents


def _told(places: Values, enough: bool) -> pd.DataFrame:
    """Return place, what is expected, p-values and how far apart these are; the first column is the labels as they are."""
    first, n = places[:, 0], places.shape[1]
    nothing = np.full(len(first), np.nan)
    if not enough:
        far = np.nan_to_num(np.abs(first - 50), nan=-1)
        return pd.DataFrame({"place": first, "expected": nothing, "p_value": nothing, "p_adjusted": nothing, "far": far})
    # middle and spread are of all labelings alike, the real one among them, so that none is favored
    spread = places.std(1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(places - places.mean(1, keepdims=True)) / spread
    tellable = np.isfinite(off).all(1) & (spread[:, 0] > 1e-9)
    off = np.where(tellable[:, None], off, -1.0)
    slack = 1e-9 * np.maximum(off[:, :1], 1)
    p = (off >= off[:, :1] - slack).sum(1) / n
    farthest = np.sort(off.max(0))
    adjusted = (n - np.searchsorted(farthest, off[:, 0] - slack[:, 0])) / n
    return pd.DataFrame(
        {
            "place": first,
            "expected": places[:, 1:].mean(1),
            "p_value": np.where(tellable, p, np.nan),
            "p_adjusted": np.where(tellable, adjusted, np.nan),
            "far": np.nan_to_num(np.abs(first - places[:, 1:].mean(1)), nan=-1),
        }
    )


def _medians(values: NDArray[np.float32]) -> Values:
    medians = np.full(len(values), np.nan)
    rows = np.isfinite(values).any(1)
    medians[rows] = np.nanmedian(values[rows], axis=1)
    return medians
