"""The queue of long work: bounded, one job at a time on a device, users in turn, long work in slices."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.ui.jobs.limits import QueueLimits

log = logging.getLogger(__name__)
MAX_KEPT = 64
MAX_BEGUN = 3
"""Jobs that may be begun on one device at a time: one works, the others rest between two slices and hold their memory. One of
each user; files are read one after another, for reading takes most memory."""
SLICE_SECONDS = 5.0
"""After so long a job lets another user's go on, if one waits for the same device."""
FOLLOWED_SECONDS = 10.0
PROGRAM = ""
"""Who asks for what all users need: it can't be cancelled by one, is not counted, and is never abandoned."""
CPU = "cpu"
READING = "reading"
PREPARING = "preparing"
PREPARING_MAPS = "preparing maps"
SHORT = "short"
"""Workers of their own for reading files and for bins and maps, which are short: nobody waits for them until another's long work
on the CPU is over. One worker each, so that no more than one such job holds memory at a time."""
State = Literal["queued", "running", "resting", "done", "failed", "cancelled"]


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
    seen_done: set[str] = field(default_factory=set)
    owner: str = ""
    device: str = CPU
    worked: float = 0.0
    give_way: Callable[["Job"], None] | None = None
    rest: Callable[[bool], None] | None = None

    def tell(self, share: float, words: str) -> None:
        """Take down progress (0 to 1); stop the work if it was cancelled; let others go first where it is their turn."""
        self.share, self.words = share, words
        if self.give_way is not None and not self.cancel.is_set():
            self.give_way(self)
        if self.cancel.is_set():
            raise Cancelled("Cancelled.")

    @property
    def unfinished(self) -> bool:
        """Say whether the job waits or runs."""
        return self.state in ("queued", "running", "resting")

    @property
    def seconds_left(self) -> float | None:
        """Return how long it will still work at this pace, rests not counted; None as long as that can't be told."""
        if self.state not in ("running", "resting") or self.share < 0.05:
            return None
        now = time.monotonic() - self.started if self.state == "running" else 0.0
        return (self.worked + now) * (1 - self.share) / self.share


