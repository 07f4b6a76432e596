"""Figure of stability: how far samples move when genes are missing, above how far they lie apart."""

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from generain_core.models.checks.stability import Stability
from generain_core.text import percent
from generain_core.ui.components import figures
from generain_core.ui.embedding.charts import short

_COLORS = ("#56b4e9", "#0072b2", "#d55e00", "#cc79a7", "#009e73")
_MOST = 200


def spreads(stability: Stability, embedding: NDArray[np.float32], names: list[str], *, simulated: bool) -> go.Figure:
    """Draw one row a share of dropped genes (what each sample moves), and two rows of distances between samples."""
    tried = np.unique(stability.samples["sample"])
    tried = tried[np.unique(np.linspace(0, len(tried) - 1, min(_MOST, len(tried))).astype(int))]
    between = squareform(pdist(np.asarray(embedding[tried], np.float64)))
    nearest = np.where(np.eye(len(tried), dtype=bool), np.inf, between).min(1)
    rows: list[tuple[str, NDArray[Any], list[str], str]] = []
    for i, (_, part) in enumerate(stability.samples.groupby("share", sort=True)):
        labels = [names[j] for j in part.index]
        words = f"moved by {percent(float(part['share'].iloc[0]))} of genes missing"
        rows.append((words, part["spread"].to_numpy(float), labels, _COLORS[i % len(_COLORS)]))
    own = dict(zip(stability.samples["sample"], names, strict=True))
    rows.append(("to the nearest other sample", nearest, [own[i] for i in tried], figures.GREY))
    upper = between[np.triu_indices(len(tried), 1)]
    figure = go.Figure()
    for title, values, labels, color in rows:
        figure.add_trace(_box(title, values, color, points=True, labels=labels))
    figure.add_trace(_box("between any two samples", upper, figures.GREY, points=False, labels=[]))
    figure.update_layout(
        height=110 + 62 * (len(rows) + 1),
        margin={"l": 8, "r": 16, "t": 34, "b": 44},
        xaxis={"title": {"text": "distance between embeddings"}, "type": "log", "zeroline": False},
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False},
        showlegend=False,
        boxgap=0.35,
        hoverlabel={"namelength": 0},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def _box(title: str, values: NDArray[Any], color: str, *, points: bool, labels: list[str]) -> go.Box:
    shown = np.where(values > 0, values, np.nan)
    return go.Box(
        x=shown.astype(np.float32),
        y=[title] * len(shown),
        name=title,
        orientation="h",
        boxpoints="all" if points else False,
        jitter=0.5,
        pointpos=0,
        text=[escape(short(label, 40)) for label in labels] if points else None,
        hovertemplate="%{text}<br>%{x:.4g}<extra></extra>" if points else None,
        line={"color": color, "width": 1.4},
        marker={"color": color, "size": 4, "opacity": 0.55},
        fillcolor="rgba(128,128,128,0.08)",
    )
