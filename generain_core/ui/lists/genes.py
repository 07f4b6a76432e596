"""The genes of a list: who they are, what was left out, and where the list can go from here."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from generain_core.attributes.gmt import gmt_bytes
from generain_core.lists.gene_list import GeneList
from generain_core.release.provenance import provenance
from generain_core.text import with_noun
from generain_core.ui.components import downloads, gene_input, gene_tables
from generain_core.ui.components.downloads import File
from generain_core.ui.embedding.sample_colors import BY_LIST
from generain_core.ui.lists.examples import is_example
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import WORDS


def view(atlas: Atlas, genes: GeneList) -> None:
    """Show the genes with the ways on and out."""
    without = sum(gene not in atlas.space for gene in genes.genes)
    st.caption(
        f"{with_noun(len(genes), 'gene')}; {'an example' if is_example(genes) else WORDS[genes.origin]}."
        + (
            f" {without:,} have no vector in {escape_markdown(atlas.space.name)} and are left out of comparisons."
            if without
            else ""
        )
        + (f" {len(genes.background):,} genes could have been on it." if genes.background else "")
    )
    _ways_on(genes)
    table = table_of(atlas, genes)
    gene_tables.show(
        table,
        atlas.release,
        "list",
        f"list_genes_{genes.name}",
        height=420,
        alt=f"The {len(table):,} genes of {genes.name}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        _ways_out(atlas, genes, table)


def table_of(atlas: Atlas, genes: GeneList) -> pd.DataFrame:
    """Return what is known of the genes of a list, in its order."""
    frame = atlas.resolver.table.frame.reindex(list(genes.genes))
    known = frame[["ensembl_gene", "biotype", "mean", "description"]].reset_index(names="gene")
    if known["description"].fillna("").eq("").all():
        known = known.drop(columns="description")
    if genes.ranking:
        known.insert(1, "score", [genes.ranking.get(gene, float("nan")) for gene in genes.genes])
    return known


def _ways_on(genes: GeneList) -> None:
    """Offer the list to other pages, each in one click."""
    row = st.container(horizontal=True, vertical_alignment="center")
    go = {
        "On the map": ("pages/map.py", ":material/scatter_plot:", {keys.COLOR: "My list"}),
        "In Attributes": ("pages/attributes.py", ":material/psychology_alt:", {keys.ATTRIBUTE_VIEW: "For a list"}),
    }
    for label, (page, icon, query) in go.items():
        if row.button(label, key=f"list_to_{page}", icon=icon):
            gene_input.fill(keys.LIST, genes.genes)
            st.switch_page(page, query_params=query)
    if row.button("In Samples", key="list_to_samples", icon=":material/biotech:"):
        st.session_state[keys.SAMPLE_LIST] = genes.name
        st.session_state[f"embed_color_{st.session_state.get(keys.UPLOADS, 0)}"] = BY_LIST
        st.switch_page("pages/samples.py")
    st.caption("In Samples, the map of samples is colored by the mean bin of these genes.")


def _ways_out(atlas: Atlas, genes: GeneList, table: pd.DataFrame) -> None:
    stem = "".join(c if c.isalnum() else "_" for c in genes.name)[:60] or "list"
    origin = provenance(atlas.release, f"list {genes.name}", WORDS[genes.origin], genes.origin.note)
    downloads.offer(
        File("CSV", f"{stem}.csv", table),
        File("GMT", f"{stem}.gmt", gmt_bytes({genes.name: genes.genes}, origin)),
        File("Text", f"{stem}.txt", "".join(f"{gene}\n" for gene in genes.genes)),
        origin=origin,
    )


def restricted(atlas: Atlas, genes: GeneList) -> GeneList:
    """Return the list without genes that have no vector."""
    there = tuple(gene for gene in genes.genes if gene in atlas.space)
    gone = {gene: f"it has no vector in {atlas.space.name}" for gene in genes.genes if gene not in atlas.space}
    return replace(genes, genes=there, missing={**genes.missing, **gone})
