"""What a session computes beside its steps: values that it remembers, and jobs, each under what it stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import streamlit as st

from generain_core.ui.jobs import job_view
from generain_core.ui.session.session import Session, Work
from generain_core.ui.shell import keys

T = TypeVar("T")


@dataclass(frozen=True)
class Remembered(Generic[T]):
    """A value that a session keeps for as long as what it stands on, its key, stays the same."""

    name: str

    def of(self, session: Session, key: object, make: Callable[[], T]) -> T:
        """Return the value for a key, made if it is not there; the value for another key is dropped first."""
        if self not in session.values or session.values[self][0] != key:
            session.values.pop(self, None)
            session.values[self] = (key, make())
        return cast(T, session.values[self][1])

    def is_made(self, session: Session) -> bool:
        """Say whether there is a value, for whatever key."""
        return self in session.values

    def drop(self, session: Session) -> None:
        """Forget the value."""
        session.values.pop(self, None)


@dataclass(frozen=True)
class SessionJob(Generic[T]):
    """A job of a session under a name: one at a time, for one key, with the result that it gave."""

    name: str

    def start(
        self, session: Session, key: object, label: str, work: Callable[[job_view.Job], T], device: str = job_view.CPU
    ) -> None:
        """Queue the work, in place of what ran under this name before.

        Raises:
            GeneRAINError: too much is waiting.
        """
        self.drop(session)

        def run(job: job_view.Job) -> None:
            job.result = work(job)

        name = f"{self.name}-{job_view.session_id()}-{st.session_state.get(keys.UPLOADS, 0)}-{hash(key)}"
        session.work[self] = Work(key, job_view.queue().submit(name, label, run, job_view.session_id(), device))

    def put(self, session: Session, key: object, label: str, result: T) -> None:
        """Hold a result that was not worked for, as if the job had given it."""
        self.drop(session)
        name = f"{self.name}-{job_view.session_id()}-put"
        session.work[self] = Work(key, job_view.Job(name, label, lambda job: None, state="done"), result)

    def latest(self, session: Session) -> T | None:
        """Return what the job gave, for whatever key; it is taken out of the queue, which keeps none of the user's data."""
        work = session.work.get(self)
        if work is None:
            return None
        if work.job.state == "done" and work.job.result is not None:
            work.result, work.job.result = work.job.result, None
        return cast(T | None, work.result)

    def result(self, session: Session, key: object) -> T | None:
        """Return what the job gave for this key; None if it gave nothing yet, or works for another."""
        latest = self.latest(session)
        return latest if self.is_begun(session, key) else None

    def running(self, session: Session, key: object) -> job_view.Job | None:
        """Return the job that works, or worked, for this key."""
        return session.work[self].job if self.is_begun(session, key) else None

    def is_begun(self, session: Session, key: object) -> bool:
        """Say whether the job was begun for this key, so that it waits, runs or has ended."""
        return self in session.work and session.work[self].key == key

    def drop(self, session: Session) -> None:
        """Cancel the job and drop what it gave."""
        work = session.work.pop(self, None)
        if work is not None:
            job_view.queue().forget(work.job, job_view.session_id())
