"""Figures of perturbations beside one another: cosines, a map, gene space against effects; and names beside dots."""

from html import escape

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from generain_core.geometry.label_places import is_beside, label_places
from generain_core.perturbations.similarity.plane import PerturbationPlane
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity
from generain_core.perturbations.similarity.vector_agreement import VectorAgreement
from generain_core.ui.components import figures

NARROW, _LETTER = 340.0, 0.62
"""Width of a plot on a telephone, in pixels, and of a letter in heights of it: names that have room there have it everywhere."""


def heatmap(of: ShiftSimilarity, order: NDArray[np.intp], *, simulated: bool) -> go.Figure:
    """Draw the cosines of all pairs in this order; blue is opposite, red alike."""
    names = [short_name(of.perturbations[i], 16) for i in order]
    labels, hovered = len(order) <= 30, len(order) <= 100
    figure = go.Figure(
        go.Heatmap(
            z=of.cosines[np.ix_(order, order)].astype(np.float32),
            x=list(range(len(order))),
            y=list(range(len(order))),
            text=[[f"{a} · {b}" for b in names] for a in names] if hovered else None,
            zmin=-1,
            zmax=1,
            colorscale="RdBu_r",
            colorbar={"thickness": 10, "len": 0.8, "tickvals": [-1, 0, 1]},
            hovertemplate="%{text}<br>%{z:.2f}<extra></extra>" if hovered else "%{z:.2f}<extra></extra>",
        )
    )
    ticks = {"tickvals": list(range(len(order))), "ticktext": names, "tickfont": {"size": 11 if len(order) <= 20 else 9}}
    plain_axis = {"showgrid": False, "zeroline": False, "showticklabels": labels, "automargin": True, **(ticks if labels else {})}
    figure.update_layout(
        height=460,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={**plain_axis, "tickangle": -90, "constrain": "domain"},
        yaxis={**plain_axis, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def plane(of: ShiftSimilarity, made: PerturbationPlane, *, simulated: bool, chosen: str = "", most_names: int = 40) -> go.Figure:
    """Draw perturbations on their plane; those found are filled; the chosen one, its nearest and as many as have room named."""
    places, names = made.places.places.astype(float), [short_name(name, 16) for name in of.perturbations]
    always = [of.perturbations.index(chosen)] if chosen in of.perturbations else []
    if always:
        others = of.cosines[always[0]].copy()
        others[always[0]] = -np.inf
        always.append(int(np.argmax(others)))
    colors = [figures.CODING if found else "rgba(0,0,0,0)" for found in of.found]
    figure = go.Figure(
        go.Scatter(
            x=places[:, 0],
            y=places[:, 1],
            hovertext=names,
            mode="markers",
            marker={"size": 10, "color": colors, "line": {"width": 1.5, "color": figures.CODING}},
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(height=460, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False)
    spans = []
    for axis, values in (("xaxis", places[:, 0]), ("yaxis", places[:, 1])):
        middle, half = float((values.max() + values.min()) / 2), 0.6 * float(np.ptp(values) or 1)
        spans.append((middle - half, middle + half))
        figure.update_layout({axis: {"range": spans[-1], "showticklabels": False, "showgrid": False, "zeroline": False}})
    rows = [*always, *(range(len(names)) if len(names) <= most_names else ())]
    name_dots(figure, places, names, spans, rows, always=always, bold=always[:1], size=(NARROW, 424), font=11)
    figures.mark_simulated(figure, simulated)
    return figure


def against(agreement: VectorAgreement, *, simulated: bool) -> go.Figure:
    """Draw the cosine of shifts over the cosine of targets, a dot a pair, the most surprising ones in color."""
    pairs = agreement.pairs
    figure = go.Figure()
    strange = np.abs(pairs["surprise"].to_numpy()) >= np.sort(np.abs(pairs["surprise"].to_numpy()))[-min(10, len(pairs))]
    for name, rows, color in (("pairs", ~strange, figures.GREY), ("most surprising", strange, figures.MARK)):
        part = pairs[rows]
        figure.add_trace(
            go.Scatter(
                x=part["cosine_genes"],
                y=part["cosine_shifts"],
                text=[
                    f"{short_name(a)} · {short_name(b)}"
                    for a, b in zip(part["perturbation_a"], part["perturbation_b"], strict=True)
                ],
                name=name,
                mode="markers",
                marker={"size": 7, "color": color, "opacity": 0.7},
                hovertemplate="%{text}<br>genes %{x:.2f}, shifts %{y:.2f}<extra></extra>",
            )
        )
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 12, "t": 56, "b": 44},
        xaxis={"title": {"text": f"cosine of targets in {escape(agreement.vectors)}"}, "zeroline": False},
        yaxis={"title": {"text": "cosine of shifts"}, "zeroline": False},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def name_dots(
    figure: go.Figure,
    places: NDArray[np.float64],
    names: list[str],
    spans: list[tuple[float, float]],
    rows: list[int],
    *,
    always: list[int],
    bold: list[int],
    size: tuple[float, float],
    font: int,
) -> None:
    """Write the names of dots where they cover neither each other nor a dot; a line leads to those that stand apart.

    Args:
        figure: with the dots.
        places: of the dots, in the figure's units.
        names: of the dots.
        spans: lowest and highest of each axis.
        rows: to name, the most important first.
        always: those named even where there is no room.
        bold: those in bold.
        size: of the plot in pixels, where it is narrowest.
        font: size of the letters.
    """
    low, high = np.array(spans, dtype=float).T
    points = (places - low) / (high - low) * np.array(size)
    widths = [font * _LETTER * len(name) for name in names]
    for i, (right, up) in label_places(points, widths, size, rows=rows, always=always, height=font + 2.0).items():
        beside = is_beside((right, up), widths[i], font + 2.0)
        figure.add_annotation(
            x=float(places[i, 0]),
            y=float(places[i, 1]),
            text=f"<b>{names[i]}</b>" if i in bold else names[i],
            font={"size": font},
            showarrow=not beside,
            arrowhead=0,
            arrowwidth=0.7,
            standoff=5,
            **({"xshift": right, "yshift": up} if beside else {"ax": right, "ay": -up}),
        )


def short_name(name: object, most: int = 24) -> str:
    """Return a name fit for a figure, cut where it is long."""
    text = str(name)
    return escape(text if len(text) <= most else f"{text[: most - 1]}…")
