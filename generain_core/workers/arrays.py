"""Arrays of numbers and texts of fixed length, and sparse matrices: their bytes in a file, the rest in JSON."""

import math
from collections.abc import Callable
from typing import IO, Any

import numpy as np

ALIGNMENT = 64
_KINDS = "biufcSUMm"
"""Kinds of numbers that are their bytes: no objects, no records."""
_LONGEST_NAME = 40
_COMPRESSED = ("csr_matrix", "csc_matrix", "csr_array", "csc_array")
_COORDINATES = ("coo_matrix", "coo_array")


class ArrayWriter:
    """Writes the bytes of arrays into a file, each once."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._at = out, 0
        self._nodes: dict[int, tuple[np.ndarray, list[Any]]] = {}

    def node(self, array: np.ndarray) -> list[Any]:
        """Return how an array is put together again: its numbers' type, shape, order and place in the file."""
        known = self._nodes.get(id(array))
        if known is None:
            known = self._nodes[id(array)] = array, self._written(array)
        return known[1]

    def place(self, content: bytes) -> tuple[int, int]:
        """Write bytes, and return where they begin and how many they are."""
        return self._append(content, len(content)), len(content)

    def _written(self, array: np.ndarray) -> list[Any]:
        turned = array.flags.f_contiguous and not array.flags.c_contiguous
        whole = np.ascontiguousarray(array.T if turned else array)
        begin = self._append(whole.reshape(-1).view(np.uint8).data if whole.nbytes else b"", whole.nbytes)
        return ["array", array.dtype.str, list(array.shape), "F" if turned else "C", begin]

    def _append(self, content: bytes | memoryview, size: int) -> int:
        begin = self._at
        self._out.write(content)
        self._out.write(bytes(-size % ALIGNMENT))
        self._at += size + -size % ALIGNMENT
        return begin


def is_plain(dtype: np.dtype[Any]) -> bool:
    """Say whether values of a type are their bytes."""
    return dtype.kind in _KINDS and dtype.itemsize > 0 and dtype.names is None


def plain_dtype(name: str) -> np.dtype[Any]:
    """Return the type of a name.

    Raises:
        ValueError: it is of another kind than numbers, texts and times.
    """
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise ValueError("no type of numbers")
    dtype = np.dtype(name)
    if not is_plain(dtype):
        raise ValueError(f"{name} is no type of numbers")
    return dtype


class ArrayReader:
    """Gives arrays that lie in the bytes of a file."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def array(self, name: str, shape: list[int], order: str, begin: int) -> np.ndarray:
        """Return an array as `ArrayWriter.node` describes it.

        Raises:
            ValueError: there is no such array in the file.
        """
        dtype = plain_dtype(name)
        if begin % ALIGNMENT or any(type(length) is not int or length < 0 for length in shape):
            raise ValueError("no place or shape of an array")
        count = math.prod(shape)
        flat = np.frombuffer(self._source, dtype, count, begin) if count else np.empty(0, dtype)
        return flat.reshape(shape[::-1]).T if order == "F" else flat.reshape(shape)

    def content(self, begin: int, size: int) -> bytes:
        """Return bytes of the file.

        Raises:
            ValueError: it has not so many.
        """
        content = bytes(self._source[begin : begin + size]) if begin >= 0 <= size else b""
        if len(content) != size:
            raise ValueError("no such place in the file")
        return content


def scalar_node(value: np.generic) -> list[Any]:
    """Return a single number of numpy with its type."""
    return ["scalar", value.dtype.str, value.tobytes().hex()]


def scalar(name: str, text: str) -> Any:
    """Return a single number of numpy."""
    dtype = plain_dtype(name)
    return np.frombuffer(bytes.fromhex(text), dtype, 1)[0]


def sparse_node(matrix: Any, node: Callable[[Any], Any]) -> list[Any] | None:
    """Return how a sparse matrix is put together again; None for kinds that aren't taken over."""
    name = type(matrix).__name__
    if name in _COMPRESSED:
        parts = matrix.data, matrix.indices, matrix.indptr
    elif name in _COORDINATES and matrix.ndim == 2:
        parts = matrix.data, matrix.row, matrix.col
    else:
        return None
    return ["sparse", name, list(map(int, matrix.shape)), *map(node, parts)]


def sparse(value: Callable[[Any], Any], name: str, shape: list[int], *parts: Any) -> Any:
    """Return a sparse matrix whose places all lie within it: others would be read from memory that is not its own.

    Raises:
        ValueError: they don't, or it is of no known kind.
    """
    import scipy.sparse

    data, first, second = map(value, parts)
    if any(not isinstance(part, np.ndarray) or part.ndim != 1 for part in (data, first, second)):
        raise ValueError("no parts of a sparse matrix")
    if any(part.dtype.kind != "i" for part in (first, second)) or any(type(length) is not int for length in shape):
        raise ValueError("places in a sparse matrix are whole numbers")
    if name in _COMPRESSED:
        matrix = getattr(scipy.sparse, name)((data, first, second), shape=tuple(shape), copy=False)
        matrix.check_format(full_check=True)
    elif name in _COORDINATES:
        matrix = getattr(scipy.sparse, name)((data, (first, second)), shape=tuple(shape), copy=False)
    else:
        raise ValueError(f"{name} is no kind of sparse matrix")
    return matrix
