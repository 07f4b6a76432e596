"""The background of a list: the genes that could have been on it."""

import streamlit as st

from generain_core.lists.gene_list import GeneList
from generain_core.ui.session import gene_lists
from generain_core.vectors.atlas import Atlas

_OWN, _MODEL, _LIST = "Those it was chosen from", "All of the model", "One of my lists"


def background_box(atlas: Atlas, genes: GeneList) -> tuple[tuple[str, ...] | None, str]:
    """Show the choice of a background, the one of the list's origin first; return its genes and what it is called.

    The genes are None where a list has to be chosen first.
    """
    options = [*([_OWN] if genes.background else []), _MODEL, _LIST]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    choice = row.segmented_control(
        "Genes that could have been on the list",
        options,
        default=options[0],
        required=True,
        key=f"list_background_{len(options)}",
        persist_state="session",
        help="The background. Of genes that an experiment found, those it tested; of a panel, those it measured. With too wide a "
        "background, sets of what is expressed at all come out.",
    )
    if choice == _OWN:
        return genes.background, f"the {len(genes.background):,} genes that it was chosen from"
    if choice == _MODEL:
        model = tuple(map(str, atlas.resolver.table.model.index))
        return model, f"the {len(model):,} genes of the model"
    names = [name for name in gene_lists.workspace().names if name != genes.name]
    if not names:
        st.info("Keep the background as a list of its own first, by “New list”.")
        return None, ""
    name = str(row.selectbox("Background", names, key="list_background_of", width=260))
    chosen = gene_lists.workspace().get(name).genes
    return chosen, f"the {len(chosen):,} genes of {name}"
