"""Tables, and what each column means."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.files import Release

GENE_COLUMNS = {
    "gene": st.column_config.TextColumn("Gene"),
    "ensembl_gene": st.column_config.TextColumn("Ensembl ID", width=145),
    "biotype": st.column_config.TextColumn("Biotype"),
    "cosine": st.column_config.NumberColumn(
        "Cosine", format="%.3f", help="Cosine similarity of the two vectors: 1 is the same direction."
    ),
    "rank": st.column_config.NumberColumn("Rank", format="localized", help="Place among all genes; 1 is the most similar."),
    "reciprocal_rank": st.column_config.NumberColumn(
        "Rank back",
        format="localized",
        help="Reciprocal rank: the place of your gene seen from this one. Low both ways is the best evidence.",
    ),
    "percentile": st.column_config.NumberColumn(
        "Percentile", format="%.2f", help="Per cent of the other genes that are less similar."
    ),
    "mean": st.column_config.NumberColumn(
        "Mean expression", format="%.2f", help="Mean of log10(depth-scaled count + 1) over the ARCHS4 samples."
    ),
}
"""What the columns of tables of genes mean, on all pages."""


_ROW = 35
"""Height of a row of a table, in pixels."""


def show(table: pd.DataFrame, release: Release, key: str, columns: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Show a table. In a simulated release its data say so in a column, which is not shown: page, figures and exports do.

    Args:
        table: to show.
        release: that its values are from.
        key: of the widget.
        columns: what the columns of this view mean, beside and before `GENE_COLUMNS`.
        options: of `st.dataframe`.
    """
    marked = table.assign(simulated="SIMULATED") if release.simulated else table
    configured = GENE_COLUMNS | dict(columns or {})
    late = [name for name in ("ensembl_gene",) if name in marked]  # long and seldom read: behind what people look for
    options = {"column_order": [*(str(c) for c in table if c not in late), *late]} | options
    height = options.get("height")
    if isinstance(height, int) and 0 < len(marked) < height // _ROW - 1:
        options["height"] = "content"  # no empty rows below
    return st.dataframe(marked, hide_index=True, column_config=configured, key=key, **options)
