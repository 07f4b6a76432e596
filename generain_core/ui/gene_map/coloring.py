"""Layers of the map: all genes, colored as chosen."""

import numpy as np
import streamlit as st

from generain_core.ui.components import figures, gene_maps
from generain_core.ui.components.figures import Layer
from generain_core.ui.gene_map.controls import MapChoices
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection


def layers(atlas: Atlas, projection: Projection, choices: MapChoices) -> list[Layer]:
    """Return the layers of the map; by biotype, with a word on what is missing, where they can't be colored as chosen."""
    if choices.color == "Expression":
        means = atlas.described["mean"].to_numpy(float)
        if np.isfinite(means).any():
            return _by_expression(means)
        st.info("Mean expression is in the gene statistics, which this release lacks. Shown by biotype instead.")
    if choices.color == "Similarity":
        if choices.gene:
            everything = np.arange(len(projection.genes))
            return [Layer(f"Cosine to {choices.gene}", everything, atlas.space.cosines(choices.gene), 3.5, "Viridis")]
        st.info("Type a gene above to color all others by their similarity to it.")
    if choices.color == "My list":
        if not choices.genes:
            st.info("Paste gene names above to see where they lie.")
        return gene_maps.list_over_rest(projection, list(choices.genes), "my genes", figures.LISTED)
    return gene_maps.by_biotype(atlas, projection)


def _by_expression(means: np.ndarray) -> list[Layer]:
    known = np.isfinite(means)
    return [
        Layer("no value", np.flatnonzero(~known), figures.GREY, 2.5),
        Layer("Mean log10 expression", np.flatnonzero(known), means[known], 3.5),
    ]
