"""The map itself, and the genes that are selected on it."""

import numpy as np
import streamlit as st

from generain_core.ui.components import downloads, figures, gene_maps, list_button, tables
from generain_core.ui.gene_map import selection
from generain_core.ui.gene_map.controls import MapChoices
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection


@st.fragment
def chart_and_selection(atlas: Atlas, projection: Projection, choices: MapChoices, layers: list[figures.Layer]) -> None:
    """Show the map, and below it what is selected there."""
    kind = st.session_state.get(keys.FIGURE_FORMAT, "png")
    drawn_of = (choices.method, choices.color, choices.gene, choices.genes, kind)
    selected = selection.chosen(atlas.space.fingerprint, drawn_of)
    gene_map = figures.gene_map(
        projection,
        layers,
        {choices.gene: figures.MARK} if choices.gene else {},
        simulated=atlas.release.simulated,
        selectable=True,
        selected=selected.drawn,
    )
    event = figures.show(
        gene_map.figure,
        key=keys.SELECTION,
        name="gene_map",
        kind=kind,
        on_select="rerun",
        selection_mode=("lasso", "box", "points"),
        alt="Map of all genes",
    )
    st.caption(escape_markdown(gene_maps.quality(projection), 600))
    rows = selected.take(gene_map.selected(event))
    if len(rows):
        _selected_genes(atlas, projection, rows, can_clear=len(selected.drawn) > 0)
    else:
        st.caption("Choose the lasso or the box above the map, and draw around genes. The camera saves the figure as it is.")


def _selected_genes(atlas: Atlas, projection: Projection, rows: np.ndarray, *, can_clear: bool) -> None:
    names = [projection.genes[i] for i in rows]
    known = atlas.described.iloc[rows].reset_index(names="gene")[["gene", "ensembl_gene", "biotype", "mean", "description"]]
    st.header(f"{len(names):,} selected genes", anchor=False)
    left, right = st.columns([3, 1])
    with left:
        tables.show(known, atlas.release, "selected_table", height=320)
    with right:
        origin = f"{len(names)} genes selected on {projection.parameters}"
        downloads.offer_gene_table(known, atlas, "selected_genes", origin)
        list_button.offer(f"{len(names)} genes of the map", names, "selected", list_button.Origin.LASSO)
        st.caption("Names to copy")
        st.code("\n".join(names), language=None, height=240)
        if can_clear:  # where nothing is drawn as chosen, a double click on the map clears it
            st.button("Clear", key="clear_selection", icon=":material/close:", on_click=selection.clear)
