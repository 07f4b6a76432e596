"""A chart of the page as a figure for a paper: of a width in millimeters, on white, with dark text and the whole legend."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.errors import GeneRAINError
from generain_core.ui.components.paper import names as paper_names

Kind = Literal["png", "svg", "pdf"]
WIDTHS = {"single column, 85 mm": 85.0, "1.5 columns, 114 mm": 114.0, "double column, 174 mm": 174.0}
"""Widths that journals ask for."""
_PX_PER_MM, _PX_PER_PT = 96 / 25.4, 96 / 72
DPI = 600
MOST_VECTOR_POINTS = 40_000
"""Points of a layer that are drawn one by one; of more, a file would be too large to open, and they become an image."""
NO_BROWSER = (
    "Figures for papers are drawn by a browser on the machine that the app runs on, and none was found there; install Chrome, "
    "Chromium or Edge, or save the chart by the camera above it."
)
_SCREEN_WIDTH, _SCREEN_FONT = 700, 12.0
_PLOT = 0.75
"""Share of a figure's height that the plot has, about, with title and legend below."""
_INK, _LINES = "#111111", "#dddddd"
ON_PAGE_ALONE = "on the page alone"
"""What `meta` of a trace says that marks what somebody chose on the page: a paper has no use for it."""


@dataclass(frozen=True)
class Format:
    """What a figure is to be like.

    Attributes:
        width: in millimeters.
        font: size of the text, in points.
    """

    width: float = 85.0
    font: float = 7.0


@lru_cache(maxsize=1)
def has_browser() -> bool:
    """Say whether there is a browser on the machine that can draw figures."""
    from choreographer.browsers.chromium import Chromium

    return Chromium.find_browser(skip_local=False) is not None


def height_of(figure: go.Figure, chosen: Format) -> float:
    """Return the height in millimeters that keeps the shape on the page, from half to twice the width."""
    on_page = float(figure.layout.height or 450)
    return chosen.width * min(max(on_page / _SCREEN_WIDTH, 0.5), 2.0)


def for_paper(figure: go.Figure, chosen: Format) -> go.Figure:
    """Return a copy of a figure as a paper prints it; nothing is drawn as selected, and the legend stands below."""
    scale = chosen.font * _PX_PER_PT / _SCREEN_FONT
    paper = go.Figure(list(_traces(figure, scale)), figure.layout)
    letters = chosen.font * _PX_PER_PT
    font = {"family": "Arial, Helvetica, Liberation Sans, sans-serif", "size": chosen.font * _PX_PER_PT, "color": _INK}
    width, height = chosen.width * _PX_PER_MM, height_of(figure, chosen) * _PX_PER_MM
    paper.update_layout(
        template="plotly_white",
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        font=font,
        width=round(width),
        height=round(height),
        margin={"l": 4, "r": 6, "t": round(20 * scale) + 4, "b": 4, "autoexpand": True},
        dragmode=False,
        legend={
            "orientation": "h",
            "yref": "paper",
            "y": _legend_top(paper, letters, height),
            "yanchor": "top",
            "x": 0,
            "xanchor": "left",
            "font": {"size": font["size"], "color": _INK},
            "title": {"font": {"size": font["size"], "color": _INK}},
            "itemsizing": "constant",
            "entrywidthmode": "pixels",
        },
    )
    for axes in (paper.update_xaxes, paper.update_yaxes):
        axes(
            automargin=True,
            color=_INK,
            gridcolor=_LINES,
            tickfont={"size": font["size"], "color": _INK},
            title_font={"size": font["size"], "color": _INK},
            title_standoff=4,
        )
    rows = paper.layout.yaxis.ticktext
    if rows is not None and len(rows):  # each name of a row within its row
        paper.layout.yaxis.tickfont.size = min(letters, 0.6 * height / len(rows))
    for note in paper.layout.annotations:
        size = float(note.font.size or _SCREEN_FONT) * scale
        note.font.size = size
        if note.font.color is None:
            note.font.color = _INK
        if note.yshift:
            note.yshift = float(note.yshift) * scale
    paper_names.place(paper, letters, (width - 4 * letters, height * _PLOT))
    return paper


def _legend_top(figure: go.Figure, font: float, height: float) -> float:
    """Return where a legend begins below the plot, in shares of it: right under what is written at the axis."""
    axis = figure.layout.xaxis
    if _hides_axes(figure):
        return -0.02
    words = axis.ticktext is not None or any(_has_words(getattr(each, "x", None)) for each in figure.data)
    if words and axis.showticklabels is not False:
        return -0.3  # names may be long, or slanted
    ticks = 0 if axis.showticklabels is False else 1.8
    title = 1.8 * (1 + (axis.title.text or "").count("<br>")) if axis.title.text else 0
    bar = (
        5.8
        if any((getattr(each, "colorbar", None) or {})["orientation"] == "h" for each in figure.data if each.type == "heatmap")
        else 0
    )
    return -font * (ticks + title + bar + 0.6) / (height * _PLOT)


