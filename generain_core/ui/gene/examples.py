"""Genes to begin with, where none is typed."""

import streamlit as st

from generain_core.genes import Resolver
from generain_core.ui.components import gene_input
from generain_core.ui.shell import keys

EXAMPLES = ("XIST", "GAS5", "TP53", "CD3E", "RPL3")


def offer(resolver: Resolver) -> None:
    """Offer the examples that the release knows as buttons."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown("For example:", width="content")
    for example in EXAMPLES:
        if resolver.resolve(example).gene:
            row.button(example, key=f"example_{example}", on_click=gene_input.choose, args=(keys.GENE, example))
