"""Figures of an enrichment: a dot a term, and the network of terms that overlap."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.lists.term_network import TermNetwork
from generain_core.text import significant
from generain_core.ui.components import figures

_MOST_DOTS = 25


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
                "colorscale": "Cividis",
                "reversescale": True,
                "cmin": 0,
                "cmax": float(max(surety.max(initial=0), 2)),
                "line": {"width": 1, "color": figures.GREY},
                "colorbar": {"title": {"text": "−log10 FDR", "side": "right"}, "thickness": 12, "len": 0.7},
            },
            hovertemplate="%{text}<br>ratio %{x:.2f}<br>%{customdata[0]} of %{customdata[1]} genes<br>"
            "FDR %{customdata[2]}<extra></extra>",
        )
    )
    figure.update_layout(
        height=90 + 24 * max(len(shown), 6),
        margin={"l": 8, "r": 8, "t": 30, "b": 44},
        xaxis={"title": {"text": axis}, "zeroline": False},
        yaxis={
            "tickvals": places,
            "ticktext": [_short(str(name), 42) for name in shown["set"]],
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
    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers+text",
            text=[_short(str(name), 22) for name in terms["set"]],
            customdata=[escape(str(name)) for name in terms["set"]],
            textposition="top center",
            textfont={"size": 10},
            marker={
                "size": _size(overlap),
                "color": surety,
                "colorscale": "Cividis",
                "reversescale": True,
                "cmin": 0,
                "cmax": float(max(surety.max(initial=0), 2)),
                "line": {"width": 1, "color": figures.GREY},
            },
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        height=int(min(560, 220 + 14 * len(terms))), margin={"l": 8, "r": 8, "t": 30, "b": 8}, showlegend=False, dragmode="pan"
    )
    for name, values in (("xaxis", x), ("yaxis", y)):
        middle, half = (float(values.max() + values.min()) / 2, max(float(np.ptp(values)) * 0.68, 0.5)) if len(values) else (0, 1)
        figure.update_layout({name: {**hidden, "range": [middle - half, middle + half]}})
    figures.mark_simulated(figure, simulated)
    return figure


def _lines(x: np.ndarray, y: np.ndarray, one: np.ndarray, other: np.ndarray, width: float) -> go.Scatter:
    gap = np.full(len(one), np.nan)
    return go.Scatter(
        x=np.stack([x[one], x[other], gap], axis=1).ravel(),
        y=np.stack([y[one], y[other], gap], axis=1).ravel(),
        mode="lines",
        line={"color": figures.GREY, "width": width},
        opacity=0.5,
        hoverinfo="skip",
    )


def _surety(rates: "pd.Series[float]") -> np.ndarray:
    surety: np.ndarray = -np.log10(np.maximum(rates.to_numpy(float), 1e-300))
    return surety + 0.0
