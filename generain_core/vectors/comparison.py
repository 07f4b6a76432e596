"""Two genes against each other: how alike, how high each ranks for the other, and which neighbors they share."""

from collections.abc import Iterable
from dataclasses import dataclass

from generain_core.vectors.space import GeneSpace

NEAREST = 50
"""Nearest genes of each that are held against those of the other."""


@dataclass(frozen=True, kw_only=True)
class GenePair:
    """How two genes compare.

    Attributes:
        cosine: similarity of their vectors.
        rank_of_b: place of the second among all genes seen from the first; 1 is the most similar.
        rank_of_a: the same the other way round.
        percent_below: per cent of the other genes that are less similar to the first than the second is.
        shared: genes that are among the nearest of both, nearest to the first one first.
    """

    cosine: float
    rank_of_b: int
    rank_of_a: int
    percent_below: float
    shared: tuple[str, ...]


def cosines_to(space: GeneSpace, gene: str, others: Iterable[str]) -> list[float]:
    """Return the cosine similarity of a gene to each of some others."""
    return [space.similarity(gene, other)[0] for other in others]


def compare_genes(space: GeneSpace, a: str, b: str) -> GenePair:
    """Compare two genes of a vector set."""
    cosine, rank_of_b, rank_of_a = space.similarity(a, b)
    ranked = len(space) - 1
    near_b = set(space.neighbors(b, NEAREST, reciprocal=False)["gene"])
    shared = tuple(gene for gene in space.neighbors(a, NEAREST, reciprocal=False)["gene"] if gene in near_b)
    percent = 100 * (ranked - rank_of_b) / max(ranked - 1, 1)
    return GenePair(cosine=cosine, rank_of_b=rank_of_b, rank_of_a=rank_of_a, percent_below=percent, shared=shared)
