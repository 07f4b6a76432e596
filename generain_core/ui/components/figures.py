"""Figures. One WebGL figure a page; the same input gives the same bytes, so that nothing is sent twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from generain_core.ui.components import figure_button, map_picture
from generain_core.vectors.gene_map import Projection

GREY = "#9aa3a7"
CODING, LNCRNA, OTHER = "#0072b2", "#d55e00", "#009e73"
MARK, LISTED, UP, SECOND, THIRD = "#985fb0", "#e69f00", "#d55e00", "#0072b2", "#009e73"
"""Named genes, genes of a list, what went up or comes first, and what stands beside it."""
SIMULATED = "#d6336c"
_FEW = 500
"""Points that are seen best when nothing shines through them, on the dark page above all."""
CLASS_COLORS = {"coding": CODING, "lncRNA": LNCRNA, "other": OTHER, "unknown": GREY}


@dataclass(frozen=True, eq=False)
class Layer:
    """Points drawn as one trace: rows of the projection, and a color (a word, or a number per row with a title)."""

    name: str
    rows: np.ndarray
    color: str | np.ndarray
    size: float = 4
    scale: str = "Cividis"
    symbol: str = "circle"


@dataclass(frozen=True, eq=False)
class GeneMap:
    """A map and, trace by trace, the rows of the projection that it shows."""

    figure: go.Figure
    rows: tuple[np.ndarray, ...]

    def selected(self, event: Any) -> np.ndarray:
        """Return the projection's rows of the points that a selection event names, each once, ascending."""
        points = event["selection"]["points"] if event and "selection" in event else []
        found = {
            int(self.rows[p["curve_number"]][p["point_index"]])
            for p in points
            if p["curve_number"] < len(self.rows) and p["point_index"] < len(self.rows[p["curve_number"]])
        }
        return np.array(sorted(found), np.intp)


def gene_map(
    projection: Projection,
    layers: Sequence[Layer],
    marked: dict[str, str],
    *,
    simulated: bool,
    height: int = 640,
    selectable: bool = False,
    selected: np.ndarray | None = None,
    pictured: bool = False,
) -> GeneMap:
    """Draw layers of genes, and named stars for the marked genes (gene → color).

    `selected` rows stay colored, others grey. `pictured`, a large layer in grey is one picture of all genes, and has no points.
    """
    figure = go.Figure()
    for layer in layers:
        if pictured and _is_ground(layer):
            map_picture.lay_under(figure, projection.places, escape(layer.name), GREY)
            continue
        names = np.array([escape(projection.genes[row]) for row in layer.rows], object)
        figure.add_trace(_points(projection.places[layer.rows], names, layer))
        if selected is not None and len(selected):
            figure.data[-1].selectedpoints = np.flatnonzero(np.isin(layer.rows, selected)).tolist()
    place = {gene: i for i, gene in enumerate(projection.genes)}
    stars = [gene for gene in marked if gene in place]
    if stars:
        figure.add_trace(_stars(projection.places[[place[g] for g in stars]], stars, [marked[g] for g in stars]))
        places = projection.places[[place[gene] for gene in stars]]
        for gene, at, shift in zip(stars, places, label_shifts(places, np.ptp(projection.places, axis=0)), strict=True):
            _name_star(figure, at, gene, marked[gene], shift)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0, "itemsizing": "constant"},
        dragmode="lasso" if selectable else "pan",
        hoverlabel={"namelength": 0},
        uirevision="map",
    )
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**hidden)
    figure.update_yaxes(**hidden, scaleanchor="x")
    mark_simulated(figure, simulated)
    return GeneMap(figure, (*(layer.rows for layer in layers), np.array([place[g] for g in stars], np.intp)))


def _is_ground(layer: Layer) -> bool:
    return isinstance(layer.color, str) and layer.color == GREY and len(layer.rows) >= map_picture.LEAST


