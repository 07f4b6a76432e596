"""Arrays written to disk row by row, and turned on the way."""

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


def turn_into(target: np.ndarray, start: int, rows: np.ndarray) -> None:
    """Write rows as the columns of `target` from `start` on."""
    for at in range(0, rows.shape[1], _TILE):
        target[at : at + _TILE, start : start + len(rows)] = rows[:, at : at + _TILE].T
