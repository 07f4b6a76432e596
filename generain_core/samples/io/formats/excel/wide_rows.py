"""Rows of a sheet, in as little room as they need."""

import math
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Row = Sequence[Any]
_NARROW = 32
_WHOLE = 1 << 53
_PLAIN = frozenset((int, float, type(None)))


class WideRow(Sequence[Any]):
    """A row of a sheet in little room: numbers as such, the few other cells beside them."""

    __slots__ = ("_numbers", "_others", "filled", "numbers")

    def __init__(self, cells: Sequence[Any]) -> None:
        """Take the cells of a row."""
        kinds = set(map(type, cells))
        self._others: dict[int, Any] = {}
        if not kinds <= _PLAIN or max((abs(cell) for cell in cells if type(cell) is int), default=0) > _WHOLE:
            self._others = {i: cell for i, cell in enumerate(cells) if cell is not None and not _is_small_number(cell)}
        texts = self._others
        if texts or type(None) in kinds:
            cells = [math.nan if cell is None or i in texts else cell for i, cell in enumerate(cells)]
        self._numbers = array("d", cells)
        self.numbers = int((~np.isnan(np.frombuffer(self._numbers))).sum()) + sum(map(is_value, texts.values()))
        self.filled = self.numbers + sum(not is_value(cell) for cell in texts.values())

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self._numbers)

    @property
    def texts(self) -> int:
        """Return how many cells are no numbers."""
        return len(self._others)

    def write(self, out: np.ndarray) -> Iterable[int]:
        """Write the numbers, and return where the other cells are."""
        out[: len(self)] = np.frombuffer(self._numbers)
        return self._others

    def __getitem__(self, place: Any) -> Any:
        """Return a cell: a number, another value, or None."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if place in self._others:
            return self._others[place]
        number = self._numbers[place]
        return None if number != number else number


def _is_small_number(cell: object) -> bool:
    return type(cell) is float or (type(cell) is int and abs(cell) <= _WHOLE)


def row_of(cells: Sequence[Any]) -> Row:
    """Return the cells of a row, a wide one in little room."""
    return WideRow(cells) if len(cells) > _NARROW else list(cells)


def filled_of(row: Row) -> int:
    """Return how many cells hold something."""
    return row.filled if isinstance(row, WideRow) else sum(cell is not None for cell in row)


def numbers_in(row: Row) -> int:
    """Return how many cells hold a number."""
    return row.numbers if isinstance(row, WideRow) else sum(map(is_value, row))


def write_numbers(row: Row, out: np.ndarray) -> Iterable[int]:
    """Write a row's numbers, and return where it has cells that are none."""
    if isinstance(row, WideRow):
        return row.write(out)
    for i, cell in enumerate(row):
        if is_value(cell):
            out[i] = cell
    return [i for i, cell in enumerate(row) if cell is not None and not is_value(cell)]


def is_value(cell: object) -> bool:
    """Say whether a cell holds a number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)
