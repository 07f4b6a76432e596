"""Tables in Excel files (.xlsx)."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.columns import Column, is_number, table_of
from generain_core.samples.io.formats.excel.choose_sheet import chosen_sheet
from generain_core.samples.io.formats.excel.styled_numbers import has_dates, taken_back
from generain_core.samples.io.formats.excel.wide_rows import Row, WideRow, filled_of, is_value, numbers_in, row_of, write_numbers
from generain_core.samples.io.formats.headers import described_by, lines_below, stands_over
from generain_core.samples.io.limits import LABELS, SHEET_BYTES, SHEET_CELLS, SHEET_TEXTS, SHEET_TEXTS_BYTES, check_bytes
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.sniff import found_in_member, open_zip

_DAMAGE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    AssertionError,
)
_TELL = 500
_LOOK = 200
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([^"]{1,40})"')
_FORMULA = re.compile(rb"<f")
_CELL = re.compile(r"[A-Z]{1,3}\d{1,7}(:[A-Z]{1,3}\d{1,7})?")


def parse_xlsx(raw: bytes, name: str, wanted: str = "", progress: Progress = silent) -> Parsed:
    """Parse a sheet of an Excel file: the one that is named, else the one that holds the most numbers by far.

    Title lines above the header are skipped. Dates become texts.

    Raises:
        NeedsConsent: another sheet holds about as many numbers, and neither is called counts.
        GeneRAINError: it is damaged or too large, no sheet holds numbers, cells are merged inside the table, or a formula has
            no stored value.
    """
    sheets = _sheets(raw, name, progress)
    title, unread, notes, not_read = chosen_sheet(sheets, _numbers(sheets, name), name, wanted)
    rows = sheets[title]
    start = _header_row(rows)
    names = [[cell_text(cell) or "" for cell in row] for row in rows[max(0, start - 1) : start + 1]]
    start -= bool(start and stands_over(*names))
    if start:
        notes.append(f"{start} line{'s' if start > 1 else ''} above the table {'were' if start > 1 else 'was'} skipped.")
    _refuse_merged(raw, name, title, start)
    body = [row for row in rows[start + 1 :] if filled_of(row)]
    width = max(map(len, [rows[start], *body]))
    _refuse_empty_formulas(raw, name, title)
    header = ["" if cell is None else (cell_text(cell) or "").strip() for cell in rows[start]]
    header += [""] * (width - len(header))
    look = [[cell_text(cell) or "" for cell in row] for row in body[:_LOOK]]
    if (below := lines_below([header, *look], ".")).count:
        header, body = below.titles, body[below.count :]
        notes.append(below.note)
    places = [i for i, row in enumerate(rows) if i > start and filled_of(row)][below.count :]
    columns = _columns(body, header, partial(_stored, raw, name, title), places, notes)
    lines = start + below.count + 2
    table = table_of(columns, name=name, format="Excel", notes=notes, line=lambda row: f"line {row + lines}")
    table = described_by(table, below.described)
    return replace(table, not_read=tuple(not_read), part=title if len(sheets) > 1 else "", unread=unread)


def _columns(
    rows: Sequence[Row], header: Sequence[str], stored: Callable[[], list[Row]], places: Sequence[int], notes: list[str]
) -> list[Column]:
    """Return the columns, numbers as rows of one table; numbers that are shown as dates, behind the first column, as numbers.

    Args:
        rows: below the header.
        header: the columns' titles.
        stored: returns the cells of the sheet as they are stored, dates as numbers.
        places: where the rows lie among these.
        notes: to which what was taken back is added.
    """
    table, plain, columns = np.full((len(header), len(rows)), np.nan), list[Row](), list[Column]()
    odd = {i for at, row in enumerate(rows) for i in write_numbers(row, table[:, at])}
    for i, title in enumerate(header):
        if i not in odd:
            columns.append((title, table[i]))
            continue
        cells = [row[i] if i < len(row) else None for row in rows]
        if i and has_dates(cells):
            plain = plain or stored()
            numbers = [plain[row][i] if row < len(plain) and i < len(plain[row]) else None for row in places]
            cells, back = taken_back(cells, numbers)
            if back:
                which = f"{back:,} number{'s' if back > 1 else ''} of column {title}"
                notes.append(f"{which} shown as dates were read as the numbers.")
        values = _values(cells)
        if values.dtype != object:
            table[i] = values
            values = table[i]
        columns.append((title, values))
    return columns


def _stored(raw: bytes, name: str, title: str) -> list[Row]:
    """Return the cells of a sheet as they are stored: dates as numbers."""
    with _workbook(raw, name, values=True) as book:
        book._date_formats, book._timedelta_formats = set(), set()
        book[title].reset_dimensions()
        return [row_of(row) for row in book[title].iter_rows(values_only=True)]


def cells_of(raw: bytes, name: str) -> list[list[Any]]:
    """Return the rows of the first sheet that has any, blank rows left out, all of one width.

    Raises:
        GeneRAINError: it is damaged, too large or empty.
    """
    rows = next((rows for rows in _sheets(raw, name, silent).values() if rows), [])
    cells = [list(row) for row in rows if filled_of(row)]
    width = max(map(len, cells), default=0)
    return [row + [None] * (width - len(row)) for row in cells]


@contextmanager
def _workbook(raw: bytes, name: str, *, values: bool) -> Iterator[Any]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=values)
        yield book
        book.close()
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} is an Excel file that is damaged or uses what isn't understood; save it as CSV.") from error


def _sheets(raw: bytes, name: str, progress: Progress) -> dict[str, list[Row]]:
    _check_sizes(raw, name)
    cells, texts, out = 0, 0, dict[str, list[Row]]()
    with _workbook(raw, name, values=True) as book:
        for i, sheet in enumerate(book.worksheets):
            told = part(progress, i / len(book.worksheets), 1 / len(book.worksheets))
            expected = max(1, sheet.max_row or 1)
            sheet.reset_dimensions()
            rows = out.setdefault(sheet.title, [])
            for row in sheet.iter_rows(values_only=True):
                if len(rows) % _TELL == 0:
                    told(min(1.0, len(rows) / expected), f"reading the sheet {sheet.title}")
                rows.append(row_of(row))
                cells += len(row)
                texts += rows[-1].texts if isinstance(rows[-1], WideRow) else len(row)
                if cells > SHEET_CELLS or texts > SHEET_TEXTS or len(rows) > LABELS:
                    most = f"{SHEET_TEXTS:,} cells of text" if texts > SHEET_TEXTS else f"{SHEET_CELLS:,} cells"
                    raise GeneRAINError(
                        f"{name} has more than {most}, the most that is read of a spreadsheet; save the sheet as CSV, of which "
                        "more is read."
                    )
            while rows and not filled_of(rows[-1]):
                rows.pop()
    return out


def _check_sizes(raw: bytes, name: str) -> None:
    """Refuse by its declared sizes what openpyxl would unpack and keep."""
    with open_zip(io.BytesIO(raw), name) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    check_bytes(f"{name}, unpacked,", sum(sizes.values()), most=SHEET_BYTES)
    texts = sum(size for path, size in sizes.items() if path.lower().endswith("sharedstrings.xml"))
    check_bytes(f"The list of texts in {name}", texts, most=SHEET_TEXTS_BYTES)


def _numbers(sheets: dict[str, list[Row]], name: str) -> dict[str, int]:
    """Return how many numbers each sheet holds."""
    if not any(sheets.values()):
        raise GeneRAINError(f"{name} is empty; give a table with genes and samples.")
    return {title: sum(map(numbers_in, rows)) for title, rows in sheets.items()}


def _header_row(rows: list[Row]) -> int:
    """Return the first row that is filled at least half as far as the widest."""
    filled = [filled_of(row) for row in rows]
    return next(i for i, count in enumerate(filled) if count >= max(filled[:200]) / 2)


def _refuse_merged(raw: bytes, name: str, title: str, start: int) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, _workbook(raw, name, values=True) as book:
        path = getattr(book[title], "_worksheet_path", "")
        merged = list(found_in_member(archive, path, _MERGED, name)) if path in archive.namelist() else []
    for reference in (found[1].decode("utf-8", errors="replace") for found in merged):
        if _CELL.fullmatch(reference) and (range_boundaries(reference)[3] or 0) > start:
            raise GeneRAINError(f"{name} has merged cells ({reference} of sheet {title}); unmerge them, one value a cell.")


def _refuse_empty_formulas(raw: bytes, name: str, title: str) -> None:
    """Refuse formulas whose value was never stored: read as values they are empty."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [member for member in archive.namelist() if "worksheets/" in member and member.endswith(".xml")]
        if not any(next(found_in_member(archive, member, _FORMULA, name), None) for member in sheets):
            return
    with _workbook(raw, name, values=True) as values, _workbook(raw, name, values=False) as formulas:
        values[title].reset_dimensions()
        formulas[title].reset_dimensions()
        for row, written in zip(values[title].iter_rows(values_only=True), formulas[title].iter_rows(), strict=False):
            for value, cell in zip(row, written, strict=False):
                if value is None and cell.data_type == "f":
                    raise GeneRAINError(
                        f"{name} has a formula without a stored value in {cell.coordinate} of sheet {title}; "
                        "open and save it in a spreadsheet program, or paste values."
                    )


def _values(cells: Sequence[object]) -> np.ndarray:
    if all(cell is None or is_value(cell) for cell in cells):
        return np.array([np.nan if cell is None else float(cell) for cell in cells])  # type: ignore[arg-type]
    texts = [cell_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    if filled and all(map(is_number, filled)):
        return np.array([float(text.strip()) if text else np.nan for text in texts])
    return np.array(texts, dtype=object)


def cell_text(cell: Any) -> str | None:
    """Return a cell as text: whole numbers without a point, a day as 2024-03-01; None where it is empty."""
    if cell is None:
        return None
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()).removesuffix("T00:00:00")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
