"""A job as a page shows it."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from generain_core.ui.jobs.job_view import Job, show

    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if "job" not in st.session_state:
        st.session_state["job"] = Job("key", "Reading", lambda job: None, state="running")
    job = st.session_state["job"]
    st.caption("There it is." if job.state == "done" else "Not yet.")
    job.state = "done"  # it ends after the page asked
    show(job)
    assert runs < 10


def test_what_ends_while_the_page_is_made_is_on_the_page_without_another_click() -> None:
    page = AppTest.from_function(_page).run()
    assert not page.exception
    assert [caption.value for caption in page.caption] == ["There it is."]
    assert page.session_state["runs"] == 2  # and the page does not run for ever
