"""One's own samples in the distribution of a gene: marks in the figure, and a table."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from generain_core.genes import ExpressionDistribution
from generain_core.release.files import Release
from generain_core.release.provenance import provenance
from generain_core.samples.binning.expression_percentiles import among
from generain_core.text import percent, with_noun
from generain_core.ui.components import downloads, figures, tables
from generain_core.ui.components.downloads import File
from generain_core.ui.session.session import current_session
from generain_core.ui.shell.escaping import escape_markdown

_COLUMNS = {
    "sample": st.column_config.TextColumn("Sample", pinned=True),
    "count": st.column_config.NumberColumn("Count", format="localized"),
    "value": st.column_config.NumberColumn("Value", format="%.3f", help="log10(count × 10⁷ / total + 1)"),
    "above": st.column_config.NumberColumn("Above", format="%.1f %%", help="Per cent of the reference values that are lower."),
    "bin": st.column_config.NumberColumn("Bin", format="localized"),
}


def of(distribution: ExpressionDistribution) -> pd.DataFrame | None:
    """Return where this session's binned samples lie; None without samples, or where they lack the gene."""
    session = current_session()
    if session is None or session.normalized is None:
        return None
    return among(session.normalized.adata, distribution.gene, distribution.values)


def mark(figure: go.Figure, own: pd.DataFrame | None) -> None:
    """Mark the samples along the axis of the distribution."""
    if own is None or own.empty:
        return
    height = max((float(np.max(trace.y)) for trace in figure.data if len(trace.y)), default=1.0)
    texts = [escape(f"{name}: bin {number:,}") for name, number in zip(own["sample"], own["bin"], strict=True)]
    marks = go.Scatter(
        x=own["value"],
        y=np.full(len(own), -0.05 * height),
        text=texts,
        name="your samples",
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 12, "color": figures.MARK, "line": {"width": 2}},
        hovertemplate="%{text}<br>%{x:.2f}<extra></extra>",
    )
    figure.add_trace(marks)


def show(own: pd.DataFrame | None, distribution: ExpressionDistribution, release: Release) -> None:
    """Say where the samples lie, and list them."""
    session = current_session()
    if own is None:
        if session is not None:
            why = "lack this gene" if session.normalized is not None else "are shown here once they are binned"
            st.caption(f"Your samples ({escape_markdown(session.source, 60)}) {why}.")
        return
    st.caption(
        f"Marks below the axis: your {with_noun(len(own), 'sample')} ({escape_markdown(session.source if session else '', 60)}), "
        f"whose median lies above {percent(own['above'].median())} of the reference values."
    )
    with st.expander("Your samples, one by one", icon=":material/biotech:"):
        percents = own.assign(above=100 * own["above"])
        tables.show(percents, release, "own_expression", _COLUMNS, height=min(38 + 35 * len(own), 300))
        origin = provenance(release, f"{distribution.gene} among {len(distribution.values):,} values of {distribution.source}")
        downloads.offer(File("CSV", f"{distribution.gene}_samples.csv", own), origin=origin)
