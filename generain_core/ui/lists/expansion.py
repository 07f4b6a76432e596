"""Which genes belong to a list too, and how often its own would have been found."""

import streamlit as st

from generain_core.lists.expansion import METHODS, Expansion, expand
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.text import listed, significant
from generain_core.ui.components import downloads, gene_tables, list_button, meaning
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

QUICK = 500
survives_reload("list_expand_by", "list_expand_k")
_TITLES = {"centroid": "Closest to all of them together", "ranks": "Ranked high by each of them"}
_COLUMNS = {
    "score": st.column_config.NumberColumn(
        "Score", format="%.3f", help="Cosine to the list's middle; by ranks, the mean share of genes that are less alike."
    ),
    "rank": st.column_config.NumberColumn("Rank", format="localized", help="Among all genes that are not on the list."),
}


def view(atlas: Atlas, chosen: GeneList) -> None:
    """Show the genes that belong too."""
    genes = restricted(atlas, chosen)
    if not genes.genes:
        st.info("None of these genes has a vector, so nothing can be compared with them.")
        return
    row = st.container(horizontal=True, vertical_alignment="bottom")
    method = row.segmented_control(
        "Which genes",
        METHODS,
        default=METHODS[0],
        required=True,
        format_func=lambda each: _TITLES[each],
        key="list_expand_by",
        persist_state="session",
        help="By the middle: cosine to the sum of the list's unit vectors. By ranks: the mean rank that the list's genes give, "
        "which a few odd genes move less.",
    )
    k = int(row.number_input("How many", 5, 1000, 50, 5, key="list_expand_k", persist_state="session", width=140))
    key = (atlas.space.fingerprint, genes.genes, method, k)
    label = f"Genes like {len(genes):,} others"
    result = work.result("expand", key, label, lambda tell: expand(atlas, genes, k, method), quick=len(genes) <= QUICK)
    if result is None:
        return
    if len(result.table):
        nearest = [str(gene) for gene in result.table["gene"][:5]]
        st.markdown(f"Nearest: **{escape_markdown(listed(nearest), 300)}**.")
    _recovery(result, len(genes))
    gene_tables.show(
        result.table,
        atlas.release,
        "expansion",
        f"list_expansion_{method}_{k}",
        _COLUMNS,
        height=420,
        alt=f"The {len(result.table)} genes that belong too",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        details = (f"genes like those of {genes.name}, by {method}", Origin.EXPANSION.note)
        downloads.offer_gene_table(result.table, atlas, "list_expansion", *details)
        list_button.offer(f"Like {genes.name}", result.table["gene"], "expansion", Origin.EXPANSION)
        both = [*genes.genes, *result.table["gene"]]
        list_button.offer(f"{genes.name}, extended", both, "extended", Origin.EXPANSION, label="With the list's own")
    meaning.line("genes-that-belong-too")


def _recovery(result: Expansion, size: int) -> None:
    if result.recovery is None:
        st.caption("With one gene alone, it can't be tried whether it would be found again.")
        return
    st.markdown(
        f"How far to trust them: each gene of the list was left out once, and **{round(result.recovery * size):,} of {size:,}** "
        f"came back among the first {result.k:,}; of {size:,} random genes {significant(result.by_chance * size)} would."
    )
    if result.recovery <= 3 * result.by_chance:
        st.warning("The list's own genes are hardly found again, so the genes below are no better than guesses.")
