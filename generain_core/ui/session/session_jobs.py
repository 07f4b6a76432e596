"""Parts of a session's work: a job under a name, and what it gave for what was asked."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from generain_core.ui.jobs import job_view
from generain_core.ui.session.upload import Session
from generain_core.ui.shell import keys


def start(
    session: Session, name: str, key: object, label: str, work: Callable[[job_view.Job], None], device: str = job_view.CPU
) -> None:
    """Queue a part of the session's work under a name, in place of what ran under it before.

    Raises:
        GeneRAINError: too much is waiting.
    """
    drop(session, name)
    number = st.session_state.get(keys.UPLOADS, 0)
    mine = f"{name}-{job_view.session_id()}-{number}-{hash(key)}"
    session.memory[f"{name}_asked"] = (key, None)
    session.parts[name] = job_view.queue().submit(mine, label, work, job_view.session_id(), device)


def outcome(session: Session, name: str, key: object) -> Any:
    """Return what a part of the work gave for this key, or None; it is taken out of the queue."""
    part = session.parts.get(name)
    if part is not None and part.state == "done" and part.result is not None:
        session.memory[f"{name}_result"] = (session.memory[f"{name}_asked"][0], part.result)
        part.result = None
    known = session.memory.get(f"{name}_result")
    return known[1] if known is not None and known[0] == key else None


def running(session: Session, name: str, key: object) -> job_view.Job | None:
    """Return the job of this name that works for this key, if there is one."""
    asked = session.memory.get(f"{name}_asked")
    return session.parts.get(name) if asked is not None and asked[0] == key else None


def drop(session: Session, name: str) -> None:
    """Cancel a part of the work and drop what it gave."""
    before = session.parts.pop(name, None)
    if before is not None:
        job_view.queue().forget(before, job_view.session_id())
    session.memory.pop(f"{name}_result", None)
    session.memory.pop(f"{name}_asked", None)
