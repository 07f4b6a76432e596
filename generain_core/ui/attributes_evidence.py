"""How far to trust one prediction: its grade, the parts, and the genes they are from."""

from typing import Literal

import streamlit as st

from generain_core.attributes.evidence import RULE, weigh
from generain_core.attributes.known import KnownMembers
from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError
from generain_core.ui import attribute_tables, resources, tables
from generain_core.ui.words import plain

_COLORS: dict[str, Literal["green", "blue", "orange", "gray"]] = {
    "A": "green",
    "B": "blue",
    "C": "orange",
    "D": "gray",
    "": "gray",
}


def panel(predictions: Predictions, known: KnownMembers | None, gene: str, attribute: str) -> None:
    """Show what speaks for an attribute of a gene."""
    st.subheader("How far to trust it", anchor=False)
    try:
        atlas = resources.atlas()
        with st.spinner("Asking its neighbors …"):
            found = weigh(predictions, atlas, known, gene, attribute)
    except GeneRAINError as problem:
        st.caption(plain(problem, 600))
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    title = f"Grade {found.grade}" if found.grade else "No grade"
    row.badge(title, icon=":material/grade:" if found.grade else ":material/do_not_disturb_on:", color=_COLORS[found.grade])
    row.markdown(plain(found.reason), width="content")
    table = found.table()[["part", "says", "points", "rests_on", "source_genes"]]
    attribute_tables.show(table, predictions, "evidence_parts", height=35 * len(table) + 38)
    if len(found.voters):
        with st.expander(f"The {len(found.voters)} annotated genes nearest to {plain(found.gene)}"):
            marked = found.voters.assign(known=["●" if member else "" for member in found.voters["member"]])
            tables.show(
                marked.drop(columns="member"),
                predictions.release,
                "evidence_voters",
                {"known": st.column_config.TextColumn("Member"), "rank": _RANK},
                height=320,
            )
    with st.expander("How grades come about"):
        st.markdown(RULE)
    attribute_tables.save(
        found.table(), predictions, "evidence", f"evidence for {found.attribute} of {found.gene}", key="evidence_csv"
    )


_RANK = st.column_config.NumberColumn("Rank", format="localized", help="Among all genes, annotated or not; 1 is the nearest.")
