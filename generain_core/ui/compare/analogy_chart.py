"""Figure of an analogy: four genes on a plane, and an arrow for each pair."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.ui.components.figures import mark_simulated


def analogy_plane(points: pd.DataFrame, arrows: Sequence[tuple[str, str, str]], *, simulated: bool) -> go.Figure:
    """Draw genes (columns gene, x, y) and arrows between them (from, to, color) on the plane that holds them best."""
    figure = go.Figure(
        go.Scatter(
            x=points["x"],
            y=points["y"],
            text=[escape(gene) for gene in points["gene"]],
            mode="markers+text",
            textposition="top center",
            textfont={"size": 14},
            marker={"size": 10, "color": points["color"]},
            hovertemplate="%{text}<extra></extra>",
        )
    )
    at = points.set_index("gene")
    for tail, head, color in arrows:
        figure.add_annotation(
            x=at.loc[head, "x"],
            y=at.loc[head, "y"],
            ax=at.loc[tail, "x"],
            ay=at.loc[tail, "y"],
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            showarrow=True,
            arrowhead=2,
            arrowwidth=2,
            arrowcolor=color,
            standoff=8,
            startstandoff=8,
            text="",
        )
    spread = float(max(np.ptp(points["x"]), np.ptp(points["y"]), 1e-6))
    figure.update_layout(height=420, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False)
    for axis, values in (("xaxis", points["x"]), ("yaxis", points["y"])):
        middle = float((values.max() + values.min()) / 2)
        span = [middle - 0.65 * spread, middle + 0.65 * spread]
        figure.update_layout({axis: {"range": span, "showticklabels": False, "showgrid": False, "zeroline": False}})
    mark_simulated(figure, simulated)
    return figure
