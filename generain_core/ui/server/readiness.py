"""Whether the page can answer: the release is there, and every file that was installed is still as large as it was."""

from dataclasses import asdict, dataclass
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.install.manifest import Ledger
from generain_core.release.files import Release
from generain_core.vectors import vector_sets
from generain_core.version import __version__


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What a load balancer asks.

    Attributes:
        ready: genes and vectors are there, and no installed file is missing or of another size.
        version: of the program.
        release: name and fingerprint of the release; "" where there is none.
        simulated: its values are simulated.
        problem: one sentence; "" where it is ready.
        missing: one sentence a part of the product that is switched off for want of its file. It does not make it unready.
    """

    ready: bool
    version: str
    release: str
    simulated: bool
    problem: str
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the fields by name."""
        return asdict(self)


def examine(root: Path) -> Readiness:
    """Look at the release in a folder: names and sizes of files only, a few milliseconds."""
    try:
        release = Release.open(root)
        problem = _problem(release)
    except (GeneRAINError, OSError) as error:
        return Readiness(ready=False, version=__version__, release="", simulated=False, problem=_public(error, root), missing=())
    return Readiness(
        ready=not problem,
        version=__version__,
        release=f"{release.name} {release.fingerprint}",
        simulated=release.simulated,
        problem=problem,
        missing=tuple(release.missing()),
    )


def _problem(release: Release) -> str:
    changed = [path for path, entry in Ledger.open(release.root).files.items() if _size(release.root / path) != entry.bytes]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        return f"{changed[0]}{more} is not as it was installed; install it again."
    if not vector_sets(release):
        return "The release has no gene vectors; install data.tar.gz."
    return ""


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _public(error: Exception, root: Path) -> str:
    """Return what is wrong without the folder's place on this computer."""
    return str(error).replace(str(root), "the release folder")[:300]
