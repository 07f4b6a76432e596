"""Tables in Excel files (.xlsx)."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.progress import Progress, part, silent
from generain_core.samples.io.columns import Column, is_number, table_of
from generain_core.samples.io.formats.excel.cells import merged_to
from generain_core.samples.io.formats.excel.choose_sheet import chosen_sheet
from generain_core.samples.io.formats.excel.hidden_parts import hidden_parts
from generain_core.samples.io.formats.excel.merged_headers import merged_header
from generain_core.samples.io.formats.excel.package import Damaged, book_of
from generain_core.samples.io.formats.excel.sheet_builder import Budget
from generain_core.samples.io.formats.excel.sheet_rows import Dated, Sheet, is_value, shown
from generain_core.samples.io.formats.excel.sheet_xml import read_sheet
from generain_core.samples.io.formats.excel.styled_numbers import has_dates, taken_back
from generain_core.samples.io.formats.headers import described_by, lines_below, stands_over
from generain_core.samples.io.limits import SHEET_CELLS, SHEET_LISTED, SHEET_TEXTS_BYTES, check_bytes, check_cells
from generain_core.samples.io.raw_table import Parsed
from generain_core.samples.io.sniff import open_zip

_DAMAGE = (
    Damaged,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_LOOK, _LOOK_MERGED = 200, 10
_NO_CELLS: Mapping[int, Any] = {}


def parse_xlsx(source: IO[bytes], name: str, wanted: str = "", progress: Progress = silent) -> Parsed:
    """Parse a sheet of an Excel file: the one that is named, else the one that holds the most numbers by far.

    Title lines above the header are skipped. Dates become texts.

    Raises:
        NeedsConsent: another sheet holds about as many numbers, and neither is called counts.
        GeneRAINError: it is damaged or too large, no sheet holds numbers, cells are merged inside the table, or a formula has
            no stored value.
    """
    sheets = _sheets(source, name, progress)
    title, unread, notes, not_read = chosen_sheet(sheets, _numbers(sheets, name), name, wanted)
    several, sheet = len(sheets) > 1, sheets[title]
    sheets.clear()
    start = _header_row(sheet)
    names = [[cell_text(cell) or "" for cell in row] for row in sheet[max(0, start - 1) : start + 1]]
    start -= bool(start and stands_over(*names))
    if start:
        notes.append(f"{start} line{'s' if start > 1 else ''} above the table {'were' if start > 1 else 'was'} skipped.")
    end, titles = _header(sheet, start, name, title)
    _refuse_empty_formulas(sheet, name, title)
    filled = np.flatnonzero(sheet.filled)
    body = filled[filled > end]
    width = max(len(titles), sheet.widest(body))
    header = titles + [""] * (width - len(titles))
    hidden = hidden_parts(sheet, title, header, body)
    notes, not_read = [*notes, *hidden], [*not_read, *hidden]
    look = [[cell_text(cell) or "" for cell in sheet[i]] for i in body[:_LOOK].tolist()]
    if (below := lines_below([header, *look], ".")).count:
        header, body = below.titles, body[below.count :]
        notes.append(below.note)
    columns = _columns(sheet, header, body, name, notes)
    table = table_of(columns, name=name, format="Excel", notes=notes, line=lambda row: f"line {body[row] + 1}")
    table = described_by(table, below.described)
    return replace(table, not_read=tuple(not_read), part=title if several else "", unread=unread)


def _columns(sheet: Sheet, header: Sequence[str], body: np.ndarray, name: str, notes: list[str]) -> list[Column]:
    """Return the columns, numbers as rows of one table; numbers that are shown as dates, behind the first column, as numbers.

    Columns that are empty and have no title go.

    Args:
        sheet: whose numbers are moved into the table.
        header: the columns' titles.
        body: places of the rows below it.
        name: of the file, for messages.
        notes: to which what was taken back is added.
    """
    used = sheet.used(body, len(header)) | np.array([bool(title) for title in header], bool)
    places = np.flatnonzero(used)
    check_cells(name, len(body), len(places), most=SHEET_CELLS)
    others = [sheet.others.get(row, _NO_CELLS) for row in body.tolist()]
    odd = {column for cells in others for column in cells}
    table, columns = sheet.move_numbers(body, places), list[Column]()
    for values, place in zip(table, places.tolist(), strict=True):
        if place in odd:
            stored = [_stored(cells.get(place), number) for cells, number in zip(others, values.tolist(), strict=True)]
            cells = [shown(cell) for cell in stored]
            if place and has_dates(cells):
                cells, back = taken_back(cells, [cell.number if isinstance(cell, Dated) else cell for cell in stored])
                if back:
                    which = f"{back:,} number{'s' if back > 1 else ''} of column {header[place]}"
                    notes.append(f"{which} shown as dates were read as the numbers.")
            read = _values(cells)
            if read.dtype == object:
                columns.append((header[place], read))
                continue
            values[:] = read
        columns.append((header[place], values))
    return columns


def _stored(cell: Any, number: float) -> Any:
    return cell if cell is not None else None if number != number else number


def cells_of(raw: bytes, name: str) -> list[list[Any]]:
    """Return the rows of the first sheet that has any, blank rows left out, all of one width.

    Raises:
        GeneRAINError: it is damaged, too large or empty.
    """
    sheet = next((sheet for sheet in sheets_of(raw, name).values() if len(sheet)), Sheet())
    return rows_of(sheet, name)


def sheets_of(raw: bytes, name: str) -> dict[str, Sheet]:
    """Return the sheets of a workbook by their titles.

    Raises:
        GeneRAINError: it is damaged or too large.
    """
    return _sheets(io.BytesIO(raw), name, silent)


def rows_of(sheet: Sheet, name: str) -> list[list[Any]]:
    """Return the rows of a small sheet, blank rows left out, all of one width.

    Raises:
        GeneRAINError: it is too large.
    """
    filled = np.flatnonzero(sheet.filled)
    width = sheet.widest(filled)
    check_cells(name, len(filled), width, most=SHEET_LISTED)
    cells = [list(sheet[i]) for i in filled.tolist()]
    return [row + [None] * (width - len(row)) for row in cells]


@contextmanager
def _understood(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise GeneRAINError(f"{name} is an Excel file that is damaged or uses what isn't understood; save it as CSV.") from error


def _sheets(source: IO[bytes], name: str, progress: Progress) -> dict[str, Sheet]:
    """Return the sheets of a workbook by their titles; those that show one part of the file, once."""
    _check_sizes(source, name)
    out, parts, budget = dict[str, Sheet](), set[str](), Budget(name)
    with _understood(name), zipfile.ZipFile(source) as archive:
        book = book_of(archive, name)
        for i, (title, path) in enumerate(book.sheets.items()):
            if path in parts:
                continue
            parts.add(path)
            told, words = part(progress, i / len(book.sheets), 1 / len(book.sheets)), f"reading the sheet {title}"
            out[title] = read_sheet(archive, path, book, budget, partial(_tell, told, words))
            out[title].hidden = title in book.hidden
    return out


def _tell(progress: Progress, words: str, share: float) -> None:
    progress(share, words)


def _check_sizes(source: IO[bytes], name: str) -> None:
    """Refuse by its declared sizes what is too large."""
    with open_zip(source, name) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    texts = sum(size for path, size in sizes.items() if path.lower().endswith("sharedstrings.xml"))
    check_bytes(f"The list of texts in {name}", texts, most=SHEET_TEXTS_BYTES)


def _numbers(sheets: Mapping[str, Sheet], name: str) -> dict[str, int]:
    """Return how many numbers each sheet holds."""
    if not any(len(sheet) for sheet in sheets.values()):
        raise GeneRAINError(f"{name} is empty; give a table with genes and samples.")
    return {title: sheet.held for title, sheet in sheets.items()}


def _header_row(sheet: Sheet) -> int:
    """Return the first row that is filled at least half as far as the fullest of the first."""
    return int(np.flatnonzero(2 * sheet.filled >= sheet.filled[:_LOOK].max())[0])


def _header(sheet: Sheet, start: int, name: str, title: str) -> tuple[int, list[str]]:
    """Return the last row of the header, and its columns' titles.

    Raises:
        GeneRAINError: cells are merged below it, or over columns that no row tells apart.
    """
    if not sheet.merged or merged_to(sheet.merged) < start:
        return start, [(cell_text(cell) or "").strip() for cell in sheet[start]]
    texts = [[cell_text(cell) or "" for cell in row] for row in sheet[start : start + _LOOK_MERGED]]
    if merged_to(sheet.merged) < start + _LOOK_MERGED and (header := merged_header(sheet, start, texts)):
        return header
    raise GeneRAINError(f"{name} has merged cells ({sheet.merged} of sheet {title}); unmerge them, one value a cell.")


def _refuse_empty_formulas(sheet: Sheet, name: str, title: str) -> None:
    """Refuse formulas whose value was never stored: read as values they are empty."""
    if sheet.empty_formula:
        raise GeneRAINError(
            f"{name} has a formula without a stored value in {sheet.empty_formula} of sheet {title}; "
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
