"""Values on their way between processes: a tree of JSON and the bytes of its arrays, in a private folder.

A child reads files that may be hostile, so what it wrote is taken for no more than data: it can build plain values, arrays,
tables and the records that are expected, and nothing else (`values`, `arrays`, `tables`). Arrays are mapped, not copied.
"""

import json
import mmap
import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.workers.arrays import ArrayReader, ArrayWriter
from generain_core.workers.values import Reader, Writer

_VALUE, _ARRAYS = "value.json", "arrays.bin"
_DAMAGES = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


def pack(value: Any, folder: Path) -> None:
    """Write a value into a folder.

    Raises:
        GeneRAINError: there is no room for it, or it is made of something else than data.
    """
    try:
        with (folder / _ARRAYS).open("wb") as out:
            node = Writer(ArrayWriter(out)).node(value)
        (folder / _VALUE).write_text(json.dumps(node, separators=(",", ":")), encoding="ascii")
    except OSError as error:
        raise GeneRAINError(f"No room for a result in {folder.parent} ({error.strerror}); make room there.") from error
    except RecursionError as error:
        raise GeneRAINError("A value of so many levels can't be taken over; save the file without it.") from error


def unpack(folder: Path, records: Collection[type] = ()) -> Any:
    """Return a value that another process packed, made of plain values, arrays, tables and the records that are expected.

    Raises:
        GeneRAINError: it asks for anything else, or is no parcel.
    """
    try:
        value = json.loads(_file(folder / _VALUE).read_bytes())
        return Reader(ArrayReader(_mapped(folder / _ARRAYS)), records).value(value)
    except (*_DAMAGES, OSError) as problem:
        raise GeneRAINError(f"What a child process wrote can't be read ({type(problem).__name__}); try again.") from problem


def bytes_of_texts(folder: Path) -> int:
    """Return how large the part of a parcel is that has to be parsed."""
    return (folder / _VALUE).lstat().st_size


def _file(path: Path) -> Path:
    """Return a path, unless there is a link or something else than a file."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError(f"{path.name} is no file")
    return path


def _mapped(path: Path) -> Any:
    """Return a file's bytes, to which may be written without changing the file; mapped where a mapped file can be removed."""
    if not _file(path).stat().st_size:
        return bytearray()
    if os.name != "posix":
        return np.fromfile(path, np.uint8).data
    with path.open("rb") as source:
        return mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_COPY)
