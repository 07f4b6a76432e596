"""Long work outside the script: the queue of this process, and a job as a page shows it."""

import logging
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Collection

import streamlit as st

from generain_core import settings
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.ui.jobs.queue import CPU, READING, SHORT, Job, JobQueue
from generain_core.ui.shell import keys, streamlit_internals
from generain_core.ui.shell.escaping import escape_markdown

log = logging.getLogger(__name__)
__all__ = ["CPU", "READING", "SHORT", "Job", "JobQueue", "again", "command", "queue", "session_id", "show"]


@st.cache_resource(show_spinner=False)
def queue() -> JobQueue:
    """Return the one queue of this process."""
    return JobQueue()


def command(*arguments: str, fine: Collection[int] = (0,)) -> Callable[[Job], None]:
    """Return work that runs a command of ours in a process of its own and follows its progress.

    So heavy work holds up no page, gives its memory back, and can be stopped at any moment. Exit statuses other than the
    fine ones fail the job.
    """

    def work(job: Job) -> None:
        line = [sys.executable, "-m", "generain_core", *arguments, "--json"]
        with subprocess.Popen(
            line, cwd=settings.PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            stopper = threading.Thread(target=_stop_when_cancelled, args=(job, process), daemon=True)
            stopper.start()
            said = ""
            for text in process.stderr or ():
                kind, _, rest = text.strip().partition(" ")
                if kind == "progress":
                    share, _, words = rest.partition(" ")
                    job.share, job.words = float(share), words
                elif kind == "error:":
                    said = rest
                else:
                    log.info("%s: %s", arguments, text.rstrip())
        if job.cancel.is_set():
            raise Cancelled("Cancelled.")
        if process.returncode not in fine:
            ended = f"it was ended by the system (status {process.returncode}), perhaps for lack of memory; try again"
            raise GeneRAINError(said or ended)

    return work


def _stop_when_cancelled(job: Job, process: subprocess.Popen[str]) -> None:
    while process.poll() is None:
        if job.cancel.wait(0.2):
            process.kill()
            return


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
        st.error(escape_markdown(f"{job.label}: {job.problem}"))
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
        return f"{job.label}: waiting, {queue().waiting_before(job)} before it"
    left = None if job.words.endswith(" left") else job.seconds_left
    time_left = "" if left is None else f" · about {left:.0f} s left" if left < 90 else f" · about {left / 60:.0f} min left"
    said = f": {job.words}" if job.words else ""
    return f"{job.label}{said} · {job.share:.0%}{time_left}"
