"""Where the genes lie on a plane: UMAP, t-SNE or PCA of the gene vectors, seeded and cached."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.geometry.arrangement import arrange, load_umap
from generain_core.geometry.neighbors import nearest_directions
from generain_core.geometry.one_thread import one_thread
from generain_core.progress import Progress, silent
from generain_core.storage import cache
from generain_core.vectors.space import GeneSpace

METHODS = ("umap", "pca", "tsne")
NEIGHBORS = 15
_DESCRIPTIONS = {
    "umap": ("UMAP", f"cosine, {NEIGHBORS} neighbors, min_dist 0.1", "umap-learn"),
    "pca": ("PCA", "unit vectors", "scikit-learn"),
    "tsne": ("t-SNE", "unit vectors, perplexity 30", "scikit-learn"),
}


@dataclass(frozen=True, eq=False)
class Projection:
    """Places of genes (genes × 2, float32) in the order of `genes`, how they were made, and how well neighbors were kept.

    ``kept`` is the mean share of a gene's 15 most similar genes that are also among its 15 nearest on the plane (0 to 1).
    """

    genes: tuple[str, ...]
    places: np.ndarray
    method: str
    parameters: str
    kept: float

    def table(self) -> pd.DataFrame:
        """Return the columns ``gene``, ``x``, ``y``."""
        return pd.DataFrame({"gene": self.genes, "x": self.places[:, 0], "y": self.places[:, 1]})


def cached_projection(space: GeneSpace, method: str = "umap", seed: int = settings.SEED) -> Projection | None:
    """Return the projection if it was made before with the same vectors, parameters and library version, or came with them."""
    entry = cache.load("projections", _key(space, method, seed), meta=("kept",))
    entry = entry or _shipped(space, method, seed)
    return _projection(space, method, entry) if entry and entry.arrays["places"].shape == (len(space), 2) else None


def ship_projection(space: GeneSpace, method: str, root: Path, progress: Progress | None = None) -> None:
    """Make a projection and lay it into a demo release, where it is found whatever version of the library is at hand."""
    result = project(space, method, progress=progress)
    meta = {"kept": result.kept, "parameters": result.parameters, "fingerprint": space.fingerprint}
    cache.ship("projections", method, root, {"places": result.places}, meta)


def project(space: GeneSpace, method: str = "umap", seed: int = settings.SEED, progress: Progress | None = None) -> Projection:
    """Place all genes on a plane by cosine similarity; the same seed gives the same places, on however many threads.

    UMAP (McInnes et al. 2018) starts from exact nearest neighbors; t-SNE (van der Maaten & Hinton 2008) and PCA take
    vectors of length 1, where Euclidean distance grows with cosine distance.

    Args:
        space: the gene vectors.
        method: ``umap``, ``pca`` or ``tsne``.
        seed: of the random start.
        progress: called with a share from 0 to 1 and a few words; it may raise to cancel.

    Raises:
        GeneRAINError: an unknown method, or fewer than 4 genes.
    """
    _check(space, method)
    found = cached_projection(space, method, seed)
    if found is not None:
        return found
    report = progress or silent
    if method == "umap":
        report(0.01, "loading UMAP")
        load_umap()
    with one_thread():
        places = {"umap": _umap, "pca": _pca, "tsne": _tsne}[method](space, seed, report)
        report(0.97, "measuring how well neighbors were kept")
        meta = {"kept": neighbors_kept(space, places, seed)}
    return _projection(space, method, cache.store("projections", _key(space, method, seed), {"places": places}, meta))


def parameters(method: str, seed: int = settings.SEED) -> str:
    """Return in words what the projection is made with."""
    title, settings_in_words, package = _DESCRIPTIONS[method]
    return f"{title} ({settings_in_words}, seed {seed}, {package} {version(package)}, one thread)"


def neighbors_kept(space: GeneSpace, places: np.ndarray, seed: int = settings.SEED, sample: int = 1000) -> float:
    """Return the mean share of the 15 most similar genes that are also among the 15 nearest places, over a seeded sample."""
    from sklearn.neighbors import NearestNeighbors

    k = min(NEIGHBORS, len(space) - 1)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(space))[:sample])
    near_space, _ = nearest(space, k, rows=chosen)
    near_plane = NearestNeighbors(n_neighbors=k + 1).fit(places).kneighbors(places[chosen], return_distance=False)
    shares = []
    for row, a, b in zip(chosen, near_space, near_plane, strict=True):
        shares.append(len(set(a) & (set(b) - {row})) / k)
    return float(np.mean(shares))


def nearest(
    space: GeneSpace, k: int, rows: np.ndarray | None = None, progress: Callable[[float], None] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's k most similar other genes and their cosines (rows × k, nearest first, float32 products)."""
    unit = (space.vectors / space.norms[:, None]).astype(np.float32)
    return nearest_directions(unit, k, rows, progress)


