"""One writer at a time in a folder. The lock goes with the process that holds it, however that ends."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from generain_core.errors import GeneRAINError

NAME = ".writing"


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if it is missing.

    Raises:
        GeneRAINError: another process holds it, or it can't be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / NAME).open("a+b")
    except OSError as problem:
        raise GeneRAINError(
            f"{folder} can't be written to ({problem.strerror}); name a folder that you may write to."
        ) from problem
    with held:
        try:
            _lock(held.fileno())
        except OSError as problem:
            raise GeneRAINError(
                f"Another download or installation is writing to {folder}; wait until it is done, or stop it."
            ) from problem
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
