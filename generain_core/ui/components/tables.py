"""Tables, and what each column means."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.release.files import Release
from generain_core.text import significant

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
_EDGE = 2
"""Height of its edges."""


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
    if isinstance(height, int) and height > 0:  # neither empty rows below, nor a part of one
        options["height"] = "content" if 0 < len(marked) <= height // _ROW + 1 else height // _ROW * _ROW + _EDGE
    data, configured = _written(marked, configured, str(options.get("placeholder") or ""))
    return st.dataframe(data, hide_index=True, column_config=configured, key=key, **options)


def _written(table: pd.DataFrame, columns: Mapping[str, Any], missing: str) -> tuple[Any, dict[str, Any]]:
    """Return a table whose small p-values and shares are written as in sentences, and are sorted as the numbers that they are."""
    kept = dict(columns)
    asked = {str(name): _WAYS.get(_format_of(kept.get(str(name)))) for name in table}
    ways = {name: way for name, way in asked.items() if way and pd.api.types.is_float_dtype(table[name].dtype)}
    needed = any(_format_of(kept[name]) == "percent" or (table[name].abs() < _SMALL).any() for name in ways)
    if len(table) > _MOST_WRITTEN or not needed or not table.columns.is_unique:
        return table, kept
    for name in ways:
        kept[name] = kept[name] | {"type_config": kept[name]["type_config"] | {"format": None}}
    others = {str(name) for name in table if pd.api.types.is_float_dtype(table[name].dtype)} - set(ways)
    written: dict[Any, Any] = {name: _plain for name in others if _format_of(kept.get(name)) is None} | ways
    return table.style.format(written, na_rep=missing), kept


def _format_of(column: Any) -> str | None:
    return (column.get("type_config") or {}).get("format") if isinstance(column, dict) else None


def _plain(value: float) -> str:
    return f"{value:g}"


def _per_cent(value: float) -> str:
    return f"{significant(100 * value, 3)} %"


_WAYS: Mapping[str | None, Callable[[float], str]] = {"%.2g": significant, "percent": _per_cent}
"""Format of a column → how its values are written instead."""
_SMALL, _MOST_WRITTEN = 1e-4, 1000
"""Below that, the browser would write 6.1e-8; of more rows it does, for writing all takes the server too long."""
