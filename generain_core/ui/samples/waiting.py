"""What goes on before there is something to show: the file is being read, the samples are being binned."""

import streamlit as st

from generain_core.errors import NeedsConsent
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.text import with_noun
from generain_core.ui.jobs import job_view
from generain_core.ui.session import aside, binning, upload
from generain_core.ui.session.kept_keys import survives_reload
from generain_core.ui.session.session import Session, forget_session
from generain_core.ui.session.steps import Examined
from generain_core.ui.shell import keys, layout, link_file, links
from generain_core.ui.shell.escaping import escape_markdown

_PARTS = 12
_GOES_ON = survives_reload(keys.GOES_ON)


def heading(session: Session) -> None:
    """Say which file is at hand, and offer to take another."""
    row = st.container(horizontal=True, vertical_alignment="center")
    layout.name_tab(session.source[:80], "Samples")
    link_file.shows(session.source)
    row.header(escape_markdown(session.source), anchor=False, width="content")
    row.toggle(
        "Go on by itself",
        True,
        key=_GOES_ON,
        persist_state="session",
        help="Samples are binned and embedded with what is chosen below as soon as they can be. Each step can be changed "
        "afterwards. Embedding waits for you if it would take more than two minutes.",
    )
    row.button("Another file", key="forget", icon=":material/close:", on_click=_another)
    with row:
        aside.offer()


def _another() -> None:
    """Make room for another table; this one comes back in a click, if it was read."""
    link_file.forget()
    session: Session | None = st.session_state.get(keys.SAMPLES)
    if session is not None and session.raw is not None:
        aside.set_aside()
    forget_session()


def until_read(session: Session) -> None:
    """End the page with the job that reads the file, as long as it does."""
    binning.collect(session)
    if session.question is not None:
        _which_part(session, session.question)
        links.end()
    if session.raw is None:
        job_view.show(session.reading)
        links.end()


def _which_part(session: Session, question: NeedsConsent) -> None:
    """Ask which part of the file is meant; a button each."""
    st.warning(escape_markdown(question, 700), icon=":material/front_hand:")
    row = st.container(horizontal=True, gap="small")
    for i, part in enumerate(question.choices[:_PARTS]):
        label = escape_markdown(f"Read {part}", 80)
        row.button(label, key=f"part_{i}", icon=":material/table_view:", on_click=upload.begin_part, args=(session, part))
    if len(question.choices) > _PARTS:
        chosen = st.selectbox("Another part", question.choices[_PARTS:], None, key="part_other")
        if chosen is not None:
            upload.begin_part(session, str(chosen))
            st.rerun()


def until_binned(session: Session, examined: Examined, release: Release, resolver: Resolver) -> None:
    """End the page with the button that bins, or the job that does, until there are bins of the samples as they are judged."""
    binning.collect(session)
    if session.is_binned or binning.restore(session, examined, release, resolver):
        return
    kept = int(examined.result.acceptance["kept"].sum())
    if kept and st.session_state.get(_GOES_ON) and binning.binning_job(session, examined) is None:
        layout.attempt(binning.begin_binning, session, examined, release, resolver)
    job = binning.binning_job(session, examined)
    if job is not None and job.unfinished and st.session_state.get(_GOES_ON):
        job_view.show(job)
        links.end()
    if st.button(f"Bin {with_noun(kept, 'sample')}", type="primary", key="bin", disabled=not kept, icon=":material/play_arrow:"):
        layout.attempt(binning.begin_binning, session, examined, release, resolver)
    if job is not None:
        job_view.show(job)
    links.end()
