"""The queue of long work: bounded, one worker a device, users in turn."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from generain_core.errors import Cancelled, GeneRAINError

log = logging.getLogger(__name__)
MAX_WAITING = 16
MAX_WAITING_EACH = 4
MAX_KEPT = 64
FOLLOWED_SECONDS = 10.0
CPU = "cpu"
READING = "reading"
SHORT = "short"
"""Workers of their own for reading files and for bins and maps, which are short: nobody waits for them until another's long work
on the CPU is over. One worker each, so that no more than one such job holds memory at a time."""
State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(eq=False)
class Job:
    """One piece of work on one device. The worker writes to it; pages only read, and set `cancel`."""

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
    owner: str = ""
    device: str = CPU

    def tell(self, share: float, words: str) -> None:
        """Take down progress (0 to 1); stop the work if it was cancelled."""
        self.share, self.words = share, words
        if self.cancel.is_set():
            raise Cancelled("Cancelled.")

    @property
    def unfinished(self) -> bool:
        """Say whether the job waits or runs."""
        return self.state in ("queued", "running")

    @property
    def seconds_left(self) -> float | None:
        """Return how long it will still take at this pace; None as long as that can't be told."""
        if self.state != "running" or self.share < 0.05:
            return None
        return (time.monotonic() - self.started) * (1 - self.share) / self.share


class JobQueue:
    """Runs jobs one after another on each device. Work that was asked for twice under one key is done once.

    Those who wait for one device take turns: next is a job of whoever was served longest ago, not of whoever asked most.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._workers: dict[str, threading.Thread] = {}
        self._turns: dict[str, int] = {}

    def get(self, key: str) -> Job | None:
        """Return the job of this key, whatever its state."""
        return self._jobs.get(key)

    def submit(self, key: str, label: str, work: Callable[[Job], None], watcher: str, device: str = CPU) -> Job:
        """Queue work for a device, or join the job that already does it.

        Raises:
            GeneRAINError: too much is waiting, of all or of this watcher.
        """
        with self._changed:
            job = self._jobs.get(key)
            if job is None or not job.unfinished or job.cancel.is_set():
                self._check_room(watcher)
                self._jobs.pop(key, None)
                self._trim()
                job = self._jobs[key] = Job(key, label, work, owner=watcher, device=device)
                if device not in self._workers:
                    worker = threading.Thread(target=self._work, args=(device,), name=f"jobs on {device}", daemon=True)
                    self._workers[device] = worker
                    worker.start()
                self._changed.notify_all()
            job.watchers[watcher] = time.monotonic()
            return job

    def waiting_before(self, job: Job) -> int:
        """Return how many jobs run on its device before this one, as things stand."""
        with self._changed:
            running = sum(each.device == job.device and each.state == "running" for each in self._jobs.values())
            line = self._line(job.device)
        return running + line.index(job) if job in line else 0

    def counts(self) -> dict[tuple[str, State], int]:
        """Return how many jobs wait and run on each device."""
        with self._changed:
            return dict(Counter((each.device, each.state) for each in self._jobs.values() if each.unfinished))

    def watch(self, job: Job, watcher: str) -> None:
        """Note that a session still follows a job."""
        with self._changed:
            job.watchers[watcher] = time.monotonic()

    def forget(self, job: Job, watcher: str) -> None:
        """Cancel for one session, and drop the job and its result when nobody else waits for it."""
        self.leave(job, watcher)
        with self._changed:
            if job.cancel.is_set() and self._jobs.get(job.key) is job:
                del self._jobs[job.key]
            if job.cancel.is_set():
                job.result = None

    def leave(self, job: Job, watcher: str) -> bool:
        """Cancel for one session; return whether the work stops, which it does when no other session followed it lately."""
        with self._changed:
            job.watchers.pop(watcher, None)
            lately = time.monotonic() - FOLLOWED_SECONDS
            if any(seen > lately for seen in job.watchers.values()):
                return False
            job.cancel.set()
            if job.state == "queued":
                job.state, job.work = "cancelled", _nothing
            return True

    def _check_room(self, watcher: str) -> None:
        waiting = [each for each in self._jobs.values() if each.state == "queued"]
        if len(waiting) >= MAX_WAITING:
            raise GeneRAINError(f"{MAX_WAITING} jobs are waiting already; try again in a few minutes.")
        if sum(each.owner == watcher for each in waiting) >= MAX_WAITING_EACH:
            raise GeneRAINError(f"{MAX_WAITING_EACH} of your jobs are waiting already; wait for one or cancel one.")

    def _trim(self) -> None:
        over = [key for key, each in self._jobs.items() if not each.unfinished]
        for key in over[: max(0, len(over) - MAX_KEPT)]:
            del self._jobs[key]

    def _line(self, device: str) -> list[Job]:
        """Return the jobs that wait for a device in the order in which they will run; the lock is held."""
        waiting = [each for each in self._jobs.values() if each.device == device and each.state == "queued"]
        turns, line = dict(self._turns), list[Job]()
        while waiting:
            job = min(waiting, key=lambda each: turns.get(each.owner, 0))
            waiting.remove(job)
            line.append(job)
            turns[job.owner] = max(turns.values(), default=0) + 1
        return line

    def _next(self, device: str) -> Job:
        """Wait for work on a device and take it; the lock is held."""
        while not (line := self._line(device)):
            self._changed.wait()
        job = line[0]
        turn = max(self._turns.values(), default=0) + 1
        self._turns = {owner: at for owner, at in self._turns.items() if at > turn - MAX_KEPT} | {job.owner: turn}
        job.state, job.started = "running", time.monotonic()
        return job

    def _work(self, device: str) -> None:
        while True:
            with self._changed:
                job = self._next(device)
            _run(job)
            del job


def _run(job: Job) -> None:
    try:
        job.tell(0.0, job.words)
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
