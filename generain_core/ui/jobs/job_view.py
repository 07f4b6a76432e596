"""Long work outside the script: the queue of this process, and a job as a page shows it."""

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st

from generain_core import workers
from generain_core.ui.jobs.queue import CPU, READING, SHORT, Job, JobQueue
from generain_core.ui.shell import access, keys, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown
from generain_core.ui.shell.once import Once

__all__ = ["CPU", "READING", "SHORT", "Job", "JobQueue", "again", "in_child", "queue", "session_id", "show"]


@Once
def queue() -> JobQueue:
    """Return the one queue of this process."""
    return JobQueue()


def in_child(function: Callable[..., Any], *arguments: Any, **options: Any) -> Callable[[Job], None]:
    """Return work that has a child process run a function with progress, and keeps what it returns.

    So heavy work holds up no page, gives its memory back, and can be stopped at any moment.
    """

    def work(job: Job) -> None:
        job.result = workers.run(function, *arguments, subject="it", progress=job.tell, words=job.words, keep=False, **options)

    return work


def session_id() -> str:
    """Return the random name of this session's work: a secret, which a reload of the page keeps."""
    if streamlit_internals.tab_id() is None:
        return "none"
    if keys.DESK not in st.session_state:
        st.session_state[keys.DESK] = secrets.token_urlsafe(24)
    name: str = st.session_state[keys.DESK]
    return name


def show(job: Job) -> None:
    """Show a job until it ends, then run the page again."""
    if job.state in ("queued", "running"):
        _live(job.key)
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
    if job is None or job.state not in ("queued", "running"):
        st.rerun()
    queue().watch(job, session_id())
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.progress(min(job.share, 1.0), text=escape_markdown(_status(job)))
    if row.button("Cancel", key=f"cancel_{key}") and not queue().leave(job, session_id()):
        st.toast("Someone else waits for this too, so it goes on.")


def _status(job: Job) -> str:
    if job.cancel.is_set():
        return f"{job.label}: stopping …"
    if job.state == "queued":
        before = queue().waiting_before(job)
        return f"{job.label}: waiting its turn{f', {before} before it' if before else ', the next one'}"
    left = None if job.words.endswith(" left") else job.seconds_left
    time_left = "" if left is None else f" · about {left:.0f} s left" if left < 90 else f" · about {left / 60:.0f} min left"
    sentence = f": {job.words}" if job.words else ""
    return f"{job.label}{sentence} · {job.share:.0%}{time_left}"
