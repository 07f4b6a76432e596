"""How large an upload may be, and what those of all visitors may take together on the disk.

A file lies there until it is read; a workbook with further sheets, or an archive with further tables, until its visitor takes
another file or goes.
"""

import shutil
import tempfile
import threading
import weakref
from pathlib import Path

from generain_core.errors import GeneRAINError
from generain_core.samples.io.limits import FILE_BYTES, in_words
from generain_core.settings import operator_number

EACH, ALL = "GENERAIN_UPLOAD_MB", "GENERAIN_UPLOADS_MB"
_MB = 1 << 20
EACH_MB, ALL_MB = 500, 8_000
"""Where the operator says nothing; the first as `.streamlit/config.toml` has it too."""


def largest() -> int:
    """Return the bytes that one upload may have, be it of several files: never more than is read, or than all may take."""
    return int(min(operator_number(EACH, EACH_MB) * _MB, together(), FILE_BYTES))


def together() -> int:
    """Return the bytes that the uploads of all visitors may take on the disk at one time."""
    return int(operator_number(ALL, ALL_MB) * _MB)


class _Room:
    def __init__(self) -> None:
        # A copy may be collected, and give its room back, at any moment: while this thread holds the lock, too.
        self._lock, self.taken = threading.RLock(), 0

    def take(self, size: int) -> None:
        limit = together()
        with self._lock:
            others = self.taken
            if others + size <= limit:
                self.taken += size
                return
        raise GeneRAINError(
            f"This server holds files of {in_words(others)} that visitors are at work with, and {in_words(size)} more would be "
            "over what it takes at one time; try again later."
        )

    def give_back(self, size: int) -> None:
        with self._lock:
            self.taken -= size


_room = _Room()


class TemporaryCopy:
    """A folder of its own for an upload, removed with what it holds when nobody refers to it any more, or when asked.

    Attributes:
        folder: that only the program's user can read.
        remove: removes it and gives its room back; once.
    """

    def __init__(self, size: int = 0) -> None:
        """Take the room of `size` bytes.

        Raises:
            GeneRAINError: the uploads of all visitors take too much already.
        """
        _room.take(size)
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="generain-upload-"))
        except OSError:
            _room.give_back(size)
            raise
        self.remove = weakref.finalize(self, _remove, str(self.folder), size)


def _remove(folder: str, size: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _room.give_back(size)
