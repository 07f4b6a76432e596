"""Arrays written to disk row by row, and turned on the way."""

import mmap
from pathlib import Path

import numpy as np
import numpy.typing as npt

_TILE = 1024
"""Rows of a turned array that are written at once: so many lines stay at hand in the processor."""


class NpyWriter:
    """Writes an .npy file row by row."""

    def __init__(self, path: Path, shape: tuple[int, int], dtype: npt.DTypeLike) -> None:
        """Begin the file; `shape` and `dtype` are those of the whole array."""
        self.dtype = np.dtype(dtype)
        self._file = path.open("wb")
        header = {"descr": np.lib.format.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)

    def write(self, rows: np.ndarray) -> None:
        """Add rows."""
        self._file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)

    def __enter__(self) -> "NpyWriter":
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()


def room(shape: tuple[int, int], dtype: npt.DTypeLike) -> np.ndarray:
    """Return an array of zeros whose memory is taken page by page as it is filled.

    NumPy's own asks for huge pages, which are cleared whole: filling one column by column takes twice as long then.
    """
    kind, items = np.dtype(dtype), shape[0] * shape[1]
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
    return np.frombuffer(mmap.mmap(-1, max(1, items * kind.itemsize), **private), kind, items).reshape(shape)


def turn_into(target: np.ndarray, start: int, rows: np.ndarray) -> None:
    """Write rows as the columns of `target` from `start` on."""
    for at in range(0, rows.shape[1], _TILE):
        target[at : at + _TILE, start : start + len(rows)] = rows[:, at : at + _TILE].T
