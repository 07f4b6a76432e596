"""Work rests on the disk by itself, comes back after a restart to its own browser alone, and says why it has gone."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from generain_core import settings
from generain_core.ui.jobs import job_view
from generain_core.ui.session import session_restore
from generain_core.ui.shell import access, keys, streamlit_internals
from generain_core.ui.shell.once import start_anew
from generain_core.ui.work import at_rest
from generain_core.work import resting
from generain_core.work.resting import Resting
from tests.conftest import PROJECT
from tests.ui.lists.test_lists_page import lists_of, pasted
from tests.ui.test_pages import healthy, words
from tests.ui.test_samples_page import is_read, until


@pytest.fixture
def browser(monkeypatch, tmp_path) -> list[str]:
    name = ["anna's"]
    monkeypatch.setattr(streamlit_internals, "browser_id", lambda: name[0])
    monkeypatch.setattr(access, "is_own_computer", lambda: True)
    monkeypatch.setattr(resting.settings, "cache_dir", lambda folder=settings.cache_dir: tmp_path if _of_work() else folder())
    return name


def _of_work() -> bool:
    """Say whether the folder for caches is asked for by what rests."""
    import inspect

    return inspect.stack()[2].filename.endswith("resting.py")


def rested(app: AppTest, monkeypatch) -> str:
    """Save a session's work as its sidebar would, and return its token. Only the first run of a session has a sidebar here."""
    with monkeypatch.context() as patch:
        patch.setattr("streamlit.session_state", {key: app.session_state[key] for key in app.session_state._state.filtered_state})
        patch.setattr(job_view, "session_id", lambda: app.session_state[keys.DESK])
        at_rest.keep()
        at_rest.keeper().flush()
    return str(app.session_state[keys.DESK])


def restarted(token: str, page: str) -> AppTest:
    """Open a page by a link in a server that was just started."""
    st.cache_resource.clear()
    start_anew()
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120)
    app.query_params[session_restore.QUERY] = token
    app.run()
    app = app.switch_page(f"pages/{page}.py").run()
    return until(app, lambda app: at_rest._JOB not in app.session_state)


def untimed(app) -> list[str]:
    """Return the text of a page but for how long an embedding would take, which a trial finds out meanwhile."""
    return [line for line in words(app).splitlines() if " by a trial with " not in line]


def test_work_comes_back_after_a_restart_to_its_own_browser_alone(visit, mapped, browser, monkeypatch) -> None:
    app = pasted(visit("lists"), "ribosome", "RPL3 RPL4 RPS6")
    app = app.switch_page("pages/samples.py").run()
    app.button(key="example").click().run()
    until(app, is_read)
    app.button(key="bin").click().run()
    until(app, lambda app: app.session_state[keys.SAMPLES].normalized is not None)
    app.run()
    token = rested(app, monkeypatch)

    again = restarted(token, "samples")
    healthy(again)
    assert again.session_state[keys.DESK] == token
    assert lists_of(again) == lists_of(app)
    assert untimed(again) == untimed(app)

    browser[0] = "ben's"
    other = restarted(token, "samples")
    healthy(other)
    assert keys.SAMPLES not in other.session_state
    assert not lists_of(other) if keys.LISTS in other.session_state else True
    assert "work opens only in the browser in which it was begun" in other.info[0].value
    assert other.session_state[keys.DESK] != token


def test_deleted_work_has_gone_and_the_link_says_so(visit, mapped, browser, monkeypatch) -> None:
    app = pasted(visit("lists"), "ribosome", "RPL3 RPL4 RPS6")
    token = rested(app, monkeypatch)
    assert Resting.of(token, "anna's").is_there()
    at_rest.keeper().drop(Resting.of(token, "anna's"))
    again = restarted(token, "lists")
    healthy(again)
    assert "was deleted on" in again.info[0].value
    assert not Resting.of(token, "anna's").is_there()


def test_nothing_rests_where_the_operator_says_so_or_the_app_is_on_another_computer(visit, mapped, browser, monkeypatch) -> None:
    app = pasted(visit("lists"), "ribosome", "RPL3 RPL4 RPS6")
    monkeypatch.setattr(access, "is_own_computer", lambda: False)
    assert not Resting.of(rested(app, monkeypatch), "anna's").is_there()
    monkeypatch.setattr(access, "is_own_computer", lambda: True)
    monkeypatch.setenv(settings.KEEP_WORK, "0")
    assert not Resting.of(rested(app, monkeypatch), "anna's").is_there()
    again = restarted(str(app.session_state[keys.DESK]), "lists")
    assert "kept here for 15 minutes" in again.info[0].value
