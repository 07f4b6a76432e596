"""Streams of a user's file: one that tells how far it was read, and one that unpacks gzip within the limits."""

import gzip
import io
import zlib
from typing import IO

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.progress import Progress
from generain_core.samples.io.limits import check_bytes, check_packing

_PIECE = 4 << 20


class Watched(io.RawIOBase):
    """A file that tells the share of its bytes that were read, for readers that don't tell it themselves."""

    def __init__(self, source: IO[bytes], progress: Progress, *, owner: bool = False) -> None:
        """Read from a file that can be sought in; its owner closes it."""
        super().__init__()
        self._owner = owner
        self._source, self._progress, self._read, self._told = source, progress, 0, 0
        at = source.tell()
        self._size = max(1, source.seek(0, io.SEEK_END))
        source.seek(at)
        self.stopped: Cancelled | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._source.tell()

    def readinto(self, buffer: object) -> int:
        """Read into a buffer, piece by piece.

        Raises:
            OSError: `progress` asked to stop; `stopped` says so, as readers in C take other errors for damage of the file.
        """
        view, done = memoryview(buffer).cast("B"), 0  # type: ignore[arg-type]
        while done < len(view):
            block = self._source.read(min(_PIECE, len(view) - done))
            if not block:
                break
            view[done : done + len(block)] = block
            done += len(block)
            self._tell(len(block))
        return done

    def close(self) -> None:
        """Close the file."""
        if not self.closed and self._owner:
            self._source.close()
        super().close()

    def _tell(self, size: int) -> None:
        self._read += size
        if self._read - self._told < _PIECE:
            return
        self._told = self._read
        try:
            self._progress(min(1.0, self._read / self._size), "reading")
        except Cancelled as stop:
            self.stopped = stop
            raise OSError("stopped") from stop


class Unpacked(io.RawIOBase):
    """What a gzip stream holds, unpacked as it is read, within the limits."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        """Unpack a stream; the name is for messages."""
        super().__init__()
        self._source, self._name, self._packed = source, name, gzip.GzipFile(fileobj=source)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read into a buffer.

        Raises:
            GeneRAINError: it is damaged, or holds more than the limit.
        """
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            block = self._packed.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise GeneRAINError(f"{self._name} is a gzip file that is cut off or damaged; make or upload it again.") from error
        check_packing(self._name, self._source.tell(), self._packed.tell())
        check_bytes(f"{self._name}, unpacked,", self._packed.tell())
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close the stream below too."""
        if not self.closed:
            self._packed.close()
            self._source.close()
        super().close()
