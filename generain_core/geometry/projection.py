"""Where the samples lie on a plane: PCA for few samples, UMAP for more, t-SNE on request; and how far it can be trusted."""

import threading
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.geometry.arrangement import arrange, load_umap
from generain_core.geometry.one_thread import one_thread
from generain_core.geometry.sample_similarity import Metric, prepared
from generain_core.progress import Progress, silent

METHODS = ("pca", "umap", "tsne")
MANY = 30
"""Samples from which UMAP is proposed."""
_LEAST = {"pca": 2, "umap": 15, "tsne": 8}
_NEIGHBORS = 15
_ONE_UMAP = threading.Lock()
"""UMAP's compiled loops end the process where two threads enter them at once and numba has but its own simple pool of threads."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SampleMap:
    """Places of samples (samples × 2, float32), how they were made, and how well neighbors were kept.

    ``kept`` is the mean share of a sample's `neighbors` nearest samples that are also among its nearest on the plane (0 to 1);
    ``explained`` the share of the variance along each axis, for PCA alone.
    """

    places: NDArray[np.float32]
    method: str
    metric: Metric
    parameters: str
    kept: float
    neighbors: int
    explained: tuple[float, float] | None = None


def proposed(samples: int) -> tuple[str, str]:
    """Return the method for so many samples, and why in a sentence."""
    if samples < MANY:
        return "pca", (
            f"PCA, because there are {samples:,} samples: UMAP and t-SNE arrange neighborhoods, which fewer than about {MANY} "
            "samples hardly have."
        )
    return "umap", f"UMAP, because {samples:,} samples have neighborhoods, which it keeps better than two axes of PCA can."


def fitting(samples: int) -> tuple[str, ...]:
    """Return the methods that so many samples allow."""
    return tuple(method for method in METHODS if samples >= _LEAST[method])


def map_samples(
    embedding: NDArray[np.floating],
    method: str,
    metric: Metric = "cosine",
    seed: int = settings.SEED,
    progress: Progress | None = None,
) -> SampleMap:
    """Place samples (samples × width) on a plane; the same seed gives the same places, on however many threads.

    All methods work on Euclidean distances between vectors as `prepared` for the metric. PCA is exact and has no seed.

    Raises:
        GeneRAINError: an unknown method, too few samples for it, or an embedding that can't be compared.
    """
    report: Progress = progress or silent
    if method not in METHODS:
        raise GeneRAINError(f"There is no map called “{method[:40]}”; choose one of {', '.join(METHODS)}.")
    vectors = prepared(embedding, metric)
    if len(vectors) < _LEAST[method]:
        raise GeneRAINError(f"{_title(method)} needs at least {_LEAST[method]} samples, and there are {len(vectors)}; take PCA.")
    if method == "umap":
        report(0.02, "loading UMAP")
        load_umap()
    with one_thread():
        return _mapped(vectors, method, metric, seed, report)


def _mapped(vectors: NDArray[np.float64], method: str, metric: Metric, seed: int, progress: Progress) -> SampleMap:
    explained = None
    if method == "pca":
        progress(0.1, "principal components")
        places, explained = _pca(vectors)
    elif method == "umap":
        places = _umap(vectors, seed, progress)
    else:
        progress(0.03, "t-SNE, which can't tell how far it is")
        places = _tsne(vectors, seed)
    progress(0.95, "measuring how well neighbors were kept")
    k = max(1, min(_NEIGHBORS, (len(vectors) - 1) // 3))
    return SampleMap(
        places=places,
        method=method,
        metric=metric,
        parameters=parameters(method, metric, len(vectors), seed),
        kept=neighbors_kept(vectors, places, k),
        neighbors=k,
        explained=explained,
    )


def known_map(embedding: NDArray[np.floating], places: NDArray[np.float32], method: str, metric: Metric = "cosine") -> SampleMap:
    """Return a map (samples × 2) that was made before, as `map_samples` would return it."""
    vectors = prepared(embedding, metric)
    k = max(1, min(_NEIGHBORS, (len(vectors) - 1) // 3))
    explained = _pca(vectors)[1] if method == "pca" else None
    kept = neighbors_kept(vectors, places, k)
    words = parameters(method, metric, len(vectors))
    return SampleMap(places=places, method=method, metric=metric, parameters=words, kept=kept, neighbors=k, explained=explained)


def neighbors_kept(vectors: NDArray[np.floating], places: NDArray[np.floating], k: int, sample: int = 1000) -> float:
    """Return the mean share of the k nearest rows by vectors that are also among the k nearest by places.

    Of more than `sample` rows, so many evenly spaced ones are asked.
    """
    from scipy.spatial.distance import cdist

    rows = np.unique(np.linspace(0, len(vectors) - 1, min(sample, len(vectors))).astype(int))
    near = []
    for points in (np.asarray(vectors, np.float64), np.asarray(places, np.float64)):
        far = cdist(points[rows], points)
        far[np.arange(len(rows)), rows] = np.inf
        near.append(np.argsort(far, axis=1, kind="stable")[:, :k])
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*near, strict=True)]))


def _pca(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return scores on the first two components; each component's largest loading is positive."""
    centered = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(centered.T @ centered)
    values, axes = np.maximum(values[::-1], 0), axes[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    total = float(values.sum())
    explained = (float(values[0] / total), float(values[1] / total)) if total > 0 else (0.0, 0.0)
    return np.asarray(centered @ axes, np.float32), explained


def _umap(vectors: NDArray[np.float64], seed: int, progress: Progress) -> NDArray[np.float32]:
    from sklearn.neighbors import NearestNeighbors

    umap = load_umap()
    k = min(_NEIGHBORS, len(vectors) - 1)
    progress(0.3, "exact nearest neighbors")
    far, near = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(vectors).kneighbors(vectors)
    progress(0.4, "arranging the samples")
    while not _ONE_UMAP.acquire(timeout=0.2):
        progress(0.4, "waiting for another map")
    try:
        return arrange(umap, vectors, near, far, metric="euclidean", seed=seed)
    finally:
        _ONE_UMAP.release()


def _tsne(vectors: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    from sklearn.manifold import TSNE

    perplexity = _perplexity(len(vectors))
    return np.asarray(TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(vectors), np.float32)


def _perplexity(samples: int) -> float:
    return min(30.0, (samples - 1) / 3)


def _title(method: str) -> str:
    return {"pca": "PCA", "umap": "UMAP", "tsne": "t-SNE"}[method]


def parameters(method: str, metric: Metric, samples: int, seed: int = settings.SEED) -> str:
    """Return in words how a map of so many samples is made."""
    vectors = "vectors of length 1 (cosine)" if metric == "cosine" else "vectors as they are (Euclid)"
    if method == "pca":
        return f"PCA ({vectors})"
    if method == "umap":
        settled = f"{min(_NEIGHBORS, samples - 1)} neighbors, min_dist 0.1, seed {seed}, umap-learn {version('umap-learn')}"
        return f"UMAP ({vectors}, {settled}, one thread)"
    settled = f"perplexity {_perplexity(samples):.3g}, seed {seed}, scikit-learn {version('scikit-learn')}"
    return f"t-SNE ({vectors}, {settled}, one thread)"
