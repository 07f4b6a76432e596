"""Figures of perturbations."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from generain_core.perturb.alike import Alike
from generain_core.perturb.foreseen import Foreseen
from generain_core.perturb.plane import Plane
from generain_core.ui import charts

COLORS = {"embedding": charts.CODING, "expression": charts.LNCRNA}
WORDS = {"embedding": "model", "expression": "expression"}


def ranking(table: pd.DataFrame, spaces: tuple[str, ...], *, simulated: bool, most: int = 40) -> go.Figure:
    """Draw effects with their intervals, the strongest evidence on top; filled where the false discovery rate is below 5 %."""
    shown = table.head(most).iloc[::-1]
    names = [_short(name) for name in shown["perturbation"]]
    figure = go.Figure()
    for i, space in enumerate(spaces):
        head = "" if i == 0 else f"{space}_"
        effect = shown[f"{head}effect"].to_numpy(float)
        low, high = (shown[f"{head}effect_{end}"].to_numpy(float) for end in ("low", "high"))
        found = shown[f"{head}fdr"].to_numpy(float) <= 0.05
        up, down = np.nan_to_num(np.maximum(high - effect, 0)), np.nan_to_num(np.maximum(effect - low, 0))
        where = np.arange(len(names)) + (0.16 if len(spaces) == 2 else 0) * (1 - 2 * i)
        figure.add_trace(
            go.Scatter(
                x=effect,
                y=where,
                mode="markers",
                name=WORDS[space],
                text=names,
                customdata=np.stack([shown[f"{head}p_value"].to_numpy(float), shown[f"{head}fdr"].to_numpy(float)], axis=1),
                error_x={"type": "data", "array": up, "arrayminus": down, "thickness": 1.2, "width": 0, "color": COLORS[space]},
                marker={
                    "size": 9,
                    "color": [COLORS[space] if f else "rgba(0,0,0,0)" for f in found],
                    "line": {"width": 1.5, "color": COLORS[space]},
                },
                hovertemplate="%{text}<br>effect %{x:.2f}<br>p %{customdata[0]:.2g}, FDR %{customdata[1]:.2g}<extra></extra>",
            )
        )
    figure.update_layout(
        height=150 + 24 * max(len(names), 4),
        margin={"l": 8, "r": 12, "t": 34, "b": 44},
        xaxis={"title": {"text": "effect, in spreads of the controls"}, "rangemode": "tozero", "zeroline": False},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.7, len(names) - 0.3],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        showlegend=len(spaces) > 1,
    )
    charts.mark_simulated(figure, simulated)
    return figure


def heatmap(of: Alike, order: NDArray[np.intp], *, simulated: bool) -> go.Figure:
    """Draw the cosines of all pairs in this order; blue is opposite, red alike."""
    names = [_short(of.perturbations[i], 16) for i in order]
    labels = len(order) <= 60
    figure = go.Figure(
        go.Heatmap(
            z=of.cosines[np.ix_(order, order)].astype(np.float32),
            x=list(range(len(order))),
            y=list(range(len(order))),
            text=[[f"{a} · {b}" for b in names] for a in names] if labels else None,
            zmin=-1,
            zmax=1,
            colorscale="RdBu_r",
            colorbar={"thickness": 10, "len": 0.8, "tickvals": [-1, 0, 1]},
            hovertemplate="%{text}<br>%{z:.2f}<extra></extra>" if labels else "%{z:.2f}<extra></extra>",
        )
    )
    ticks = {"tickvals": list(range(len(order))), "ticktext": names, "tickfont": {"size": 11 if len(order) <= 30 else 8}}
    plain_axis = {"showgrid": False, "zeroline": False, "showticklabels": labels, "automargin": True, **(ticks if labels else {})}
    figure.update_layout(
        height=460,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={**plain_axis, "tickangle": -90, "constrain": "domain"},
        yaxis={**plain_axis, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
    )
    charts.mark_simulated(figure, simulated)
    return figure


def plane(of: Alike, made: Plane, *, simulated: bool, most_names: int = 40) -> go.Figure:
    """Draw perturbations on their plane; those that were found are filled, and named as long as they are few."""
    places, names = made.places.places, [_short(name, 16) for name in of.perturbations]
    figure = go.Figure(
        go.Scatter(
            x=places[:, 0],
            y=places[:, 1],
            text=names,
            mode="markers+text" if len(names) <= most_names else "markers",
            textposition="top center",
            textfont={"size": 11},
            marker={
                "size": 10,
                "color": [charts.CODING if found else "rgba(0,0,0,0)" for found in of.found],
                "line": {"width": 1.5, "color": charts.CODING},
            },
            hovertemplate="%{text}<extra></extra>",
        )
    )
    figure.update_layout(height=460, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False)
    for axis, values in (("xaxis", places[:, 0]), ("yaxis", places[:, 1])):
        middle, half = float((values.max() + values.min()) / 2), 0.6 * float(np.ptp(values) or 1)
        span = [middle - half, middle + half]
        figure.update_layout({axis: {"range": span, "showticklabels": False, "showgrid": False, "zeroline": False}})
    charts.mark_simulated(figure, simulated)
    return figure


def against(made: Foreseen, *, simulated: bool) -> go.Figure:
    """Draw the cosine of shifts over the cosine of targets, a dot a pair, the most surprising ones in color."""
    pairs = made.pairs
    figure = go.Figure()
    strange = np.abs(pairs["surprise"].to_numpy()) >= np.sort(np.abs(pairs["surprise"].to_numpy()))[-min(10, len(pairs))]
    for name, rows, color in (("pairs", ~strange, charts.GREY), ("most surprising", strange, charts.MARK)):
        part = pairs[rows]
        figure.add_trace(
            go.Scatter(
                x=part["cosine_genes"],
                y=part["cosine_shifts"],
                text=[f"{_short(a)} · {_short(b)}" for a, b in zip(part["perturbation_a"], part["perturbation_b"], strict=True)],
                name=name,
                mode="markers",
                marker={"size": 7, "color": color, "opacity": 0.7},
                hovertemplate="%{text}<br>genes %{x:.2f}, shifts %{y:.2f}<extra></extra>",
            )
        )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 34, "b": 44},
        xaxis={"title": {"text": f"cosine of targets in {escape(made.vectors)}"}, "zeroline": False},
        yaxis={"title": {"text": "cosine of shifts"}, "zeroline": False},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    charts.mark_simulated(figure, simulated)
    return figure


def _short(name: object, most: int = 24) -> str:
    text = str(name)
    return escape(text if len(text) <= most else f"{text[: most - 1]}…")
