"""The ranking that gene sets are looked for in: of the list's origin, by similarity to it, or of a file."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.lists.list_files import ListFile
from generain_core.lists.ranked.ranking_files import proposed_score, ranking_of, score_columns
from generain_core.lists.ranked.several_rankings import several_rankings
from generain_core.ui.lists.genes import restricted
from generain_core.ui.lists.ways_in import read_upload
from generain_core.ui.shell import streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.vectors.atlas import Atlas

IN_LIST, OWN, ALIKE, FILE = "In the list", "In the ranking it is from", "Among all genes, by similarity to it", "In a ranked file"
_FILE, _READ, _RANKED = "_list_ranking", "_list_ranking_read", "_list_ranking_of"
_SEVERAL = "_list_ranking_several"


def ranking_box(atlas: Atlas, genes: GeneList) -> tuple[Mapping[str, float] | None, str]:
    """Show the choice of what is tested; return the ranking, if one is chosen and there, and the choice."""
    options = [IN_LIST, *([OWN] if genes.ranking else []), ALIKE, FILE]
    choice = st.segmented_control(
        "Look for gene sets",
        options,
        default=OWN if genes.residuals is not None else IN_LIST,
        required=True,
        key=f"list_enrich_in_{len(options)}{'_tested' if genes.residuals is not None else ''}",
        persist_state="session",
        help="In the list: sets with more of its genes than chance puts there. In a ranking: sets whose genes lie higher than "
        "the others, whether or not they are on the list. Of moved genes the ranking comes first: there the samples tell how "
        "much the genes of a set vary together.",
    )
    if choice == OWN:
        return genes.ranking, choice
    if choice == ALIKE:
        return _by_similarity(atlas, restricted(atlas, genes)), choice
    if choice == FILE:
        return _of_file(atlas), choice
    return None, str(choice)


def _by_similarity(atlas: Atlas, genes: GeneList) -> Mapping[str, float] | None:
    """Rank the genes that are not on the list: the list's own would come first whatever they are."""
    if not genes.genes:
        st.info("None of these genes has a vector.")
        return None
    unit = atlas.space.unit(atlas.space.genes)
    rows = [atlas.space.row(gene) for gene in genes.genes]
    scores = unit @ unit[rows].sum(axis=0)
    outside = np.ones(len(unit), bool)
    outside[rows] = False
    st.caption("The list's own genes are left out of the ranking, for they would come first whatever sets they are in.")
    return {atlas.space.genes[row]: float(scores[row]) for row in np.flatnonzero(outside)}


def _of_file(atlas: Atlas) -> Mapping[str, float] | None:
    file = st.file_uploader(
        "A table with the columns gene and score", type=["csv", "tsv", "txt", "xlsx", "gz"], key="list_ranking_file"
    )
    if file is not None:
        try:
            with st.spinner("Reading …"):
                st.session_state[_READ] = read_upload(file.getvalue(), file.name)
        except GeneRAINError as problem:
            st.error(escape_markdown(problem, 600))
            return None
        streamlit_internals.release_upload(file)
    table: ListFile | None = st.session_state.get(_READ)
    if table is not None and not _rank(atlas, table):
        return None
    kept: tuple[str, dict[str, float], int] | None = st.session_state.get(_FILE)
    if kept is None:
        return None
    name, ranking, rest = kept
    st.caption(escape_markdown(f"{name}: {len(ranking):,} genes are ranked; {rest:,} names led to none, or to one named before."))
    if len(ranking) < 2:
        st.warning("Fewer than two genes of the model are ranked.")
        return None
    return ranking


def _rank(atlas: Atlas, table: ListFile) -> bool:
    """Take the scores of a table, asking for their column and whose they are if there are several; say whether they are there."""
    if (known := st.session_state.get(_SEVERAL)) is None or known[0] is not table:
        st.session_state[_SEVERAL] = known = (table, several_rankings(table, atlas.resolver))
    several, of = known[1], None
    if several is not None:
        title = escape_markdown(several.title, 40)
        of = st.selectbox(title, several.names, index=None, key="list_ranking_whose", placeholder="Choose whose ranking")
    columns = list(score_columns(table, atlas.resolver))
    proposed = proposed_score(columns)
    place = columns.index(proposed) if proposed is not None else None
    column = (
        st.selectbox(
            "Ranked by", columns, index=place, key="list_ranking_by", help="The highest first.", placeholder="Choose the column"
        )
        if len(columns) > 1
        else None
    )
    if len(columns) > 1 and column is None:
        st.info(f"{escape_markdown(table.name, 80)} has {len(columns)} columns of numbers: choose the one that ranks the genes.")
        return False
    if several is not None and of is None:
        st.info(f"{escape_markdown(table.name, 80)} holds {len(several.names):,} rankings: choose one.")
        return False
    if st.session_state.get(_RANKED) == (table, column, of):
        return True
    try:
        scores = ranking_of(table, atlas.resolver, column, of)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 600))
        return False
    by_gene: dict[str, float] = {}
    for value, gene in zip(scores.values(), atlas.resolver.resolve_many(list(scores))["gene"], strict=True):
        if gene is not None:
            by_gene.setdefault(gene, value)
    st.session_state[_FILE] = (table.name, by_gene, len(scores) - len(by_gene))
    st.session_state[_RANKED] = (table, column, of)
    return True
