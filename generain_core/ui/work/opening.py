"""A work file opened by a job: checked, read, held against the release, its samples' steps made again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generain_core.errors import GeneRAINError
from generain_core.genes.resolve import Resolver
from generain_core.ui.jobs import job_view
from generain_core.ui.session import interpretation
from generain_core.ui.session.session import Session
from generain_core.ui.session.session import Work as JobWork
from generain_core.ui.session.session_jobs import SessionJob
from generain_core.ui.session.steps import Binned, Sheet, Upload

if TYPE_CHECKING:  # they need pandas and anndata, which Home can do without
    from generain_core.genes import Resolver
    from generain_core.progress import Progress
    from generain_core.release.files import Release
    from generain_core.work.contents import KeptSamples, Work
    from generain_core.work.fit import Misfit
    from generain_core.work.manifest import Manifest


@dataclass(frozen=True, eq=False, kw_only=True)
class Opened:
    """Work that was opened, ready to be taken up.

    Attributes:
        work: what of it fits this release.
        session: its samples with their steps; None without samples.
        misfits: what no longer fits.
        file: name of the file.
    """

    work: Work
    session: Session | None
    misfits: tuple[Misfit, ...]
    file: str


def open_file(path: Path, file: str, release: Release, resolver: Resolver, progress: Progress) -> Opened:
    """Return the work that a file holds.

    Raises:
        GeneRAINError: it is no work file, or was changed or damaged since it was saved.
    """
    progress(0.0, "getting ready")  # on a server just started, what follows takes seconds to be imported
    from generain_core.ui.work.kinds import all_kinds
    from generain_core.work.work_file import open_work

    work, manifest = open_work(path, all_kinds(), file=file, progress=lambda share, words: progress(0.5 * share, words))
    progress(0.5, "taking it up")
    return opened(work, manifest, file, release, resolver)


def opened(work: Work, manifest: Manifest, file: str, release: Release, resolver: Resolver) -> Opened:
    """Return work as far as it fits the release, its samples' steps made again."""
    from generain_core.work.fit import fitted

    work, misfits = fitted(work, manifest, release, resolver)
    more: list[Misfit] = []
    session = _session(work.samples, release, resolver, more) if work.samples is not None else None
    return Opened(work=work, session=session, misfits=(*misfits, *more), file=file)


def _session(samples: KeptSamples, release: Release, resolver: Resolver, misfits: list[Misfit]) -> Session:
    source = samples.raw.source
    reading = job_view.Job("read-kept", f"Reading {source}", lambda job: None, state="done")
    session = Session(source, reading, is_example=samples.is_example, upload=Upload(samples.raw))
    if samples.sheet is not None:
        session.sheet = Sheet(samples.sheet.table, samples.sheet.number, samples.sheet.column)
    for each in samples.results:
        job = job_view.Job(f"{each.name}-kept", each.label, lambda job: None, state="done")
        session.work[SessionJob[object](each.name)] = JobWork(each.key, job, each.value)
    try:
        _steps(session, samples, release, resolver, misfits)
    except GeneRAINError as problem:
        from generain_core.work.fit import Misfit

        misfits.append(Misfit("table", source, reason=str(problem)))
    return session


def _steps(session: Session, samples: KeptSamples, release: Release, resolver: Resolver, misfits: list[Misfit]) -> None:
    """Make the steps from the table to the bins again, as far as they were made.

    Raises:
        GeneRAINError: the table can't be used so with this release.
    """
    from generain_core.samples.binning.kept_bins import again
    from generain_core.work.fit import Misfit

    if samples.corrections is None:
        return
    corrections: Any = dict(samples.corrections)
    joined = interpretation.join(session, interpretation.findings(session, resolver, corrections), corrections)
    if samples.columns is None:
        return
    summed = interpretation.sum_samples(session, joined, list(samples.columns))
    if samples.fitness is None:
        return
    examined = interpretation.examine_samples(session, summed, release, resolver, *samples.fitness)
    if samples.bins is not None:
        normalized = again(samples.bins, summed.expression, examined.result, release, examined.gene_set)
        if normalized is None:
            misfits.append(Misfit("bins"))
        else:
            session.binned = Binned(examined, normalized)
