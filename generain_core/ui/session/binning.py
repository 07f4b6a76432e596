"""The binning of a session's samples: a job, and the bins at hand."""

from generain_core.errors import NeedsConsent
from generain_core.genes.resolve import Resolver
from generain_core.release.files import Release
from generain_core.samples.binning.normalize import described, normalize
from generain_core.ui.jobs import job_view
from generain_core.ui.session.session import Session
from generain_core.ui.session.session_jobs import SessionJob
from generain_core.ui.session.steps import Binned, Examined, Summed, Upload

BINNING = SessionJob[Binned]("bin")


def begin_binning(session: Session, examined: Examined, release: Release, resolver: Resolver) -> None:
    """Queue the binning of samples as they are judged.

    Raises:
        GeneRAINError: too much is waiting.
    """
    expression, gene_set, min_genes = examined.summed.expression, examined.gene_set, examined.min_genes

    def work(job: job_view.Job) -> Binned:
        normalized = normalize(expression, release, resolver, gene_set=gene_set, min_genes=min_genes, progress=job.tell)
        return Binned(examined, normalized)

    session.binned = None
    BINNING.start(session, examined.basis, f"Binning {expression.source}", work, job_view.SHORT)


def restore(session: Session, examined: Examined, release: Release, resolver: Resolver) -> bool:
    """Take the bins that an own file holds, if they are those of these samples; say whether that was done."""
    if not examined.restorable:
        return False
    expression, gene_set, min_genes = examined.summed.expression, examined.gene_set, examined.min_genes
    session.binned = Binned(examined, normalize(expression, release, resolver, gene_set=gene_set, min_genes=min_genes))
    return True


def binning_job(session: Session, examined: Examined) -> job_view.Job | None:
    """Return the job that bins these samples, if there is one."""
    return BINNING.running(session, examined.basis)


def collect(session: Session) -> None:
    """Take the results of jobs that are done, so that the queue holds none of the user's data."""
    if session.reading.state == "done" and session.reading.result is not None:
        result, session.reading.result = session.reading.result, None
        if isinstance(result, NeedsConsent):
            session.question = result
        else:
            session.upload = Upload(result)
    latest = BINNING.latest(session)
    if latest is not None and session.binned is None:
        session.binned = latest


def describe_anew(session: Session, summed: Summed) -> None:
    """Give binned samples what a sample sheet that was joined after binning says of them; the bins stay."""
    binned, examined = session.binned, session.examined
    if binned is not None and examined is not None and session.is_binned and binned.examined.summed is not summed:
        session.binned = Binned(examined, described(binned.normalized, summed.expression))
