"""Where names beside dots can stand so that they cover neither each other nor a dot."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

_AROUND = ((0, 1), (1, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_FARTHER = (0.0, 14.0, 30.0, 48.0)
_GAP, _DOT = 7.0, 5.0


def label_places(
    points: NDArray[np.float64],
    widths: Sequence[float],
    size: tuple[float, float],
    *,
    rows: Sequence[int],
    always: Collection[int] = (),
    height: float = 13.0,
) -> dict[int, tuple[float, float]]:
    """Return where the middle of each name stands from its dot; names without room are left out.

    Names are placed one after another, each at the nearest of 32 places around its dot that is free of names before it and of
    all dots, and inside the plot. Those that must stand take the least covered place where none is free.

    Args:
        points: dots × 2, in pixels, y upwards.
        widths: of each dot's name, in pixels.
        size: width and height of the plot, in pixels.
        rows: dots to name, the most important first.
        always: those of them that must be named.
        height: of a name, in pixels.
    """
    boxes, places = np.empty((0, 4)), dict[int, tuple[float, float]]()
    dots = np.column_stack([points - _DOT, points + _DOT])
    for row in dict.fromkeys(rows):
        offsets = _offsets(widths[row], height)
        middle = points[row] + offsets
        half = np.array([widths[row], height]) / 2
        around = np.column_stack([middle - half, middle + half])
        outside = (around[:, 0] < 0) | (around[:, 1] < 0) | (around[:, 2] > size[0]) | (around[:, 3] > size[1])
        others = np.delete(dots, row, axis=0)
        covered = np.array([_shared(box, boxes) + _shared(box, others) for box in around]) + 1e6 * outside
        best = int(np.argmin(covered > 0)) if (covered == 0).any() else int(np.argmin(covered))
        if covered[best] > 0 and row not in always:
            continue
        boxes = np.vstack([boxes, around[best]])
        places[row] = (float(offsets[best, 0]), float(offsets[best, 1]))
    return places


def is_beside(place: tuple[float, float], width: float, height: float = 13.0) -> bool:
    """Say whether a name stands right beside its dot, so that no line has to lead to it."""
    near = _offsets(width, height)[: len(_AROUND)]
    return bool(np.isclose(near, place).all(axis=1).any())


def _offsets(width: float, height: float) -> NDArray[np.float64]:
    """Return the places around a dot, the nearest first."""
    around = np.array(_AROUND, dtype=float)
    return np.concatenate([around * np.array([width / 2 + _GAP + far, height / 2 + _GAP - 2 + far]) for far in _FARTHER])


def _shared(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> float:
    """Return the area that a box shares with others."""
    wide = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    high = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    return float((np.maximum(wide, 0) * np.maximum(high, 0)).sum())
