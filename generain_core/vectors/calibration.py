"""Calibrated similarity: what a cosine means beside how near two genes are to everyone, and how near like pairs are by chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.vectors.all_pairs import AllPairs
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.hubness import HUB
from generain_core.vectors.matched_genes import Strata, strata_of

DRAWN = 200
"""Genes drawn of each of two strata; all their pairs are the null."""


def mutual_rank(rank: np.ndarray, reciprocal_rank: np.ndarray) -> np.ndarray:
    """Return the geometric mean of two genes' ranks seen from one another.

    Source: Obayashi and Kinoshita 2009, doi 10.1093/dnares/dsp016.
    """
    mean: np.ndarray = np.sqrt(np.asarray(rank, np.float64) * np.asarray(reciprocal_rank, np.float64))
    return mean


@dataclass(frozen=True, eq=False)
class PairNull:
    """Cosines of random pairs of genes that match two genes in biotype and mean expression."""

    atlas: Atlas
    strata: Strata
    seed: int

    @classmethod
    def of(cls, atlas: Atlas, seed: int = settings.SEED) -> "PairNull":
        """Divide the genes of a vector set into strata."""
        return cls(atlas, strata_of(atlas), seed)

    def cosines(self, one: int, other: int) -> np.ndarray:
        """Return the cosines of random pairs, ascending: one gene of each of the strata of two rows, no gene with itself."""
        first, second = (self._drawn(int(self.strata.of[row])) for row in (one, other))
        space = self.atlas.space
        units = [space.unit([space.genes[row] for row in rows]) for rows in (first, second)]
        apart = first[:, None] != second[None, :]
        return np.sort((units[0] @ units[1].T)[apart])

    def p_value(self, cosine: float, one: int, other: int) -> float:
        """Return (1 + random pairs as alike or more) / (1 + random pairs)."""
        null = self.cosines(one, other)
        return float((1 + len(null) - np.searchsorted(null, cosine - 1e-12, "left")) / (1 + len(null)))

    def _drawn(self, stratum: int) -> np.ndarray:
        members = self.strata.members[stratum]
        rng = np.random.default_rng([self.seed, stratum])
        return members if len(members) <= DRAWN else np.sort(rng.permutation(members)[:DRAWN])


def calibrate(atlas: Atlas, gene: str, neighbors: pd.DataFrame, pairs: AllPairs | None) -> pd.DataFrame:
    """Add to a table of neighbors what their cosines mean.

    Columns added: ``mutual_rank``; ``corrected``, twice the cosine less each gene's mean cosine to its own ten nearest, so that
    genes in dense places and hubs lose what they owe to their place (CSLS, Conneau et al. 2018); ``hub``, whether the neighbor
    is among the nearest of five times as many genes as the average gene; ``p_value``, the share of random pairs of like biotype
    and expression that are as alike; ``p_adjusted``, that times the number of genes among which the neighbor was found
    (Bonferroni), at most 1.

    Args:
        atlas: genes and vectors.
        gene: the gene whose neighbors they are.
        neighbors: with the columns gene, cosine, rank and reciprocal_rank.
        pairs: what all pairs tell; without it, ``corrected`` and ``hub`` are left out.
    """
    space, null = atlas.space, PairNull.of(atlas)
    row = space.row(gene)
    rows = [space.row(neighbor) for neighbor in neighbors["gene"]]
    sorted_null: dict[int, np.ndarray] = {}
    p_values = []
    for other, cosine in zip(rows, neighbors["cosine"], strict=True):
        stratum = int(null.strata.of[other])
        if stratum not in sorted_null:
            sorted_null[stratum] = null.cosines(row, other)
        cosines = sorted_null[stratum]
        p_values.append((1 + len(cosines) - np.searchsorted(cosines, cosine - 1e-12, "left")) / (1 + len(cosines)))
    table = neighbors.assign(mutual_rank=mutual_rank(neighbors["rank"].to_numpy(), neighbors["reciprocal_rank"].to_numpy()))
    if pairs is not None:
        hubs, density = pairs.hubness, pairs.density
        table["corrected"] = 2 * neighbors["cosine"].to_numpy(np.float64) - density[row] - density[rows]
        table["hub"] = [hubs.times(other) >= HUB for other in rows]
    table["p_value"] = np.array(p_values, np.float64)
    table["p_adjusted"] = np.minimum(1.0, table["p_value"] * (len(space) - 1))
    return table