def _points(places: np.ndarray, names: np.ndarray, layer: Layer) -> go.Scattergl:
    size = layer.size if len(names) > 10_000 else layer.size + 1.5
    marker: dict[str, Any] = {
        "size": size,
        "symbol": layer.symbol,
        "color": layer.color,
        "opacity": 0.4 if isinstance(layer.color, str) and layer.color == GREY else 0.7 if len(names) > _FEW else 1,
    }
    shown = "%{text}<extra></extra>"
    if isinstance(layer.color, np.ndarray):
        marker |= {
            "color": layer.color.astype(np.float32),
            "cmin": float(np.quantile(layer.color, 0.005)),
            "cmax": float(np.quantile(layer.color, 0.998)),
            "colorscale": layer.scale,
            "colorbar": {"title": {"text": escape(layer.name), "side": "right"}, "thickness": 12, "len": 0.7},
        }
        shown = "%{text}<br>%{marker.color:.3f}<extra></extra>"
    return go.Scattergl(
        x=places[:, 0],
        y=places[:, 1],
        text=names,
        name=escape(layer.name),
        mode="markers",
        marker=marker,
        hovertemplate=shown,
        showlegend=not isinstance(layer.color, np.ndarray),
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"color": GREY, "opacity": 0.25}},
    )


def _stars(places: np.ndarray, names: Sequence[str], colors: Sequence[str]) -> go.Scattergl:
    return go.Scattergl(
        x=places[:, 0],
        y=places[:, 1],
        text=[escape(name) for name in names],
        mode="markers",
        marker={"size": 15, "symbol": "star", "color": list(colors), "line": {"width": 1, "color": "#ffffff"}},
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        unselected={"marker": {"opacity": 1}},
    )


def label_shifts(places: np.ndarray, span: np.ndarray) -> list[int]:
    """Return how many pixels above its place (n × 2) each name is written, so that none covers another.

    Of those that lie within an eighth of the map's width and a tenth of its height of each other, the next is written below
    the star, the next further above, and so on.
    """
    steps = (20, -20, 44, -44, 68, -68, 92, -92, 116, -116)
    shifts: list[int] = []
    for i, place in enumerate(places):
        near = np.flatnonzero((np.abs(places[:i] - place) < span / np.array([8, 10])).all(axis=1))
        taken = {shifts[j] for j in near}
        shifts.append(next((step for step in steps if step not in taken), steps[i % len(steps)]))
    return shifts


def _name_star(figure: go.Figure, place: np.ndarray, name: str, color: str, shift: int) -> None:
    """Write a gene's name above or below its star, on a ground of its color, for it may stand among hundreds of points."""
    figure.add_annotation(
        x=float(place[0]),
        y=float(place[1]),
        text=f"<b>{escape(name)}</b>",
        showarrow=False,
        yshift=shift,
        borderpad=2,
        bgcolor=color,
        opacity=0.9,
        font={"size": 13, "color": "#ffffff"},
    )


def mark_simulated(figure: go.Figure, simulated: bool) -> None:
    """Write the mark of simulated values into a figure."""
    if simulated:
        figure.add_annotation(
            text="SIMULATED",
            xref="paper",
            yref="paper",
            x=0,  # the tools of the chart come at the right
            y=1,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 12, "color": SIMULATED},
        )


def show(
    figure: go.Figure,
    key: str,
    name: str,
    *,
    kind: str = "png",
    zoom: bool = True,
    complete: Callable[[], go.Figure] | None = None,
    **options: Any,
) -> Any:
    """Show a figure; its camera saves it as it stands, and the button Figure as a paper prints it.

    Args:
        figure: to show.
        key: of the widget.
        name: of the file that the camera saves.
        kind: of that file, png or svg.
        zoom: whether the mouse wheel zooms; it scrolls the page otherwise.
        complete: draws the figure with all its points, for a paper, where some are a picture here.
        options: of `st.plotly_chart`.
    """
    event = st.plotly_chart(figure, key=key, config=export_config(name, kind) | {"scrollZoom": zoom}, **options)
    figure_button.offer(figure, key, name, complete)
    return event


def export_config(name: str, kind: str = "png") -> dict[str, Any]:
    """Return the plotly settings of a figure: its camera button saves a PNG (3-fold) or SVG under this name."""
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "toImageButtonOptions": {"format": kind, "filename": name, "scale": 3 if kind == "png" else 1},
    }
