"""Coherence of a list: are its genes more alike in their vectors than random genes of like expression and biotype?"""

from dataclasses import dataclass, field

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.progress import Progress, silent
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.matched_genes import draw, strata_of

DRAWS = 999


@dataclass(frozen=True, kw_only=True, eq=False)
class Coherence:
    """How alike the genes of a list are.

    Attributes:
        genes: how many were compared.
        mean_cosine: mean cosine of all pairs.
        null_mean: mean over matched random lists.
        null_sd: standard deviation over matched random lists.
        effect: how many of these standard deviations the list lies above their mean.
        p_value: (1 + lists as coherent or more) / (1 + lists); None where the list was made by similarity.
        draws: how many random lists.
        matched_on: what each random gene has in common with the gene in whose place it stands.
        null: mean cosine of each random list.
    """

    genes: int
    mean_cosine: float
    null_mean: float
    null_sd: float
    effect: float
    p_value: float | None
    draws: int
    matched_on: tuple[str, ...]
    null: np.ndarray = field(repr=False)


def coherence(atlas: Atlas, genes: GeneList, draws: int = DRAWS, seed: int = 0, progress: Progress = silent) -> Coherence:
    """Measure the mean cosine of all pairs of a list, beside that of random lists of matched genes.

    Each gene is exchanged for a random one of its biotype class and tenth of mean expression; the p-value is one-sided and
    exact under this exchange. A list that was itself chosen by similarity gets none.

    Raises:
        GeneRAINError: fewer than two genes, or fewer than 999 draws.
    """
    if len(genes) < 2:
        raise GeneRAINError(f"The list has {len(genes)} gene{'' if len(genes) == 1 else 's'} with a vector; give two or more.")
    if draws < DRAWS:
        raise GeneRAINError(f"{draws} random lists were asked for; ask for {DRAWS} or more.")
    rows = np.array([atlas.space.row(gene) for gene in genes.genes])
    unit = atlas.space.unit(atlas.space.genes)
    strata = strata_of(atlas)
    rng = np.random.default_rng(seed)
    block = max(1, (32 << 20) // (8 * len(rows) * unit.shape[1]))
    null = np.empty(draws)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        null[start : start + size] = mean_cosines(unit, draw(strata, rows, size, rng))
        progress((start + size) / draws, f"{start + size:,} of {draws:,} random lists")
    observed = float(mean_cosines(unit, rows[None])[0])
    above = int((null >= observed - 1e-12).sum())
    return Coherence(
        genes=len(rows),
        mean_cosine=observed,
        null_mean=float(null.mean()),
        null_sd=float(null.std(ddof=1)),
        effect=float((observed - null.mean()) / null.std(ddof=1)) if null.std() > 0 else float("nan"),
        p_value=None if genes.origin.by_similarity else (1 + above) / (1 + draws),
        draws=draws,
        matched_on=strata.matched_on,
        null=null,
    )


def mean_cosines(unit: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """Return the mean cosine of all pairs in each of several lists (lists × genes, rows of `unit`), from their sum."""
    sums = unit[lists].sum(axis=1)
    size = lists.shape[1]
    means: np.ndarray = (np.einsum("ij,ij->i", sums, sums) - size) / (size * (size - 1))
    return means
