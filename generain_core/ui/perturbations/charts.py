"""Figures of perturbations."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes.moved_genes import MovedGenes
from generain_core.perturbations.in_silico.knockdown import InSilico
from generain_core.perturbations.in_silico.verdict import BASELINES, rows_of_verdict
from generain_core.perturbations.similarity.plane import PerturbationPlane
from generain_core.perturbations.similarity.shift_similarity import ShiftSimilarity
from generain_core.perturbations.similarity.vector_agreement import VectorAgreement
from generain_core.text import significant
from generain_core.ui.components import figures

COLORS = {"embedding": figures.CODING, "expression": figures.LNCRNA}
_AXES = {"effect": "effect, in spreads of the controls", "distance": "distance from the controls; 1 is that of a control"}
WORDS = {"embedding": "model", "expression": "expression"}


def ranking(table: pd.DataFrame, spaces: tuple[str, ...], *, simulated: bool, most: int = 40) -> go.Figure:
    """Draw effects with their intervals, the strongest evidence on top; filled where the false discovery rate is below 5 %.

    Where perturbations were judged by the controls' own distances, these are drawn: the test is of them; a dot is in those
    that the fitted tail alone finds.
    """
    measure = measure_of(table)
    hover = f"%{{text}}<br>{measure} %{{x:.2f}}" + "<br>p %{customdata[0]}, FDR %{customdata[1]}<extra></extra>"
    shown = table.head(most).iloc[::-1]
    names = [_short(name) for name in shown["perturbation"]]
    figure = go.Figure()
    for i, space in enumerate(spaces):
        head = "" if i == 0 else f"{space}_"
        effect = shown[f"{head}{measure}"].to_numpy(float)
        ends = [f"{head}effect_{end}" if measure == "effect" else f"{head}{measure}" for end in ("low", "high")]
        low, high = (shown[end].to_numpy(float) for end in ends)
        found = shown[f"{head}fdr"].to_numpy(float) <= ALPHA
        by_tail = measure == "distance" and shown[f"{head}tail_fdr"].to_numpy(float) <= ALPHA
        up, down = np.nan_to_num(np.maximum(high - effect, 0)), np.nan_to_num(np.maximum(effect - low, 0))
        where = np.arange(len(names)) + (0.16 if len(spaces) == 2 else 0) * (1 - 2 * i)
        figure.add_trace(
            go.Scatter(
                x=effect,
                y=where,
                mode="markers",
                name=WORDS[space],
                cliponaxis=False,
                text=names,
                customdata=np.stack([shown[f"{head}{name}"].map(significant) for name in ("p_value", "fdr")], axis=1),
                error_x={"type": "data", "array": up, "arrayminus": down, "thickness": 1.2, "width": 0, "color": COLORS[space]},
                marker={
                    "size": 9,
                    "color": [COLORS[space] if f else "rgba(0,0,0,0)" for f in found],
                    "symbol": np.where(by_tail & ~found, "circle-dot", "circle"),
                    "line": {"width": 1.5, "color": COLORS[space]},
                },
                hovertemplate=hover,
            )
        )
    if measure == "distance":
        figure.add_vline(1, line={"width": 1, "dash": "dot", "color": figures.GREY})
    figure.update_layout(
        height=150 + 24 * max(len(names), 4),
        margin={"l": 8, "r": 12, "t": 56, "b": 44},
        xaxis={"title": {"text": _AXES[measure]}, "rangemode": "tozero", "zeroline": False},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.7, len(names) - 0.3],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
        showlegend=len(spaces) > 1,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def measure_of(table: pd.DataFrame) -> str:
    """Return the column that the test is of: ``distance`` where the controls' own distances judge, else ``effect``."""
    return "distance" if "distance" in table and table["distance"].notna().any() else "effect"


def heatmap(of: ShiftSimilarity, order: NDArray[np.intp], *, simulated: bool) -> go.Figure:
    """Draw the cosines of all pairs in this order; blue is opposite, red alike."""
    names = [_short(of.perturbations[i], 16) for i in order]
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


