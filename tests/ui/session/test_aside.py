"""A table makes way for an example and comes back as it was; no two tables have a number in common."""

import pytest

from generain_core.ui.jobs import job_view
from generain_core.ui.jobs.queue import JobQueue
from generain_core.ui.session import aside
from generain_core.ui.session.session import Session, forget_session
from generain_core.ui.shell import keys


@pytest.fixture
def state(monkeypatch) -> dict[str, object]:
    state, queue = {}, JobQueue()
    monkeypatch.setattr(job_view, "queue", lambda: queue)
    monkeypatch.setattr(aside.st, "session_state", state)
    return state


def bring(state, name: str, *, is_example: bool = False) -> tuple[int, Session]:
    """Bring a table as `upload` does."""
    if is_example:
        aside.set_aside()
    forget_session()
    session = Session(name, job_view.Job(f"read {name}", name, lambda job: None, state="done"), is_example=is_example)
    state[keys.SAMPLES] = session
    return state[keys.UPLOADS], session


def test_a_table_comes_back_as_it_was(state) -> None:
    number, mine = bring(state, "airway.csv")
    other, _ = bring(state, "example", is_example=True)
    assert other > number
    assert aside.own_samples() == (number, mine)  # what is kept of the work
    assert bring(state, "another example", is_example=True)[0] > other  # an example is not set aside
    aside.come_back()
    assert (state[keys.SAMPLES], state[keys.UPLOADS]) == (mine, number)
    assert keys.ASIDE not in state
    assert aside.own_samples() == (number, mine)
    assert bring(state, "next.csv")[0] > other + 1  # boxes of the example are not those of the next table


def test_a_table_brought_beside_the_one_set_aside_changes_places_with_it(state) -> None:
    first, mine = bring(state, "first.csv")
    bring(state, "example", is_example=True)
    second, next_one = bring(state, "second.csv")
    assert aside.own_samples() == (second, next_one)
    aside.come_back()
    assert (state[keys.SAMPLES], state[keys.UPLOADS]) == (mine, first)
    aside.come_back()
    assert (state[keys.SAMPLES], state[keys.UPLOADS]) == (next_one, second)
    aside.forget()
    aside.come_back()
    assert state[keys.SAMPLES] is next_one
