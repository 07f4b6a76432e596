"""One gene: who it is, what it is like, where it lies, how it is expressed."""

import streamlit as st

from generain_core.ui.attributes import of_gene
from generain_core.ui.components import gene_input
from generain_core.ui.gene import examples, expression, map_position, neighbors
from generain_core.ui.gene.card import card
from generain_core.ui.shell import keys, layout, links, resources

layout.begin_page("pages/gene.py")
layout.title("Gene", "Who a gene is, which genes are like it, and where it lies among all.")
release, resolver = layout.need(resources.release), layout.need(resources.resolver)
atlas = layout.want(resources.atlas)

gene = gene_input.gene_box("Gene", keys.GENE, resolver, atlas.space if atlas else None)
if gene is None:
    if not st.session_state.get(keys.GENE):
        examples.offer(resolver)
    links.end()
layout.name_tab(gene, "Gene")
card(gene, resolver)

nearest = neighbors.section(atlas, gene) if atlas else []
left, right = st.columns(2, gap="medium")
with left:
    if atlas is not None:
        map_position.section(atlas, gene, nearest)
with right:
    expression.section(release, gene)
of_gene.section(release, gene)
