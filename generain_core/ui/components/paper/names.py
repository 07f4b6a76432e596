"""Names beside the dots of a figure for a paper: placed for its width, so that they cover neither each other nor a dot."""

from collections.abc import Sequence
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from generain_core.geometry.label_places import is_beside, label_places

_LETTER = 0.6
"""Width of a letter, in the size of the font."""
_ROOM = 0.1
"""Share of the span that is left free on each side, where the figure has no range of its own."""
_MOST_DOTS = 5_000


def place(paper: go.Figure, font: float, size: tuple[float, float]) -> None:
    """Write the names of dots, and of stars on maps, where there is room; a line leads to those that stand apart.

    Args:
        paper: the figure, which is changed.
        font: size of the letters in pixels.
        size: width and height of the plot in pixels, about.
    """
    traces = [trace for trace in paper.data if trace.type in ("scatter", "scattergl") and trace.xaxis in (None, "x")]
    named = [
        trace
        for trace in traces
        if "text" in str(trace.mode) and isinstance(trace.text, Sequence | np.ndarray) and not isinstance(trace.text, str)
    ]
    stars = [note for note in paper.layout.annotations if note.bgcolor and note.xref in (None, "x") and not note.text.isspace()]
    try:
        parts = [_dots(trace) for trace in traces] if named or stars else []
        own = np.concatenate([np.empty((0, 2)), *(_dots(trace) for trace in named)])
    except ValueError:  # an axis of words, whose places are not known here
        return
    places = np.concatenate([part[np.isfinite(part).all(axis=1)] for part in parts]) if parts else np.empty((0, 2))
    if not len(places):
        return
    low, high = _spans(paper, places, size)
    scale = np.array(size) / (high - low)
    if named:
        words = [str(word or "") for trace in named for word in trace.text]
        own, words = own[[bool(word) for word in words]], [word for word in words if word]
        others = places[~(places[:, None, :] == own[None]).all(axis=2).any(axis=1)] if len(places) <= _MOST_DOTS else places[:0]
        where = _places((np.concatenate([own, others]) - low) * scale, words, font, size)
        for i, (word, offset) in enumerate(zip(words, where, strict=True)):
            paper.add_annotation(x=own[i, 0], y=own[i, 1], text=word, font={"size": font}, **_leads(offset, word, font))
        for trace in named:
            trace.mode = "markers"
        paper.layout.xaxis.range, paper.layout.yaxis.range = zip(low.tolist(), high.tolist(), strict=True)
    if stars:
        at = np.array([[note.x, note.y] for note in stars], float)
        where = _places((at - low) * scale, [note.text for note in stars], float(stars[0].font.size), size)
        for note, offset in zip(stars, where, strict=True):
            note.update(**{"xshift": None, "yshift": None} | _leads(offset, note.text, float(note.font.size)))


def _places(points: NDArray[np.float64], words: list[str], font: float, size: tuple[float, float]) -> list[tuple[float, float]]:
    """Return how far each name stands from its dot, of all that are named."""
    rows = list(range(len(words)))
    widths = [_width(word, font) for word in words] + [0.0] * (len(points) - len(words))
    where = label_places(points, widths, size, rows=rows, always=rows, height=font + 2.0)
    return [where[i] for i in rows]


def _leads(offset: tuple[float, float], word: str, font: float) -> dict[str, Any]:
    if is_beside(offset, _width(word, font), font + 2.0):
        return {"showarrow": False, "xshift": offset[0], "yshift": offset[1]}
    return {"showarrow": True, "arrowhead": 0, "arrowwidth": 0.6, "standoff": 3, "ax": offset[0], "ay": -offset[1]}


def _width(word: str, font: float) -> float:
    return font * _LETTER * len(unescape(word.replace("<b>", "").replace("</b>", "")))


def _spans(
    paper: go.Figure, places: NDArray[np.float64], size: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest values of both axes; of equal units where one axis is scaled as the other."""
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.maximum((high - low) * _ROOM, 1e-9)
    low, high = low - room, high + room
    for i, axis in enumerate((paper.layout.xaxis, paper.layout.yaxis)):
        if axis.range is not None:
            low[i], high[i] = axis.range
    if paper.layout.yaxis.scaleanchor == "x":
        unit, middle = ((high - low) / np.array(size)).max(), (high + low) / 2
        half = unit * np.array(size) / 2
        low, high = middle - half, middle + half
    return low, high


def _dots(trace: Any) -> NDArray[np.float64]:
    """Return the places of a trace's dots, NaN where there is none.

    Raises:
        ValueError: an axis has words.
    """
    axes = [np.array([np.nan if value is None else value for value in values], float) for values in (trace.x, trace.y)]
    return np.column_stack(axes)
