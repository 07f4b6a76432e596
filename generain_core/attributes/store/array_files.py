"""Arrays written to disk row by row, and turned there by way of little memory."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import numpy.typing as npt

HANDS = 2
"""Threads at work."""
_TILE = 512
"""Columns that are turned and written at once."""
_SLAB = 64
"""Rows of a tile that are turned at once: so many lines stay at hand in the processor."""


class NpyWriter:
    """Writes an .npy file row by row."""

    def __init__(self, path: Path, shape: tuple[int, int], dtype: npt.DTypeLike) -> None:
        """Begin the file; `shape` and `dtype` are those of the whole array."""
        self.dtype = np.dtype(dtype)
        self._file = path.open("wb", buffering=0)
        header = {"descr": np.lib.format.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)
        self._begins, self._row = self._file.tell(), shape[1] * self.dtype.itemsize
        self._one = threading.Lock()

    def write(self, rows: np.ndarray, start: int | None = None) -> None:
        """Add rows, or write them from row `start` on."""
        left = np.ascontiguousarray(rows, dtype=self.dtype).data.cast("B")
        with self._one:
            if start is not None:
                self._file.seek(self._begins + start * self._row)
            while left:
                left = left[self._file.write(left) :]

    def __enter__(self) -> "NpyWriter":
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()


def turn_file(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    """Write the array of one .npy file with rows and columns exchanged to another, telling the share done.

    Threads turn tiles of columns and write them to their place. Their memory is used again for every tile: fresh memory
    costs more than the copying.

    Raises:
        OSError: no room on the disk.
    """
    array: np.ndarray = np.load(source, mmap_mode="r", allow_pickle=False)
    rows, columns = array.shape
    own = threading.local()

    def turn(start: int) -> int:
        if not hasattr(own, "memory"):
            own.memory = np.empty(rows * _TILE, array.dtype)
        width: int = min(_TILE, columns - start)
        turned = own.memory[: rows * width].reshape(width, rows)
        for slab in range(0, rows, _SLAB):
            turned[:, slab : slab + _SLAB] = array[slab : slab + _SLAB, start : start + width].T
        out.write(turned, start)
        return width

    with NpyWriter(target, (columns, rows), array.dtype) as out, ThreadPoolExecutor(HANDS) as hands:
        work = [hands.submit(turn, start) for start in range(0, columns, _TILE)]
        try:
            done = 0
            for each in as_completed(work):
                done += each.result()
                progress(done / columns)
        finally:
            hands.shutdown(cancel_futures=True)
