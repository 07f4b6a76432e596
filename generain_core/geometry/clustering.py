"""All samples against all, in an order that shows groups, in no more cells than a screen has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.geometry.sample_similarity import MAX_CLUSTERED, Metric, cluster_order, prepared, similarity_matrix
from generain_core.text import with_noun

MOST_ORDERED = 3000
"""Samples that are compared at most; of more, so many evenly spaced ones."""


@dataclass(frozen=True, eq=False)
class Clustered:
    """Similarities of ordered samples.

    Attributes:
        groups: rows of the embedding in each row of the matrix, in the order shown: one each up to `MAX_CLUSTERED` samples.
        matrix: groups × groups: cosine similarity or Euclidean distance; of groups, the mean over pairs of different samples.
        tree: scipy's linkage matrix, up to `MAX_CLUSTERED` samples; else None.
        words: what was done, one sentence.
    """

    groups: tuple[NDArray[np.intp], ...]
    matrix: NDArray[np.float64]
    tree: NDArray[np.float64] | None
    words: str


def clustered(embedding: NDArray[np.floating], metric: Metric = "cosine") -> Clustered:
    """Return samples (samples × width, 2 or more) against each other, ordered by average linkage.

    Raises:
        GeneRAINError: as `cluster_order`.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    total = len(embedding)
    if total <= MAX_CLUSTERED:
        order, tree = cluster_order(embedding, metric)
        matrix = similarity_matrix(embedding[order], metric)
        return Clustered(tuple(np.split(order, total)), matrix, tree, "Ordered by average linkage, near branches side by side.")
    rows = np.unique(np.linspace(0, total - 1, min(MOST_ORDERED, total)).astype(np.intp))
    some = embedding[rows]
    order = np.asarray(leaves_list(linkage(pdist(prepared(some, metric)), "average")), np.intp)
    groups = tuple(np.array_split(order, MAX_CLUSTERED))
    matrix = _means(similarity_matrix(some[order], metric), [len(group) for group in groups])
    of = (
        f"{len(rows):,} of {with_noun(total, 'sample')}, evenly spaced," if len(rows) < total else f"{with_noun(total, 'sample')}"
    )
    words = (
        f"{of} are ordered by average linkage; each cell is the mean over {len(groups[-1]):,} to {len(groups[0]):,} "
        "samples that lie side by side."
    )
    return Clustered(tuple(rows[group] for group in groups), matrix, None, words[0].upper() + words[1:])


def _means(matrix: NDArray[np.float64], sizes: list[int]) -> NDArray[np.float64]:
    """Return means of blocks; on the diagonal over pairs of different samples, where there are any."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sums = np.add.reduceat(np.add.reduceat(matrix, starts, 0), starts, 1)
    own = np.add.reduceat(np.diag(matrix), starts)
    counts = np.outer(sizes, sizes).astype(float)
    several = np.flatnonzero(np.array(sizes) > 1)
    sums[several, several] -= own[several]
    counts[several, several] -= np.array(sizes)[several]
    return np.asarray(sums / counts)
