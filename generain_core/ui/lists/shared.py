"""Which predicted attributes the genes of a list share, beside matched random lists."""

import streamlit as st

from generain_core.attributes.predictions import Predictions
from generain_core.lists.gene_list import GeneList
from generain_core.lists.shared_attributes import SharedAttributes, shared_attributes
from generain_core.text import listed
from generain_core.ui.attributes import columns, ready
from generain_core.ui.components import gene_input, meaning
from generain_core.ui.lists import work
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import circular

SMALL = 20_000_000
"""Numbers of predictions times genes of the list that take less than two seconds."""
LEVEL = 0.05
survives_reload("list_shared_fold")
_COLUMNS = {
    "attribute": st.column_config.TextColumn("Attribute", width=290),
    "mean_percentile": st.column_config.NumberColumn("Percentile", format="%.1f", help="Mean over the genes of the list."),
    "expected": st.column_config.NumberColumn("Expected", format="%.1f", help="Mean over the random lists."),
    "effect": st.column_config.NumberColumn("Effect", format="%+.1f SD", help="Above random lists, in their SD."),
    "p_value": st.column_config.NumberColumn(
        "p",
        format="%.2g",
        help="Share of random lists with as much, for this attribute; it can't be below 1 in the number of lists and one more.",
    ),
    "p_adjusted": st.column_config.NumberColumn(
        "p adjusted", format="%.2g", help="For all attributes: share of random lists in which any attribute stands out as much."
    ),
    "folded_into": st.column_config.TextColumn("As", help="A better attribute that is nearly the same over all genes."),
}


def view(atlas: Atlas, genes: GeneList) -> None:
    """Show the attributes that stand out."""
    predictions = ready.opened(atlas.release)
    if predictions is None:
        return
    key = (predictions.store.fingerprint, genes.genes, genes.origin)
    size = len(predictions.store.table) * len(predictions.store.genes)
    label = f"Attributes of {len(genes):,} genes"
    result = work.result(
        "shared", key, label, lambda tell: shared_attributes(predictions, genes, progress=tell), quick=size <= SMALL
    )
    if result is not None:
        _show(predictions, genes, result)


def _show(predictions: Predictions, genes: GeneList, result: SharedAttributes) -> None:
    by_similarity = genes.origin.by_similarity
    if by_similarity:
        st.info(circular(genes.origin), icon=":material/cycle:")
    else:
        count = int((result.table["p_adjusted"] <= LEVEL).sum())
        st.markdown(
            f"**{count:,}** of {len(result.table):,} attributes stand out more than any does in 95 % of random lists "
            f"(adjusted p ≤ 0.05){escape_markdown(_best(result), 400)}. Below, the one that stands out most comes first."
        )
    fold = st.toggle("Fold what is nearly the same", True, key="list_shared_fold", persist_state="session")
    table = result.table[result.table["folded_into"] == ""] if fold else result.table
    table = table.drop(columns=[*(["p_value", "p_adjusted"] if by_similarity else []), *(["folded_into"] if fold else [])])
    first = ["effect", "attribute", "mean_percentile", "expected"]
    order = [*first, *(name for name in table if name not in first)]
    columns.show(
        table[order].head(300), predictions, "list_shared", leading="effect", own=_COLUMNS, height=420, alt="Shared attributes"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        columns.save(result.table, predictions, "list_attributes", f"attributes shared by {genes.name}")
        if st.button("As a heatmap", key="list_heatmap", icon=":material/grid_on:"):
            gene_input.fill(keys.LIST, genes.genes)
            st.switch_page("pages/attributes.py", query_params={keys.ATTRIBUTE_VIEW: "For a list"})
    meaning.line(
        "shared-attributes",
        f"{result.genes:,} genes with predictions"
        + (f" ({len(result.missing):,} have none)" if result.missing else "")
        + f"; {result.draws:,} random lists, each gene exchanged for a random one of like {' and '.join(result.matched_on)}. "
        "Percentiles are among all genes, so that attributes can be compared. An attribute counts where classifiers find genes "
        "probable for it; whether known members of a set are on the list is asked by the view *Gene sets*.",
    )


def _best(result: SharedAttributes) -> str:
    """Return the attributes that stand out most, behind a colon."""
    table = result.table
    found = table[(table["p_adjusted"] <= LEVEL) & (table["folded_into"] == "")].nlargest(3, "effect")
    return f": most of all {listed([str(name) for name in found['attribute']])}" if len(found) else ""
