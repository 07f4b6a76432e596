"""What is known of each sample: a sheet that is joined, and sums of samples that are equal in it."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.ui.session import interpretation, upload
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.session.steps import Joined, Summed
from generain_core.ui.shell import keys, layout
from generain_core.ui.shell.escaping import escape_markdown

_SUM = survives_reload("sum_")


def section(session: Session, joined: Joined) -> Summed:
    """Offer to join a sample sheet and to sum samples; return them summed as chosen, or end the page if they can't be."""
    obs = joined.expression.obs
    title = "Sample sheet" + (": joined" if session.sheet is not None else " (optional)")
    with st.expander(title, icon=":material/table:"):
        sheet = st.file_uploader("csv, tsv or xlsx with a column of sample names", key=f"sheet_{session.sheet_number}")
        if sheet is not None:
            layout.attempt(upload.begin_sheet, session, joined.expression, sheet, sheet.name)
        st.dataframe(obs.reset_index(names="sample"), hide_index=True, height=200, key="obs")
        columns = st.multiselect(
            "Sum samples (or cells) that are equal in",
            list(obs.columns),
            key=f"{_SUM}{st.session_state[keys.UPLOADS]}_{session.sheet_number}",
            persist_state="session",
        )
    try:
        return interpretation.sum_samples(session, joined, columns)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")
        st.stop()
