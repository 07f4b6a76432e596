"""Calibrated similarity: what a cosine means beside how near two genes are to everyone, and how near like pairs are by chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.vectors.all_pairs import AllPairs
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.hubness import HUB
from generain_core.vectors.matched_genes import Strata

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
        return cls(atlas, atlas.strata, seed)

    def cosines(self, one: int, other: int) -> np.ndarray:
        """Return the cosines of random pairs, ascending: one gene of each of the strata of two rows, no gene with itself."""
        return np.sort(self._cosines(one, other))

    def _cosines(self, one: int, other: int) -> np.ndarray:
        first, second = (self._drawn(int(self.strata.of[row])) for row in (one, other))
        units = [self.atlas.space.unit_rows(rows) for rows in (first, second)]
        apart = first[:, None] != second[None, :]
        products: np.ndarray = (units[0] @ units[1].T)[apart]
        return products

    def p_value(self, cosine: float, one: int, other: int) -> float:
        """Return (1 + random pairs as alike or more) / (1 + random pairs)."""
        return float(self.p_values([cosine], one, other)[0])

    def p_values(self, cosines: Sequence[float] | np.ndarray, one: int, other: int) -> np.ndarray:
        """Return the same of several cosines to genes of the stratum of `other`."""
        null = self._cosines(one, other)
        as_alike = [np.count_nonzero(null >= cosine - 1e-12) for cosine in cosines]
        return (1.0 + np.array(as_alike, np.float64)) / (1 + len(null))

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
    strata, cosines = null.strata.of[rows], neighbors["cosine"].to_numpy(np.float64)
    p_values = np.empty(len(rows))
    for stratum in np.unique(strata):
        places = np.flatnonzero(strata == stratum)
        p_values[places] = null.p_values(cosines[places], row, rows[places[0]])
    table = neighbors.assign(mutual_rank=mutual_rank(neighbors["rank"].to_numpy(), neighbors["reciprocal_rank"].to_numpy()))
    if pairs is not None:
        hubs, density = pairs.hubness, pairs.density
        table["corrected"] = 2 * cosines - density[row] - density[rows]
        table["hub"] = [hubs.times(other) >= HUB for other in rows]
    table["p_value"] = p_values
    table["p_adjusted"] = np.minimum(1.0, table["p_value"] * (len(space) - 1))
    return table
