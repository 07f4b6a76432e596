"""A table that makes way for an example or another file, and comes back in one click."""

import streamlit as st

from generain_core.ui.jobs import job_view
from generain_core.ui.session.session import Session, forget_session, next_upload
from generain_core.ui.shell import keys, link_file
from generain_core.ui.shell.escaping import escape_markdown


def set_aside() -> None:
    """Keep the table at hand with all that was made of it, so that another can take its place; an example is not kept."""
    session: Session | None = st.session_state.get(keys.SAMPLES)
    if session is None or session.is_example:
        return
    forget()
    st.session_state[keys.ASIDE] = (st.session_state.get(keys.UPLOADS, 0), st.session_state.pop(keys.SAMPLES))
    next_upload()


def own_samples() -> tuple[int, Session | None]:
    """Return the number of the table whose work is kept, and its session: that set aside, if an example is at hand."""
    session: Session | None = st.session_state.get(keys.SAMPLES)
    if keys.ASIDE in st.session_state and (session is None or session.is_example):
        number, session = st.session_state[keys.ASIDE]
        return int(number), session
    return int(st.session_state.get(keys.UPLOADS, 0)), session


def come_back() -> None:
    """Take up the table that was set aside; one of the user's own that is at hand is set aside for it. For callbacks."""
    number, session = st.session_state.pop(keys.ASIDE, (0, None))
    if session is None:
        return
    set_aside()
    forget_session()
    link_file.forget()
    st.session_state[keys.SAMPLES], st.session_state[keys.UPLOADS] = session, number


def forget() -> None:
    """Drop the table that was set aside, with its jobs."""
    _, session = st.session_state.pop(keys.ASIDE, (0, None))
    for job in session.jobs() if session is not None else ():
        job_view.queue().forget(job, job_view.session_id())


def offer() -> None:
    """Offer the table that was set aside, if there is one."""
    _, session = st.session_state.get(keys.ASIDE, (0, None))
    if session is not None:
        words = f"Back to {escape_markdown(session.source, 60)}"
        st.button(words, key="aside_back", icon=":material/undo:", on_click=come_back)
