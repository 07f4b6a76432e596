"""Work is taken up after a reload: by the same browser with the token, for a while; by nobody else."""

import time
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from generain_core.ui.jobs import job_view
from generain_core.ui.session import session_restore
from generain_core.ui.session.session_restore import KEPT_SECONDS, MAX_KEPT, Desks
from generain_core.ui.shell import keys, streamlit_internals
from tests.conftest import PROJECT
from tests.ui.test_pages import healthy
from tests.ui.test_samples_page import is_read, until


class Tabs:
    """Tabs that are connected, and work that was cleared."""

    def __init__(self) -> None:
        self.there: set[str] = set()
        self.cleared: list[str] = []
        self.desks = Desks(lambda tab: tab in self.there, lambda token, state: self.cleared.append(token))


def work(name: str) -> dict[str, object]:
    return {keys.SAMPLES: name, keys.UPLOADS: 1}


def test_only_the_browser_with_the_token_gets_the_work() -> None:
    tabs = Tabs()
    tabs.desks.put("secret", "browser a", "tab 1", work("mine"))
    assert tabs.desks.take("secret", "browser b", "tab 2") is None
    assert tabs.desks.take("guess", "browser a", "tab 2") is None
    assert tabs.desks.take("secret", "", "tab 2") is None
    assert tabs.desks.take("secret", "browser a", "tab 2") == work("mine")


def test_nothing_is_kept_of_a_browser_that_cannot_be_told_from_others() -> None:
    tabs = Tabs()
    tabs.desks.put("secret", "", "tab 1", work("mine"))
    assert len(tabs.desks) == 0


def test_work_that_was_closed_is_gone() -> None:
    tabs = Tabs()
    tabs.desks.put("secret", "browser a", "tab 1", work("mine"))
    tabs.desks.put("secret", "browser a", "tab 1", {keys.UPLOADS: 2})
    assert tabs.desks.take("secret", "browser a", "tab 2") is None


def test_work_of_a_tab_that_is_gone_is_dropped_in_time_and_of_one_that_is_there_is_not(monkeypatch) -> None:
    tabs, now = Tabs(), [time.monotonic()]
    monkeypatch.setattr(session_restore.time, "monotonic", lambda: now[0])
    tabs.there = {"tab 1"}
    tabs.desks.put("stays", "browser a", "tab 1", work("mine"))
    tabs.desks.put("goes", "browser b", "tab 2", work("other"))
    now[0] += KEPT_SECONDS + 1
    tabs.desks.sweep()
    assert tabs.cleared == ["goes"]
    tabs.there = set()
    now[0] += KEPT_SECONDS - 1
    assert tabs.desks.take("stays", "browser a", "tab 3") == work("mine")


def test_no_more_than_a_few_are_kept_of_those_that_are_gone(monkeypatch) -> None:
    tabs, now = Tabs(), [time.monotonic()]
    monkeypatch.setattr(session_restore.time, "monotonic", lambda: now[0])
    for i in range(MAX_KEPT + 3):
        now[0] += 1
        tabs.desks.put(str(i), "browser", f"tab {i}", work(str(i)))
    now[0] += 1
    tabs.desks.sweep()
    assert tabs.cleared == ["0", "1", "2"]


def reloaded(token: str) -> AppTest:
    """Open the app by an address that names work."""
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120)
    app.query_params[session_restore.QUERY] = token
    app.run()
    return app.switch_page("pages/samples.py").run()


def test_a_reloaded_page_goes_on_where_it_was_and_another_browser_sees_nothing(visit, monkeypatch) -> None:
    browser = ["anna's"]
    monkeypatch.setattr(streamlit_internals, "browser_id", lambda: browser[0])
    first = visit("samples")
    first.button(key="example").click().run()
    until(first, is_read)
    first.number_input(key=keys.MIN_GENES).set_value(2100).run()
    first.run()
    token = first.session_state[keys.DESK]
    assert len(token) >= 32

    again = reloaded(token)
    healthy(again)
    assert again.session_state[keys.SAMPLES] is first.session_state[keys.SAMPLES]
    assert again.number_input(key=keys.MIN_GENES).value == 2100
    assert again.metric[0].value == "32"

    browser[0] = "ben's"
    other = reloaded(token)
    healthy(other)
    assert keys.SAMPLES not in other.session_state
    assert other.session_state[keys.DESK] != token
    assert other.file_uploader[0].label.startswith("Expression table")

    browser[0] = "anna's"
    again.button(key="forget").click().run()
    after = reloaded(token)
    assert keys.SAMPLES not in after.session_state


def test_jobs_of_work_that_nobody_came_back_to_are_cancelled() -> None:
    queue = job_view.JobQueue()
    job = queue.submit("a", "a", lambda job: job.cancel.wait(20) and None, "token")
    held = Desks(lambda tab: False, lambda token, state: [queue.forget(each, token) for each in state[keys.SAMPLES].jobs()])
    held.put("token", "browser", "tab", {keys.SAMPLES: SimpleNamespace(jobs=lambda: [job])})
    held._desks["token"].seen -= KEPT_SECONDS + 1
    held.sweep()
    assert job.cancel.is_set()
    assert queue.get("a") is None
