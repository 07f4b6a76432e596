"""How far to trust one prediction: its grade, the parts, and the genes they are from."""

from collections.abc import Iterable
from typing import Literal

import pandas as pd
import streamlit as st

from generain_core.attributes.evidence import RULE, Part, grades, weigh
from generain_core.attributes.known_members import KnownMembers
from generain_core.attributes.predictions import Predictions
from generain_core.errors import GeneRAINError
from generain_core.text import listed
from generain_core.ui.attributes import columns
from generain_core.ui.components import gene_tables, list_button
from generain_core.ui.shell import resources
from generain_core.ui.shell.escaping import escape_markdown

KNOWN = "known"
"""Stands for the grade of a known member, which is no prediction."""
_NAMED, _MOST_KNOWN = 3, 4
_COLORS: dict[str, Literal["green", "blue", "orange", "gray"]] = {
    "A": "green",
    "B": "blue",
    "C": "orange",
    "D": "gray",
    "": "gray",
}


def graded(predictions: Predictions, members: KnownMembers | None, gene: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of a gene's attributes with their grades, – where none is given, and the reason of each."""
    try:
        found = _grades(predictions.store.fingerprint, gene, tuple(table["attribute"]), _source(members), predictions, members)
    except GeneRAINError:
        return table
    known = known_of(predictions, members, gene, table["attribute"])
    given = [grade or (KNOWN if is_known else "–") for (grade, _), is_known in zip(found, known, strict=True)]
    return table.assign(grade=given, why=[reason for _, reason in found])


def known_of(predictions: Predictions, members: KnownMembers | None, gene: str, attributes: Iterable[str]) -> list[bool]:
    """Say of each attribute whether a gene is a known member of it."""
    sets = [members.of(str(attribute)) if members is not None else None for attribute in attributes]
    row = predictions.store.row(gene)
    return [each is not None and bool(each[row]) for each in sets]


def in_words(graded: pd.DataFrame) -> str:
    """Return which attributes of a table are supported best, in a sentence; "" where there are no grades."""
    if "grade" not in graded or set(graded["grade"]) <= {"–"}:
        return ""
    of = {grade: graded.loc[graded["grade"] == grade, "attribute"].tolist() for grade in "ABCD"}
    best = next((grade for grade, names in of.items() if names), "")
    known = [escape_markdown(name, 80) for name in graded.loc[graded["grade"] == KNOWN, "attribute"]]
    beside = f" It is a known member of {listed(known, most=_MOST_KNOWN)}." if known else ""
    if not best:
        return f"Of these {len(graded)}, no prediction is supported: all are without a grade.{beside}"
    named = listed([f"**{escape_markdown(name, 80)}**" for name in of[best][:_NAMED]])
    more = f" and {len(of[best]) - _NAMED} more" if len(of[best]) > _NAMED else ""
    weak = {"C": ", which is weak", "D": ", which is next to nothing"}.get(best, "")
    return f"Supported best of these {len(graded)}: {named}{more} (grade {best}{weak}).{beside}"


def said_once(graded: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a table whose rows don't all repeat why there is no grade, and that reason, to be said once; else "" for it."""
    if "why" not in graded or graded["why"].nunique() != 1 or len(graded) < 2 or set(graded["grade"]) != {"–"}:
        return graded, ""
    return graded.drop(columns=["grade", "why"]), f"No grades: {graded['why'].iloc[0]}"


def _source(members: KnownMembers | None) -> str:
    return "" if members is None else f"{members.source} {members.sets} {int(members.annotated.sum())}"


@st.cache_resource(max_entries=64, show_spinner="Weighing the evidence …")
def _grades(
    fingerprint: str,
    gene: str,
    attributes: tuple[str, ...],
    source: str,
    _predictions: Predictions,
    _members: KnownMembers | None,
) -> list[tuple[str, str]]:
    return grades(_predictions, resources.atlas(), _members, gene, attributes)


def panel(predictions: Predictions, members: KnownMembers | None, gene: str, attribute: str) -> None:
    """Show what speaks for an attribute of a gene."""
    st.header(escape_markdown(attribute, 120), anchor=False)
    try:
        atlas = resources.atlas()
        with st.spinner("Asking its neighbors …"):
            found = weigh(predictions, atlas, members, gene, attribute)
    except GeneRAINError as problem:
        st.caption(escape_markdown(problem, 600))
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    title = f"Grade {found.grade}" if found.grade else "No grade"
    row.badge(title, icon=":material/grade:" if found.grade else ":material/do_not_disturb_on:", color=_COLORS[found.grade])
    row.markdown(escape_markdown(found.reason), width="content")
    for part in found.parts:
        _box(part)
    if len(found.voters):
        with st.expander(f"The {len(found.voters)} annotated genes nearest to {escape_markdown(found.gene)}"):
            marked = found.voters.assign(known=["●" if member else "" for member in found.voters["member"]])
            gene_tables.show(
                marked.drop(columns="member"),
                predictions.release,
                "voters",
                "evidence_voters",
                {"known": st.column_config.TextColumn("Member"), "rank": _RANK},
                against=found.gene,
                height=320,
            )
            name = f"Annotated genes near {found.gene}"
            list_button.offer(name, found.voters["gene"], "voters", list_button.Origin.NEIGHBORS)
    with st.expander("How grades come about"):
        st.markdown(RULE)
    columns.save(found.table(), predictions, "evidence", f"evidence for {found.attribute} of {found.gene}")


def _box(part: Part) -> None:
    """Show a part in a box of its own: words in a table would be cut off on a phone."""
    points = (
        "can't be told" if part.points is None else f"{part.points:+d} points".replace("-", "−") if part.points else "0 points"
    )
    with st.container(border=True, gap="small"):
        st.markdown(f"**{escape_markdown(part.name[:1].upper() + part.name[1:])}** · {points.replace('1 points', '1 point')}")
        st.markdown(escape_markdown(part.says))
        genes = f" · from {', '.join(part.genes)}" if part.genes else ""
        st.caption(escape_markdown(f"rests on {part.rests_on}{genes}", 600))


_RANK = st.column_config.NumberColumn("Rank", format="localized", help="Among all genes, annotated or not; 1 is the nearest.")
