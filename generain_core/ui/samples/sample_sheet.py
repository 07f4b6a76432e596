"""What is known of each sample: a sheet that is joined, and sums of samples that are equal in it."""

import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.text import listed
from generain_core.ui.components import steps
from generain_core.ui.session import interpretation, upload
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session
from generain_core.ui.session.steps import Joined, Summed
from generain_core.ui.shell import keys, layout, links
from generain_core.ui.shell.escaping import escape_markdown

_STEP = "sheet"
_SUM = survives_reload("sum_")


def section(session: Session, joined: Joined) -> Summed:
    """Offer to join a sample sheet and to sum samples; return them summed as chosen, or end the page if they can't be."""
    obs = joined.expression.obs
    with steps.step(_STEP, "Sample sheet" if session.sheet is not None or len(obs.columns) else "Sample sheet (optional)"):
        sheet = st.file_uploader("csv, tsv or xlsx with a column of sample names", key=f"sheet_{session.sheets_brought}")
        if sheet is not None:
            layout.attempt(upload.begin_sheet, session, joined.expression, sheet, sheet.name)
        _ask_column(session, joined)
        st.dataframe(obs.reset_index(names="sample"), hide_index=True, height=200, key="obs")
        columns = st.multiselect(
            "Sum samples (or cells) that are equal in",
            list(obs.columns),
            key=f"{_SUM}{st.session_state[keys.UPLOADS]}_{session.sheet_number}",
            persist_state="session",
        )
    try:
        summed = interpretation.sum_samples(session, joined, columns)
    except GeneRAINError as problem:
        st.error(escape_markdown(problem, 1000), icon=":material/block:")
        steps.waits(_STEP)
        links.end()
    if line := _line(joined, summed):
        steps.done(_STEP, line)
    return summed


def _ask_column(session: Session, joined: Joined) -> None:
    """Ask by which column a sheet is joined, where several fit."""
    waiting = session.sheet_question
    if waiting is None:
        return
    st.warning(escape_markdown(f"{waiting.question} The sheet is joined then.", 1000), icon=":material/front_hand:")
    key = f"sheet_column_{waiting.number}"
    column = st.selectbox(
        "Samples are named by the sheet's column", waiting.question.choices, None, key=key, placeholder="Choose"
    )
    if column is not None:
        layout.attempt(upload.take_sheet, session, joined.expression, column)


def _line(joined: Joined, summed: Summed) -> str:
    """Say what the sheet describes, or what the file itself says of its samples, and what was summed."""
    columns = [str(name) for name in joined.expression.obs.columns]
    matched = next((note for note in joined.expression.notes if note.startswith("The sample sheet describes")), "")
    sums = f"summed to {len(summed.expression.samples):,} by {listed(list(summed.columns))}" if summed.columns else ""
    told = matched.rstrip(".") if joined.sheet is not None else "columns of the file" if columns else ""
    return "; ".join(part for part in (f"{told}: {listed(columns, most=4)}" if told else "", sums) if part)
