"""One writer at a time in a folder. The lock goes with the process that holds it, however that ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.storage.locks import Held, hold

NAME = ".writing"


@contextlib.contextmanager
def exclusive_folder(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if it is missing.

    Raises:
        GeneRAINError: another process holds it, or it can't be written to.
    """
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(hold(folder / NAME))
        except Held as problem:
            raise GeneRAINError(
                f"Another download, installation or build is writing to {folder}; wait until it is done, or stop it."
            ) from problem
        except OSError as problem:
            raise GeneRAINError(
                f"{folder} can't be written to ({problem.strerror}); name a folder that you may write to."
            ) from problem
        yield
