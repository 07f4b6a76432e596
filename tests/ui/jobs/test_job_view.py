"""A job as a page shows it."""

import threading
import time
import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from generain_core.ui.jobs import job_view
from generain_core.ui.jobs.queue import JobQueue
from tests.conftest import PROJECT


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


def test_garbage_is_collected_now_and_then_and_not_after_each_run_of_a_page(monkeypatch) -> None:
    """While a job is shown a page runs each second, and a collection lets no other thread do anything."""
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False
    looks: list[float] = []
    collected: list[int] = []
    own, sleep = threading.get_ident(), time.sleep

    def look(seconds: float) -> None:
        if threading.get_ident() != own:
            sleep(seconds)
            return
        looks.append(seconds)
        if len(looks) > 7:
            raise InterruptedError

    monkeypatch.setattr(job_view.time, "sleep", look)
    monkeypatch.setattr(job_view.gc, "collect", lambda: collected.append(len(looks)))
    with pytest.raises(InterruptedError):
        job_view._tidy_now_and_then(JobQueue())
    assert collected == [3, 6]
