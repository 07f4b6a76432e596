"""Two lists held against each other: what they share, how near they lie, and which genes of one are nearest to the other."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from generain_core.errors import GeneRAINError
from generain_core.lists.coherence import DRAWS
from generain_core.lists.gene_list import GeneList
from generain_core.progress import Progress, silent
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.matched_genes import strata_of
from generain_core.vectors.shaped_lists import elsewhere


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoLists:
    """Two lists held against each other.

    Attributes:
        shared: genes of both.
        jaccard: shared genes over the genes of either.
        overlap_p: chance that random lists of these sizes, of all genes with a vector, share as many (hypergeometric); None of
            two lists that were both chosen by similarity, which no random lists are like.
        mean_cosine: mean over all pairs of a gene of the first alone and one of the second.
        null_mean: the same for lists shaped like the second, around other genes.
        null_sd: standard deviation over these.
        p_value: (1 + such lists as near or nearer) / (1 + lists); None where nothing is left to compare.
        draws: how many such lists.
        nearest: genes of one list alone, how near each is to the other: gene, of, cosine (to the other's centroid), percentile
            (of that among all genes); the nearest first.
        null: mean cosine of each list like the second.
    """

    shared: tuple[str, ...]
    jaccard: float
    overlap_p: float | None
    mean_cosine: float
    null_mean: float
    null_sd: float
    p_value: float | None
    draws: int
    nearest: pd.DataFrame
    null: np.ndarray = field(repr=False)


def compare_lists(
    atlas: Atlas, first: GeneList, second: GeneList, draws: int = DRAWS, seed: int = 0, progress: Progress = silent
) -> TwoLists:
    """Hold two lists against each other.

    Genes of a list are alike, so that a second list is not so many independent genes: it is near, or far, as one. The null is
    therefore of lists with its shape: around a random gene of the biotype and expression of its most central member, the genes
    at the ranks that its members have as seen from that one.

    Raises:
        GeneRAINError: a list without a gene, or fewer than 999 draws.
    """
    if not first.genes or not second.genes:
        raise GeneRAINError(f"“{(first if not first.genes else second).name[:60]}” has no gene with a vector; give one or more.")
    if draws < DRAWS:
        raise GeneRAINError(f"{draws} random lists were asked for; ask for {DRAWS} or more.")
    unit = atlas.space.unit(atlas.space.genes)
    rows, others = (np.array([atlas.space.row(gene) for gene in each.genes]) for each in (first, second))
    within = set(second.genes)
    shared = [gene for gene in first.genes if gene in within]
    alone = np.setdiff1d(rows, others)
    null = np.full(draws, np.nan)
    observed = float("nan")
    if len(alone):
        toward = unit[alone].mean(axis=0)
        observed = float((unit[others] @ toward).mean())
        drawn = elsewhere(unit, strata_of(atlas), others, draws, np.random.default_rng(seed), progress)
        null = (unit @ toward)[drawn].mean(axis=1)
    total = len(set(rows) | set(others))
    circle = first.origin.by_similarity and second.origin.by_similarity
    return TwoLists(
        shared=tuple(shared),
        jaccard=len(shared) / total,
        overlap_p=None if circle else float(hypergeom.sf(len(shared) - 1, len(unit), len(rows), len(others))),
        mean_cosine=observed,
        null_mean=float(null.mean()),
        null_sd=float(null.std(ddof=1)),
        p_value=(1 + int((null >= observed - 1e-12).sum())) / (1 + draws) if len(alone) else None,
        draws=draws,
        nearest=_nearest(atlas, unit, first, second),
        null=null,
    )


def _nearest(atlas: Atlas, unit: np.ndarray, first: GeneList, second: GeneList) -> pd.DataFrame:
    """Return the genes of one list alone by their nearness to the other."""
    parts = []
    for own, other in ((first, second), (second, first)):
        without = set(other.genes)
        genes = [gene for gene in own.genes if gene not in without]
        total = unit[[atlas.space.row(gene) for gene in other.genes]].sum(axis=0)
        cosines = unit @ (total / max(float(np.linalg.norm(total)), 1e-30))
        mine = cosines[[atlas.space.row(gene) for gene in genes]] if genes else np.empty(0)
        below = np.searchsorted(np.sort(cosines), mine, side="left") / (len(cosines) - 1) * 100
        parts.append(pd.DataFrame({"gene": genes, "of": own.name, "cosine": mine, "percentile": below}))
    return pd.concat(parts, ignore_index=True).sort_values("cosine", ascending=False, ignore_index=True, kind="stable")
