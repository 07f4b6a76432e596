"""Tables in Excel files (.xlsx)."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.columns import is_number, table_of
from generain_core.samples.io.formats.choose_sheet import chosen_sheet
from generain_core.samples.io.formats.styled_numbers import has_dates, taken_back
from generain_core.samples.io.limits import LABELS, SHEET_BYTES, SHEET_CELLS, SHEET_TEXTS_BYTES, check_bytes
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.sniff import member_bytes, open_zip

Row = list[Any]
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
    if start:
        notes.append(f"{start} line{'s' if start > 1 else ''} above the table {'were' if start > 1 else 'was'} skipped.")
    _refuse_merged(raw, name, title, start)
    body = [row for row in rows[start + 1 :] if _filled(row)]
    width = max(map(len, [rows[start], *body]))
    _refuse_empty_formulas(raw, name, title)
    header = ["" if cell is None else str(cell).strip() for cell in rows[start]] + [""] * (width - len(rows[start]))
    cells = [[row[i] if i < len(row) else None for row in body] for i in range(width)]
    notes += _take_back(cells, header, [i for i, row in enumerate(rows) if i > start and _filled(row)], raw, name, title)
    columns = [(header[i], _values(column)) for i, column in enumerate(cells)]
    table = table_of(columns, name=name, format="Excel", notes=notes, line=lambda row: f"line {row + start + 2}")
    return replace(table, not_read=tuple(not_read), part=title if len(sheets) > 1 else "", unread=unread)


def _filled(row: Row) -> bool:
    return any(cell is not None for cell in row)


def _take_back(cells: list[Row], header: Row, places: Sequence[int], raw: bytes, name: str, title: str) -> list[str]:
    """Put numbers in place of those that are shown as dates, behind the first column; return notes on it."""
    dated = [i for i, column in enumerate(cells) if i and has_dates(column)]
    if not dated:
        return []
    stored = _stored(raw, name, title)
    notes = list[str]()
    for i in dated:
        plain = [stored[row][i] if row < len(stored) and i < len(stored[row]) else None for row in places]
        cells[i], back = taken_back(cells[i], plain)
        if back:
            notes.append(
                f"{back:,} number{'s' if back > 1 else ''} of column {header[i]} shown as dates were read as the numbers."
            )
    return notes


def _stored(raw: bytes, name: str, title: str) -> list[Row]:
    """Return the cells of a sheet as they are stored: dates as numbers."""
    with _workbook(raw, name, values=True) as book:
        book._date_formats, book._timedelta_formats = set(), set()
        book[title].reset_dimensions()
        return [list(row) for row in book[title].iter_rows(values_only=True)]


def cells_of(raw: bytes, name: str) -> list[Row]:
    """Return the rows of the first sheet that has any, blank rows left out, all of one width.

    Raises:
        GeneRAINError: it is damaged, too large or empty.
    """
    rows = next((rows for rows in _sheets(raw, name, silent).values() if rows), [])
    rows = [row for row in rows if any(cell is not None for cell in row)]
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


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
    cells, out = 0, dict[str, list[Row]]()
    with _workbook(raw, name, values=True) as book:
        for i, sheet in enumerate(book.worksheets):
            told = part(progress, i / len(book.worksheets), 1 / len(book.worksheets))
            expected = max(1, sheet.max_row or 1)
            sheet.reset_dimensions()
            rows = out.setdefault(sheet.title, [])
            for row in sheet.iter_rows(values_only=True):
                if len(rows) % _TELL == 0:
                    told(min(1.0, len(rows) / expected), f"reading the sheet {sheet.title}")
                cells += len(row)
                if cells > SHEET_CELLS or len(rows) > LABELS:
                    raise GeneRAINError(
                        f"{name} has more than {SHEET_CELLS:,} cells, the most that is read of a spreadsheet; save the sheet as "
                        "CSV, which may hold ten times as many."
                    )
                rows.append(list(row))
            while rows and all(cell is None for cell in rows[-1]):
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
    return {title: sum(_is_value(cell) for row in rows for cell in row) for title, rows in sheets.items()}


def _is_value(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _header_row(rows: list[Row]) -> int:
    """Return the first row that is filled at least half as far as the widest."""
    filled = [sum(cell is not None for cell in row) for row in rows]
    return next(i for i, count in enumerate(filled) if count >= max(filled[:200]) / 2)


def _refuse_merged(raw: bytes, name: str, title: str, start: int) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, _workbook(raw, name, values=True) as book:
        path = getattr(book[title], "_worksheet_path", "")
        raw_xml = member_bytes(archive, path, name) if path in archive.namelist() else b""
        xml = raw_xml.decode("utf-8", errors="replace")
    for reference in re.findall(r'<(?:\w+:)?mergeCell\s+ref="([^"]{1,40})"', xml):
        if _CELL.fullmatch(reference) and (range_boundaries(reference)[3] or 0) > start:
            raise GeneRAINError(f"{name} has merged cells ({reference} of sheet {title}); unmerge them, one value a cell.")


def _refuse_empty_formulas(raw: bytes, name: str, title: str) -> None:
    """Refuse formulas whose value was never stored: read as values they are empty."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if not any(
            b"<f" in member_bytes(archive, m, name) for m in archive.namelist() if "worksheets/" in m and m.endswith(".xml")
        ):
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
    if all(cell is None or _is_value(cell) for cell in cells):
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
