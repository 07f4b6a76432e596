"""What stands beside the map: which projection, which colors, which genes; and the ways to take the map away."""

from dataclasses import dataclass

import streamlit as st

from generain_core.ui.components import capsule_button, downloads, gene_input, gene_maps
from generain_core.ui.shell import keys, links
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.gene_map import Projection

COLORS = ("Biotype", "Expression", "Similarity", "My list")


@dataclass(frozen=True)
class MapChoices:
    """What the map is drawn of.

    Attributes:
        method: of the projection, as the core calls it.
        color: one of `COLORS`.
        gene: the gene that is marked, if any.
        genes: those of the user's list, where the map is colored by it.
    """

    method: str
    color: str
    gene: str | None
    genes: tuple[str, ...]


def choose(atlas: Atlas) -> MapChoices:
    """Show the inputs of the map and return what was chosen."""
    boxes = st.columns([2, 2, 3], gap="medium")
    title = links.url_widget(
        boxes[0].segmented_control,
        "Projection",
        list(gene_maps.METHODS),
        key=keys.METHOD,
        default="UMAP",
        unset="UMAP",
        required=True,
        help="UMAP keeps neighborhoods and is made once, in about a minute for 31,653 genes. PCA is quick and keeps the "
        "largest differences. t-SNE takes several minutes.",
    )
    color = links.url_widget(boxes[1].selectbox, "Color by", list(COLORS), key=keys.COLOR, unset=COLORS[0])
    with boxes[2]:
        gene = gene_input.gene_box("Find a gene", keys.GENE, atlas.resolver, atlas.space)
    genes = gene_input.gene_list_box("My gene list", keys.LIST, atlas) if color == "My list" else []
    return MapChoices(gene_maps.METHODS[title], color, gene, tuple(genes))


def ways_out(atlas: Atlas, projection: Projection) -> None:
    """Offer the format of the figure, and the coordinates as a table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "The camera saves",
            ["png", "svg"],
            default="png",
            required=True,
            format_func=str.upper,
            key=keys.FIGURE_FORMAT,
            help="What the camera above the map saves.",
        )
        downloads.offer_gene_table(projection.table(), atlas, f"gene_map_{projection.method}", projection.parameters)
        line = ["project", "-o", "map.csv", "--method", projection.method, "--vectors", atlas.space.name]
        capsule_button.offer(f"gene_map_{projection.method}", line)