def _check(space: GeneSpace, method: str) -> None:
    if method not in METHODS:
        raise GeneRAINError(f"There is no projection called “{method[:40]}”; choose one of {', '.join(METHODS)}.")
    if len(space) < 4:
        raise GeneRAINError(f"A map needs at least 4 genes; {space.name} has {len(space)}.")


def _key(space: GeneSpace, method: str, seed: int) -> str:
    return cache.key_of(1, space.fingerprint, parameters(method, seed))


def _shipped(space: GeneSpace, method: str, seed: int) -> cache.Entry | None:
    entry = cache.shipped("projections", method) if seed == settings.SEED and method in METHODS else None
    return entry if entry is not None and entry.meta.get("fingerprint") == space.fingerprint else None


def _projection(space: GeneSpace, method: str, entry: cache.Entry) -> Projection:
    words = str(entry.meta.get("parameters") or parameters(method))
    return Projection(space.genes, np.asarray(entry.arrays["places"]), method, words, float(entry.meta["kept"]))


def _pca(space: GeneSpace, seed: int, progress: Progress) -> np.ndarray:
    from sklearn.decomposition import PCA

    progress(0.1, "principal components")
    unit = space.vectors / space.norms[:, None]
    return np.asarray(PCA(2, svd_solver="full", random_state=seed).fit_transform(unit), np.float32)


def _tsne(space: GeneSpace, seed: int, progress: Progress) -> np.ndarray:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    progress(0.05, "t-SNE, which can't tell how far it is")
    unit = (space.vectors / space.norms[:, None]).astype(np.float32)
    if unit.shape[1] > 50 and len(unit) > 50:
        unit = PCA(50, svd_solver="full", random_state=seed).fit_transform(unit).astype(np.float32)
    perplexity = min(30.0, (len(unit) - 1) / 3)
    return np.asarray(TSNE(2, perplexity=perplexity, init="pca", random_state=seed).fit_transform(unit), np.float32)


def _umap(space: GeneSpace, seed: int, progress: Progress) -> np.ndarray:
    umap = load_umap()
    k = min(NEIGHBORS, len(space) - 1)
    near, cosines = nearest(space, k, progress=lambda share: progress(0.02 + 0.28 * share, "exact nearest neighbors"))
    own = np.arange(len(space), dtype=np.int32)[:, None]
    indices, distances = np.hstack([own, near[:, : k - 1]]), np.hstack([np.zeros_like(cosines[:, :1]), 1 - cosines[:, : k - 1]])
    progress(0.32, "building the graph of neighbors")
    bar = {"file": _Epochs(progress), "bar_format": "{n_fmt}/{total_fmt}", "disable": False, "mininterval": 0.2}
    far, unit = np.clip(distances, 0, None), space.vectors / space.norms[:, None]
    return arrange(umap, unit, indices, far, metric="cosine", seed=seed, tqdm_kwds=bar)


class _Epochs(io.StringIO):
    """Turn the progress bar that UMAP writes into calls of `tell`."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._tell = progress

    def write(self, text: str) -> int:
        count = re.search(r"(\d+)/(\d+)", text)
        if count:
            self._tell(0.35 + 0.6 * int(count[1]) / max(int(count[2]), 1), "arranging the genes")
        return len(text)
