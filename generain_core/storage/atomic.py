"""Files that are written whole or not at all, and what a full disk says."""

import contextlib
import errno
import glob
import hashlib
import os
import platform
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generain_core.errors import GeneRAINError

_HERE = hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def check_target(path: Path) -> None:
    """Refuse a file that can't be written, before the work that would be lost.

    Raises:
        GeneRAINError: it is a folder, or its folder is missing or can't be written to.
    """
    if path.is_dir():
        raise GeneRAINError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise GeneRAINError(f"{path} can't be written; name a file in a folder that is there and that you may write to.")


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path` and rename it to `path` when the block ends well.

    What a process of this computer left of the same file when it was killed is removed first.

    Raises:
        GeneRAINError: the folder is missing or can't be written to.
    """
    _clear_abandoned(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-{_HERE}-{os.getpid()}-", dir=path.parent)
    except OSError as problem:
        raise GeneRAINError(
            f"{path} can't be written ({problem.strerror}); name a file in a folder that you may write to."
        ) from problem
    os.close(handle)
    working = Path(name)
    try:
        with explain_full_disk(path):
            yield working
            mask = os.umask(0)
            os.umask(mask)
            working.chmod(0o666 & ~mask)
            working.replace(path)
    finally:
        working.unlink(missing_ok=True)


def _clear_abandoned(path: Path) -> None:
    """Remove temporary files of processes of this computer that are gone."""
    if os.name != "posix":  # where asking after a process ends it
        return
    own = re.compile(re.escape(f".{path.name}-{_HERE}-") + r"(\d+)-[^-/]*")
    with contextlib.suppress(OSError):
        for left in list(path.parent.glob(f".{glob.escape(path.name)}-{_HERE}-*")):
            name = own.fullmatch(left.name)
            if name is not None and not _is_alive(int(name[1])):
                left.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def is_full(problem: OSError) -> bool:
    """Say whether an error means that there is no room: a full disk, a quota, or a limit on the size of a file."""
    return problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextlib.contextmanager
def explain_full_disk(path: Path) -> Iterator[None]:
    """Say that there is no room for a file, where a full disk ends the block.

    Raises:
        GeneRAINError: there is no room.
    """
    try:
        yield
    except OSError as problem:
        if not is_full(problem):
            raise
        why = os.strerror(problem.errno or 0)  # what HDF5 says is long, of many lines, and names the temporary file
        raise GeneRAINError(f"{path} can't be written ({why}); make room, then do it again.") from problem


def clear_unfinished(folder: Path, *names: str) -> None:
    """Remove what `atomic_write` left of these files when it was killed; for a caller that holds the folder alone."""
    for name in names:
        for left in folder.glob(f".{name}-*"):
            left.unlink(missing_ok=True)
