"""Figures of attributes: all genes of one, and some genes against some attributes."""

from collections.abc import Mapping
from html import escape
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from generain_core.attributes.heatmap import Heatmap
from generain_core.ui.components.figures import CLASS_COLORS, GREY, MARK, mark_simulated

BINS = 60
LEAST = 50
"""Kinds with fewer genes are not drawn: a share of so few says nothing."""
_LINE = 27
"""Letters of an attribute's name in a line: on a phone there is no room for more beside the squares."""
_ALL_NAMED = 40
"""Genes up to which every one is named below the squares."""
_TITLES = {"coding": "protein-coding", "other": "other kinds", "unknown": "kind not known"}


def histogram(
    values: np.ndarray, classes: np.ndarray, median: float, marked: Mapping[str, float], *, simulated: bool
) -> go.Figure:
    """Draw how an attribute's probabilities spread over all genes, a line a kind, with some genes marked.

    Args:
        values: probability of each gene; NaN is left out.
        classes: kind of each gene.
        median: of all genes.
        marked: gene → probability.
        simulated: whether to write the mark.
    """
    there = ~np.isnan(values)
    edges = np.linspace(0, max(float(values[there].max(initial=0)), 0.02), BINS + 1)
    figure = go.Figure()
    for name, color in CLASS_COLORS.items():
        of_class = values[there & (classes == name)]
        if len(of_class) < LEAST:
            continue
        shares = 100 * np.histogram(of_class, edges)[0] / len(of_class)
        figure.add_trace(
            go.Scatter(
                x=np.repeat(edges, 2)[1:-1].astype(np.float32),
                y=np.repeat(np.where(shares > 0, shares, np.nan), 2).astype(np.float32),
                name=f"{_TITLES.get(name, name)} ({len(of_class):,})",
                mode="lines",
                line={"color": color, "width": 2},
                hovertemplate="%{x:.3f}<br>%{y:.2f} % of them<extra></extra>",
            )
        )
    below = {"text": "median", "font": {"color": GREY}, "y": 0, "yanchor": "bottom", "xanchor": "left"}
    figure.add_vline(median, line={"dash": "dot", "color": GREY}, annotation=below)
    _mark(figure, {gene: value for gene, value in marked.items() if not np.isnan(value)}, float(edges[-1]))
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"title": {"text": "probability"}, "range": [0, float(edges[-1]) * 1.02]},
        yaxis={"title": {"text": "% of these genes (log)"}, "type": "log", "dtick": 1},
        legend={"orientation": "h", "y": -0.28, "yanchor": "top", "x": 0},
    )
    mark_simulated(figure, simulated)
    return figure


def _mark(figure: go.Figure, marked: Mapping[str, float], end: float) -> None:
    if not marked:
        return
    few = len(marked) <= 3
    for gene, value in marked.items() if few else ():
        side = "right" if value > end / 2 else "left"  # so that the name stays within the picture
        words = {"text": escape(gene), "font": {"color": MARK}, "xanchor": side}
        figure.add_vline(value, line={"color": MARK, "width": 2}, annotation=words)
    if not few:
        figure.add_trace(
            go.Scatter(
                x=np.array(list(marked.values()), np.float32),
                y=np.full(len(marked), 0.01, np.float32),
                text=[escape(gene) for gene in marked],
                name="marked genes",
                mode="markers",
                marker={"symbol": "line-ns-open", "size": 16, "color": MARK, "line": {"width": 2, "color": MARK}},
                hovertemplate="%{text}<br>%{x:.3f}<extra></extra>",
            )
        )


def heatmap(drawn: Heatmap, known: np.ndarray | None = None, *, simulated: bool) -> go.Figure:
    """Draw percentiles of genes (rows) in attributes (columns), with a dot where `known` (genes × attributes) is true."""
    lines = [wrap(each.replace("_", "_ "), _LINE, max_lines=2, placeholder="…") for each in drawn.attributes]
    names = ["<br>".join(escape(line.replace("_ ", "_")) for line in each) for each in lines]
    full = np.broadcast_to(np.array([escape(each) for each in drawn.attributes], object), drawn.percentiles.shape)
    figure = go.Figure(
        go.Heatmap(
            z=drawn.percentiles.T.astype(np.float32),
            x=[escape(gene) for gene in drawn.genes],
            y=np.arange(len(names)),
            text=full.T,
            customdata=drawn.probabilities.T.astype(np.float32),
            zmin=0,
            zmax=100,
            colorscale="Viridis",
            colorbar={"title": {"text": "percentile", "side": "right"}, "thickness": 12},
            hovertemplate="%{x}<br>%{text}<br>percentile %{z:.1f}<br>probability %{customdata:.3f}<extra></extra>",
        )
    )
    if known is not None and known.any():
        genes, attributes = np.nonzero(known)
        figure.add_trace(
            go.Scatter(
                x=[escape(drawn.genes[i]) for i in genes],
                y=attributes,
                mode="markers",
                marker={"size": 8, "color": "#ffffff", "line": {"width": 1.5, "color": "#000000"}},
                hoverinfo="skip",
            )
        )
    figure.update_layout(
        height=120 + (32 if any(len(each) > 1 for each in lines) else 22) * len(names),
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        yaxis={"tickvals": np.arange(len(names)), "ticktext": names, "autorange": "reversed", "automargin": True},
        xaxis={"tickangle": -60, "automargin": True, "type": "category"}
        | ({"dtick": 1} if len(drawn.genes) <= _ALL_NAMED else {}),
    )
    mark_simulated(figure, simulated)
    return figure
