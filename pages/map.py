"""All genes at once: color them, find one, take some of them away."""

import numpy as np
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.components import figures, gene_input, gene_maps, tables
from generain_core.ui.gene_map import selection
from generain_core.ui.shell import keys, layout, links, resources
from generain_core.ui.shell.escaping import escape_markdown

layout.begin_page("pages/map.py")
layout.title("Map", "All genes on a plane. Draw around some of them to get their names.")
try:
    atlas = resources.atlas()
except GeneRAINError as problem:
    layout.stop(problem)

COLORS = ["Biotype", "Expression", "Similarity", "My list"]
controls, canvas = st.columns([1, 3], gap="medium")
with controls:
    method = links.url_widget(
        st.segmented_control,
        "Projection",
        list(gene_maps.METHODS),
        key=keys.METHOD,
        default="UMAP",
        unset="UMAP",
        required=True,
        help="UMAP keeps neighborhoods and is made once, in about a minute for 31,653 genes. PCA is quick and keeps the "
        "largest differences. t-SNE takes several minutes.",
    )
    color = links.url_widget(st.selectbox, "Color by", COLORS, key=keys.COLOR, unset=COLORS[0])
    gene = gene_input.gene_box("Find a gene", keys.GENE, atlas.resolver, atlas.space)
    genes = gene_input.gene_list_box("My gene list", keys.LIST, atlas) if color == "My list" else []

with canvas:
    made = gene_maps.projection(atlas, gene_maps.METHODS[method])
if made is None:
    st.stop()


def layers() -> list[figures.Layer]:
    everything = np.arange(len(made.genes))
    if color == "Expression":
        means = atlas.described["mean"].to_numpy(float)
        if np.isfinite(means).any():
            return [
                figures.Layer("no value", np.flatnonzero(~np.isfinite(means)), figures.GREY, 2.5),
                figures.Layer("Mean log10 expression", np.flatnonzero(np.isfinite(means)), means[np.isfinite(means)], 3.5),
            ]
        controls.info("Mean expression is in the gene statistics, which this release lacks. Shown by biotype instead.")
    if color == "Similarity":
        if gene:
            return [figures.Layer(f"Cosine to {gene}", everything, atlas.space.cosines(gene), 3.5, "Viridis")]
        controls.info("Type a gene above to color all others by their similarity to it.")
    if color == "My list":
        if not genes:
            controls.info("Paste gene names above to see where they lie.")
        return gene_maps.list_over_rest(made, genes, "my genes", figures.MARK)
    return gene_maps.by_biotype(atlas, made)


@st.fragment
def chart_and_selection() -> None:
    kind = st.session_state.get(keys.FIGURE_FORMAT, "png")
    picked = selection.chosen(atlas.space.fingerprint, (method, color, gene, tuple(genes), kind))
    marked = {gene: figures.MARK} if gene else {}
    drawn = figures.gene_map(made, layers(), marked, simulated=atlas.release.simulated, selectable=True, selected=picked.drawn)
    event = st.plotly_chart(
        drawn.figure,
        key=keys.SELECTION,
        on_select="rerun",
        selection_mode=("lasso", "box", "points"),
        config=figures.export_config("gene_map", kind),
        alt="Map of all genes",
    )
    st.caption(escape_markdown(gene_maps.quality(made), 600))
    rows = picked.take(drawn.selected(event))
    if not len(rows):
        st.caption("Choose the lasso or the box above the map, and draw around genes. The camera saves the figure as it is.")
        return
    names = [made.genes[i] for i in rows]
    known = atlas.described.iloc[rows].reset_index(names="gene")[["gene", "ensembl_gene", "biotype", "mean", "description"]]
    st.subheader(f"{len(names):,} selected genes", anchor=False)
    left, right = st.columns([3, 1])
    with left:
        tables.show(known, atlas.release, "selected_table", height=320)
    with right:
        tables.download(known, atlas, "selected_genes", f"{len(names)} genes selected on {made.parameters}", key="selected_csv")
        st.caption("Names to copy")
        st.code("\n".join(names), language=None, height=240)
        if len(picked.drawn):  # where nothing is drawn as chosen, a double click on the map clears it
            st.button("Clear", key="clear_selection", icon=":material/close:", on_click=selection.clear)


with canvas:
    chart_and_selection()
with controls:
    st.segmented_control(
        "Figure as",
        ["png", "svg"],
        default="png",
        required=True,
        format_func=str.upper,
        key=keys.FIGURE_FORMAT,
        help="What the camera above the map saves.",
    )
    tables.download(made.table(), atlas, f"gene_map_{gene_maps.METHODS[method]}", made.parameters, key="map_csv")
