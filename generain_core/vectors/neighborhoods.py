"""The neighborhoods of genes in two vector sets: which neighbors of a gene stay the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from generain_core.errors import GeneRAINError
from generain_core.vectors.atlas import Atlas

SAMPLE = 1000


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighborhoods:
    """Neighborhoods of genes in two vector sets.

    Attributes:
        table: a row a gene: gene, shared (neighbors in both), share (of k), percentile (of that share among random genes),
            p_value (chance of as many, were the second set's neighbors drawn at random), neighbors (those in both).
        usual: median share of random genes.
        by_chance: share that random neighbors would have.
        genes: how many genes both sets have; neighbors are among these.
        k: neighbors of each gene.
        sets: names of the two vector sets.
    """

    table: pd.DataFrame
    usual: float
    by_chance: float
    genes: int
    k: int
    sets: tuple[str, str]


def compare_neighborhoods(first: Atlas, second: Atlas, genes: Sequence[str], k: int = 50, seed: int = 0) -> Neighborhoods:
    """Hold the k nearest genes in one vector set against those in another, among the genes that both have.

    Raises:
        GeneRAINError: no gene that both have, k below 1 or not below the number of genes, or one set against itself.
    """
    if first.space.name == second.space.name:
        raise GeneRAINError(f"{first.space.name} was given twice; give two vector sets that `status` lists.")
    within = set(second.space.genes)
    common = [gene for gene in first.space.genes if gene in within]
    if not 1 <= k < len(common):
        raise GeneRAINError(f"{k} neighbors were asked for among the {len(common):,} genes of both sets; ask for 1 to fewer.")
    place = {gene: row for row, gene in enumerate(common)}
    asked = [gene for gene in genes if gene in place]
    if not asked:
        raise GeneRAINError(f"None of these genes has a vector in both {first.space.name} and {second.space.name}; give others.")
    units = [each.space.unit(common) for each in (first, second)]
    sample = np.random.default_rng(seed).permutation(len(common))[:SAMPLE]
    rows = np.concatenate([[place[gene] for gene in asked], sample])
    near = [_nearest(unit, rows, k) for unit in units]
    both = [np.intersect1d(a, b) for a, b in zip(*near, strict=True)]
    shares = np.array([len(each) for each in both]) / k
    usual = np.sort(shares[len(asked) :])
    table = pd.DataFrame(
        {
            "gene": asked,
            "shared": [len(each) for each in both[: len(asked)]],
            "share": shares[: len(asked)],
            "percentile": 100 * np.searchsorted(usual, shares[: len(asked)], side="left") / len(usual),
            "p_value": hypergeom.sf(np.array([len(each) for each in both[: len(asked)]]) - 1, len(common) - 1, k, k),
            "neighbors": [[common[row] for row in _in_order(order, each)] for order, each in zip(near[0], both, strict=False)][
                : len(asked)
            ],
        }
    )
    return Neighborhoods(
        table=table,
        usual=float(np.median(usual)),
        by_chance=k / (len(common) - 1),
        genes=len(common),
        k=k,
        sets=(first.space.name, second.space.name),
    )


def _nearest(unit: np.ndarray, rows: np.ndarray, k: int) -> list[np.ndarray]:
    """Return the rows of the k nearest of each row, the nearest first."""
    found = []
    block = max(1, (64 << 20) // (8 * len(unit)))
    for start in range(0, len(rows), block):
        part = rows[start : start + block]
        cosines = unit[part] @ unit.T
        cosines[np.arange(len(part)), part] = -2.0
        found += list(np.argsort(-cosines, axis=1, kind="stable")[:, :k])
    return found


def _in_order(order: np.ndarray, chosen: np.ndarray) -> list[int]:
    kept = set(chosen.tolist())
    return [int(row) for row in order if int(row) in kept]
