"""How near samples lie to each other by their embeddings: nearest samples, similarity matrix, an order that shows groups."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError

Metric = Literal["cosine", "Euclid"]
METRICS: tuple[Metric, ...] = ("cosine", "Euclid")
MAX_CLUSTERED = 300
"""Samples that are put in order at most: turning the branches takes time that grows with the cube of their number."""


def prepared(embedding: NDArray[np.floating], metric: Metric) -> NDArray[np.float64]:
    """Return vectors whose Euclidean distances order pairs as the metric does: of length 1 for cosine, as they are otherwise.

    Raises:
        GeneRAINError: another metric, values that are no numbers, or for cosine a sample of length 0.
    """
    if metric not in METRICS:
        raise GeneRAINError(f"There is no measure {str(metric)[:40]!r}; choose cosine or Euclid.")
    vectors = np.asarray(embedding, np.float64)
    if not np.isfinite(vectors).all():
        raise GeneRAINError(
            "The embedding holds values that are no numbers; the checkpoint may be damaged, so download it again."
        )
    if metric == "Euclid":
        return vectors
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not norms.all():
        raise GeneRAINError("A sample's embedding is all zero, so it has no direction; compare by Euclid.")
    return np.asarray(vectors / norms)


def nearest_samples(
    embedding: NDArray[np.floating], names: Sequence[str], sample: str, metric: Metric = "cosine", k: int = 20
) -> pd.DataFrame:
    """Return the k samples nearest to one, nearest first; equally near ones in their order.

    Columns: ``sample``; ``cosine`` (1 is the same direction) or ``distance`` (Euclidean); ``rank`` among all others from 1,
    equally near ones sharing the better rank; ``rank_back``, the rank of the chosen sample seen from that one.

    Raises:
        GeneRAINError: there is no such sample, or the embedding can't be compared.
    """
    if sample not in names:
        raise GeneRAINError(f"There is no sample {sample[:60]!r} here.")
    vectors = prepared(embedding, metric)
    chosen = list(names).index(sample)
    far = _distances(vectors, vectors[[chosen]])[0]
    others = np.flatnonzero(np.arange(len(far)) != chosen)
    order = others[np.argsort(far[others], kind="stable")][:k]
    back = _distances(vectors, vectors[order])
    back[np.arange(len(order)), order] = np.inf
    table = pd.DataFrame({"sample": [names[i] for i in order]})
    if metric == "cosine":
        table["cosine"] = 1 - far[order] ** 2 / 2
    else:
        table["distance"] = far[order]
    table["rank"] = [1 + int((far[others] < far[i]).sum()) for i in order]
    table["rank_back"] = [1 + int((row < row[chosen]).sum()) for row in back]
    return table


def similarity_matrix(embedding: NDArray[np.floating], metric: Metric = "cosine") -> NDArray[np.float64]:
    """Return all pairs (samples × samples): cosine similarities, or Euclidean distances. Symmetric.

    Raises:
        GeneRAINError: the embedding can't be compared.
    """
    vectors = prepared(embedding, metric)
    far = _distances(vectors, vectors)
    far = (far + far.T) / 2
    np.fill_diagonal(far, 0)
    return 1 - far**2 / 2 if metric == "cosine" else far


def cluster_order(embedding: NDArray[np.floating], metric: Metric = "cosine") -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return an order of samples that puts similar ones side by side, and the tree that it comes from.

    Average linkage (UPGMA; Sokal and Michener 1958) of Euclidean distances between `prepared` vectors; branches are turned by
    scipy's optimal ordering (after Bar-Joseph et al. 2001) to bring near leaves together. The tree is scipy's linkage matrix.

    Raises:
        GeneRAINError: fewer than 2 or more than `MAX_CLUSTERED` samples, or the embedding can't be compared.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import pdist

    if not 2 <= len(embedding) <= MAX_CLUSTERED:
        raise GeneRAINError(
            f"Between 2 and {MAX_CLUSTERED} samples can be clustered, not {len(embedding):,}; choose some of them."
        )
    tree = linkage(pdist(prepared(embedding, metric)), "average", optimal_ordering=True)
    return np.asarray(leaves_list(tree), np.intp), np.asarray(tree, np.float64)


def _distances(vectors: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Euclidean distances (of × vectors), by differences, so that near samples lose no digits."""
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(of, vectors))
