"""Locks on files. A lock goes with the process that holds it, however that ends."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

Held = Timeout
"""What `hold` raises where another holds the lock; an OSError."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock that a file stands for, without waiting; the file is made if it is missing, and stays.

    Raises:
        Held: another holds it.
        OSError: the file can't be made, or its disk knows no locks.
    """
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except NotImplementedError as problem:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(path)) from problem
    try:
        yield
    finally:
        lock.release()
