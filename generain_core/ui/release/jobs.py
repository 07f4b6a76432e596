"""Jobs of the Release page: check the files, look up a record, download from it. All sessions see the same ones."""

from pathlib import Path

from generain_core.install.contents import Offer
from generain_core.install.record import HGNC, read_record
from generain_core.release.files import Release
from generain_core.ui.jobs import job_view, tasks

NETWORK, RECORDS = "network", "records"
"""Downloads wait for downloads alone, and looking up a record for neither them nor computations."""


def checking(release: Release) -> job_view.Job | None:
    """Return the job that checks this release, if there is or was one."""
    return job_view.queue().get(f"verify-{release.root}")


def begin_check(release: Release) -> None:
    """Queue the check of all files; its result is the JSON document of ``verify``.

    Raises:
        GeneRAINError: too much is waiting.
    """
    work = job_view.in_child(tasks.check_release, str(release.root))
    job_view.queue().submit(f"verify-{release.root}", "Checking the files", work, job_view.session_id())


def looking_up(source: str) -> job_view.Job | None:
    """Return the job that reads this record's list of files, if there is or was one."""
    return job_view.queue().get(f"record-{source}")


def begin_looking_up(source: str) -> None:
    """Queue the reading of a record's list of files; its result is the record.

    Raises:
        GeneRAINError: too much is waiting.
    """

    def work(job: job_view.Job) -> None:
        job.words = "asking for the list of files"

        def pause(seconds: float) -> None:
            job.words = f"no answer yet; asking again in {seconds:.0f} s"
            job.cancel.wait(seconds)
            job.tell(job.share, "asking again")

        job.result = read_record(source, pause=pause)

    job_view.queue().submit(f"record-{source}", "Record", work, job_view.session_id(), device=RECORDS)


def downloading(root: Path) -> job_view.Job | None:
    """Return the job that downloads into this folder, if there is or was one."""
    return job_view.queue().get(f"download-{root}")


def begin_download(source: str, chosen: list[Offer], root: Path, *, hgnc: bool) -> None:
    """Queue a download. Cancelled or failed, it goes on where it stopped when it is begun again.

    Raises:
        GeneRAINError: too much is waiting.
    """
    names = [offer.file.name for offer in chosen]
    work = job_view.in_child(tasks.download_files, source, names, str(root), HGNC if hgnc else None)
    job_view.queue().submit(f"download-{root}", "Download", work, job_view.session_id(), device=NETWORK)
