"""Figures of an enrichment: a dot a term, and the network of terms that overlap."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.lists.term_network import TermNetwork
from generain_core.text import significant
from generain_core.ui.components import figures

_MOST_DOTS = 25
_SCALE = [[0.0, "#f2c14e"], [0.5, "#ee7f4b"], [1.0, "#c2255c"]]
"""Of the FDR: seen on a light page and on a dark one, and by lightness alone."""
_SUREST = 20.0
"""-log10 of the FDR from which on the color stays: the surest of all would leave the others alike."""
_LINE = 26
"""Letters of a line of a name beside the dots: two of them leave room for the dots on a phone."""
_PLANE, _LETTER, _LABEL = 340.0, 6.2, 14.0
"""Width of the network on a phone, and of a letter, and the height of a name on it, in pixels."""


def _short(name: str, most: int) -> str:
    return escape(name if len(name) <= most else f"{name[: most - 1]}…")


def _size(overlap: np.ndarray) -> np.ndarray:
    sizes: np.ndarray = 7 + 15 * np.sqrt(overlap / max(float(overlap.max(initial=1)), 1.0))
    return sizes


def dots(table: pd.DataFrame, axis: str, *, simulated: bool) -> go.Figure:
    """Draw the best terms: along, their ratio; the size of a dot, the overlap; its color, the FDR."""
    shown = table.head(_MOST_DOTS).iloc[::-1]
    overlap, surety = shown["overlap"].to_numpy(float), _surety(shown["fdr"])
    places = np.arange(len(shown))
    figure = go.Figure(
        go.Scatter(
            x=shown["ratio"].to_numpy(float),
            y=places,
            mode="markers",
            text=[escape(str(name)) for name in shown["set"]],
            customdata=np.stack([shown["overlap"], shown["size"], shown["fdr"].map(significant)], axis=1),
            marker={
                "size": _size(overlap),
                "color": surety,
                **_coloring(surety),
                "colorbar": _bar(surety),
            },
            hovertemplate="%{text}<br>ratio %{x:.2f}<br>%{customdata[0]} of %{customdata[1]} genes<br>"
            "FDR %{customdata[2]}<extra></extra>",
        )
    )
    figure.update_layout(
        height=140 + 28 * max(len(shown), 6),
        margin={"l": 8, "r": 8, "t": 30, "b": 94},
        xaxis={"title": {"text": axis}, "zeroline": False},
        yaxis={
            "tickvals": places,
            "ticktext": [_in_lines(str(name)) for name in shown["set"]],
            "tickfont": {"size": 10},
            "automargin": True,
            "zeroline": False,
            "range": [-0.8, len(shown) - 0.2],
        },
        showlegend=False,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def network(result: TermNetwork, *, simulated: bool) -> go.Figure:
    """Draw terms as dots (size: overlap, color: FDR), joined where they share genes of the list."""
    figure, terms = go.Figure(), result.terms
    x, y = terms["x"].to_numpy(float), terms["y"].to_numpy(float)
    one, other = (result.edges[name].to_numpy(np.intp) for name in ("one", "other"))
    strength = np.digitize(result.edges["shared"].to_numpy(float), (0.4, 0.7))
    for level, width in enumerate((0.7, 2, 4)):
        some = strength == level
        if some.any():
            figure.add_trace(_lines(x, y, one[some], other[some], width))
    overlap, surety = terms["overlap"].to_numpy(float), _surety(terms["fdr"])
    labels, sides = _labels(terms["set"].astype(str).tolist(), x, y, _height(len(terms)))
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers+text",
            text=labels,
            customdata=[escape(str(name)) for name in terms["set"]],
            textposition=sides,
            textfont={"size": 10},
            marker={
                "size": _size(overlap),
                "color": surety,
                **_coloring(surety),
            },
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(height=_height(len(terms)), margin={"l": 8, "r": 8, "t": 30, "b": 8}, showlegend=False, dragmode="pan")
    for name, values in (("xaxis", x), ("yaxis", y)):
        middle, half = _span(values)
        figure.update_layout({name: {**hidden, "range": [middle - half, middle + half]}})
    figures.mark_simulated(figure, simulated)
    return figure


def _height(terms: int) -> int:
    return int(min(560, 220 + 14 * terms))


def _span(values: np.ndarray) -> tuple[float, float]:
    """Return the middle of an axis and half of its length."""
    if not len(values):
        return 0.0, 1.0
    return float(values.max() + values.min()) / 2, max(float(np.ptp(values)) * 0.68, 0.5)


def _labels(names: list[str], x: np.ndarray, y: np.ndarray, height: int) -> tuple[list[str], list[str]]:
    """Return the names that have room, the best first ('' for those told on hovering), and on which side of their dot."""
    labels, sides, taken = [""] * len(names), ["top center"] * len(names), list[tuple[float, float, float]]()
    if not len(x):
        return labels, sides
    (middle, half_x), (level, half_y) = _span(x), _span(y)
    across, down = _PLANE * (x - middle) / (2 * half_x), height * (y - level) / (2 * half_y)
    for i, name in enumerate(names):
        half = _LETTER * min(len(name), 22) / 2
        outside = abs(across[i]) + half > _PLANE / 2  # it would be cut off: to the other side of the dot
        center = float(across[i] - np.sign(across[i]) * half) if outside else float(across[i])
        if all(abs(center - a) > half + h or abs(down[i] - b) > _LABEL for a, b, h in taken):
            taken.append((center, float(down[i]), half))
            labels[i] = _short(name, 22)
            sides[i] = "top center" if not outside else "top left" if across[i] > 0 else "top right"
    return labels, sides


def _in_lines(name: str) -> str:
    """Return a name in at most two lines, broken between words."""
    if len(name) <= _LINE:
        return escape(name)
    at = max(name.rfind(mark, 8, _LINE) for mark in " _-") + 1 or _LINE
    return f"{escape(name[:at])}<br>{_short(name[at:], _LINE)}"


def _coloring(surety: np.ndarray) -> dict[str, Any]:
    return {"colorscale": _SCALE, "cmin": 0, "cmax": _most(surety), "line": {"width": 1, "color": figures.GREY}}


def _bar(surety: np.ndarray) -> dict[str, Any]:
    """Return the legend of colors, below the figure, where it takes no width from it."""
    most = _most(surety)
    ticks = np.arange(0, most + 1e-9, 5 if most > 10 else 2 if most > 4 else 1)
    texts = ["FDR 1", *(f"10<sup>−{tick:.0f}</sup>" for tick in ticks[1:])]
    if surety.max(initial=0) > _SUREST:
        texts[-1] += " or less"
    place = {"orientation": "h", "yref": "container", "y": 0.0, "yanchor": "bottom", "thickness": 10, "len": 0.9}
    return {**place, "tickvals": ticks.tolist(), "ticktext": texts}


def _most(surety: np.ndarray) -> float:
    """Return the -log10 FDR of the last color."""
    return float(np.clip(surety.max(initial=0), 2, _SUREST))


def _lines(x: np.ndarray, y: np.ndarray, one: np.ndarray, other: np.ndarray, width: float) -> go.Scatter:
    gap = np.full(len(one), np.nan)
    return go.Scatter(
        x=np.stack([x[one], x[other], gap], axis=1).ravel(),
        y=np.stack([y[one], y[other], gap], axis=1).ravel(),
        mode="lines",
        line={"color": figures.GREY, "width": width},
        opacity=0.3,
        hoverinfo="skip",
    )


def _surety(rates: "pd.Series[float]") -> np.ndarray:
    surety: np.ndarray = -np.log10(np.maximum(rates.to_numpy(float), 1e-300))
    return surety + 0.0
