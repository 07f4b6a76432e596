"""The user's expression table in a session: parsed once by a job, then only what was understood is kept."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import pandas as pd
import streamlit as st

from generain_core.errors import GeneRAINError
from generain_core.release.files import Release
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.archs4.chosen_samples import Archs4, as_read
from generain_core.samples.binning.examination import Examined, examine
from generain_core.samples.binning.normalize import Normalized, described, normalize
from generain_core.samples.interpret.correction import Corrections, to_expression
from generain_core.samples.interpret.diagnosis import Findings, diagnose
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.identifiers import Resolves
from generain_core.samples.interpret.pseudobulk import sum_by
from generain_core.samples.io.isolated import read_isolated, read_sheet_isolated
from generain_core.samples.io.limits import FILE_BYTES, in_words
from generain_core.samples.io.raw_table import RawTable
from generain_core.samples.io.sample_sheet import join_samples, read_sample_sheet
from generain_core.ui.jobs import job_view
from generain_core.ui.shell import keys
from generain_core.ui.shell.streamlit_internals import release_upload

UPLOAD_BYTES = 500 << 20
"""Largest upload, as `.streamlit/config.toml` has it too."""


@dataclass(eq=False)
class Session:
    """What one session works on. Nothing of it is shared with another session."""

    source: str
    reading: job_view.Job
    raw: RawTable | None = None
    sheet: pd.DataFrame | None = None
    sheets: int = 0
    binning: job_view.Job | None = None
    normalized: Normalized | None = None
    binned_key: object = None
    memory: dict[str, tuple[object, Any]] = field(default_factory=dict)
    parts: dict[str, job_view.Job] = field(default_factory=dict)

    def jobs(self) -> list[job_view.Job]:
        """Return all jobs of this work."""
        return [job for job in (self.reading, self.binning, *self.parts.values()) if job is not None]

    def remember(self, name: str, key: object, make: Callable[[], Any]) -> Any:
        """Return what `make` gives, made again only when the key changes."""
        if name not in self.memory or self.memory[name][0] != key:
            self.memory.pop(name, None)
            self.memory[name] = (key, make())
        return self.memory[name][1]

    @property
    def key(self) -> object:
        """Return what bins of the samples as they are now judged stand on: corrections, sums, gene set, least genes.

        The sample sheet counts only where samples are summed by it: it describes samples and changes no bin.
        """
        ((said, sheets), columns), gene_set, least = cast(Any, self.memory["examined"][0])
        return said, columns, sheets if columns else 0, gene_set, least

    @property
    def is_binned(self) -> bool:
        """Say whether the bins at hand are of the samples as they are now judged."""
        return self.normalized is not None and self.binned_key == self.key


def current() -> Session | None:
    """Return this session's work, if there is any."""
    found: Session | None = st.session_state.get(keys.SAMPLES)
    return found


def forget() -> None:
    """Drop this session's work and its memory; for callbacks."""
    session = st.session_state.pop(keys.SAMPLES, None)
    for job in session.jobs() if session else ():
        job_view.queue().forget(job, job_view.session_id())
    st.session_state[keys.UPLOADS] = st.session_state.get(keys.UPLOADS, 0) + 1


@dataclass(eq=False)
class TemporaryCopy:
    """A folder of its own for an upload, removed with what it holds when nobody refers to it any more, or when asked."""

    folder: Path

    def __post_init__(self) -> None:
        self.remove = weakref.finalize(self, shutil.rmtree, str(self.folder), ignore_errors=True)


def begin_upload(uploaded: BinaryIO, name: str, size: int) -> None:
    """Copy an upload to a temporary file, which a job reads and removes; what the server holds of it in memory is let go.

    Raises:
        GeneRAINError: it is too large.
    """
    if size > UPLOAD_BYTES:
        release_upload(uploaded)
        raise GeneRAINError(f"{name} has {in_words(size)}; uploads of up to {in_words(UPLOAD_BYTES)} are accepted, so split it.")
    copy = TemporaryCopy(Path(tempfile.mkdtemp(prefix="generain-upload-")))
    with (copy.folder / "upload").open("wb") as out:
        shutil.copyfileobj(uploaded, out, 1 << 20)
    _begin(copy.folder / "upload", name, copy)
    release_upload(uploaded)


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
    _begin(path, path.name)


def begin_example(release: Release, counts: str = "demo/counts", sheet: str | None = "demo/sample_sheet") -> None:
    """Read an example of the release, with its sample sheet if it has one."""
    _begin(release.path(counts), release.path(counts).name)
    session = current()
    if session is not None and sheet is not None and release.has(sheet):
        session.sheet, session.sheets = read_sample_sheet(release.path(sheet)), 1


