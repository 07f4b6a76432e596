"""Arrays of numbers as files of their own, under their checksums: what two results share is kept once."""

import ast
import hashlib
import io
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from generain_core.errors import GeneRAINError

KINDS = "biuf"
_PIECE = 16 << 20
_SMALL = 1 << 16
_LONGEST_HEADER = 10_000
Put = Callable[[str, Iterator[bytes]], None]
"""Takes the name of a file and its bytes in pieces, unless it has it already."""


@dataclass
class ArrayWriter:
    """Writes arrays, each once.

    Attributes:
        put: takes the files.
        names: file names of the arrays that were written, by identity; the arrays are held, so that identities stay theirs.
    """

    put: Put
    names: dict[int, tuple[np.ndarray, dict[str, str]]] = field(default_factory=dict)

    def write(self, array: np.ndarray) -> dict[str, str]:
        """Write an array, and return the name of its file and, where it is kept in a smaller type, its own type.

        Raises:
            ValueError: it holds no numbers.
        """
        if array.dtype.kind not in KINDS:
            raise ValueError(f"an array of {array.dtype} can't be kept")
        if id(array) not in self.names:
            small = compact(array)
            name = f"arrays/{_digest(small)}.npy"
            self.put(name, _bytes(small))
            self.names[id(array)] = (array, {"at": name} | ({"type": array.dtype.str} if small.dtype != array.dtype else {}))
        return self.names[id(array)][1]


def compact(array: np.ndarray) -> np.ndarray:
    """Return an array in the smallest type of whole numbers that loses nothing, if it is large and there is one; else itself.

    Counts take a quarter to an eighth of their room so. Negative zeros and what is no number keep their type.
    """
    if array.dtype.kind != "f" or array.nbytes < _SMALL:
        return array
    flat = array.reshape(-1)
    if not _whole(flat[:1000]) or not all(_whole(flat[i : i + _PIECE]) for i in range(0, flat.size, _PIECE)):
        return array
    low, high = float(flat.min()), float(flat.max())
    kinds = (np.uint8, np.uint16, np.uint32) if low >= 0 else (np.int8, np.int16, np.int32)
    fitting = next((kind for kind in kinds if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max), None)
    return array if fitting is None or np.dtype(fitting).itemsize >= array.dtype.itemsize else array.astype(fitting)


def _whole(part: np.ndarray) -> bool:
    return bool(np.isfinite(part).all() and (part == np.rint(part)).all() and not np.signbit(part[part == 0]).any())


def read_array(source: IO[bytes], size: int, name: str, kind: str = "") -> np.ndarray:
    """Return an array of numbers from a file of so many bytes.

    Args:
        source: the file, read from here on.
        size: its bytes.
        name: of the file, for messages.
        kind: the type that the array had, if it is kept in a smaller one.

    Raises:
        GeneRAINError: it is no such file, or its size is not what it says.
    """
    try:
        shape, in_columns, dtype, room = _header(source)
    except (ValueError, SyntaxError, struct.error, TypeError, KeyError, MemoryError, RecursionError) as problem:
        raise GeneRAINError(f"{name} holds no array of numbers ({problem}); save the work anew.") from problem
    count = int(np.prod(shape, dtype=object)) if shape else 1
    if dtype.kind not in KINDS or count * dtype.itemsize != size - room:
        raise GeneRAINError(f"{name} holds an array that is not as large as it says; save the work anew.")
    array = np.empty(count, dtype)
    _fill(memoryview(array.data).cast("B") if count else memoryview(b""), source, name)
    array = array.reshape(shape, order="F" if in_columns else "C")
    return array.astype(_numbers(kind, name)) if kind else array


def _numbers(text: str, name: str) -> np.dtype[Any]:
    if text not in ("<f4", "<f8", "<f2"):
        raise GeneRAINError(f"{name} has numbers of an unknown type; save the work anew.")
    return np.dtype(text)


def _header(source: IO[bytes]) -> tuple[tuple[int, ...], bool, "np.dtype[Any]", int]:
    magic = source.read(8)
    if magic[:6] != b"\x93NUMPY" or magic[6] not in (1, 2):
        raise ValueError("it doesn't begin as one")
    width = 2 if magic[6] == 1 else 4
    length = int.from_bytes(source.read(width), "little")
    if length > _LONGEST_HEADER:
        raise ValueError("its header is too long")
    header = ast.literal_eval(source.read(length).decode("latin1"))
    shape = tuple(int(each) for each in header["shape"])
    if set(header) != {"descr", "fortran_order", "shape"} or any(each < 0 for each in shape) or len(shape) > 8:
        raise ValueError("its header is not one of an array")
    if not isinstance(header["descr"], str):
        raise ValueError("it holds records")
    return shape, bool(header["fortran_order"]), np.dtype(header["descr"]), 8 + width + length


def _fill(room: memoryview, source: IO[bytes], name: str) -> None:
    at = 0
    while at < len(room):
        piece = source.read(min(_PIECE, len(room) - at))
        if not piece:
            raise GeneRAINError(f"{name} ends too early; save the work anew.")
        room[at : at + len(piece)] = piece
        at += len(piece)


def _bytes(array: np.ndarray) -> Iterator[bytes]:
    header = io.BytesIO()
    described: Mapping[str, Any] = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_2_0(header, dict(described))
    yield header.getvalue()
    flat = np.ascontiguousarray(array).reshape(-1)
    step = max(1, _PIECE // array.dtype.itemsize)
    for start in range(0, flat.size, step):
        yield flat[start : start + step].tobytes()


def _digest(array: np.ndarray) -> str:
    digest = hashlib.sha256()
    for piece in _bytes(array):
        digest.update(piece)
    return digest.hexdigest()
