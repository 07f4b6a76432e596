"""Genes that belong to a list too, and how often its own members would have been found had they been left out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.vectors.atlas import Atlas

METHODS = ("centroid", "ranks")
AT_ONCE = 256
"""Members whose likeness to all genes is in memory at once."""
MOST_RANKED = 3_000
"""Genes on a list that is expanded by ranks, which takes milliseconds a gene."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Expansion:
    """Genes that belong to a list too.

    Attributes:
        table: gene, ensembl_gene, biotype, score, rank; the best first.
        recovery: share of the list's genes that are among the k best when they are left out of it; None for a single gene.
        by_chance: the share that k random genes would recover.
        k: how many genes were asked for.
        method: ``centroid`` or ``ranks``.
    """

    table: pd.DataFrame
    recovery: float | None
    by_chance: float
    k: int
    method: str


def expand(atlas: Atlas, genes: GeneList, k: int = 50, method: str = "centroid") -> Expansion:
    """Find the genes that are most like those of a list.

    By ``centroid``, a gene's score is the cosine of its vector and the sum of the list's unit vectors; by ``ranks``, it is
    one less the mean rank that the list's genes give it, as a share of all genes, which a few odd members move less.
    Recovery leaves each member out in turn and asks whether it is among the k best of all genes not on the list.

    Raises:
        GeneRAINError: an empty list, k below 1, an unknown method, or a list that is too long for ranks.
    """
    if method not in METHODS:
        raise GeneRAINError(f"A list can't be expanded by {method[:40]!r}; choose {' or '.join(METHODS)}.")
    if k < 1:
        raise GeneRAINError(f"{k} genes were asked for; ask for 1 or more.")
    if not genes.genes:
        raise GeneRAINError("The list has no gene with a vector; give one or more.")
    if method == "ranks" and len(genes) > MOST_RANKED:
        raise GeneRAINError(f"The list has {len(genes):,} genes; of more than {MOST_RANKED:,}, expand it by centroid.")
    rows = np.array([atlas.space.row(gene) for gene in genes.genes])
    unit = atlas.space.unit(atlas.space.genes)
    outside = np.ones(len(unit), bool)
    outside[rows] = False
    total = np.zeros(len(unit))
    for columns in _columns(unit, rows, method):
        total += columns.sum(axis=1)
    scores = total / (_length(unit[rows].sum(axis=0)) if method == "centroid" else len(rows))
    order = np.flatnonzero(outside)[np.argsort(-scores[outside], kind="stable")][:k]
    table = pd.DataFrame(
        {"gene": [atlas.space.genes[row] for row in order], "score": scores[order], "rank": np.arange(1, len(order) + 1)}
    )
    candidates = int(outside.sum()) + 1
    return Expansion(
        table=atlas.named(table),
        recovery=None if len(rows) < 2 else _recovery(unit, rows, outside, total, method, k),
        by_chance=min(1.0, k / candidates),
        k=k,
        method=method,
    )


def _columns(unit: np.ndarray, rows: np.ndarray, method: str) -> Iterator[np.ndarray]:
    """Yield what some members at a time give each gene (genes × members): cosines, or the share of all that are less alike."""
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        cosines = unit @ unit[part].T
        yield cosines if method == "centroid" else _shares_below(cosines, part)


def _length(vector: np.ndarray) -> float:
    return max(float(np.linalg.norm(vector)), 1e-30)


def _recovery(unit: np.ndarray, rows: np.ndarray, outside: np.ndarray, total: np.ndarray, method: str, k: int) -> float:
    """Leave out each member in turn: its column is taken from the sum of all, and its own place compared with those outside.

    Only the order matters, so the sums need not be divided by the length of the centroid or the number of members.
    """
    total_outside, recovered, members = total[outside], 0, iter(rows)
    for columns in _columns(unit, rows, method):
        for column, row in zip(np.ascontiguousarray(columns.T), members, strict=False):
            own = total[row] - column[row]
            recovered += int((total_outside - column[outside] > own + 1e-12).sum()) < k
    return recovered / len(rows)


def _shares_below(cosines: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return for each gene and member the share of all other genes that are less like the member."""
    shares = np.empty_like(cosines)
    for column, row in enumerate(rows):
        ranks = np.argsort(np.argsort(cosines[:, column], kind="stable"), kind="stable")
        shares[:, column] = ranks / (len(cosines) - 1)
        shares[row, column] = 1.0
    return shares
