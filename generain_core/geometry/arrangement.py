"""UMAP from exact nearest neighbors: loading it, and arranging rows on a plane."""

import warnings
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


def load_umap() -> Any:
    """Return UMAP's class, which takes seconds to load."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # it says that TensorFlow is not installed, which we don't use
        from umap import UMAP
    return UMAP


def arrange(
    umap: Any,
    vectors: NDArray[np.floating],
    near: NDArray[np.integer],
    far: NDArray[np.floating],
    *,
    metric: Literal["cosine", "euclidean"],
    seed: int,
    **options: Any,
) -> NDArray[np.float32]:
    """Place rows on a plane by their exact nearest neighbors; the same seed gives the same places.

    Args:
        umap: the class that `load_umap` returns.
        vectors: rows × width; UMAP reads them as float32.
        near: the nearest rows of each row, itself first (rows × k).
        far: their distances (rows × k).
        metric: of the distances.
        seed: of the random start.
        options: of the class, beyond these.
    """
    knn = (near.astype(np.int32), far.astype(np.float32), None)
    model = umap(
        n_neighbors=near.shape[1], metric=metric, random_state=seed, n_jobs=1, precomputed_knn=knn, verbose=False, **options
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # no index for placing new data; a graph in several parts
        return np.asarray(model.fit_transform(vectors.astype(np.float32)), np.float32)
