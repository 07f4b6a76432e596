"""The nearest reference samples by cosine: exact, all of them looked at, in one pass through the file."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError

ROWS = 65_536
"""Reference samples compared at once."""
QUERIES = 512
"""Samples that are looked for at once: their cosines with a block of the reference take 128 MB."""


class Nearest(NamedTuple):
    """Rows of the reference (samples × k), nearest first, and their cosines (float64); equally near ones in row order."""

    rows: NDArray[np.intp]
    cosines: NDArray[np.float64]


def lengths_of(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row.

    Raises:
        GeneRAINError: a row has no direction, or values that are no numbers.
    """
    lengths = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), ROWS):
        block = np.asarray(vectors[start : start + ROWS])
        lengths[start : start + ROWS] = np.sqrt(np.einsum("ij,ij->i", block, block))
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise GeneRAINError("An embedded sample has no direction or no finite values; the checkpoint may be damaged.")
    return lengths


def nearest_rows(
    vectors: NDArray[np.float32],
    lengths: NDArray[np.float32],
    queries: NDArray[np.floating],
    k: int,
    without: NDArray[np.bool_] | None = None,
) -> Nearest:
    """Return the k rows nearest to each query.

    Every row is compared in float32; whatever can be among the k nearest, with the rounding of float32 allowed for, is then
    compared in float64, so that the order is that of float64.

    Args:
        vectors: rows × width.
        lengths: of the rows.
        queries: samples × width.
        k: rows to return; fewer if there are fewer.
        without: rows not to be found.

    Raises:
        GeneRAINError: widths differ, a query has no direction, or there is no row.
    """
    embedding = np.asarray(queries, np.float64)
    size = np.linalg.norm(embedding, axis=1, keepdims=True) if embedding.ndim == 2 else np.zeros(1)
    if embedding.ndim != 2 or embedding.shape[1] != vectors.shape[1] or not np.all(np.isfinite(size) & (size > 0)):
        raise GeneRAINError(
            f"Samples embedded in {embedding.shape[-1]} finite numbers, not all zero, can't be compared with a reference in "
            f"{vectors.shape[1]}; embed them with the reference's model."
        )
    unit = embedding / size
    rows = len(vectors) - (int(without.sum()) if without is not None else 0)
    k = min(k, rows)
    if k < 1:
        raise GeneRAINError("There is no reference sample to compare with.")
    parts = [_found(vectors, lengths, unit[i : i + QUERIES], k, without) for i in range(0, len(unit), QUERIES)]
    if not parts:
        return Nearest(np.empty((0, k), np.intp), np.empty((0, k)))
    return Nearest(np.concatenate([part.rows for part in parts]), np.concatenate([part.cosines for part in parts]))


def _found(
    vectors: NDArray[np.float32],
    lengths: NDArray[np.float32],
    unit: NDArray[np.float64],
    k: int,
    without: NDArray[np.bool_] | None,
) -> Nearest:
    candidates = [list[NDArray[np.intp]]() for _ in unit]
    least = np.full(len(unit), -np.inf)
    allowed = 4 * vectors.shape[1] * float(np.finfo(np.float32).eps)
    small = np.ascontiguousarray(unit.T, np.float32)
    for start in range(0, len(vectors), ROWS):
        block = np.asarray(vectors[start : start + ROWS])
        cosines = (block @ small).T / lengths[start : start + ROWS]
        if without is not None:
            cosines[:, without[start : start + ROWS]] = -np.inf
        for i, row in enumerate(cosines):
            if len(row) >= k:
                least[i] = max(least[i], float(np.partition(row, len(row) - k)[len(row) - k]))
            candidates[i].append(start + np.flatnonzero(row >= np.float32(max(least[i] - allowed, -2.0))))
    in_order = [_ordered(vectors, unit[i], np.concatenate(each), k) for i, each in enumerate(candidates)]
    return Nearest(np.stack([rows for rows, _ in in_order]), np.stack([cosines for _, cosines in in_order]))


def _ordered(
    vectors: NDArray[np.float32], unit: NDArray[np.float64], rows: NDArray[np.intp], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    block = np.asarray(vectors[rows], np.float64)
    cosines = (block @ unit) / np.linalg.norm(block, axis=1)
    order = np.lexsort((rows, -cosines))[:k]
    return rows[order], cosines[order]
