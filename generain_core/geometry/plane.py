"""The plane that holds most of what a few vectors differ in."""

import numpy as np


def plane_of(vectors: np.ndarray) -> np.ndarray:
    """Return the places (n × 2) of vectors (n × dimensions) on the plane of their first two principal components.

    The signs are fixed: on each axis, the vector farthest from the middle lies on the positive side.
    """
    centered = vectors - vectors.mean(axis=0)
    u, s, _ = np.linalg.svd(centered, full_matrices=False)
    places: np.ndarray = np.zeros((len(vectors), 2))
    rank = min(2, len(s))
    places[:, :rank] = u[:, :rank] * s[:rank]
    farthest = np.abs(places).argmax(axis=0)
    return places * np.where(places[farthest, [0, 1]] < 0, -1, 1)
