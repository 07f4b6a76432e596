"""Values on their way between processes: pickled into a private folder, arrays beside the pickle, where they are mapped."""

import datetime
import mmap
import os
import pathlib
import pickle
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError

_ALIGNMENT, _SMALL = 64, 1 << 16
_PLAIN = {
    ("builtins", name): kind
    for name, kind in (("slice", slice), ("set", set), ("frozenset", frozenset), ("complex", complex), ("bytearray", bytearray))
}
_PLAIN |= {("datetime", name): getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta", "timezone")}
_PLAIN |= {("pathlib", name): getattr(pathlib, name) for name in ("Path", "PosixPath", "WindowsPath")}
_ARRAYS = {("numpy", "ndarray"), ("numpy", "dtype"), ("numpy._core.numeric", "_frombuffer")}
_ARRAYS |= {("numpy._core.multiarray", name) for name in ("_reconstruct", "scalar")}
_TABLES = {("pandas._libs.internals", "_unpickle_block"), ("pandas.core.indexes.base", "_new_Index")}
_TABLES |= {("pandas.core.indexes.datetimes", "_new_DatetimeIndex"), ("pandas._libs.missing", "NA")}
_TABLES |= {("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"), ("pandas._libs.tslibs.nattype", "__nat_unpickle")}
_TABLES |= {("pandas._libs.tslibs.timestamps", "_unpickle_timestamp")}
_CLASSES: tuple[str, ...] = (
    "pandas.core.arrays.",
    "pandas.core.indexes.",
    "pandas.core.internals.",
    "scipy.sparse._",
    "numpy.dtypes",
)
_CLASSES += ("pandas.core.dtypes.dtypes", "pandas.core.frame", "pandas.core.series")


def pack(value: Any, folder: Path) -> list[int]:
    """Write a value into a folder, and return the sizes of its arrays in bytes.

    Raises:
        GeneRAINError: there is no room for it.
    """
    buffers: list[pickle.PickleBuffer] = []
    try:
        with (folder / "value").open("wb") as out:
            _Sender(out, protocol=5, buffer_callback=buffers.append).dump(value)
        sizes = [buffer.raw().nbytes for buffer in buffers]
        with (folder / "arrays").open("wb") as out:
            for buffer in buffers:
                out.write(buffer.raw())
                out.write(bytes(-out.tell() % _ALIGNMENT))
    except OSError as error:
        raise GeneRAINError(f"No room for a result in {folder.parent} ({error.strerror}); make room there.") from error
    return sizes


def unpack(folder: Path, sizes: Sequence[int]) -> Any:
    """Return a value that this program's own process packed."""
    with (folder / "value").open("rb") as source:
        return pickle.load(source, buffers=_buffers(folder / "arrays", sizes))  # noqa: S301  # it is our own


def unpack_known(folder: Path, sizes: Sequence[int], records: Collection[type]) -> Any:
    """Return a value that a child packed, made of plain values, arrays, tables and the records that are expected.

    Raises:
        GeneRAINError: it asks for anything else.
    """
    with (folder / "value").open("rb") as source:
        return _Known(source, buffers=_buffers(folder / "arrays", sizes), records=records).load()


class _Sender(pickle.Pickler):
    """Sends all large arrays beside the pickle, those too that are parts of others: in it they would be held twice more."""

    def reducer_override(self, value: Any) -> Any:
        """Return how an array is put together again; the usual way for all else."""
        if type(value) is np.ndarray and value.nbytes > _SMALL and not (value.dtype.hasobject or value.flags.forc):
            return np.ascontiguousarray(value).__reduce_ex__(5)
        return NotImplemented


class _Known(pickle.Unpickler):
    def __init__(self, source: Any, *, buffers: list[memoryview], records: Collection[type]) -> None:
        super().__init__(source, buffers=buffers)
        self._records = {(record.__module__, record.__qualname__): record for record in records}

    def find_class(self, module: str, name: str) -> Any:
        if known := self._records.get((module, name)) or _PLAIN.get((module, name)):
            return known
        if (module, name) in _ARRAYS | _TABLES:
            return super().find_class(module, name)
        if module.startswith(_CLASSES) and "." not in name:
            kind = super().find_class(module, name)
            if isinstance(kind, type) and kind.__module__ == module:
                return kind
        raise GeneRAINError(f"A value of the kind {module}.{name} can't be taken over; save the file without it.")


def _buffers(path: Path, sizes: Sequence[int]) -> list[memoryview]:
    whole, buffers, at = memoryview(_mapped(path)), list[memoryview](), 0
    for size in sizes:
        buffers.append(whole[at : at + size])
        at += size + -size % _ALIGNMENT
    return buffers


def _mapped(path: Path) -> Any:
    """Return a file's bytes, to which may be written without changing the file; mapped where a mapped file can be removed."""
    if not path.stat().st_size:
        return bytearray()
    if os.name != "posix":
        return np.fromfile(path, np.uint8)
    with path.open("rb") as source:
        return mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_COPY)
