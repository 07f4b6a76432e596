"""Figures of embedded samples."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from generain_core.geometry.projection import SampleMap
from generain_core.text import percent
from generain_core.ui.components import figures
from generain_core.ui.components.paper.publication import ON_PAGE_ALONE
from generain_core.ui.embedding.sample_colors import Coloring

CHOSEN = "#e11d48"
FEW_NAMES = 16
"""So few samples are named on the map."""
FEW_TICKS = 24
"""So few samples are named below a heatmap as well as beside it; more would overlap on a phone."""
SVG_POINTS = 3000
"""Up to so many points a figure is drawn as SVG, above that by WebGL."""


def sample_map(made: SampleMap, names: Sequence[str], coloring: Coloring, chosen: int | None, *, simulated: bool) -> go.Figure:
    """Draw samples where a map puts them, colored, one of them ringed."""
    figure, places = go.Figure(), made.places
    labels = np.array([escape(short(name, 60)) for name in names], object)
    draw: Any = go.Scatter if len(names) <= SVG_POINTS else go.Scattergl
    named = len(names) <= FEW_NAMES
    common: dict[str, Any] = {
        "mode": "markers+text" if named else "markers",
        "textposition": "top center",
        "cliponaxis": not named,
    }
    outline = {"width": 0.5 if len(names) <= SVG_POINTS else 0, "color": "rgba(255,255,255,0.6)"}
    if coloring.values is not None:
        known = np.isfinite(coloring.values)
        for rows, marker in (
            (np.flatnonzero(~known), {"color": figures.GREY, "opacity": 0.5}),
            (np.flatnonzero(known), _scale(coloring, coloring.values[known])),
        ):
            if len(rows):
                figure.add_trace(
                    draw(
                        x=places[rows, 0],
                        y=places[rows, 1],
                        text=labels[rows],
                        customdata=rows,
                        marker=marker | {"size": _size(len(names)), "line": outline},
                        hovertemplate="%{text}<br>%{marker.color:,.4g}<extra></extra>" if "cmin" in marker else _NAME,
                        showlegend=False,
                        **common,
                    )
                )
    for kind in coloring.kinds:
        open_symbol = kind.symbol.endswith("open")
        figure.add_trace(
            draw(
                x=places[kind.rows, 0],
                y=places[kind.rows, 1],
                text=labels[kind.rows],
                customdata=kind.rows,
                name=escape(short(kind.name, 32)),
                marker={
                    "color": kind.color,
                    "symbol": kind.symbol,
                    "size": _size(len(names)),
                    "opacity": 0.85,
                    "line": {"width": 1.2, "color": kind.color} if open_symbol else outline,
                },
                hovertemplate=f"%{{text}}<br>{_safe(kind.name)}<extra></extra>",
                **common,
            )
        )
    if chosen is not None:
        figure.add_trace(
            draw(
                x=places[[chosen], 0],
                y=places[[chosen], 1],
                mode="markers",
                marker={"size": _size(len(names)) + 9, "symbol": "circle-open", "color": CHOSEN, "line": {"width": 2.5}},
                hoverinfo="skip",
                showlegend=False,
                meta=ON_PAGE_ALONE,
            )
        )
    axes = ("PC 1", "PC 2") if made.explained is not None else ("", "")
    shares = made.explained or (0.0, 0.0)
    grid = {"showticklabels": False, "zeroline": False, "showgrid": False, "showline": False}
    side = len(coloring.kinds) > 12
    figure.update_layout(
        height=560,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"title": {"text": _safe(short(coloring.title, 40))}, "itemsizing": "constant"}
        | ({} if side else {"orientation": "h", "y": -0.08, "yanchor": "top", "x": 0}),
        dragmode="pan",
        hoverlabel={"namelength": 0},
        uirevision=f"{made.method}-{made.metric}",
        xaxis=grid | {"title": {"text": f"{axes[0]} ({percent(shares[0])} of the variance)" if axes[0] else ""}},
        yaxis=grid | {"title": {"text": f"{axes[1]} ({percent(shares[1])})" if axes[1] else ""}, "scaleanchor": "x"},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def heatmap(
    matrix: NDArray[np.float64],
    names: Sequence[str],
    tree: NDArray[np.float64] | None,
    strip: tuple[str, Sequence[str], Sequence[str]] | None,
    title: str,
    *,
    high_is_alike: bool,
    simulated: bool,
) -> go.Figure:
    """Draw similarities of ordered samples, with their tree above, and a strip (title, name and color of each) beside it.

    The scale runs over the pairs of different samples, so that a sample's likeness to itself doesn't take it up.
    """
    n = len(matrix)
    off = matrix[~np.eye(n, dtype=bool)]
    low, high = (float(np.quantile(off, q)) for q in (0.01, 0.99))
    labels = [escape(short(name, 40)) for name in names]
    crowded = n > FEW_TICKS
    figure = go.Figure(
        go.Heatmap(
            z=matrix.astype(np.float32),
            x=np.arange(n, dtype=np.float32),
            y=np.arange(n, dtype=np.float32),
            zmin=low,
            zmax=high if high > low else low + 1e-9,
            colorscale="Cividis" if high_is_alike else "Cividis_r",
            colorbar=_bar(title, below=crowded),
            text=None,
            customdata=None,
            hovertemplate="%{x}<br>%{y}<br>%{z:.4f}<extra></extra>" if n > 1 else None,
        )
    )
    shown = n <= 60
    ticks = {"tickvals": list(range(n)), "ticktext": labels, "showticklabels": shown, "showgrid": False, "zeroline": False}
    ticks |= {"tickfont": {"size": 10 if n > 30 else 12}, "ticks": ""}
    left = 0.03 if strip else 0.0
    figure.update_layout(
        xaxis=ticks | {"showticklabels": not crowded, "domain": [left, 1], "tickangle": -90, "constrain": "domain"},
        yaxis=ticks | {"domain": [0, 0.86 if tree is not None else 1], "autorange": "reversed", "side": "left"},
        height=720 if shown else 680,
        margin={"l": 8, "r": 8, "t": 70, "b": 8},
        hoverlabel={"namelength": 0},
        showlegend=strip is not None,
        legend={"orientation": "h", "y": 1.04, "yanchor": "bottom", "x": 0, "title": {"text": _safe(strip[0]) if strip else ""}},
    )
    if strip:
        _strip(figure, strip, n, left, 0.86 if tree is not None else 1)
    if tree is not None:
        _tree(figure, tree, n, left)
    figures.mark_simulated(figure, simulated)
    return figure


def _bar(title: str, *, below: bool) -> dict[str, Any]:
    """Return the color bar: beside a heatmap, or below it where that has no names, so that it is wide on a phone too."""
    if below:
        return {"title": {"text": title, "side": "bottom"}, "thickness": 12, "len": 0.7, "orientation": "h", "y": -0.02} | {
            "yanchor": "top"
        }
    return {"title": {"text": title, "side": "right"}, "thickness": 12, "len": 0.6}


def _strip(figure: go.Figure, strip: tuple[str, Sequence[str], Sequence[str]], n: int, width: float, top: float) -> None:
    _, kinds, colors = strip
    of_kind = dict(zip(kinds, colors, strict=True))
    code = {kind: i for i, kind in enumerate(of_kind)}
    most = max(len(code), 1)
    scale = [[edge, color] for i, color in enumerate(of_kind.values()) for edge in (i / most, (i + 1) / most)]
    figure.add_trace(
        go.Heatmap(
            z=np.array([[code[kind]] for kind in kinds], np.float32),
            x=[0],
            y=np.arange(n, dtype=np.float32),
            zmin=-0.5,
            zmax=most - 0.5,
            colorscale=scale,
            showscale=False,
            text=[[escape(kind)] for kind in kinds],
            hovertemplate="%{text}<extra></extra>",
            xaxis="x3",
            yaxis="y",
        )
    )
    figure.update_layout(xaxis3={"domain": [0, width * 0.8], "visible": False}, yaxis={"anchor": "x3"})
    for kind, color in of_kind.items():
        marker = {"size": 10, "symbol": "square", "color": color}
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=escape(short(kind, 24))))


def _tree(figure: go.Figure, tree: NDArray[np.float64], n: int, left: float) -> None:
    from scipy.cluster.hierarchy import dendrogram

    drawn = dendrogram(tree, no_plot=True)
    xs: list[float | None] = []
    ys: list[float | None] = []
    for across, up in zip(drawn["icoord"], drawn["dcoord"], strict=True):
        xs += [*((x - 5) / 10 for x in across), None]
        ys += [*up, None]
    line = {"color": figures.GREY, "width": 1}
    figure.add_trace(go.Scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False, xaxis="x2", yaxis="y2"))
    figure.update_layout(
        xaxis2={"domain": [left, 1], "visible": False, "range": [-0.5, n - 0.5], "anchor": "y2"},
        yaxis2={"domain": [0.87, 1], "visible": False, "rangemode": "tozero", "anchor": "x2"},
        xaxis={"range": [-0.5, n - 0.5]},
    )


def short(name: object, most: int) -> str:
    """Return a name cut to so many characters."""
    text = str(name)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _scale(coloring: Coloring, values: NDArray[np.float32]) -> dict[str, Any]:
    low, high = coloring.span or (0.0, 1.0)
    bar = {"title": {"text": _safe(short(coloring.title, 40)), "side": "right"}, "thickness": 12, "len": 0.7}
    return {"color": values, "cmin": low, "cmax": high, "colorscale": "Cividis", "colorbar": bar, "opacity": 0.9}


def _size(samples: int) -> float:
    return 12 if samples <= 60 else 9 if samples <= 600 else 6 if samples <= 6000 else 4


def _safe(text: str) -> str:
    """Return text as a hover label or a title shows it: no markup, no placeholder."""
    return escape(short(text, 60)).replace("%{", "% {")


_NAME = "%{text}<extra></extra>"
