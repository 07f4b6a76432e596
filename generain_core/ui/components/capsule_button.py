"""“Capsule”: one click takes a result away with all that it stands on, so that the command line can run it again."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from generain_core.ui.components import downloads
from generain_core.ui.components.downloads import File
from generain_core.ui.shell import resources

HELP = (
    "The result with its inputs, what each name was taken for, versions, checksums and a figure. "
    "`generain verify-capsule FILE` runs it again and compares number by number."
)


def offer(name: str, line: Sequence[str]) -> None:
    """Offer the capsule of a command that needs no file.

    Args:
        name: of the file, without its ending.
        line: the command and its arguments.
    """
    offer_made(name, lambda folder: (list(line), None))


Check = Callable[[Path], None]


def offer_made(name: str, make: Callable[[Path], tuple[list[str], Check | None]]) -> None:
    """Offer the capsule of a command whose files are written once it is asked for.

    Args:
        name: of the file, without its ending.
        make: writes the command's files into a folder, and returns the command and, where it is to be held against what the
            page shows, what refuses a capsule that differs.
    """
    downloads.offer(File("Capsule", f"{name}.capsule.zip", lambda: _content(make)), help=HELP)


def _content(make: Callable[[Path], tuple[list[str], Check | None]]) -> bytes:
    from generain_core.work.capsule.capsule import save_capsule

    with tempfile.TemporaryDirectory(prefix="generain-capsule-") as name:
        folder = Path(name)
        line, check = make(folder)
        path = folder / "result.capsule.zip"
        save_capsule(line, path, resources.release(), resources.resolver())
        if check is not None:
            check(path)
        return path.read_bytes()
