"""The points of a large map as one picture: what lies under a few genes need not be sent to each browser point by point."""

import base64
import io
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

LEAST = 5_000
"""Points from which a picture is drawn instead; fewer can each be named on the page."""
_SIDE, _RADIUS, _OPACITY, _LEVELS = 700, 2.0, 0.4, 8
"""Pixels of the longer side and of a point's radius; how much a point covers, and in how many steps that is kept."""


def lay_under(figure: go.Figure, places: np.ndarray, name: str, color: str) -> None:
    """Lay the picture of places (points × 2) under a figure, with its place in the legend and the room that it needs."""
    low, high = places.min(axis=0), places.max(axis=0)
    margin = (high - low).max() * _RADIUS / _SIDE
    low, high = low - margin, high + margin
    figure.add_layout_image(
        source=_source(np.ascontiguousarray(places, np.float32).tobytes(), color),
        xref="x",
        yref="y",
        x=float(low[0]),
        y=float(high[1]),
        sizex=float(high[0] - low[0]),
        sizey=float(high[1] - low[1]),
        sizing="stretch",
        layer="below",
    )
    plain: dict[str, Any] = {"mode": "markers", "hoverinfo": "skip"}
    corners = np.stack([low, high]).astype(np.float64)
    figure.add_trace(go.Scattergl(x=corners[:, 0], y=corners[:, 1], marker={"opacity": 0}, showlegend=False, **plain))
    figure.add_trace(go.Scattergl(x=[None], y=[None], name=name, marker={"color": color, "size": 5}, **plain))


@lru_cache(maxsize=16)
def _source(places: bytes, color: str) -> str:
    from PIL import Image

    opacity = _drawn(np.frombuffer(places, np.float32).reshape(-1, 2).astype(np.float64))
    steps = np.rint(opacity * (_LEVELS - 1)).astype(np.uint8)
    picture = Image.fromarray(steps, "P")
    picture.putpalette(list(bytes.fromhex(color.lstrip("#"))) * _LEVELS)
    kept = io.BytesIO()
    transparency = bytes(round(255 * step / (_LEVELS - 1)) for step in range(_LEVELS))
    picture.save(kept, "PNG", optimize=True, bits=4, transparency=transparency)
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()


def _drawn(places: np.ndarray) -> np.ndarray:
    """Return how much of each pixel is covered (rows from the top × columns, 0 to 1) by points that let others through."""
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    scale = (_SIDE - 2 * _RADIUS) / max(span.max(), 1e-12)
    at = (places - low) * scale + _RADIUS
    width, height = (max(1, int(np.ceil(side * scale + 2 * _RADIUS))) for side in span)
    passed = np.zeros(height * width)
    reach = int(np.ceil(_RADIUS))
    cell = np.floor(at).astype(np.intp)
    for right in range(-reach, reach + 1):
        for up in range(-reach, reach + 1):
            column, row = cell[:, 0] + right, cell[:, 1] + up
            away = np.hypot(column + 0.5 - at[:, 0], row + 0.5 - at[:, 1])
            covers = _OPACITY * np.clip(_RADIUS + 0.5 - away, 0, 1)
            inside = (covers > 0) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
            flat = (height - 1 - row[inside]) * width + column[inside]
            passed += np.bincount(flat, np.log1p(-covers[inside]), height * width)
    return 1 - np.exp(passed).reshape(height, width)