class JobQueue:
    """Runs jobs on each device, one at a time. Work that was asked for twice under one key is done once.

    Those who wait for one device take turns: next is a job of whoever was served longest ago, not of whoever asked most. A job
    that worked for a slice of time rests where another user's waits, as far as it tells how far it is; so short work passes
    long work of others.

    Args:
        limits: of what may wait; the operator's by default.
        slice_seconds: how long a job works before another user's goes on.
    """

    def __init__(self, limits: QueueLimits | None = None, slice_seconds: float = SLICE_SECONDS) -> None:
        self.limits = limits or QueueLimits.of_operator()
        self._slice = slice_seconds
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._turns: dict[str, int] = {}
        self._gone: dict[str, float] = {}

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
                job = Job(key, label, work, owner=watcher, device=device, give_way=self._give_way)
                self._jobs[key] = job
                self._go_on(device)
            job.watchers[watcher] = time.monotonic()
            return job

    def waiting_before(self, job: Job) -> int:
        """Return how many jobs have their turn on its device before this one, as things stand."""
        with self._changed:
            running = sum(each.device == job.device and each.state == "running" for each in self._jobs.values())
            line = self._line(job.device)
        return running + line.index(job) if job in line else 0

    def seconds_before(self, job: Job) -> float | None:
        """Return in how many seconds, at most, its turn comes; None where that can't be told."""
        with self._changed:
            line = self._line(job.device)
            running = [each for each in self._jobs.values() if each.device == job.device and each.state == "running"]
            if job not in line or not self._has_room(job):
                return None
            ahead = [*running, *line[: line.index(job)]]
            if any(each.owner == job.owner for each in ahead):
                return None
            now = time.monotonic()
            rest = [self._slice - (now - each.started if each.state == "running" else 0.0) for each in ahead]
            left = [each.seconds_left for each in ahead]
            return sum(max(0.0, part if own is None else min(part, own)) for part, own in zip(rest, left, strict=True))

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
            if job.owner == PROGRAM or any(seen > lately for seen in job.watchers.values()):
                return False
            self._cancel(job)
            return True

    def end_abandoned(self, is_there: Callable[[str], bool], patience: float | None = None) -> list[Job]:
        """End the work of sessions that are all gone for some seconds, and return it; asked now and then."""
        with self._changed:
            now = time.monotonic()
            watchers = {watcher for job in self._jobs.values() if job.unfinished for watcher in job.watchers}
            away = {watcher for watcher in watchers if watcher != PROGRAM and not is_there(watcher)}
            self._gone = {watcher: self._gone.get(watcher, now) for watcher in away}
            longest = self.limits.abandoned_seconds if patience is None else patience
            late = {watcher for watcher, since in self._gone.items() if since <= now - longest}
            ended = []
            for job in self._jobs.values():
                left = bool(job.watchers) and set(job.watchers) <= late
                if job.unfinished and job.owner != PROGRAM and left and not job.cancel.is_set():
                    self._cancel(job)
                    ended.append(job)
            return ended

    def _cancel(self, job: Job) -> None:
        job.cancel.set()
        if job.state == "queued":
            job.state, job.work = "cancelled", _nothing
        self._changed.notify_all()

    def _check_room(self, watcher: str) -> None:
        if watcher == PROGRAM:
            return
        waiting = [each for each in self._jobs.values() if each.state == "queued" and each.owner != PROGRAM]
        if len(waiting) >= self.limits.waiting:
            raise GeneRAINError(f"{self.limits.waiting} jobs are waiting already; try again in a few minutes.")
        if sum(each.owner == watcher for each in waiting) >= self.limits.waiting_each:
            raise GeneRAINError(f"{self.limits.waiting_each} of your jobs are waiting already; wait for one or cancel one.")

    def _trim(self) -> None:
        over = [key for key, each in self._jobs.items() if not each.unfinished]
        for key in over[: max(0, len(over) - MAX_KEPT)]:
            del self._jobs[key]

    def _has_room(self, job: Job) -> bool:
        """Say whether one more may be begun on its device; what was begun already always goes on. The lock is held."""
        begun = [each for each in self._jobs.values() if each.device == job.device and each.state in ("running", "resting")]
        if job in begun:
            return True
        own = any(each.owner == job.owner for each in begun)
        return not begun or (job.device != READING and len(begun) < MAX_BEGUN and not own)

    def _line(self, device: str) -> list[Job]:
        """Return the jobs that wait for a device in the order in which they will have their turn; the lock is held."""
        states = ("queued", "resting")
        waiting = [each for each in self._jobs.values() if each.device == device and each.state in states]
        turns, line = dict(self._turns), list[Job]()
        while waiting:
            job = min(waiting, key=lambda each: (turns.get(each.owner, 0), each.state == "queued"))
            waiting.remove(job)
            line.append(job)
            turns[job.owner] = max(turns.values(), default=0) + 1
        return line

    def _go_on(self, device: str) -> None:
        """Let the next job work, if the device is free; the lock is held."""
        if any(each.device == device and each.state == "running" for each in self._jobs.values()):
            return
        job = next((each for each in self._line(device) if self._has_room(each)), None)
        if job is None:
            return
        turn = max(self._turns.values(), default=0) + 1
        self._turns = {owner: at for owner, at in self._turns.items() if at > turn - MAX_KEPT} | {job.owner: turn}
        is_new, job.state, job.started = job.state == "queued", "running", time.monotonic()
        if is_new:
            threading.Thread(target=self._work, args=(job,), name=f"job on {device}", daemon=True).start()
        self._changed.notify_all()

    def _give_way(self, job: Job) -> None:
        """Rest where the slice is over and another user's job may work; return when the turn has come again."""
        if time.monotonic() - job.started < self._slice:
            return
        with self._changed:
            others = (each for each in self._line(job.device) if each.owner != job.owner and self._has_room(each))
            if job.state != "running" or next(others, None) is None:
                return
            job.worked += time.monotonic() - job.started
            job.state = "resting"
            if job.rest is not None:
                job.rest(True)
            self._go_on(job.device)
            while job.state == "resting" and not job.cancel.is_set():
                self._changed.wait(1.0)
                self._go_on(job.device)
            if job.rest is not None:
                job.rest(False)

    def _work(self, job: Job) -> None:
        state = _run(job)
        with self._changed:
            job.work = _nothing
            if job.cancel.is_set():
                job.result, state = None, "cancelled"
            job.state = state
            self._go_on(job.device)
            self._changed.notify_all()


def _run(job: Job) -> State:
    try:
        job.tell(0.0, job.words)
        job.work(job)
    except Cancelled:
        return "cancelled"
    except GeneRAINError as problem:
        job.problem = str(problem)
        return "failed"
    except Exception as problem:  # a fault in one job must not end the worker that all jobs share
        log.exception("job %s", job.key)
        job.problem = f"a fault of the app ({type(problem).__name__}); please report it"
        return "failed"
    job.share = 1.0
    return "done"


def _nothing(job: Job) -> None:
    """Stand in for work that is over, so that the queue holds none of its data."""
