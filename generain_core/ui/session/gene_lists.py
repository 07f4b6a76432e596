"""The lists of genes of a session, which go along from page to page."""

from collections.abc import Iterable

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.lists.workspace import Workspace
from generain_core.ui.shell import keys
from generain_core.ui.shell.escaping import escape_markdown


def workspace() -> Workspace:
    """Return this session's lists."""
    lists: Workspace = st.session_state.setdefault(keys.LISTS, Workspace())
    return lists


def origin_of(genes: Iterable[str]) -> Origin:
    """Return how genes that were taken out of a box came about: as the kept list did that was put there, all of it or a part.

    A list by similarity stays one when some of its genes are kept again. One more than twenty times as long does not count: its
    genes may be the user's own.
    """
    some = set(genes)
    lists = (each for each in workspace() if each.origin.by_similarity and len(each) <= 20 * len(some))
    return next((each.origin for each in lists if some <= set(each.genes)), Origin.USER)


def keep(genes: GeneList) -> None:
    """Keep a list as the one used last, and say so, or why it can't be kept. For callbacks."""
    try:
        kept = workspace().keep(genes)
    except GeneRAINError as problem:
        st.toast(escape_markdown(problem, 600), icon=":material/error:")
        return
    st.session_state.pop(keys.KEPT_LIST, None)
    st.toast(f"**{escape_markdown(kept.name, 80)}** is kept: {len(kept):,} genes. The page Lists has it.", icon=":material/list:")
