"""Work that was kept as the work of this session."""

import streamlit as st

from generain_core.lists.workspace import Workspace
from generain_core.ui.session import aside, kept_keys
from generain_core.ui.session.session import forget_session
from generain_core.ui.shell import keys
from generain_core.ui.work import capture
from generain_core.ui.work.opening import Opened


def take_up(opened: Opened, *, with_view: bool = True) -> None:
    """Make work that was kept the work of this session, in place of what is there; before anything is shown.

    Args:
        opened: the work.
        with_view: whether what was looked at comes back too, rather than what the address says.
    """
    forget_session()
    aside.forget()
    work, workspace = opened.work, Workspace()
    for genes in work.lists:
        if genes.genes:
            workspace.keep(genes)
    st.session_state[keys.LISTS] = workspace
    st.session_state[keys.LIST_SETS] = dict(work.libraries)
    for key in (keys.LIST_RESULTS, keys.GENE_SETS):
        st.session_state.pop(key, None)
    if work.known_sets is not None:
        st.session_state[keys.GENE_SETS] = work.known_sets
    if work.samples is not None and opened.session is not None:
        st.session_state[keys.UPLOADS] = work.samples.number
        st.session_state[keys.SAMPLES] = opened.session
    kept_keys.put({key: value for key, value in work.choices.items() if with_view or key not in kept_keys.VIEW})
    capture.note_saved()
