"""What one session works on: its file, the steps that were made of it, and the jobs at work. Nothing of it is shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from generain_core.errors import NeedsConsent
from generain_core.samples.binning.normalize import Normalized
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.orthologs.ortholog_table import OrthologTable
from generain_core.ui.jobs import job_view
from generain_core.ui.session.steps import Binned, Examined, Joined, Sheet, SheetQuestion, Summed, Understood, Upload
from generain_core.ui.shell import keys


@dataclass(eq=False)
class Work:
    """A job of the session: what it works for, and what it gave, once it was taken out of the queue."""

    key: object
    job: job_view.Job
    result: Any = None


@dataclass(eq=False)
class Files:
    """The files that are read: where they lie, what the user calls them, and what keeps a copy of them once they are read.

    Until then the job keeps it, so that one that is cancelled leaves nothing on the disk.
    """

    paths: list[Path]
    names: list[str]
    copy: object = None


@dataclass(eq=False)
class Session:
    """What one session works on.

    Attributes:
        source: name of the file.
        reading: the job that reads it.
        files: where it lies, to have another part of it read.
        is_example: whether it is an example of the release, which is there again in one click.
        orthologs: a table of orthologs that was brought, for a mouse's table.
        question: which part is to be read, where that isn't clear.
        upload, understood, joined, summed, examined, binned: the steps, as far as they were made.
        sheet: the sample sheet that is joined.
        sheet_question: the one that is joined once it is said by which column.
        beside: tables that were brought with the file and hold no values: sheets of its samples, perhaps.
        values: what `Remembered` keeps.
        work: what `SessionJob` runs.
    """

    source: str
    reading: job_view.Job
    files: Files | None = None
    is_example: bool = False
    question: NeedsConsent | None = None
    orthologs: OrthologTable | None = None
    upload: Upload | None = None
    sheet: Sheet | None = None
    sheet_question: SheetQuestion | None = None
    beside: list[pd.DataFrame] = field(default_factory=list)
    understood: Understood | None = None
    joined: Joined | None = None
    summed: Summed | None = None
    examined: Examined | None = None
    binned: Binned | None = None
    values: dict[object, tuple[object, Any]] = field(default_factory=dict)
    work: dict[object, Work] = field(default_factory=dict)

    @property
    def raw(self) -> RawTable | None:
        """Return the file as read; None until it is."""
        return self.upload.raw if self.upload is not None else None

    @property
    def sheet_number(self) -> int:
        """Return which sample sheet is joined; 0 without any."""
        return self.sheet.number if self.sheet is not None else 0

    @property
    def sheets_brought(self) -> int:
        """Return how many sample sheets were brought so far, those that wait for a choice included."""
        return max(self.sheet_number, self.sheet_question.number if self.sheet_question is not None else 0)

    @property
    def normalized(self) -> Normalized | None:
        """Return the bins at hand, whether or not they are of the samples as they are now judged."""
        return self.binned.normalized if self.binned is not None else None

    @property
    def is_binned(self) -> bool:
        """Say whether the bins at hand are of the samples as they are now judged."""
        return self.binned is not None and self.examined is not None and self.binned.basis == self.examined.basis

    def jobs(self) -> list[job_view.Job]:
        """Return all jobs of this work."""
        return [self.reading, *(each.job for each in self.work.values())]


def current_session() -> Session | None:
    """Return this session's work, if there is any."""
    session: Session | None = st.session_state.get(keys.SAMPLES)
    return session


def forget_session() -> None:
    """Drop this session's work and its memory; for callbacks."""
    session = st.session_state.pop(keys.SAMPLES, None)
    for job in session.jobs() if session else ():
        job_view.queue().forget(job, job_view.session_id())
    next_upload()


def next_upload() -> None:
    """Give the next table a number that none had before: boxes are named by it."""
    last = max(st.session_state.get(keys.UPLOADS, 0), st.session_state.get(keys.LAST_UPLOAD, 0))
    st.session_state[keys.UPLOADS] = st.session_state[keys.LAST_UPLOAD] = last + 1
