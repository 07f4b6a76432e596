"""Figures of perturbations."""

import re
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes.moved_genes import MovedGenes
from generain_core.perturbations.in_silico.knockdown import InSilico
from generain_core.perturbations.in_silico.verdict import BASELINES, rows_of_verdict
from generain_core.text import significant
from generain_core.ui.components import figures
from generain_core.ui.perturbations.similarity_charts import name_dots, short_name

COLORS = {"embedding": figures.CODING, "expression": figures.LNCRNA}
_AXES = {"effect": "effect, in spreads of the controls", "distance": "distance from the controls; 1 is that of a control"}
_WIDE = 760.0
"""Width of the volcano on a page of the usual width, in pixels."""
_IS_ID, _ALWAYS, _LOOKED_AT = re.compile(r"ENS[A-Z]*\d{6,}"), 3, 200
"""Ensembl IDs say little on a chart: beyond the surest few genes, those with a symbol are named."""
WORDS = {"embedding": "model", "expression": "expression"}


def ranking(table: pd.DataFrame, spaces: tuple[str, ...], *, simulated: bool, most: int = 40) -> go.Figure:
    """Draw effects with their intervals, the strongest evidence on top; filled where the false discovery rate is below 5 %.

    Where perturbations were judged by the controls' own distances, these are drawn: the test is of them; a dot is in those
    that the fitted tail alone finds.
    """
    measure = measure_of(table)
    hover = f"%{{text}}<br>{measure} %{{x:.2f}}" + "<br>p %{customdata[0]}, FDR %{customdata[1]}<extra></extra>"
    shown = table.head(most).iloc[::-1]
    names = [short_name(name) for name in shown["perturbation"]]
    figure, heads = go.Figure(), ["", *(f"{space}_" for space in spaces[1:])]
    for i, (space, head) in enumerate(zip(spaces, heads, strict=True)):
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
                showlegend=False,
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
    hollow = any((shown[f"{head}fdr"].isna() | (shown[f"{head}fdr"] > ALPHA)).any() for head in heads)
    _legend(figure, spaces if len(spaces) > 1 else (), hollow=hollow)
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
        showlegend=len(spaces) > 1 or hollow,
    )
    figures.mark_simulated(figure, simulated)
    return figure


def _legend(figure: go.Figure, spaces: tuple[str, ...], *, hollow: bool) -> None:
    """Say what colors and filled dots mean, whichever dots come first."""
    marks = [(WORDS[space], COLORS[space], COLORS[space]) for space in spaces]
    if hollow:
        marks += [
            ("FDR of 5 % or less", figures.GREY, figures.GREY),
            ("more", "rgba(0,0,0,0)", figures.GREY),
        ]
    for name, color, line in marks:
        marker = {"size": 9, "color": color, "line": {"width": 1.5, "color": line}}
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip"))


def measure_of(table: pd.DataFrame) -> str:
    """Return the column that the test is of: ``distance`` where the controls' own distances judge, else ``effect``."""
    return "distance" if "distance" in table and table["distance"].notna().any() else "effect"


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
    height = -np.log10(p)
    target = np.flatnonzero(table["gene"] == moved.target).tolist()
    surest = range(int((up | down).sum()))
    symbols = [i for i in surest[:_LOOKED_AT] if not _IS_ID.match(str(table["gene"].iloc[i]))]
    to_name = [*target, *surest[:_ALWAYS], *symbols][: named + len(target)]
    wide, high = float(np.ptp(change)) or 1.0, float(height.max()) or 1.0
    spans = [(float(change.min()) - 0.05 * wide, float(change.max()) + 0.05 * wide), (-0.02 * high, 1.08 * high)]
    names = [short_name(gene) for gene in table["gene"]]
    name_dots(
        figure, np.column_stack([change, height]), names, spans, to_name, always=target, bold=target, size=(_WIDE, 320), font=12
    )
    unit = "bins" if moved.measure == "bins" else "log2"
    figure.update_layout(
        height=420,
        margin={"l": 8, "r": 12, "t": 56, "b": 44},
        xaxis={"title": {"text": f"change, {unit}"}, "zeroline": True, "range": spans[0]},
        yaxis={"title": {"text": "−log10 p"}, "zeroline": False, "range": spans[1]},
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
                text=[short_name(name) for name in in_silico.table["perturbation"]],
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
