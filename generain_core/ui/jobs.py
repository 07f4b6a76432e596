"""Long work outside the script: one worker, a bounded queue, progress, time left, cancel."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from generain_core import settings
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.ui.words import plain

log = logging.getLogger(__name__)
MAX_WAITING = 16
FOLLOWED_SECONDS = 10.0
State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(eq=False)
class Job:
    """One piece of work. The worker writes to it; pages only read, and set `cancel`."""

    key: str
    label: str
    work: Callable[["Job"], None]
    state: State = "queued"
    share: float = 0.0
    words: str = ""
    started: float = 0.0
    problem: str = ""
    result: Any = None
    cancel: threading.Event = field(default_factory=threading.Event)
    watchers: dict[str, float] = field(default_factory=dict)

    def tell(self, share: float, words: str) -> None:
        """Take down progress (0 to 1); stop the work if it was cancelled."""
        self.share, self.words = share, words
        if self.cancel.is_set():
            raise Cancelled("Cancelled.")

    @property
    def seconds_left(self) -> float | None:
        """Return how long it will still take at this pace; None as long as that can't be told."""
        if self.state != "running" or self.share < 0.05:
            return None
        return (time.monotonic() - self.started) * (1 - self.share) / self.share


class JobQueue:
    """Runs jobs one after another. Work that was asked for twice under one key is done once."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        threading.Thread(target=self._work, name="jobs", daemon=True).start()

    def get(self, key: str) -> Job | None:
        """Return the job of this key, whatever its state."""
        return self._jobs.get(key)

    def submit(self, key: str, label: str, work: Callable[[Job], None], watcher: str) -> Job:
        """Queue work, or join the job that already does it.

        Raises:
            GeneRAINError: too much is waiting.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.state not in ("queued", "running") or job.cancel.is_set():
                if sum(each.state == "queued" for each in self._jobs.values()) >= MAX_WAITING:
                    raise GeneRAINError(f"{MAX_WAITING} jobs are waiting already; try again in a few minutes.")
                self._jobs.pop(key, None)
                job = self._jobs[key] = Job(key, label, work)
                self._waiting.put(job)
            job.watchers[watcher] = time.monotonic()
            return job

    def waiting_before(self, job: Job) -> int:
        """Return how many jobs run before this one."""
        with self._lock:
            unfinished = [each for each in self._jobs.values() if each.state in ("queued", "running")]
        return unfinished.index(job) if job in unfinished else 0

    def watch(self, job: Job, watcher: str) -> None:
        """Note that a session still follows a job."""
        with self._lock:
            job.watchers[watcher] = time.monotonic()

    def forget(self, job: Job, watcher: str) -> None:
        """Cancel for one session, and drop the job and its result when nobody else waits for it."""
        self.leave(job, watcher)
        with self._lock:
            if job.cancel.is_set() and self._jobs.get(job.key) is job:
                del self._jobs[job.key]
            if job.cancel.is_set():
                job.result = None

    def leave(self, job: Job, watcher: str) -> bool:
        """Cancel for one session; return whether the work stops, which it does when no other session followed it lately."""
        with self._lock:
            job.watchers.pop(watcher, None)
            lately = time.monotonic() - FOLLOWED_SECONDS
            if any(seen > lately for seen in job.watchers.values()):
                return False
            job.cancel.set()
            if job.state == "queued":
                job.state = "cancelled"
            return True

    def _work(self) -> None:
        while True:
            self._run(self._waiting.get())

    def _run(self, job: Job) -> None:
        with self._lock:
            if job.cancel.is_set():
                job.state = "cancelled"
                return
            job.state, job.started = "running", time.monotonic()
        try:
            job.work(job)
            job.share, job.state = 1.0, "done"
        except Cancelled:
            job.state = "cancelled"
        except GeneRAINError as problem:
            job.problem, job.state = str(problem), "failed"
        except Exception as problem:
            log.exception("job %s", job.key)
            job.problem, job.state = f"a fault of the app ({type(problem).__name__}); please report it", "failed"
        finally:
            job.work = _nothing
            if job.cancel.is_set():
                job.result, job.state = None, "cancelled"


def _nothing(job: Job) -> None:
    """Stand in for work that is over, so that the queue holds none of its data."""


@st.cache_resource(show_spinner=False)
def queue() -> JobQueue:
    """Return the one queue of this process."""
    return JobQueue()


def command(*arguments: str) -> Callable[[Job], None]:
    """Return work that runs a command of ours in a process of its own and follows its progress.

    So heavy work holds up no page, gives its memory back, and can be stopped at any moment.
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
        if job.cancel.is_set():
            raise Cancelled("Cancelled.")
        if process.returncode:
            ended = f"it was ended by the system (status {process.returncode}), perhaps for lack of memory; try again"
            raise GeneRAINError(said or ended)

    return work


def _stop_when_cancelled(job: Job, process: subprocess.Popen[str]) -> None:
    while process.poll() is None:
        if job.cancel.wait(0.2):
            process.kill()
            return


def session_id() -> str:
    """Return the id of the running session."""
    context = get_script_run_ctx()
    return context.session_id if context else "none"


def show(job: Job) -> None:
    """Show a job until it ends, then run the page again."""
    if job.state in ("queued", "running"):
        _live(job.key)
    elif job.state == "failed":
        st.error(plain(f"{job.label}: {job.problem}"))
    elif job.state == "cancelled":
        st.info(plain(f"{job.label}: cancelled."))


@st.fragment(run_every=1.0)
def _live(key: str) -> None:
    job = queue().get(key)
    if job is None or job.state not in ("queued", "running"):
        st.rerun()
    queue().watch(job, session_id())
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.progress(min(job.share, 1.0), text=plain(_status(job)))
    if row.button("Cancel", key=f"cancel_{key}") and not queue().leave(job, session_id()):
        st.toast("Someone else waits for this too, so it goes on.")


def _status(job: Job) -> str:
    if job.cancel.is_set():
        return f"{job.label}: stopping …"
    if job.state == "queued":
        return f"{job.label}: waiting, {queue().waiting_before(job)} before it"
    left = job.seconds_left
    time_left = "" if left is None else f" · about {left:.0f} s left" if left < 90 else f" · about {left / 60:.0f} min left"
    return f"{job.label}: {job.words} · {job.share:.0%}{time_left}"
