"""Where a gene and its neighbors lie on the map of all genes."""

import streamlit as st

from generain_core.ui.components import figures, gene_maps, meaning
from generain_core.vectors.atlas import Atlas


def section(atlas: Atlas, gene: str, nearest: list[str]) -> None:
    """Show a gene and the genes most similar to it among all genes."""
    st.header("On the map", anchor=False)
    projection = gene_maps.projection(atlas)
    if projection is None:
        return
    layers = gene_maps.list_over_rest(projection, nearest, "most similar genes", figures.SECOND)
    alt = f"{gene} and the genes most similar to it among all genes"
    marked = {gene: figures.MARK}
    gene_maps.show_over_ground(atlas, projection, layers, marked, height=380, key="place", name=f"{gene}_map", alt=alt)
    meaning.line("place-on-the-map")
