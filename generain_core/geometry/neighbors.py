"""Exact nearest neighbors of rows among each other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 64 << 20
"""What the products of one block of rows with all others take in memory."""


def nearest_directions(
    unit: NDArray[np.float32], k: int, rows: NDArray[np.integer] | None = None, progress: Callable[[float], None] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the k other rows with the largest cosines to each row, and the cosines (rows × k, nearest first, float32 products).

    Args:
        unit: rows of length 1.
        k: neighbors to return, fewer than there are rows.
        rows: whose neighbors; all by default.
        progress: called with a share from 0 to 1.
    """
    rows = np.arange(len(unit)) if rows is None else rows
    near, cosines = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.float32)
    block = max(1, BLOCK_BYTES // (4 * len(unit)))
    for start in range(0, len(rows), block):
        part = rows[start : start + block]
        products = unit[part] @ unit.T
        products[np.arange(len(part)), part] = -np.inf
        top = np.argpartition(products, len(unit) - k, axis=1)[:, len(unit) - k :]
        values = np.take_along_axis(products, top, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        near[start : start + block] = np.take_along_axis(top, order, axis=1)
        cosines[start : start + block] = np.take_along_axis(values, order, axis=1)
        if progress:
            progress(min(1.0, (start + block) / len(rows)))
    return near, cosines
