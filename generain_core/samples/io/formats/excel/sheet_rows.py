"""Cells of a sheet, in as little room as they need."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

Row = Sequence[Any]
Cells = Mapping[int, Any]
_NONE: Cells = {}
_BLOCK, _PIECE = 4 << 20, 1 << 16


@dataclass(frozen=True, slots=True)
class Dated:
    """A number that is shown as a date, and that date; ``#VALUE!`` where there is no such day."""

    number: float
    shown: Any


class WideRow(Sequence[Any]):
    """A row of a sheet: numbers as such, the few other cells beside them."""

    __slots__ = ("_numbers", "others")

    def __init__(self, numbers: np.ndarray, others: Cells = _NONE) -> None:
        """Take numbers, NaN where there is none, and the other cells by their places."""
        self._numbers, self.others = numbers, others

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        """Return a cell: a number, another value, or None."""
        if isinstance(place, slice):
            return list(self)[place]
        if place in self.others:
            return shown(self.others[place])
        number = float(self._numbers[place])
        return None if number != number else number

    def __iter__(self) -> Iterator[Any]:
        """Yield the cells."""
        cells = [None if number != number else number for number in self._numbers.tolist()]
        for place, cell in self.others.items():
            cells[place] = shown(cell)
        return iter(cells)


_EMPTY = WideRow(np.empty(0))


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some rows of a sheet, one behind the other.

    Attributes:
        places: of the rows in the sheet, from 0, ascending.
        starts: where the cells of each begin among the numbers, and where those of the last end.
        numbers: of all rows, float64; NaN where there is none.
    """

    places: np.ndarray
    starts: np.ndarray
    numbers: np.ndarray


class Sheet(Sequence[Row]):
    """The rows of a sheet.

    Attributes:
        others: the cells that are no numbers: place of the row → place in the row → text, bool, `Dated`, whole number beyond
            those that a float64 holds.
        merged: the cells that are merged and reach furthest down.
        merges: the first of those that are merged near the top: first and last row, first and last column.
        hidden: the sheet is hidden in its workbook.
        hidden_columns: first and last of columns that are not shown.
        hidden_rows: places of rows that are not shown, as a filter hides them.
        empty_formula: the first formula without a stored value.
    """

    def __init__(self) -> None:
        """Begin without rows."""
        self.others: dict[int, dict[int, Any]] = {}
        self.merged, self.empty_formula = "", ""
        self.merges = list[tuple[int, int, int, int]]()
        self.hidden, self.hidden_columns, self.hidden_rows = False, list[tuple[int, int]](), set[int]()
        self._blocks, self._pending = list[Block](), list[Block]()
        self._filled: np.ndarray | None = None
        self._held = 0

    def add(self, block: Block) -> None:
        """Add rows below the others."""
        self._pending.append(block)
        self._filled = None
        if sum(len(each.numbers) for each in self._pending) > _BLOCK:
            self._join()

    def _join(self) -> None:
        """Make one block of those that were added, large enough for its room to be given back to the system when it goes."""
        if self._pending:
            begins = np.cumsum([0, *(len(each.numbers) for each in self._pending)])
            self._blocks.append(
                Block(
                    places=np.concatenate([each.places for each in self._pending]),
                    starts=np.concatenate(
                        [*(each.starts[:-1] + at for each, at in zip(self._pending, begins, strict=False)), begins[-1:]]
                    ),
                    numbers=np.concatenate([each.numbers for each in self._pending]),
                )
            )
            self._pending = []

    @property
    def last(self) -> int:
        """Return the place of the last row; -1 without any."""
        blocks = self._pending or self._blocks
        return int(blocks[-1].places[-1]) if blocks else -1

    def _pieces(self) -> Iterator[Block]:
        """Yield some rows at a time, of few cells: what is computed of each then takes little room."""
        self._join()
        for block in self._blocks:
            step = max(1, _PIECE * len(block.places) // max(1, len(block.numbers)))
            for first in range(0, len(block.places), step):
                starts = block.starts[first : first + step + 1]
                numbers = block.numbers[starts[0] : starts[-1]]
                yield Block(places=block.places[first : first + step], starts=starts - starts[0], numbers=numbers)

    @property
    def filled(self) -> np.ndarray:
        """Return how many cells of each row hold something."""
        if self._filled is None:
            out = np.zeros(self.last + 1, np.int32)
            self._held = 0
            for piece in self._pieces():
                is_number = np.concatenate([[0], np.cumsum(~np.isnan(piece.numbers))])
                out[piece.places] = np.diff(is_number[piece.starts])
                self._held += int(is_number[-1])
            for place, cells in self.others.items():
                out[place] += len(cells)
            held = np.flatnonzero(out)
            self._filled = out[: held[-1] + 1] if len(held) else out[:0]
        return self._filled

    @property
    def held(self) -> int:
        """Return how many cells hold a number."""
        return self._held + sum(is_value(cell) for cells in self.others.values() for cell in cells.values()) if len(self) else 0

    def __len__(self) -> int:
        """Return how many rows there are up to the last that holds something."""
        return len(self.filled)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Any:
        """Return a row."""
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        firsts = [block.places[0] for block in self._blocks]
        block = self._blocks[int(np.searchsorted(firsts, place, "right")) - 1]
        at = int(np.searchsorted(block.places, place))
        if at == len(block.places) or block.places[at] != place:
            return _EMPTY
        return WideRow(block.numbers[block.starts[at] : block.starts[at + 1]], self.others.get(place, _NONE))

    def widest(self, places: np.ndarray) -> int:
        """Return how many cells the widest of some rows has."""
        widest = 0
        self._join()
        for block in self._blocks:
            here = np.isin(block.places, places, assume_unique=True)
            widest = max(widest, int(np.diff(block.starts)[here].max(initial=0)))
        return widest

    def used(self, places: np.ndarray, width: int) -> np.ndarray:
        """Return which columns hold something in some rows."""
        out = np.zeros(width, bool)
        for piece in self._pieces():
            held = np.flatnonzero(~np.isnan(piece.numbers))
            row = np.searchsorted(piece.starts, held, "right") - 1
            here = np.isin(piece.places, places, assume_unique=True)[row]
            out[np.unique((held - piece.starts[row])[here])] = True
        here = places[np.isin(places, np.fromiter(self.others, np.int64, len(self.others)))]
        out[list({column for place in here.tolist() for column in self.others[place]})] = True
        return out

    def move_numbers(self, places: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the numbers of some columns in some rows, columns × rows, and forget all: the table is never held twice.

        Args:
            places: of the rows, ascending.
            columns: places of the columns, ascending.
        """
        out, done = np.empty((len(columns), len(places))), 0
        self._join()
        while self._blocks:
            block = self._blocks.pop(0)
            here = np.flatnonzero(np.isin(block.places, places, assume_unique=True))
            widths = np.diff(block.starts)
            for first, last in _runs(widths[here]):
                width, rows, into = int(widths[here[first]]), here[first:last], slice(done + first, done + last)
                held = int(np.searchsorted(columns, width))
                out[held:, into] = np.nan
                cells = block.numbers[block.starts[rows][:, None] + columns[:held]]
                out[:held, into] = cells.T
            done += len(here)
        return out


def _runs(widths: np.ndarray) -> list[tuple[int, int]]:
    """Return runs of rows that are as wide as each other, in pieces of few cells: first, behind the last."""
    edges = [0, *(np.flatnonzero(np.diff(widths)) + 1).tolist(), len(widths)]
    out = list[tuple[int, int]]()
    for first, last in itertools.pairwise(edges):
        step = max(1, _PIECE // max(1, int(widths[first]))) if last > first else 1
        out += [(at, min(last, at + step)) for at in range(first, last, step)]
    return out


def shown(cell: Any) -> Any:
    """Return a cell as the spreadsheet shows it: a date for a number that is styled as one."""
    return cell.shown if isinstance(cell, Dated) else cell


def is_value(cell: object) -> bool:
    """Say whether a cell holds a number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)
