"""Arrays on disk, written and turned piece by piece, so that they need not fit into memory."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

TURNED = 2048
"""Columns that are turned at once."""


class NpyWriter:
    """Writes an .npy file row by row."""

    def __init__(self, path: Path, shape: tuple[int, int], dtype: npt.DTypeLike) -> None:
        """Begin the file; `shape` and `dtype` are those of the whole array."""
        self.dtype = np.dtype(dtype)
        self._file: BinaryIO = path.open("wb")
        header = {"descr": np.lib.format.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)

    def write(self, rows: np.ndarray) -> None:
        """Add rows."""
        self._file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)

    def __enter__(self) -> "NpyWriter":
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()


def turn(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    """Write the transpose of a two-dimensional .npy file."""
    rows, columns = np.load(source, mmap_mode="r").shape
    with NpyWriter(target, (columns, rows), np.load(source, mmap_mode="r").dtype) as out:
        for start in range(0, columns, TURNED):
            # Mapped anew for each piece: so pages that were read are given back.
            out.write(np.load(source, mmap_mode="r")[:, start : start + TURNED].T)
            progress(min(1.0, (start + TURNED) / columns))
