"""What is known of each sample: a sheet that is joined, and sums of samples that are equal in it."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.session import upload
from generain_core.ui.session.upload import Session
from generain_core.ui.shell import keys, layout
from generain_core.ui.shell.escaping import escape_markdown


def section(session: Session, expression: Expression) -> Expression:
    """Offer to join a sample sheet and to sum samples; return them summed as chosen, or end the page if they can't be."""
    title = "Sample sheet" + (": joined" if session.sheet is not None else " (optional)")
    with st.expander(title, icon=":material/table:"):
        sheet = st.file_uploader("csv, tsv or xlsx with a column of sample names", key=f"sheet_{session.sheets}")
        if sheet is not None:
            layout.attempt(upload.begin_sheet, session, expression, sheet, sheet.name)
        st.dataframe(expression.obs.reset_index(names="sample"), hide_index=True, height=200, key="obs")
        columns = st.multiselect(
            "Sum samples (or cells) that are equal in",
            list(expression.obs.columns),
            key=f"sum_{st.session_state[keys.UPLOADS]}_{session.sheets}",
            persist_state="session",
        )
    try:
        return upload.summed(session, expression, columns)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")
        st.stop()
