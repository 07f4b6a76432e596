"""Figures of perturbations."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

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


def _short(name: object, most: int = 24) -> str:
    text = str(name)
    return escape(text if len(text) <= most else f"{text[: most - 1]}…")
