"""The work file: all that a user set up in one file, opened again to the same state on any computer."""

from pathlib import Path

from generain_core.progress import Progress, silent
from generain_core.release.files import Release
from generain_core.work import archive, parts
from generain_core.work.contents import Work
from generain_core.work.manifest import Manifest
from generain_core.work.parts import Kinds

SUFFIX = ".generain.zip"


def save_work(work: Work, path: Path, release: Release, kinds: Kinds) -> None:
    """Write work to a file: a zip of JSON, CSV, h5ad and arrays without pickles, with its provenance and the sha256 of each.

    Raises:
        GeneRAINError: the folder is missing or can't be written to, or there is no room.
    """
    with archive.written(path, release) as sink:
        parts.put_work(work, sink, kinds)


def open_work(path: Path, kinds: Kinds, *, file: str = "", progress: Progress = silent) -> tuple[Work, Manifest]:
    """Return the work that a file holds, and what the file says of itself.

    Raises:
        GeneRAINError: it is no work file, was changed or damaged since it was saved, or is of a later version.
    """
    with archive.checked(path, file or path.name, progress) as members:
        return parts.get_work(members, kinds), members.described
