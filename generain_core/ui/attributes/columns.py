"""Tables of attributes: which columns, and what their titles mean."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.attributes.predictions import Predictions
from generain_core.release.provenance import provenance
from generain_core.ui.components import downloads, tables
from generain_core.ui.components.downloads import File

_LAST = ("alike", "alike_attributes")
_NUMBER = st.column_config.NumberColumn
COLUMNS: dict[str, Any] = {
    "attribute": st.column_config.TextColumn("Attribute", width="large"),
    "probability": st.column_config.ProgressColumn(
        "Probability", format="%.3f", min_value=0.0, max_value=1.0, help="The classifier's, as published.", width="small"
    ),
    "median": _NUMBER("Median", format="%.3f", help="Of all genes in this attribute: half of them have a lower probability."),
    "percentile": _NUMBER("Percentile", format="%.2f", help="Per cent of all other genes with a lower probability."),
    "rank": _NUMBER("Rank", format="localized", help="Place among all genes in this attribute; 1 is the most probable."),
    "alike": _NUMBER(
        "Alike", format="%d", help="How many attributes of this list are nearly the same (correlation over all genes ≥ 0.95)."
    ),
    "alike_attributes": st.column_config.TextColumn("Which", help="The attributes that are folded into this one."),
    "correlation": _NUMBER("Correlation", format="%.3f", help="Pearson's, of the probabilities over all genes."),
    "mean": _NUMBER("Mean percentile", format="%.1f", help="Over the genes of the list."),
    "spread": _NUMBER("Spread", format="%.1f", help="Standard deviation of the percentile over the genes of the list."),
    "condition": st.column_config.TextColumn("Condition", width="large"),
    "genes": _NUMBER("Genes", format="localized", help="How many genes fulfil this condition alone."),
    "grade": st.column_config.TextColumn(
        "Grade",
        width=60,
        help="How well supported: A (best) to D by classifier and neighbors together; – where none can be given; known: a known "
        "member, which is no prediction. The probability is the classifier's alone.",
    ),
    "why": st.column_config.TextColumn("Why this grade", width=370),
    "known": st.column_config.TextColumn("Known", help="● member of the gene set of this name, ○ predicted only."),
}


NARROW = {"attribute": st.column_config.TextColumn("Attribute", width=185)}
"""For tables in which other columns are to be seen beside long names."""


def title_of(column: str) -> str:
    """Return a column of the release as a title."""
    words = column.replace("_", " ").replace("auroc", "AUROC")
    return words[:1].upper() + words[1:]


def columns_of(predictions: Predictions) -> dict[str, Any]:
    """Return `COLUMNS`, and titles for the release's own columns."""
    roles = predictions.store.roles
    own = {c: st.column_config.Column(title_of(str(c))) for c in predictions.metadata.columns}
    if roles.reliability:
        own[roles.reliability] = _NUMBER(
            title_of(roles.reliability),
            format="%.2f",
            help="How well known members it had not seen were told from other genes: 1 always, 0.5 as by chance.",
        )
    return own | COLUMNS


def show(
    table: pd.DataFrame,
    predictions: Predictions,
    key: str,
    *,
    leading: str = "percentile",
    own: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Show a table of attributes or of an attribute's genes.

    Of attributes, the column they are sorted by (`leading`) comes before the long names: on a phone it is seen beside them.
    """
    rest = [
        "grade",
        "known",
        "attribute",
        "why",
        "probability",
        "median",
        "percentile",
        "rank",
        predictions.store.roles.reliability,
    ]
    first = [leading, *(column for column in rest if column != leading)]
    if "attribute" in table.columns and "probability" in table.columns:
        table = table[sorted(table.columns, key=lambda c: first.index(c) if c in first else len(first) + (c in _LAST))]
    of_rules = {
        column: _NUMBER(column, format="%.2f" if column.startswith("percentile(") else "%.3f")
        for column in map(str, table.columns)
        if column.startswith(("P(", "percentile("))
    }
    return tables.show(table, predictions.release, key, of_rules | columns_of(predictions) | dict(own or {}), **options)


def save(table: pd.DataFrame, predictions: Predictions, name: str, *details: str) -> None:
    """Offer a table as CSV."""
    downloads.offer(File("CSV", f"{name}.csv", table), origin=origin(predictions, *details))


def origin(predictions: Predictions, *details: str) -> str:
    """Return where results about attributes come from, for exports."""
    return provenance(predictions.release, f"predicted attributes [{predictions.store.fingerprint[:12]}]", *details)
