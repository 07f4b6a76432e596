"""Take up one's work again after a reload of the page, for a while, in the same browser and nowhere else.

A reload starts a new session of Streamlit with nothing in it. So the address of the page names the work by a long random
token, and the work is given out only to the browser that it was begun in, known by the random cookie that the server set
there: a link that is passed on shows nothing.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from generain_core.ui.jobs import job_view
from generain_core.ui.session.kept_keys import is_registered
from generain_core.ui.shell import keys, streamlit_internals
from generain_core.ui.shell.once import Once

QUERY = "work"
KEPT_SECONDS = 15 * 60.0
MAX_KEPT = 8
_SIMPLE = (str, int, float, bool)


@dataclass(eq=False)
class Desk:
    """One tab's work: whose browser, which tab, when it was last there, and what is kept of its state."""

    browser: str
    tab: str
    seen: float
    state: dict[str, Any] = field(default_factory=dict)


class Desks:
    """The work of all tabs under their tokens: of those that are there, and for `KEPT_SECONDS` of those that are gone.

    Args:
        is_there: says whether a tab (a Streamlit session) is still connected.
        clear: called with the token and state of work that nobody came back to.
    """

    def __init__(self, is_there: Callable[[str], bool], clear: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._lock = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._is_there, self._clear = is_there, clear

    def __len__(self) -> int:
        """Return how many tabs' work is held."""
        return len(self._desks)

    def put(self, token: str, browser: str, tab: str, state: Mapping[str, Any]) -> None:
        """Note what a tab works on; nothing is kept of a browser that can't be told from others, or of no work."""
        with self._lock:
            if browser and is_work(state):
                self._desks[token] = Desk(browser, tab, time.monotonic(), dict(state))
            else:
                self._desks.pop(token, None)
        self.sweep()

    def take(self, token: str, browser: str, tab: str) -> dict[str, Any] | None:
        """Return the state under a token if it was left in this browser, not too long ago."""
        self.sweep()
        with self._lock:
            desk = self._desks.get(token)
            if desk is None or not browser or not secrets.compare_digest(desk.browser, browser):
                return None
            desk.tab, desk.seen = tab, time.monotonic()
            return dict(desk.state)

    def sweep(self) -> None:
        """Drop the work of tabs that are gone for too long, and the oldest of too many that are gone."""
        now = time.monotonic()
        with self._lock:
            for desk in self._desks.values():
                if self._is_there(desk.tab):
                    desk.seen = now
            gone = sorted((desk.seen, token) for token, desk in self._desks.items() if desk.seen < now)
            late = [token for seen, token in gone if seen < now - KEPT_SECONDS]
            many = [token for _, token in gone[: max(0, len(gone) - MAX_KEPT)]]
            dropped = {token: self._desks.pop(token).state for token in {*late, *many}}
        for token, state in dropped.items():
            self._clear(token, state)


def drop(token: str) -> None:
    """Forget the work of a token, which is no longer to be come back to."""
    _all().put(token, "", "none", {})


def is_held(token: str, browser: str) -> bool:
    """Say whether the work of a token is in memory, for this browser."""
    return bool(browser) and _all().take(token, browser, streamlit_internals.tab_id() or "none") is not None


def is_work(state: Any) -> bool:
    """Say whether there is work to come back to: samples, lists of genes, or gene sets."""
    return any(state.get(key) is not None for key in (keys.SAMPLES, keys.GENE_SETS)) or any(
        bool(state.get(key)) for key in (keys.LISTS, keys.LIST_SETS)
    )


def take_up() -> None:
    """Take up the work that the address names, if this session has none; before anything is shown."""
    browser, tab, given = streamlit_internals.browser_id(), streamlit_internals.tab_id() or "none", st.query_params.get(QUERY, "")
    if not given or given == job_view.session_id() or is_work(st.session_state):
        return
    state = _all().take(given, browser, tab)
    if state is not None:
        st.session_state[keys.DESK] = given
        for key, value in state.items():
            if not st.session_state.get(key):
                st.session_state[key] = value


def keep() -> None:
    """Take up the work that the address names, if this session has none; and note this session's work. Once a run."""
    take_up()
    browser, tab, held = streamlit_internals.browser_id(), streamlit_internals.tab_id() or "none", _all()
    given = st.query_params.get(QUERY, "")
    mine = {key: value for key, value in st.session_state.items() if _is_kept(str(key), value)}
    held.put(job_view.session_id(), browser, tab, {str(key): value for key, value in mine.items()})
    token = job_view.session_id() if is_work(st.session_state) and browser else None
    if token and given != token:
        st.query_params[QUERY] = token
    elif not token and given:
        del st.query_params[QUERY]


def _is_kept(key: str, value: object) -> bool:
    of_work = (
        keys.SAMPLES,
        keys.UPLOADS,
        keys.LAST_UPLOAD,
        keys.ASIDE,
        keys.LISTS,
        keys.LIST_SETS,
        keys.GENE_SETS,
        keys.WORK_SAVED,
    )
    if key in of_work:
        return True
    simple = isinstance(value, _SIMPLE) or (isinstance(value, list) and all(isinstance(each, _SIMPLE) for each in value))
    return simple and is_registered(key)


@Once
def _all() -> Desks:
    queue = job_view.queue()

    def clear(token: str, state: Mapping[str, Any]) -> None:
        for session in (state.get(keys.SAMPLES), state.get(keys.ASIDE, (0, None))[1]):
            for job in session.jobs() if session is not None else ():
                queue.forget(job, token)

    held = Desks(streamlit_internals.is_connected, clear)
    threading.Thread(target=_sweep_now_and_then, args=(held,), name="desks", daemon=True).start()
    return held


def _sweep_now_and_then(held: Desks) -> None:
    while True:
        time.sleep(60)
        held.sweep()