def _has_words(values: Any) -> bool:
    return values is not None and any(isinstance(value, str) for value in list(values)[:1])


def _hides_axes(figure: go.Figure) -> bool:
    return figure.layout.xaxis.visible is False or not figure.data


def _traces(figure: go.Figure, scale: float) -> Iterator[Any]:
    """Give the traces with points that can be drawn one by one, nothing selected, and text of the size of the rest."""
    for trace in figure.data:
        if trace.meta == ON_PAGE_ALONE:
            continue
        plain = trace.to_plotly_json()
        for name in ("selectedpoints", "selected", "unselected"):
            plain.pop(name, None)
        if plain["type"] == "scattergl" and len(plain.get("x", ())) <= MOST_VECTOR_POINTS:
            plain["type"] = "scatter"
        marker = plain.get("marker")
        if isinstance(marker, dict):
            if isinstance(marker.get("size"), int | float):
                marker["size"] = max(1.5, float(marker["size"]) * min(scale, 1.0))
            _small(marker.get("colorbar"), scale)
        _small(plain.get("colorbar"), scale)
        if isinstance(plain.get("textfont"), dict) and isinstance(plain["textfont"].get("size"), int | float):
            plain["textfont"]["size"] = float(plain["textfont"]["size"]) * scale
        kind = plain.pop("type")
        yield getattr(go, {"scattergl": "Scattergl", "scatter": "Scatter"}.get(kind, kind.capitalize()))(plain)


def _small(bar: Any, scale: float) -> None:
    """Make a color bar as much smaller as the text."""
    if isinstance(bar, dict):
        bar["thickness"] = float(bar.get("thickness", 12)) * min(scale, 1.0)
        font = {"size": _SCREEN_FONT * scale, "color": _INK}
        bar["tickfont"] = bar.get("tickfont", {}) | font
        if isinstance(bar.get("title"), dict):
            bar["title"]["font"] = font


def image(figure: go.Figure, chosen: Format, kind: Kind) -> bytes:
    """Return a figure for a paper as a file: PNG with 600 dots an inch, or SVG or PDF of its width in millimeters.

    Raises:
        GeneRAINError: there is no browser on the machine that could draw it.
    """
    if not has_browser():
        raise GeneRAINError(NO_BROWSER)
    paper = for_paper(figure, chosen)
    content: bytes = paper.to_image(format=kind, scale=DPI / 96 if kind == "png" else 1)
    if kind == "svg":
        return _in_millimeters(content, chosen.width, height_of(figure, chosen))
    return _with_dpi(content) if kind == "png" else content


def _in_millimeters(svg: bytes, width: float, height: float) -> bytes:
    """Write the size of an SVG in millimeters, which programs for layout keep."""
    head, rest = svg[:400].decode(), svg[400:]
    head = re.sub(r'width="[\d.]+"', f'width="{width:g}mm"', head, count=1)
    return re.sub(r'height="[\d.]+"', f'height="{height:.4g}mm"', head, count=1).encode() + rest


def _with_dpi(png: bytes) -> bytes:
    """Write into a PNG how many dots it has an inch (chunk pHYs, behind the header), so that it is placed at its width."""
    header = 8 + 4 + 4 + 13 + 4
    dots = round(DPI / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    return png[:header] + struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body)) + png[header:]


def source_data(figure: go.Figure) -> pd.DataFrame:
    """Return what a figure is drawn of: one row a point, bar or cell, with the name of its layer."""
    parts = [_table(trace, i) for i, trace in enumerate(figure.data) if trace.meta != ON_PAGE_ALONE]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["layer", "x", "y"])


def _table(trace: Any, number: int) -> pd.DataFrame:
    layer = trace.name or f"layer {number + 1}"
    if trace.type == "heatmap":
        cells = np.asarray(trace.z)
        x = list(trace.x) if trace.x is not None else list(range(cells.shape[1]))
        y = list(trace.y) if trace.y is not None else list(range(cells.shape[0]))
        return pd.DataFrame({"layer": layer, "x": np.tile(x, len(y)), "y": np.repeat(y, len(x)), "value": cells.reshape(-1)})
    columns = {axis: list(values) for axis in ("x", "y") if (values := getattr(trace, axis, None)) is not None}
    length = max(map(len, columns.values()), default=0)
    text, color = getattr(trace, "text", None), getattr(getattr(trace, "marker", None), "color", None)
    for name, values in (("label", text), ("value", color)):
        if values is not None and not isinstance(values, str) and len(values) == length:
            columns[name] = list(values)
    return pd.DataFrame({"layer": layer, **{name: values for name, values in columns.items() if len(values) == length}})
