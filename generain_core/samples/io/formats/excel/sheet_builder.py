"""From the cells of a sheet, as they come, to its rows; within what may be read of a workbook."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.samples.io.formats.excel.cells import area_of, cell_value, has_formula, merged_to, place_of
from generain_core.samples.io.formats.excel.package import Book, Damaged
from generain_core.samples.io.formats.excel.sheet_rows import Block, Sheet
from generain_core.samples.io.limits import SHEET_CELLS, SHEET_PIECES, SHEET_TEXTS

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""Of a sheet of Excel."""
HIDDEN = ("1", "true")
_TOP, _MOST_MERGES = 50, 5000


class Unusual(Exception):
    """A sheet is written in another way than most."""


@dataclass
class Budget:
    """What was read of a workbook: cells, those that are no numbers, and pieces of XML that were read one by one."""

    name: str
    cells: int = 0
    others: int = 0
    pieces: int = 0

    def take(self, *, cells: int = 0, others: int = 0, pieces: int = 0) -> None:
        """Count more.

        Raises:
            GeneRAINError: it is more than is read of a spreadsheet.
        """
        self.cells, self.others, self.pieces = self.cells + cells, self.others + others, self.pieces + pieces
        most = ""
        if self.cells > SHEET_CELLS:
            most = f"{SHEET_CELLS:,} cells"
        elif self.others > SHEET_TEXTS:
            most = f"{SHEET_TEXTS:,} cells of text"
        elif self.pieces > SHEET_PIECES:
            most = f"{SHEET_PIECES // 4:,} cells that are neither plain numbers nor plain texts"
        if most:
            raise GeneRAINError(
                f"{self.name} has more than {most}, the most that is read of a spreadsheet; save the sheet as CSV, of which "
                "more is read."
            )


class Numbers(NamedTuple):
    """Numbers with the places of their rows and columns, from 0."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray


_NO = np.empty(0, np.int64)
NO_NUMBERS = Numbers(_NO, _NO, np.empty(0))


class SheetBuilder:
    """Takes cells, and makes a `Sheet` of them."""

    def __init__(self, book: Book, budget: Budget) -> None:
        """Begin without rows."""
        self.sheet, self._book, self._budget, self._last, self._merged_to = Sheet(), book, budget, -1, -1

    def elements(self, rows: Sequence[Element], *, placed: bool) -> tuple[list[int], Numbers]:
        """Return the places of rows, and the numbers that their elements hold; other cells go to the sheet.

        Args:
            rows: elements of rows.
            placed: every row and cell has to say where it is.

        Raises:
            Unusual: one doesn't.
            Damaged: rows or cells are not in order.
        """
        places, numbers = list[int](), list[tuple[int, int, float]]()
        for row in rows:
            at = self._next_row(row.get("r"), placed)
            places.append(at)
            if row.get("hidden") in HIDDEN:
                self.sheet.hidden_rows.add(at)
            column = -1
            for cell in row:
                if not cell.tag.endswith("}c"):
                    continue
                column = self._column(cell.get("r"), at, column + 1, placed)
                value = cell_value(cell, self._book)
                if isinstance(value, float):
                    numbers.append((at, column, value))
                elif value is not None:
                    self.put(at, column, value)
                elif not self.sheet.empty_formula and has_formula(cell):
                    self.sheet.empty_formula = cell.get("r") or f"row {at + 1}"
        table = np.array(numbers, np.float64).reshape(-1, 3)
        return places, Numbers(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])

    def bare(self, numbers: Iterable[int]) -> list[int]:
        """Return the places of rows by their numbers, from 1.

        Raises:
            Damaged: they are not in order.
        """
        places = [self._last, *(number - 1 for number in numbers)]
        if len(places) > 1 and (places[-1] >= MOST_ROWS or not all(map(operator.lt, places, places[1:]))):
            raise Damaged("the order of rows")
        self._last = places[-1]
        return places[1:]

    def _next_row(self, name: str | None, placed: bool) -> int:
        if name is None and placed:
            raise Unusual
        at = self._last + 1 if name is None else int(name) - 1
        if not self._last < at < MOST_ROWS:
            raise Damaged(f"row {at + 1}")
        self._last = at
        return at

    def _column(self, name: str | None, row: int, following: int, placed: bool) -> int:
        if name is None:
            if placed:
                raise Unusual
            column = following
        else:
            at, column = place_of(name)
            if at != row:
                raise Damaged(name)
        if column >= MOST_COLUMNS:
            raise Damaged(name or "a cell")
        return column

    def put(self, row: int, column: int, value: object) -> None:
        """Take a cell that is no number.

        Raises:
            Damaged: there is one at its place already.
        """
        cells = self.sheet.others.setdefault(row, {})
        if column in cells:
            raise Damaged(f"two cells of row {row + 1}")
        cells[column] = value
        self._budget.take(others=1)

    def merge(self, reference: str) -> None:
        """Take merged cells, such as A1:C1, if they reach further down than others; what names no cells is passed over."""
        last = merged_to(reference)
        if last > self._merged_to:
            self._merged_to, self.sheet.merged = last, reference
        if last < _TOP and len(self.sheet.merges) < _MOST_MERGES and (area := area_of(reference)):
            self.sheet.merges.append(area)

    def hide_columns(self, first: str, last: str) -> None:
        """Take columns that are not shown, by their numbers from 1; what numbers none is passed over."""
        if first.isdigit() and last.isdigit() and len(self.sheet.hidden_columns) < MOST_COLUMNS and len(first + last) < 12:
            self.sheet.hidden_columns.append((int(first) - 1, int(last) - 1))

    def hide_rows(self, places: Iterable[int]) -> None:
        """Take rows that are not shown, by their places."""
        self.sheet.hidden_rows.update(places)

    def add(self, places: Sequence[int], numbers: Sequence[Numbers]) -> None:
        """Add rows, in order, with their numbers.

        Raises:
            Damaged: a number lies in another row, outside of any sheet, or at the place of another cell.
        """
        if not places:
            return
        rows, columns, values = (np.concatenate(parts) for parts in zip(*numbers, strict=True))
        known = np.array(places, np.int64)
        at = np.searchsorted(known, rows)
        if len(rows) and (at.max() == len(known) or (known[at] != rows).any() or columns.max() >= MOST_COLUMNS):
            raise Damaged("a cell in another row")
        widths = np.zeros(len(known), np.int64)
        np.maximum.at(widths, at, columns + 1)
        for i, place in enumerate(places) if self.sheet.others else ():
            if cells := self.sheet.others.get(place):
                widths[i] = max(int(widths[i]), max(cells) + 1)
        starts = np.concatenate([[0], np.cumsum(widths)])
        self._budget.take(cells=int(starts[-1]))
        flat = np.full(int(starts[-1]), np.nan)
        flat[starts[at] + columns] = values
        others = self.sheet.others
        taken = [
            start + column for start, place in zip(starts.tolist(), places, strict=False) for column in others.get(place, ())
        ]
        if np.count_nonzero(~np.isnan(flat)) < len(values) or not np.isnan(flat[taken] if taken else flat[:0]).all():
            raise Damaged("two cells of one place")
        self.sheet.add(Block(places=known, starts=starts, numbers=flat))
