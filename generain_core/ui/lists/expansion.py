"""Which genes belong to a list too, and how often its own would have been found."""

import streamlit as st

from generain_core.lists.expansion import METHODS, Expansion, expand
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.ui.components import downloads, gene_input, list_button, tables
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.vectors.atlas import Atlas

QUICK = 500
_TITLES = {"centroid": "Closest to their middle", "ranks": "Ranked high by each of them"}
_COLUMNS = {
    "score": st.column_config.NumberColumn("Score", format="%.3f"),
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
    made = work.result("expand", key, label, lambda tell: expand(atlas, genes, k, method), quick=len(genes) <= QUICK)
    if made is None:
        return
    _recovery(made, len(genes))
    event = tables.show(
        made.table,
        atlas.release,
        f"list_expansion_{method}_{k}",
        _COLUMNS,
        height=420,
        on_select="rerun",
        selection_mode="single-row",
        alt=f"The {len(made.table)} genes that belong too",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.offer_gene_table(made.table, atlas, "list_expansion", f"genes like those of {genes.name}, by {method}")
        list_button.offer(f"Like {genes.name}", made.table["gene"], "expansion", Origin.EXPANSION)
        both = [*genes.genes, *made.table["gene"]]
        list_button.offer(f"{genes.name}, extended", both, "extended", Origin.EXPANSION, label="With the list's own")
        gene_input.open_selected(event, made.table)


def _recovery(made: Expansion, size: int) -> None:
    if made.recovery is None:
        st.caption("With one gene alone, it can't be tried whether it would be found again.")
        return
    times = made.recovery / made.by_chance if made.by_chance else 0.0
    st.markdown(
        f"**{made.recovery:.0%}** of the list's {size:,} genes would be among these {made.k:,} had they been left out; "
        f"{made.by_chance:.2%} would be by chance" + (f", {times:,.0f} times fewer." if made.recovery > made.by_chance else ".")
    )
    if made.recovery <= 3 * made.by_chance:
        st.warning("The list's own genes are hardly found again, so the genes below are no better than guesses.")
