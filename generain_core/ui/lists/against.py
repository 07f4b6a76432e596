"""A list held against another of the shelf, and its neighborhoods in another vector set."""

import streamlit as st

from generain_core.lists.gene_list import GeneList, combine
from generain_core.lists.two_lists import TwoLists, compare_lists
from generain_core.text import percent, significant
from generain_core.ui.components import downloads, gene_tables, list_button, meaning
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.ui.session import gene_lists
from generain_core.ui.shell import resources
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors import vector_sets
from generain_core.vectors.atlas import Atlas
from generain_core.vectors.neighborhoods import compare_neighborhoods

QUICK = 5_000
"""Genes with vectors up to which a thousand lists take less than two seconds."""
_NEAREST = {
    "of": st.column_config.TextColumn("On the list"),
    "cosine": st.column_config.NumberColumn("Cosine to the other list", format="%.3f", help="To the sum of its unit vectors."),
    "percentile": st.column_config.NumberColumn("Percentile", format="%.1f", help="Of that cosine among all genes."),
}
_AROUND = {
    "shared": st.column_config.NumberColumn("In both", help="Of the nearest genes in either set."),
    "share": st.column_config.NumberColumn("Share", format="percent"),
    "percentile": st.column_config.NumberColumn("Percentile", format="%.0f", help="Of that share among random genes."),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", help="Were the second set's neighbors drawn at random."),
    "neighbors": st.column_config.ListColumn("Neighbors in both", width=330),
}


def view(atlas: Atlas, chosen: GeneList) -> None:
    """Ask for what the list is held against, and show it."""
    genes = restricted(atlas, chosen)
    if not genes.genes:
        st.info("None of these genes has a vector, so nothing can be compared with them.")
        return
    others = [name for name in gene_lists.workspace().names if name != chosen.name]
    sets = [each.name for each in vector_sets(atlas.release) if each.name != atlas.space.name]
    choices = [f"List: {name}" for name in others] + [f"Vectors: {name}" for name in sets]
    if not choices:
        st.info("There is no second list and no second set of vectors; bring another list above.")
        return
    choice = str(st.selectbox("Held against", choices, key="list_against", persist_state="session"))
    kind, _, name = choice.partition(": ")
    if kind == "List":
        _lists(atlas, genes, restricted(atlas, gene_lists.workspace().get(name)))
    else:
        _vectors(atlas, genes, name)


def _lists(atlas: Atlas, first: GeneList, second: GeneList) -> None:
    key = (atlas.space.fingerprint, first.genes, second.genes, first.origin, second.origin)
    label = f"Comparing {first.name[:30]} and {second.name[:30]}"
    result = work.result(
        "against",
        key,
        label,
        lambda tell: compare_lists(atlas, first, second, progress=tell),
        quick=len(atlas.space.genes) <= QUICK,
    )
    if result is None:
        return
    _figures(first, second, result)
    gene_tables.show(
        result.nearest,
        atlas.release,
        "nearest",
        "list_nearest",
        _NEAREST,
        height=380,
        alt="The genes of one list alone by their nearness to the other",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        both = combine([first, second], "union").origin
        downloads.offer_gene_table(result.nearest, atlas, "two_lists", f"{first.name} against {second.name}", both.note)
        shared, name = result.shared, f"In {first.name} and {second.name}"
        list_button.offer_made(
            lambda: combine([first, second], "intersection", name), "shared_genes", len(shared), name, label="Shared as a list"
        )
        origin = combine([first, second], "difference").origin
        alone = result.nearest["gene"]
        list_button.offer(f"{first.name} alone, by nearness", alone, "nearest_genes", origin, background=first.background)


def _figures(first: GeneList, second: GeneList, result: TwoLists) -> None:
    row = st.container(horizontal=True)
    row.metric("Genes of both", f"{len(result.shared):,}", border=True, width=150)
    row.metric("Jaccard index", f"{result.jaccard:.2f}", border=True, width=150, help="Shared genes over the genes of either.")
    if result.overlap_p is None:
        st.caption("Both lists were made by similarity, so that a p-value of their overlap would mean nothing.")
    else:
        row.metric(
            "p of the overlap", significant(result.overlap_p), border=True, width=170, help="Hypergeometric, among all genes."
        )
    if result.p_value is None:
        st.info(f"All genes of {escape_markdown(first.name, 60)} are on the other list too; nothing is left to compare.")
        return
    row = st.container(horizontal=True)
    row.metric("Mean cosine", f"{result.mean_cosine:.3f}", border=True, width=150)
    row.metric(
        "Lists like the second", f"{result.null_mean:.3f} ± {result.null_sd:.3f}", border=True, width=240, help="Mean ± SD."
    )
    row.metric("p of nearness", significant(result.p_value), border=True, width=170)
    meaning.line(
        "two-lists",
        f"Mean cosine over pairs of a gene of the first list alone and one of the second, against {result.draws:,} lists of the "
        "second one's shape around other genes of like biotype and expression.",
    )


def _vectors(atlas: Atlas, genes: GeneList, name: str) -> None:
    result = compare_neighborhoods(atlas, resources.atlas_of(name), genes.genes)
    st.markdown(
        f"Of a gene's {result.k} nearest in {escape_markdown(result.sets[0])}, usually **{percent(result.usual)}** are among its "
        f"nearest in {escape_markdown(result.sets[1])} too; by chance it would be {percent(result.by_chance, 2)}. "
        f"{result.genes:,} genes are in both."
    )
    gene_tables.show(
        result.table, atlas.release, "around", "list_neighborhoods", _AROUND, height=380, alt="Neighbors in both vector sets"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.offer_gene_table(
            result.table.assign(neighbors=result.table["neighbors"].map(", ".join)),
            atlas,
            "neighborhoods",
            f"neighborhoods in {result.sets[0]} and {result.sets[1]}",
        )
        called = f"{genes.name}, by their neighbors in two sets"[:80]
        list_button.offer(called, result.table["gene"], "neighborhoods", genes.origin, background=genes.background)
    meaning.line("two-sets-of-vectors")
