"""Are the genes that a perturbation moves near its target in GeneRAIN-vec, nearer than they are to other genes like it?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.genes.moved_genes import FEW, MovedGenes, surest_genes
from generain_core.vectors import GeneSpace

LIKE = 999
"""Other genes that are asked at most, those nearest in expression to the target."""
LEAST_LIKE = 99
AROUND = 200
"""How many most similar genes are the target's neighborhood."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TargetProximity:
    """How near moved genes are to the target, and to other genes of like expression in its place.

    Attributes:
        target: the gene.
        vectors: whose cosines.
        chosen: how the moved genes were chosen, in words.
        n: how many moved genes were asked about.
        mean_cosine, expected: to the target, and to other genes on average.
        inside, inside_expected: how many are among the 200 most similar genes of the target, and of other genes on average.
        p_value: one-sided, of the mean cosine.
        asked: how many other genes took the target's place.
        genes: moved genes by their cosine to the target: gene, cosine, change, fdr.
    """

    target: str
    vectors: str
    chosen: str
    n: int
    mean_cosine: float
    expected: float
    inside: int
    inside_expected: float
    p_value: float
    asked: int
    genes: pd.DataFrame


def near_target(moved: MovedGenes, vectors: GeneSpace) -> TargetProximity:
    """Compare the moved genes' mean cosine to the target with that to other genes that stand in its place.

    The moved genes are those with a false discovery rate of 5 %, at most the 500 surest; if they are fewer than 10, the 100
    surest. The target is none of them. Asked instead of the target are up to 999 genes of most like mean expression that were
    not moved: so the moved genes' likeness among each other, which would fool a draw of random genes, stays as it is.
    p = (b + 1) / (m + 1).

    Raises:
        GeneRAINError: the target has no vector or was not measured, or too few genes have one.
    """
    target, table = moved.target, moved.table
    if not target or target not in vectors:
        raise GeneRAINError(f"The target of {moved.perturbation} has no vector in {vectors.name}, so nothing can be near it.")
    place = {gene: i for i, gene in enumerate(vectors.genes)}
    table = table[[gene in place for gene in table["gene"]]]
    if target not in set(table["gene"]):
        raise GeneRAINError(f"{target} was not tested in these samples, so no other gene can be chosen that is like it.")
    others = table[table["gene"] != target]
    sure, chosen = surest_genes(others)
    like = others[~others["gene"].isin(sure["gene"])]
    level = float(table.loc[table["gene"] == target, "mean_reference"].iloc[0])
    like = like.iloc[np.argsort(np.abs(like["mean_reference"].to_numpy() - level), kind="stable")[:LIKE]]
    if len(sure) < FEW or len(like) < LEAST_LIKE:
        raise GeneRAINError(f"Only {len(table):,} tested genes have a vector in {vectors.name}; too few to compare.")
    genes = vectors.unit(list(sure["gene"]))
    cosines = vectors.unit([target, *like["gene"]]) @ genes.T
    means = cosines.mean(1)
    inside = _inside(vectors, [target, *like["gene"]], cosines)
    by_cosine = pd.DataFrame(
        {"gene": sure["gene"], "cosine": cosines[0], "change": sure["change"], "fdr": sure["fdr"]}
    ).sort_values("cosine", ascending=False, ignore_index=True)
    above = int((means[1:] >= means[0] - 1e-12).sum())
    return TargetProximity(
        target=target,
        vectors=vectors.name,
        chosen=chosen,
        n=len(sure),
        mean_cosine=float(means[0]),
        expected=float(means[1:].mean()),
        inside=int(inside[0]),
        inside_expected=float(inside[1:].mean()),
        p_value=(above + 1) / len(means),
        asked=len(like),
        genes=by_cosine,
    )


def _inside(vectors: GeneSpace, queries: list[str], cosines: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many of the moved genes are among the `AROUND` most similar genes of each query."""
    counts, around = [], min(AROUND, len(vectors) - 1)
    inverse = (1 / vectors.norms).astype(np.float32)
    for start in range(0, len(queries), 100):
        part = queries[start : start + 100]
        every = (vectors.unit(part).astype(np.float32) @ vectors.vectors.T) * inverse
        every[np.arange(len(part)), [vectors.row(gene) for gene in part]] = -np.inf
        edge = np.partition(every, every.shape[1] - around, axis=1)[:, every.shape[1] - around]
        counts.append((cosines[start : start + 100] >= edge[:, None] - vectors.margin).sum(1))
    return np.concatenate(counts)
