"""Long work outside the script: the queue of this process, and a job as a page shows it."""

import gc
import itertools
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from generain_core import workers
from generain_core.text import percent
from generain_core.ui.jobs import presence
from generain_core.ui.jobs.queue import CPU, PREPARING, PREPARING_MAPS, PROGRAM, READING, SHORT, Job, JobQueue
from generain_core.ui.shell import access, keys, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.ui.shell.once import Once

__all__ = [
    "CPU",
    "PREPARING",
    "PREPARING_MAPS",
    "PROGRAM",
    "READING",
    "SHORT",
    "Job",
    "JobQueue",
    "again",
    "in_child",
    "queue",
    "session_id",
    "show",
]
log = logging.getLogger(__name__)
_LOOK_SECONDS = 10.0
_LOOKS_PER_COLLECTION = 3


@Once
def queue() -> JobQueue:
    """Return the one queue of this process; what nobody is there for any more is ended in it now and then."""
    jobs = JobQueue()
    threading.Thread(target=_tidy_now_and_then, args=(jobs,), name="abandoned jobs", daemon=True).start()
    return jobs


def _tidy_now_and_then(jobs: JobQueue) -> None:
    """End what nobody is there for, and have memory given back.

    Streamlit would collect garbage after each run of a page, once a second where a job is shown, and let no thread do anything
    meanwhile: on a busy computer a job was then hardly ever given its turn. So that is switched off (`postScriptGC`).
    """
    for look in itertools.count(1):
        time.sleep(_LOOK_SECONDS)
        for job in jobs.end_abandoned(presence.is_there):
            log.info("a job on %s was ended: nobody is there for it", job.device)
        if look % _LOOKS_PER_COLLECTION == 0:
            gc.collect()


def in_child(
    function: Callable[..., Any], *arguments: Any, patient: bool = False, begins_after: float = 0.0, **options: Any
) -> Callable[[Job], None]:
    """Return work that has a child process run a function with progress, and keeps what it returns.

    So heavy work holds up no page, gives its memory back, and can be stopped at any moment. `patient` work lets all others go
    first; it may begin after some seconds.
    """

    def work(job: Job) -> None:
        job.cancel.wait(begins_after)
        how: dict[str, Any] = {
            "words": job.words,
            "keep": False,
            "patient": patient,
            "begun": lambda rest: setattr(job, "rest", rest),
        }
        job.result = workers.run(function, *arguments, subject="it", progress=job.tell, **how, **options)

    return work


def session_id() -> str:
    """Return the random name of this session's work: a secret, which a reload of the page keeps."""
    tab = streamlit_internals.tab_id()
    if tab is None:
        return "none"
    if keys.DESK not in st.session_state:
        st.session_state[keys.DESK] = secrets.token_urlsafe(24)
    name: str = st.session_state[keys.DESK]
    presence.note(name, tab)
    return name


def show(job: Job) -> None:
    """Show a job until it ends, then run the page again.

    A job may end while the page is made, after the page asked for what came of it: then too the page runs again, once.
    """
    if job.unfinished:
        _live(job.key)
    elif job.state == "done":
        if session_id() not in job.seen_done:
            job.seen_done.add(session_id())
            st.rerun()
    elif job.state == "failed":
        st.error(escape_markdown(access.discreet(f"{job.label}: {job.problem}")))
    elif job.state == "cancelled":
        st.info(escape_markdown(f"{job.label}: cancelled."))


def again(job: Job | None, label: str) -> str:
    """Return the label of the button that begins a job: another one where the job was begun and came to nothing."""
    return "Try again" if job is not None and job.state in ("failed", "cancelled") else label


@st.fragment(run_every=1.0)
def _live(key: str) -> None:
    job = queue().get(key)
    if job is None or not job.unfinished:
        st.rerun()
    queue().watch(job, session_id())
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.progress(min(job.share, 1.0), text=escape_markdown(_status(job)))
    if job.owner == PROGRAM:  # all wait for it
        return
    if row.button("Cancel", key=f"cancel_{key}") and not queue().leave(job, session_id()):
        st.toast("Someone else waits for this too, so it goes on.")


def _status(job: Job) -> str:
    if job.cancel.is_set():
        return f"{job.label}: stopping …"
    if job.state == "queued":
        before, seconds = queue().waiting_before(job), queue().seconds_before(job)
        place = f"{before} before it" if before else "the next one"
        begins = "" if not before or seconds is None else f", begins in about {max(1.0, seconds):.0f} s"
        return f"{job.label}: waiting its turn, {place}{begins}"
    left = None if job.words.endswith(" left") else job.seconds_left
    time_left = "" if left is None else f" · about {left:.0f} s left" if left < 90 else f" · about {left / 60:.0f} min left"
    sentence = f": {job.words}" if job.words else ""
    resting = " · resting while others have their turn" if job.state == "resting" else ""
    return f"{job.label}{sentence} · {percent(job.share)}{time_left}{resting}"
