"""Pickles of others, read opcode by opcode: no more memory than the file fills, no key that takes a deep walk to hash.

The interpreter's own reader trusts a file's numbers: nine bytes can ask it for gigabytes of places, and a nested tuple as a key
of a dictionary overflows its stack. Here the reader that is written in Python runs, and each step is counted and looked at.
"""

import os
import pickle
import struct
from collections.abc import Callable
from typing import IO, Any, ClassVar, cast

_PLAIN = (str, bytes, int, float, bool, type(None))
MOST_STEPS = 5_000_000
"""Most opcodes of a pickle: a name takes two."""
_Step = Callable[[Any], None]


class PlainUnpickler(pickle._Unpickler):
    """Reads a pickle whose dictionaries have plain keys; subclasses say what its names stand for.

    Raises (on `load`):
        pickle.UnpicklingError: a key that is no text or number, more steps than any table of expression values takes, or a
            length that is longer than the file.
    """

    dispatch: ClassVar[Any] = dict(pickle._Unpickler.dispatch)

    def __init__(self, source: IO[bytes], **options: Any) -> None:
        self.steps = 0
        self._size = os.fstat(source.fileno()).st_size if _is_on_disk(source) else _length(source)
        super().__init__(_Bounded(source, self._size), **options)

    def find_class(self, module: str, name: str) -> Any:
        """Refuse every name: subclasses allow some."""
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

    def check_length(self, length: int) -> None:
        """Refuse a length that is longer than the whole file."""
        if length > self._size:
            raise pickle.UnpicklingError("a length that is longer than the file")


class _Bounded:
    """A file that is never asked for more bytes than it has."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source, self._size = source, size
        self.readline, self.peek = source.readline, getattr(source, "peek", None)

    def read(self, count: int = -1) -> bytes:
        if count > self._size:
            raise pickle.UnpicklingError("a length that is longer than the file")
        return self._source.read(count)

    def readinto(self, buffer: Any) -> int:
        return cast(int, self._source.readinto(buffer))  # type: ignore[attr-defined]


def _is_on_disk(source: IO[bytes]) -> bool:
    try:
        return source.fileno() >= 0
    except (AttributeError, OSError):
        return False


def _length(source: IO[bytes]) -> int:
    at, end = source.tell(), source.seek(0, os.SEEK_END)
    source.seek(at)
    return end


def _plain(keys: Any) -> None:
    for key in keys:
        if not isinstance(key, _PLAIN):
            raise pickle.UnpicklingError("a key that is no text or number")


def _counted(step: _Step, keys: Callable[[Any], Any] | None) -> _Step:
    def run(reader: Any) -> None:
        reader.steps += 1
        if reader.steps > MOST_STEPS:
            raise pickle.UnpicklingError("more steps than a table of expression values takes")
        if keys is not None:
            _plain(keys(reader.stack))
        step(reader)

    return run


def _bytearray(reader: Any) -> None:
    (length,) = struct.unpack("<Q", reader.read(8))
    reader.check_length(length)
    content = bytearray(length)
    reader.readinto(content)
    reader.append(content)


_KEYS: dict[bytes, Callable[[Any], Any]] = {
    pickle.SETITEM: lambda stack: stack[-2:-1],
    pickle.SETITEMS: lambda stack: stack[::2],
    pickle.DICT: lambda stack: stack[::2],
    pickle.ADDITEMS: lambda stack: stack,
    pickle.FROZENSET: lambda stack: stack,
}
_steps = cast(dict[int, _Step], dict(PlainUnpickler.dispatch)) | {pickle.BYTEARRAY8[0]: _bytearray}
PlainUnpickler.dispatch = cast(Any, {code: _counted(step, _KEYS.get(bytes([code]))) for code, step in _steps.items()})