def plane(of: ShiftSimilarity, made: PerturbationPlane, *, simulated: bool, most_names: int = 40) -> go.Figure:
    """Draw perturbations on their plane; those that were found are filled, and named as long as they are few."""
    places, names = made.places.places.astype(float), [_short(name, 16) for name in of.perturbations]
    named = set(_apart(places[:, 0], places[:, 1], list(range(len(names)))) if len(names) <= most_names else [])
    figure = go.Figure(
        go.Scatter(
            x=places[:, 0],
            y=places[:, 1],
            text=[name if i in named else "" for i, name in enumerate(names)],
            hovertext=names,
            mode="markers+text" if named else "markers",
            textposition="top center",
            textfont={"size": 11},
            marker={
                "size": 10,
                "color": [figures.CODING if found else "rgba(0,0,0,0)" for found in of.found],
                "line": {"width": 1.5, "color": figures.CODING},
            },
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_layout(height=460, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False)
    for axis, values in (("xaxis", places[:, 0]), ("yaxis", places[:, 1])):
        middle, half = float((values.max() + values.min()) / 2), 0.6 * float(np.ptp(values) or 1)
        span = [middle - half, middle + half]
        figure.update_layout({axis: {"range": span, "showticklabels": False, "showgrid": False, "zeroline": False}})
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
                text=[f"{_short(a)} · {_short(b)}" for a, b in zip(part["perturbation_a"], part["perturbation_b"], strict=True)],
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


def volcano(moved: MovedGenes, *, simulated: bool, named: int = 12) -> go.Figure:
    """Draw each gene's change and p-value: those found in color, the surest and the target by name."""
    table = moved.table
    change, p = table["change"].to_numpy(float), np.maximum(table["p_value"].to_numpy(float), 1e-300)
    up, down = (table["fdr"] <= 0.05) & (change > 0), (table["fdr"] <= 0.05) & (change < 0)
    figure = go.Figure()
    for name, rows, color in (
        ("not found", ~(up | down), figures.GREY),
        ("down", down, figures.SECOND),
        ("up", up, figures.UP),
    ):
        where = np.flatnonzero(rows)
        figure.add_trace(
            go.Scattergl(
                x=change[where].astype(np.float32),
                y=-np.log10(p[where]).astype(np.float32),
                text=[escape(str(gene)) for gene in table["gene"].to_numpy()[where]],
                customdata=where.astype(np.int32),
                name=f"{name} ({len(where):,})",
                mode="markers",
                marker={"size": 5, "color": color, "opacity": 0.35 if color == figures.GREY else 0.8},
                hovertemplate="%{text}<br>change %{x:.2f}<br>p 10<sup>−%{y:.1f}</sup><extra></extra>",
            )
        )
    target_row = np.flatnonzero(table["gene"] == moved.target).tolist()
    for i in _apart(change, -np.log10(p), [*target_row, *range(min(named, int((up | down).sum())))]):
        target = table["gene"].iloc[i] == moved.target
        figure.add_annotation(
            x=float(change[i]),
            y=float(-np.log10(p[i])),
            text=f"<b>{_short(table['gene'].iloc[i])}</b>" if target else _short(table["gene"].iloc[i]),
            showarrow=target,
            arrowhead=0,
            ax=0,
            ay=-24,
            yshift=0 if target else 9,
            font={"size": 12 if target else 10},
        )
    unit = "bins" if moved.measure == "bins" else "log2"
    figure.update_layout(
        height=420,
        margin={"l": 8, "r": 12, "t": 56, "b": 44},
        xaxis={"title": {"text": f"change, {unit}"}, "zeroline": True},
        yaxis={"title": {"text": "−log10 p"}, "rangemode": "tozero", "zeroline": False},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0, "itemsizing": "constant"},
    )
    figures.mark_simulated(figure, simulated)
    return figure


def silico(in_silico: InSilico, *, simulated: bool) -> go.Figure:
    """Draw the cosine of foreseen and measured shifts, a dot a perturbation, a row the model or a baseline."""
    rows = {"the model": "cosine_model"} | {words: column for column, words in BASELINES.items()}
    generator, figure, counts = np.random.default_rng(0), go.Figure(), rows_of_verdict(in_silico.table)
    for i, column in enumerate(reversed(rows.values())):
        values = in_silico.table[column].to_numpy(float)
        color = figures.MARK if column == "cosine_model" else figures.GREY
        figure.add_trace(
            go.Scatter(
                x=values,
                y=i + generator.uniform(-0.18, 0.18, len(values)),
                text=[_short(name) for name in in_silico.table["perturbation"]],
                mode="markers",
                marker={"size": 8, "color": color, "opacity": np.where(counts, 0.85, 0.3)},
                hovertemplate="%{text}<br>cosine %{x:.3f}<extra></extra>",
            )
        )
        if np.isfinite(values[counts]).any():
            middle = float(values[counts].mean())
            figure.add_shape(type="line", x0=middle, x1=middle, y0=i - 0.32, y1=i + 0.32, line={"width": 3, "color": color})
    figure.update_layout(
        height=300,
        margin={"l": 8, "r": 12, "t": 28, "b": 44},
        xaxis={"title": {"text": "cosine with the measured shift"}, "range": [-1.02, 1.02], "zeroline": True},
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [words.replace(" of ", "<br>of ").replace(" on ", "<br>on ") for words in reversed(rows)],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        showlegend=False,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def _apart(x: NDArray[np.float64], y: NDArray[np.float64], rows: list[int]) -> list[int]:
    """Return the rows whose names don't cover those of rows before them."""
    wide, high = 0.08 * float(np.ptp(x) or 1), 0.06 * float(np.ptp(y) or 1)
    kept: list[int] = []
    for i in rows:
        if i not in kept and all(abs(x[i] - x[j]) > wide or abs(y[i] - y[j]) > high for j in kept):
            kept.append(i)
    return kept


def _short(name: object, most: int = 24) -> str:
    text = str(name)
    return escape(text if len(text) <= most else f"{text[: most - 1]}…")
