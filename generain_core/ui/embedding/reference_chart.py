"""The map of a reference with one's own samples on it. One WebGL figure."""

from html import escape

import numpy as np
import plotly.graph_objects as go

from generain_core.reference.placement import Placement, Reference
from generain_core.ui.components import figures
from generain_core.ui.embedding.sample_colors import PALETTE

DRAWN = 20_000
"""Reference samples that are drawn at most, evenly spaced."""


def figure(reference: Reference, placed: Placement, *, simulated: bool) -> go.Figure:
    """Draw reference samples by their most frequent labels, and above them one's own, those that are unlike as crosses."""
    rows = np.unique(np.linspace(0, len(reference) - 1, min(DRAWN, len(reference))).astype(int))
    labels = reference.table["tissue"].to_numpy(object)[rows]
    names = reference.table["sample"].to_numpy(object)[rows]
    counted = reference.table["tissue"].value_counts()
    colors = [color for color in PALETTE if color.lower() != figures.MARK]
    most = [label for label in counted.index if label][: len(colors)]
    drawn = go.Figure()
    rest = ~np.isin(labels.astype(str), most)
    kinds = [("other reference samples" if most else "reference samples", rest, figures.GREY)]
    kinds += [(str(label), labels == label, color) for label, color in zip(most, colors, strict=False)]
    for name, mask, color in kinds:
        if mask.any():
            places = reference.places[rows[mask]]
            texts = [f"{escape(str(n))}<br>{escape(str(t))}" for n, t in zip(names[mask], labels[mask], strict=True)]
            drawn.add_trace(_points(places, texts, escape(name)[:40], {"size": 4, "opacity": 0.5, "color": color}))
    flagged = placed.samples["out_of_distribution"].fillna(False).to_numpy(bool)
    own = placed.samples[["x", "y"]].to_numpy(np.float32)
    texts = [escape(str(name)) for name in placed.samples["sample"]]
    line = {"width": 1.5, "color": "#ffffff"}
    for name, mask, symbol in (("yours", ~flagged, "diamond"), ("yours, unlike the reference", flagged, "x")):
        if mask.any():
            marker = {"size": 12, "color": figures.MARK, "symbol": symbol, "line": line}
            drawn.add_trace(_points(own[mask], [t for t, m in zip(texts, mask, strict=True) if m], name, marker))
    drawn.update_layout(
        height=520,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
        dragmode="pan",
        uirevision="reference",
    )
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    drawn.update_xaxes(**hidden)
    drawn.update_yaxes(**hidden, scaleanchor="x")
    figures.mark_simulated(drawn, simulated)
    return drawn


def _points(places: np.ndarray, texts: list[str], name: str, marker: dict[str, object]) -> go.Scattergl:
    return go.Scattergl(
        x=places[:, 0],
        y=places[:, 1],
        text=texts,
        name=name,
        mode="markers",
        marker=marker,
        hovertemplate="%{text}<extra></extra>",
    )
