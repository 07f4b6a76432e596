"""Why two genes, or those of a list, are alike: in a sentence, and each reason beside what random genes show."""

import pandas as pd
import streamlit as st

from generain_core.lists.explanation import Explanation, explain
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.ui.attributes import ready
from generain_core.ui.components import downloads, gene_tables, list_button, meaning, tables
from generain_core.ui.lists import work
from generain_core.ui.lists.genes import restricted
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas
from generain_core.wording.origins import circular

_KINDS = {
    "position": "Place",
    "family": "Family by name",
    "attribute": "Attributes",
    "neighbors": "Neighbors",
    "expression": "Expression",
    "none": "None",
}
_COLUMNS = {
    "reason": st.column_config.TextColumn("Reason", width="small"),
    "observed": st.column_config.NumberColumn("Seen", format="%.3g"),
    "expected": st.column_config.NumberColumn("Expected", format="%.3g", help="Mean over random genes of like expression."),
    "p_value": st.column_config.NumberColumn("p", format="%.2g", help="Share of random pairs (lists) that show as much."),
    "words": st.column_config.TextColumn("In words", width=285),
    "names": st.column_config.TextColumn("Which", width=215),
}

_NEIGHBORS = {
    "cosine": st.column_config.NumberColumn("Cosine", format="%.3f", help="Mean, to the genes that are asked about."),
    "attributes": st.column_config.TextColumn("High in", width=430, help="Top 1 % of all genes; the highest first."),
}


def view(atlas: Atlas, chosen: GeneList) -> None:
    """Show why the genes of a list are alike."""
    genes = restricted(atlas, chosen)
    if len(genes) < 2:
        st.info("A list needs two genes with vectors to be compared; add some.")
        return
    section(atlas, genes.genes, genes.origin, heading=False)


def section(atlas: Atlas, genes: tuple[str, ...], origin: Origin = Origin.USER, *, heading: bool = True) -> None:
    """Show the reasons why two genes, or those of a list that came about so, are alike."""
    if heading:
        st.header("Why alike?", anchor=False)
    predictions = ready.opened(atlas.release) if atlas.release.has("attributes") else None
    key = (atlas.space.fingerprint, genes, origin, predictions is not None)
    label = f"Reasons for {len(genes):,} genes"
    circle = origin.by_similarity
    result = work.result("why", key, label, lambda tell: explain(atlas, predictions, genes, by_similarity=circle, progress=tell))
    if result is not None:
        if circle:
            st.info(circular(origin), icon=":material/cycle:")
        _show(atlas, result)


def _show(atlas: Atlas, result: Explanation) -> None:
    st.markdown(escape_markdown(result.sentence, 1500))
    rows = [
        {
            "reason": _KINDS[reason.kind],
            "words": reason.text,
            "observed": reason.observed,
            "expected": reason.expected,
            "p_value": reason.p_value,
            "names": ", ".join((*reason.attributes, *reason.genes)),
        }
        for reason in result.reasons
    ]
    if result.reasons[0].kind != "none":
        table = pd.DataFrame(rows)
        tables.show(table, atlas.release, "why_alike", _COLUMNS, height=38 + 35 * len(rows), placeholder="")
        downloads.offer_gene_table(table, atlas, "why_alike", f"why {', '.join(result.genes[:5])} are alike")
    if result.neighbors:
        _neighbors(atlas, result)
    meaning.line(
        "why-genes-are-alike",
        "The trivial reasons come first: genes that lie side by side, and families. All others are held against random genes of "
        "like biotype and expression: of 20 such pairs (lists), one at most would be given any of these reasons.",
    )


def _neighbors(atlas: Atlas, result: Explanation) -> None:
    """Show the neighbors in common, each with what it is high in itself."""
    pair = len(result.genes) == 2
    st.subheader("Neighbors in common", anchor=False)
    table = pd.DataFrame(
        {
            "gene": [each.gene for each in result.neighbors],
            "cosine": [each.cosine for each in result.neighbors],
            "attributes": [", ".join(each.attributes) for each in result.neighbors],
        }
    )
    gene_tables.show(
        table,
        atlas.release,
        "common",
        "why_neighbors",
        _NEIGHBORS,
        against=result.genes[0] if pair else None,
        height=38 + 35 * min(len(table), 8),
        alt="Neighbors in common, with their own attributes",
    )
    whose = " and ".join(result.genes) if pair else "a list"
    with st.container(horizontal=True, vertical_alignment="center"):
        details = (f"neighbors in common of {', '.join(result.genes[:5])}", Origin.NEIGHBORS.note)
        downloads.offer_gene_table(table, atlas, "common_neighbors", *details)
        list_button.offer(f"Neighbors of {whose}", table["gene"], "common_neighbors", Origin.NEIGHBORS)
    if table["attributes"].ne("").any():
        st.caption(
            "Beside each stands in which attributes it is among the top 1 % of all genes itself. That describes them, and is no "
            "test: genes near to the same ones are alike."
        )
