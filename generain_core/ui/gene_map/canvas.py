"""The map itself, and beside it the genes that are selected there."""

import numpy as np
import streamlit as st

from generain_core.ui.components import downloads, figures, gene_maps, gene_tables, list_button, meaning, tables
from generain_core.ui.gene_map import by_keys, selection
from generain_core.ui.gene_map.controls import MapChoices
from generain_core.ui.shell import keys, links
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection


def chart_and_selection(atlas: Atlas, projection: Projection, choices: MapChoices, layers: list[figures.Layer]) -> None:
    """Show the map, and beside it what is selected there; a link brings what was selected."""
    linked = links.brought(keys.PICKED_GENES)
    if linked is not None:
        _chosen(atlas, choices).draw(np.flatnonzero(np.isin(projection.genes, linked)))
    _chart_and_selection(atlas, projection, choices, layers)


def _chosen(atlas: Atlas, choices: MapChoices) -> selection.Chosen:
    kind = st.session_state.get(keys.FIGURE_FORMAT, "png")
    drawn_of = (choices.method, choices.color, choices.gene, choices.genes, kind)
    return selection.chosen(atlas.space.fingerprint, drawn_of)


@st.fragment
def _chart_and_selection(atlas: Atlas, projection: Projection, choices: MapChoices, layers: list[figures.Layer]) -> None:
    kind = st.session_state.get(keys.FIGURE_FORMAT, "png")
    selected = _chosen(atlas, choices)
    chart, beside = st.columns([5, 3], gap="medium")
    with chart:
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
        meaning.line("place-on-the-map", escape_markdown(gene_maps.quality(projection), 600))
    rows = selected.take(gene_map.selected(event))
    links.carry(keys.PICKED_GENES, [projection.genes[i] for i in rows], "selected genes")
    with beside:
        if len(rows):
            _selected_genes(atlas, projection, rows, can_clear=len(selected.drawn) > 0)
        else:
            st.caption("Choose the lasso or the box above the map, and draw around genes: their names come here.")
        by_keys.box(projection, selected)


def _selected_genes(atlas: Atlas, projection: Projection, rows: np.ndarray, *, can_clear: bool) -> None:
    names = [projection.genes[i] for i in rows]
    known = atlas.described.iloc[rows].reset_index(names="gene")[["gene", "biotype", "mean", "ensembl_gene", "description"]]
    st.header(f"{len(names):,} selected gene{'s' if len(names) != 1 else ''}", anchor=False)
    narrow = known[["gene", "biotype", "mean"]]
    gene_tables.choose(
        tables.show, narrow, atlas.release, name="selected", key="selected_table", columns=_NARROW, linked=False, height=320
    )
    with st.container(horizontal=True):
        origin = f"{len(names)} genes selected on {projection.parameters}"
        list_button.offer(f"{len(names)} genes of the map", names, "selected", list_button.Origin.LASSO)
        downloads.offer_gene_table(known, atlas, "selected_genes", origin, list_button.Origin.LASSO.note)
        if can_clear:  # where nothing is drawn as chosen, a double click on the map clears it
            st.button("Clear", key="clear_selection", icon=":material/close:", on_click=selection.clear)
    st.caption("Names to copy")
    st.code("\n".join(names), language=None, height=150)


_NARROW = {
    "biotype": st.column_config.TextColumn("Biotype", width=110),
    "mean": st.column_config.NumberColumn("Mean", format="%.2f", width=60, help="Mean log10 expression over the ARCHS4 samples."),
}
