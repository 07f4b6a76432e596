"""The ways in for an expression table: each begins a job that reads it, once."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError, NeedsConsent
from generain_core.release.files import Release
from generain_core.samples.archs4.chosen_samples import Archs4, as_read
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.io.isolated import read_isolated, read_sheet_isolated
from generain_core.samples.io.limits import FILE_BYTES, in_words
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from generain_core.samples.io.several import several_name
from generain_core.ui.jobs import job_view
from generain_core.ui.session.aside import set_aside
from generain_core.ui.session.session import Files, Session, current_session, forget_session
from generain_core.ui.session.steps import Sheet, SheetQuestion
from generain_core.ui.session.upload_room import TemporaryCopy, largest
from generain_core.ui.shell import keys
from generain_core.ui.shell.streamlit_internals import release_upload


class Uploaded(Protocol):
    """A file as Streamlit hands it over."""

    name: str
    size: int

    def read(self, size: int = -1, /) -> bytes:
        """Return its next bytes."""
        ...


def begin_uploads(uploads: Sequence[Uploaded]) -> None:
    """Copy uploads to temporary files, which a job reads together and removes; what the server holds of them is let go.

    Raises:
        GeneRAINError: they are too large, or those of all visitors would be together.
    """
    size, names = sum(each.size for each in uploads), [each.name for each in uploads]
    try:
        if size > largest():
            words = f"{several_name(names)} {'has' if len(names) == 1 else 'have'} {in_words(size)}"
            raise GeneRAINError(f"{words}; uploads of up to {in_words(largest())} are accepted, so split it.")
        copy = TemporaryCopy(size)
    except GeneRAINError:
        for each in uploads:
            release_upload(each)
        raise
    paths = [copy.folder / f"upload{i}" for i in range(len(uploads))]
    for path, each in zip(paths, uploads, strict=True):
        with path.open("wb") as out:
            shutil.copyfileobj(each, out, 1 << 20)
    _begin(paths, names, copy)
    for each in uploads:
        release_upload(each)


def begin_path(path: Path) -> None:
    """Read a file or folder on this computer; ``~`` is the home folder of whoever runs the app.

    Raises:
        GeneRAINError: there is nothing that can be read, or too much.
    """
    try:
        path = path.expanduser()
        there, size = path.exists(), path.stat().st_size if path.is_file() else 0
    except (OSError, RuntimeError, ValueError) as error:
        raise GeneRAINError(f"{str(path)[:200]} can't be read ({error}); give the whole path of a file or folder.") from error
    if not there:
        raise GeneRAINError(f"There is no file or folder {str(path)[:200]}; give the whole path of one on this computer.")
    if size > FILE_BYTES:
        raise GeneRAINError(f"{path.name} has {in_words(size)}; up to {in_words(FILE_BYTES)} are read, so split it.")
    _begin([path], [path.name])


def begin_example(release: Release, counts: str = "demo/counts", sheet: str | None = "demo/sample_sheet") -> None:
    """Read an example of the release, with its sample sheet if it has one; the table at hand is set aside for it."""
    set_aside()
    _begin([release.path(counts)], [release.path(counts).name])
    session = current_session()
    if session is None:
        return
    session.is_example = True
    if sheet is not None and release.has(sheet):
        session.sheet = Sheet(read_sample_sheet(release.path(sheet)), 1)


def begin_sheet(session: Session, expression: Expression, uploaded: BinaryIO, name: str) -> None:
    """Read an uploaded sample sheet and join it from now on; or keep it until it is said by which column.

    Raises:
        GeneRAINError: it is no sample sheet, or names none of the samples; the one joined before stays.
    """
    with tempfile.TemporaryDirectory(prefix="generain-sheet-") as folder:
        path = Path(folder) / "sheet"
        path.write_bytes(uploaded.read())
        sheet = read_sheet_isolated(path, name=name)
    number = session.sheets_brought + 1
    try:
        join_samples(expression, sheet)
        session.sheet, session.sheet_question = Sheet(sheet, number), None
    except NeedsConsent as question:
        session.sheet_question = SheetQuestion(sheet, number, question)
    release_upload(uploaded)


def take_sheet(session: Session, expression: Expression, column: str) -> None:
    """Join the sample sheet that waits, by one of its columns, from now on.

    Raises:
        GeneRAINError: the column names none of the samples, or one in several rows.
    """
    waiting = session.sheet_question
    if waiting is not None:
        join_samples(expression, waiting.table, column)
        session.sheet, session.sheet_question = Sheet(waiting.table, waiting.number + 1, column), None


def begin_archs4(opened: Archs4, columns: list[int]) -> None:
    """Read chosen samples of ARCHS4, by their columns."""

    def pull(job: job_view.Job) -> RawTable:
        return as_read(opened.read(columns, progress=job.tell))

    _submit(f"{len(columns):,} sample{'s' * (len(columns) != 1)} of ARCHS4", pull)


def begin_part(session: Session, part: str) -> None:
    """Read another part of the session's file: a sheet of a workbook, a matrix of an archive; for callbacks."""
    files = session.files
    if files is not None:
        copy = files.copy if isinstance(files.copy, TemporaryCopy) else None
        _begin(files.paths, files.names, copy, part)


def _begin(paths: list[Path], names: list[str], copy: TemporaryCopy | None = None, part: str = "") -> None:
    beside: list[pd.DataFrame] = []

    def pull(job: job_view.Job) -> RawTable:
        raw = read_isolated(paths, name=names, part=part, progress=job.tell)
        beside.extend(_sheets_beside(paths, names, raw))
        return raw

    _submit(several_name(names), pull, Files(paths, names, copy), beside)


def _sheets_beside(paths: list[Path], names: list[str], raw: RawTable) -> Iterator[pd.DataFrame]:
    """Read what was brought with a table and may be a sheet of its samples; what is none is left out."""
    for path, name in zip(paths, names, strict=True):
        if len(paths) > 1 and name in raw.may_be_sheets:
            with contextlib.suppress(GeneRAINError):
                yield read_sheet_isolated(path, name=name)


def _submit(
    name: str, make: Callable[[job_view.Job], RawTable], files: Files | None = None, beside: list[pd.DataFrame] | None = None
) -> None:
    copy = files.copy if files is not None else None
    files = Files(files.paths, files.names) if files is not None else None

    def work(job: job_view.Job) -> None:
        parts = False
        try:
            job.tell(0.0, "reading")
            job.result = make(job)
            parts = bool(job.result.unread)
        except NeedsConsent as question:
            job.result, parts = question, True
        finally:
            if isinstance(copy, TemporaryCopy) and not parts:
                copy.remove()
            elif files is not None:
                files.copy = copy

    forget_session()
    number = st.session_state[keys.UPLOADS]
    key = f"read-{job_view.session_id()}-{number}"
    job = job_view.queue().submit(key, f"Reading {name}", work, job_view.session_id(), job_view.READING)
    st.session_state[keys.SAMPLES] = Session(name, job, files, beside=[] if beside is None else beside)
