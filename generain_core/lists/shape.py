"""Shape of a list: groups of genes that are alike, and genes that are no more like the rest than random ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.matched_genes import Strata, draw, strata_of

LEVEL = 0.05
CLOSE = 0.99
"""Genes are joined to a group as long as they are, on average, closer than this share of random pairs of genes like them."""
LEAST = 3
"""Genes that make a group."""
MOST_GROUPED = 3_000
_DRAWS = 20
_COMPARED = 300


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """Groups and odd ones of a list.

    Attributes:
        table: one row a gene, in the list's order: gene, ensembl_gene, biotype, mean_cosine (to the others), p_value (share of
            genes of like biotype and expression that are as close to the others), odd (p above 0.05, and far below the
            rest of the list: by more than 1.5 times the middle half's width, after Tukey), group (0: none).
        groups: how many groups of three genes or more there are; None where the list is too long to be grouped.
        close: mean cosine down to which genes are joined to a group.
        matched_on: what each random gene has in common with the gene in whose place it stands.
    """

    table: pd.DataFrame
    groups: int | None
    close: float
    matched_on: tuple[str, ...]


def shape(atlas: Atlas, genes: GeneList, seed: int = settings.SEED) -> Shape:
    """Find groups by average linkage, and the genes that are no more like the rest of the list than random genes are.

    Raises:
        GeneRAINError: fewer than three genes.
    """
    if len(genes) < LEAST:
        raise GeneRAINError(f"The list has {len(genes)} genes with a vector; give {LEAST} or more to see groups in it.")
    rows = np.array([atlas.space.row(gene) for gene in genes.genes])
    unit = atlas.space.unit(atlas.space.genes)
    strata = strata_of(atlas)
    means, p_values = _against_random(unit, rows, strata)
    close = _close(unit, rows, strata, np.random.default_rng(seed))
    groups = _groups(unit[rows], close) if len(rows) <= MOST_GROUPED else None
    table = pd.DataFrame({"gene": list(genes.genes), "mean_cosine": means, "p_value": p_values, "odd": _odd(means, p_values)})
    table["group"] = 0 if groups is None else groups
    return Shape(
        table=atlas.named(table),
        groups=None if groups is None else int(groups.max(initial=0)),
        close=close,
        matched_on=strata.matched_on,
    )


def _odd(means: np.ndarray, p_values: np.ndarray) -> np.ndarray:
    """Return which genes lie far below the rest of the list, and are no closer to it than random genes like them."""
    low, high = np.quantile(means, (0.25, 0.75))
    odd: np.ndarray = (means < low - 1.5 * (high - low)) & (p_values > LEVEL)
    return odd


def _against_random(unit: np.ndarray, rows: np.ndarray, strata: Strata) -> tuple[np.ndarray, np.ndarray]:
    """Return each gene's mean cosine to the others, and the share of genes of its stratum, not on the list, with as much."""
    total = unit[rows].sum(axis=0)
    listed = np.zeros(len(unit), bool)
    listed[rows] = True
    means, p_values = np.empty(len(rows)), np.empty(len(rows))
    for place, row in enumerate(rows):
        rest = (total - unit[row]) / (len(rows) - 1)
        means[place] = float(unit[row] @ rest)
        others = strata.members[strata.of[row]]
        null = unit[others[~listed[others]]] @ rest
        p_values[place] = (1 + int((null >= means[place] - 1e-12).sum())) / (1 + len(null))
    return means, p_values


def _close(unit: np.ndarray, rows: np.ndarray, strata: Strata, rng: np.random.Generator) -> float:
    some = rows if len(rows) <= _COMPARED else np.sort(rng.permutation(rows)[:_COMPARED])
    upper = np.triu_indices(len(some), 1)
    cosines = [(unit[drawn] @ unit[drawn].T)[upper] for drawn in draw(strata, some, _DRAWS, rng)]
    return float(np.quantile(np.concatenate(cosines), CLOSE))


def _groups(vectors: np.ndarray, close: float) -> np.ndarray:
    """Return the number of each gene's group, the largest group first; 0 for genes in groups of fewer than three."""
    from scipy.cluster.hierarchy import fcluster, linkage

    distances = np.clip(1 - vectors @ vectors.T, 0, 2)[np.triu_indices(len(vectors), 1)]
    labels = fcluster(linkage(distances, "average"), max(1 - close, 0), "distance")
    sizes = np.bincount(labels)
    order = [label for label in np.argsort(-sizes, kind="stable") if sizes[label] >= LEAST]
    numbers = np.zeros(len(sizes), np.intp)
    numbers[order] = np.arange(1, len(order) + 1)
    grouped: np.ndarray = numbers[labels]
    return grouped
