"""Figure of a gene's expression in the reference samples."""

import numpy as np
import plotly.graph_objects as go

from generain_core.genes import ExpressionDistribution
from generain_core.ui.components.figures import CODING, mark_simulated


def expression(distribution: ExpressionDistribution, *, simulated: bool) -> go.Figure:
    """Draw how a gene's expression spreads over the reference samples: zeros apart, the others as a histogram."""
    values = distribution.values[distribution.values > 0]
    counts, edges = np.histogram(values, bins=40)
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=100 * counts / len(distribution.values),
            width=np.diff(edges),
            marker={"color": CODING, "line": {"width": 0}},
            hovertemplate="%{x:.2f}<br>%{y:.1f} % of samples<extra></extra>",
        )
    )
    figure.update_layout(
        height=260,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"title": {"text": "log10(depth-scaled count + 1)"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "% of samples"}},
        bargap=0,
        showlegend=False,
    )
    mark_simulated(figure, simulated)
    return figure
