"""Work that rests on the disk by itself, taken up again, and why it has gone.

The link's token and the browser's cookie lead to it together: a link that is passed on opens the view, never the work.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import streamlit as st

from generain_core import settings
from generain_core.errors import GeneRAINError
from generain_core.text import significant
from generain_core.ui.jobs import job_view
from generain_core.ui.session import session_restore
from generain_core.ui.shell import access, keys, links, resources, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.ui.shell.once import Once
from generain_core.ui.work.keeper import Keeper

if TYPE_CHECKING:  # they need pandas and anndata, which Home can do without
    from generain_core.ui.work import capture, opening
    from generain_core.work.resting import Resting

_TOUCH_SECONDS = 3600.0
_JOB, _WHY, _RESTED = "_work_taking_up", "_work_why", "_work_rested"
NEWS = "_work_news"
"""Where what was opened is put down, so that the sidebar says what no longer fits."""


def days() -> float:
    """Return for how many days this session's work rests on the disk; 0: not at all."""
    return settings.kept_work_days(is_local=access.is_own_computer())


def arrive() -> None:
    """Take up the work that the address names, where it rests on the disk for this browser; else say why there is none."""
    _why()
    token, browser = st.query_params.get(session_restore.QUERY, ""), streamlit_internals.browser_id()
    if not token or token == job_view.session_id() or session_restore.is_work(st.session_state):
        return
    if session_restore.is_held(token, browser):
        return
    opened = _opened(token, browser)
    if opened is None:
        return
    from generain_core.ui.work import capture
    from generain_core.ui.work.take_up import take_up

    st.session_state[keys.DESK] = token
    take_up(opened, with_view=False)
    st.session_state[_RESTED] = capture.state()
    if opened.misfits:
        st.session_state[NEWS] = opened
    st.rerun()


def _opened(token: str, browser: str) -> opening.Opened | None:
    """Return the work of a token; None, with the reason put down, if there is none; end the page while it is read."""
    from generain_core.work.resting import Resting

    place = Resting.of(token, browser)
    job: job_view.Job | None = st.session_state.get(_JOB)
    if job is None:
        if not browser or not place.is_there():
            st.session_state[_WHY] = _reason(place)
            _why()
            return None
        job = st.session_state[_JOB] = _begin(place)
    if job.unfinished:
        job_view.show(job)
        links.end()
    del st.session_state[_JOB]
    if job.result is None:
        st.session_state[_WHY] = job.problem or "Your work was not taken up, as that was cancelled; load the page again to do so."
        _why()
        return None
    result: opening.Opened = job.result
    job.result = None
    return result


def _begin(place: Resting) -> job_view.Job:
    release, resolver = resources.release(), resources.resolver()

    def work(job: job_view.Job) -> None:
        job.tell(0.02, "getting ready")  # on a server just started, what follows takes seconds to be imported
        from generain_core.ui.work import opening
        from generain_core.ui.work.kinds import all_kinds

        job.tell(0.1, "reading")
        found = place.open(all_kinds())
        if found is None:
            raise GeneRAINError("Your work has gone from the server.")
        place.touch()
        job.result = opening.opened(*found, "Your work", release, resolver)

    key = f"take-up-{job_view.session_id()}"
    return job_view.queue().submit(key, "Taking up your work", work, job_view.session_id(), job_view.READING)


def _reason(place: Resting) -> str:
    gone = place.gone()
    if gone is not None:
        when = time.strftime("%d %B %Y, %H:%M", time.localtime(gone.when))
        if gone.why == "deleted":
            return f"The work of this link was deleted on {when}, as was asked for. What the link shows is the view alone."
        return f"The work of this link was removed on {when}: work is kept for {_span(days())} after it was last looked at."
    kept = f"for {_span(days())}" if days() else f"for {session_restore.KEPT_SECONDS / 60:.0f} minutes after a tab is closed"
    return (
        "This link opens the view, without the work that belonged to it: work opens only in the browser in which it was begun, "
        f"and is kept here {kept}. A saved file opens anywhere: “Your work” in the sidebar."
    )


def _why() -> None:
    """Say why there is no work, until that was read."""
    words = st.session_state.get(_WHY)
    if words:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.info(escape_markdown(words, 600), icon=":material/inventory:")
        row.button("Understood", key="work_why", on_click=lambda: st.session_state.pop(_WHY, None))


def keep() -> None:
    """Have this session's work saved to the disk, if it was changed since; once a run."""
    browser = streamlit_internals.browser_id()
    if not browser or not days() or (_RESTED not in st.session_state and not session_restore.is_work(st.session_state)):
        return
    from generain_core.ui.work import capture

    state = capture.state()
    place = _place(browser)
    before: capture.State | None = st.session_state.get(_RESTED)
    if not state.is_work:
        if before is not None:
            del st.session_state[_RESTED]
            keeper().drop(place)
        return
    if state.same(before):
        if time.time() - place.last_seen() > _TOUCH_SECONDS:
            place.touch()
        return
    st.session_state[_RESTED] = state
    try:
        release = resources.release()
    except GeneRAINError:
        return
    work = capture.capture()

    def write(place: Resting) -> None:
        from generain_core.ui.work.kinds import all_kinds

        place.save(work, release, all_kinds())

    keeper().put(place, write)


def section() -> None:
    """Say for how long work rests on the disk, and offer to delete it."""
    browser = streamlit_internals.browser_id()
    if days() and browser:
        st.caption(
            f"It also rests on this {'computer' if access.is_own_computer() else 'server'} for {_span(days())} after you last "
            "looked at it, and comes back in this browser with the link in its address bar."
        )
        if problem := keeper().problem(_place(browser)):
            st.warning(escape_markdown(problem, 300))
    else:
        minutes = session_restore.KEPT_SECONDS / 60
        st.caption(f"This server keeps it in memory alone, and drops it {minutes:.0f} minutes after the tab is closed.")
    st.button("Delete my work now", key="work_delete", icon=":material/delete_forever:", on_click=delete)


def delete() -> None:
    """Delete this session's work, in memory and on the disk; for callbacks."""
    browser = streamlit_internals.browser_id()
    if browser:
        keeper().drop(_place(browser))
    from generain_core.ui.session import aside
    from generain_core.ui.session.session import forget_session

    forget_session()
    aside.forget()
    for key in (keys.LISTS, keys.LIST_SETS, keys.GENE_SETS, keys.LIST_RESULTS, keys.KEPT_LIST, _RESTED):
        st.session_state.pop(key, None)
    session_restore.drop(job_view.session_id())
    st.session_state.pop(keys.DESK, None)
    st.query_params.pop(session_restore.QUERY, None)
    st.toast("Your work was deleted.", icon=":material/delete_forever:")


def _place(browser: str) -> Resting:
    from generain_core.work.resting import Resting

    return Resting.of(job_view.session_id(), browser)


def _span(count: float) -> str:
    """Return a number of days as people say it."""
    if count >= 1:
        return f"{significant(count, 3)} day{'s' * (count != 1)}"
    return f"{significant(24 * count)} hours"


@Once
def keeper() -> Keeper:
    """Return the one keeper of this process."""
    return Keeper()