def begin_sheet(session: Session, made: Expression, uploaded: BinaryIO, name: str) -> None:
    """Read an uploaded sample sheet and join it from now on.

    Raises:
        GeneRAINError: it is no sample sheet, or names none of the samples; the one joined before stays.
    """
    with tempfile.TemporaryDirectory(prefix="generain-sheet-") as folder:
        path = Path(folder) / "sheet"
        path.write_bytes(uploaded.read())
        sheet = read_sheet_isolated(path, name=name)
    join_samples(made, sheet)
    session.sheet, session.sheets = sheet, session.sheets + 1
    release_upload(uploaded)


def begin_archs4(opened: Archs4, columns: list[int]) -> None:
    """Read chosen samples of ARCHS4, by their columns."""

    def pull(job: job_view.Job) -> RawTable:
        return as_read(opened.read(columns, progress=job.tell))

    _submit(f"{len(columns):,} sample{'s' * (len(columns) != 1)} of ARCHS4", pull)


def _begin(path: Path, name: str, copy: TemporaryCopy | None = None) -> None:
    _submit(name, lambda job: read_isolated(path, name=name, progress=job.tell), copy)


def _submit(name: str, make: Callable[[job_view.Job], RawTable], copy: TemporaryCopy | None = None) -> None:
    def work(job: job_view.Job) -> None:
        try:
            job.tell(0.0, "reading")
            job.result = make(job)
        finally:
            if copy is not None:
                copy.remove()

    forget()
    number = st.session_state[keys.UPLOADS]
    key = f"read-{job_view.session_id()}-{number}"
    job = job_view.queue().submit(key, f"Reading {name}", work, job_view.session_id(), job_view.READING)
    st.session_state[keys.SAMPLES] = Session(name, job)


def findings(session: Session, resolver: Resolves, said: Corrections) -> Findings:
    """Return how the file is understood, with what the user said of it."""
    raw = _raw(session)
    layer, genes_in, column = (cast(str | None, said.get(name)) for name in ("layer", "genes_in", "gene_column"))

    def make() -> Findings:
        return diagnose(raw, resolver, layer=layer, genes_in=genes_in, gene_column=column)

    found: Findings = session.remember("corrected" if said else "findings", (layer, genes_in, column), make)
    return found


def expression(session: Session, found: Findings, said: Corrections) -> Expression:
    """Return samples × genes as corrected, with the sample sheet joined.

    Raises:
        GeneRAINError: the file can't be used as it is understood, or the sheet names none of its samples.
    """
    raw, sheet = _raw(session), session.sheet
    session.memory["understood"] = (None, (found, said))

    def make() -> Expression:
        made = to_expression(raw, found, **said)
        return made if sheet is None else join_samples(made, sheet)

    made: Expression = session.remember("expression", (tuple(sorted(said.items())), session.sheets), make)
    return made


def summed(session: Session, made: Expression, columns: list[str]) -> Expression:
    """Return the samples (cells, say) of equal values in some columns summed; as they are without columns.

    Raises:
        GeneRAINError: a column is not there.
    """
    key = (session.memory["expression"][0], tuple(columns))
    result: Expression = session.remember("summed", key, lambda: sum_by(made, columns) if columns else made)
    return result


def examined(session: Session, made: Expression, release: Release, resolver: Any, gene_set: str, min_genes: int) -> Examined:
    """Return what binning would keep and leave out."""

    def make() -> Examined:
        return examine(made, Boundaries.open(release, gene_set), resolver, min_genes=min_genes)

    key = (session.memory["summed"][0], gene_set, min_genes)
    found: Examined = session.remember("examined", key, make)
    return found


def begin_binning(session: Session, made: Expression, release: Release, resolver: Any, gene_set: str, min_genes: int) -> None:
    """Queue the binning of the samples as they are now judged.

    Raises:
        GeneRAINError: too much is waiting.
    """

    def work(job: job_view.Job) -> None:
        job.result = normalize(made, release, resolver, gene_set=gene_set, min_genes=min_genes, progress=job.tell)

    if session.binning is not None:
        job_view.queue().forget(session.binning, job_view.session_id())
    key = f"bin-{job_view.session_id()}-{st.session_state[keys.UPLOADS]}-{hash(session.key)}"
    session.normalized, session.binned_key = None, session.key
    session.binning = job_view.queue().submit(key, f"Binning {made.source}", work, job_view.session_id(), job_view.SHORT)


def collect(session: Session) -> None:
    """Take the results of jobs that are done, so that the queue holds none of the user's data."""
    if session.reading.state == "done" and session.reading.result is not None:
        session.raw, session.reading.result = session.reading.result, None
    if session.binning is not None and session.binning.state == "done" and session.binning.result is not None:
        session.normalized, session.binning.result = session.binning.result, None


def describe_anew(session: Session, made: Expression) -> None:
    """Give binned samples what a sample sheet that was joined after binning says of them; the bins stay."""
    key = session.key, session.sheets
    if session.normalized is not None and session.is_binned and session.memory.get("described", (None,))[0] != key:
        session.normalized = described(session.normalized, made)
        session.memory["described"] = (key, None)


def _raw(session: Session) -> RawTable:
    if session.raw is None:
        raise GeneRAINError("The file has not been read yet; wait until it is.")
    return session.raw
