"""What goes on before there is something to show: the file is being read, the samples are being binned."""

from typing import Any

import streamlit as st

from generain_core.release.files import Release
from generain_core.samples.interpret.expression import Expression
from generain_core.ui.jobs import job_view
from generain_core.ui.samples.fitness import FitnessChoice
from generain_core.ui.session import upload
from generain_core.ui.session.upload import Session
from generain_core.ui.shell import layout
from generain_core.ui.shell.escaping import escape_markdown


def heading(session: Session) -> None:
    """Say which file is at hand, and offer to take another."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.subheader(escape_markdown(session.source), anchor=False)
    row.button("Another file", key="forget", icon=":material/close:", on_click=upload.forget)


def until_read(session: Session) -> None:
    """End the page with the job that reads the file, as long as it does."""
    upload.collect(session)
    if session.raw is None:
        job_view.show(session.reading)
        st.stop()


def until_binned(session: Session, expression: Expression, release: Release, resolver: Any, choice: FitnessChoice) -> None:
    """End the page with the button that bins, or the job that does, until there are bins of the samples as they are judged."""
    upload.collect(session)
    if session.is_binned:
        return
    if st.button(
        f"Bin {choice.kept:,} samples", type="primary", key="bin", disabled=not choice.kept, icon=":material/play_arrow:"
    ):
        layout.attempt(upload.begin_binning, session, expression, release, resolver, choice.gene_set, choice.min_genes)
    if session.binning is not None and session.binned_key == session.key:
        job_view.show(session.binning)
    st.stop()
