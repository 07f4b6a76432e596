"""Figures of a cohort."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.text import percent
from generain_core.ui.components import figures
from generain_core.wording.cohort import METRICS, representation_title


def color_of(representation: str) -> str:
    """Return the color of a representation: models, expression, others."""
    if representation.startswith("embedding"):
        return figures.CODING
    return figures.LNCRNA if representation.startswith("expression") else figures.GREY


def scores(table: pd.DataFrame, metric: str, *, simulated: bool) -> go.Figure:
    """Draw held-out scores with their intervals, chance, and the 95th percentile of exchanged outcomes."""
    shown = table[table["metric"] == metric].iloc[::-1]
    names = [escape(representation_title(name)) for name in shown["representation"]]
    colors = [color_of(name) for name in shown["representation"]]
    mean, low, high = (shown[column].to_numpy(float) for column in ("mean", "low", "high"))
    figure = go.Figure()
    for i, color in enumerate(colors):
        figure.add_trace(
            go.Scatter(
                x=[mean[i]],
                y=[i],
                text=[names[i]],
                mode="markers",
                cliponaxis=False,
                error_x={
                    "type": "data",
                    "array": [high[i] - mean[i]],
                    "arrayminus": [mean[i] - low[i]],
                    "width": 0,
                    "color": color,
                },
                marker={"size": 10, "color": color},
                hovertemplate=f"%{{text}}<br>{METRICS[metric]} %{{x:.3f}} ({low[i]:.3f} to {high[i]:.3f})<extra></extra>",
                showlegend=False,
            )
        )
    if shown["null_high"].notna().any():
        figure.add_trace(
            go.Scatter(
                x=shown["null_high"],
                y=list(range(len(names))),
                mode="markers",
                name="95 % of exchanged outcomes lie below",
                marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": figures.GREY}},
                hovertemplate="%{x:.3f}<extra></extra>",
            )
        )
    figure.add_vline(x=float(shown["chance"].iloc[0]), line={"dash": "dot", "color": figures.GREY, "width": 1})
    figure.update_layout(
        height=146 + 30 * max(len(names), 4),
        margin={"l": 8, "r": 12, "t": 44, "b": 60},
        xaxis={"title": {"text": f"held-out {METRICS[metric]}<br>with 95 % interval"}, "zeroline": False},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.7, len(names) - 0.3],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def calibration(table: pd.DataFrame, *, simulated: bool) -> go.Figure:
    """Draw how often a class is seen at each predicted probability; on the line, probabilities mean what they say."""
    figure = go.Figure(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": figures.GREY}, hoverinfo="skip", showlegend=False
        )
    )
    colors = (figures.CODING, figures.LNCRNA, figures.OTHER)
    for i, (name, rows) in enumerate(table.groupby("class", sort=False)):
        figure.add_trace(
            go.Scatter(
                x=rows["predicted"],
                y=rows["observed"],
                customdata=rows["samples"],
                mode="lines+markers",
                name=escape(str(name)),
                line={"color": colors[i % len(colors)]},
                hovertemplate="predicted %{x:.2f}, seen %{y:.2f} of %{customdata:,} samples<extra></extra>",
            )
        )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 44, "b": 44},
        xaxis={"title": {"text": "predicted probability"}, "range": [-0.02, 1.02]},
        yaxis={"title": {"text": "share seen"}, "range": [-0.02, 1.02]},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        showlegend=True,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def confusion(table: pd.DataFrame, *, simulated: bool) -> go.Figure:
    """Draw how many samples of each class were called what when held out."""
    classes = list(dict.fromkeys(table["observed"]))
    counts = table["samples"].to_numpy().reshape(len(classes), len(classes))
    names = [escape(name if len(name) <= 24 else f"{name[:23]}…") for name in classes]
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=list(range(len(names))),
            y=list(range(len(names))),
            text=counts,
            texttemplate="%{text}",
            colorscale="Blues",
            zmin=0,
            zmax=1,
            showscale=False,
            customdata=np.vectorize(percent, otypes=[object])(shares),
            hovertemplate="%{text} samples, %{customdata} of the class<extra></extra>",
        )
    )
    ticks = {"tickvals": list(range(len(names))), "ticktext": names, "automargin": True, "showgrid": False, "zeroline": False}
    slant = {"tickangle": -35} if sum(map(len, names)) > 30 else {}  # else plotly leaves out labels that would touch
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 44, "b": 44},
        xaxis=ticks | slant | {"title": {"text": "predicted"}},
        yaxis=ticks | {"title": {"text": "observed"}, "autorange": "reversed"},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def predicted(table: pd.DataFrame, *, simulated: bool) -> go.Figure:
    """Draw held-out predictions of a number against what was observed."""
    figure = go.Figure(
        go.Scatter(
            x=table["observed"],
            y=table["predicted"],
            text=[escape(str(name)) for name in table["sample"]],
            mode="markers",
            marker={"size": 7, "color": figures.CODING, "opacity": 0.7},
            hovertemplate="%{text}<br>observed %{x:.3g}, predicted %{y:.3g}<extra></extra>",
        )
    )
    ends = [float(table["observed"].min()), float(table["observed"].max())]
    figure.add_trace(
        go.Scatter(x=ends, y=ends, mode="lines", line={"dash": "dot", "color": figures.GREY}, hoverinfo="skip", showlegend=False)
    )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 44, "b": 44},
        xaxis={"title": {"text": "observed"}},
        yaxis={"title": {"text": "predicted when held out"}},
        showlegend=False,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def survival(table: pd.DataFrame, time: str = "time", *, simulated: bool) -> go.Figure:
    """Draw the share that is left over time, for the lower and the upper half of held-out risk, with 95 % intervals.

    Args:
        table: of the curves.
        time: what the axis of the time is called.
        simulated: whether the release is.
    """
    figure = go.Figure()
    for half, color in (("lower", figures.CODING), ("upper", figures.LNCRNA)):
        rows = table[table["half"] == half]
        band = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip", "showlegend": False}
        figure.add_trace(go.Scatter(x=rows["time"], y=rows["high"], **band))
        figure.add_trace(go.Scatter(x=rows["time"], y=rows["low"], fill="tonexty", fillcolor=_faded(color), **band))
        figure.add_trace(
            go.Scatter(
                x=rows["time"],
                y=rows["surviving"],
                customdata=rows["at_risk"],
                mode="lines",
                name=f"{half} half of predicted risk",
                line={"color": color, "shape": "hv"},
                hovertemplate="%{x:.4g}: %{y:.2f} left, %{customdata:,} at risk<extra></extra>",
            )
        )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 44, "b": 44},
        xaxis={"title": {"text": escape(time if len(time) <= 40 else f"{time[:39]}…")}, "rangemode": "tozero"},
        yaxis={"title": {"text": "share without the event"}, "range": [-0.02, 1.02]},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        showlegend=True,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def _faded(color: str) -> str:
    """Return a color such as #1f77b4 at 15 % of its strength."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"
