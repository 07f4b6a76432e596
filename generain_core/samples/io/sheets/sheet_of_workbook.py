"""The sample sheet among the sheets of a workbook."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.samples.io.formats.excel.sheet_rows import Sheet
from generain_core.samples.io.formats.excel.spreadsheet import cell_text, rows_of, sheets_of
from generain_core.samples.io.sheets.sheet_lines import sheet_below
from generain_core.text import listed

_CALLED = re.compile(r"sample|meta|pheno|design|col_?data|clinical|patient|annot|manifest|target", re.IGNORECASE)


def sheet_of_workbook(raw: bytes, name: str) -> pd.DataFrame:
    """Return the sheet that holds a table, as strings: the one called as sample sheets are, else the first.

    Raises:
        GeneRAINError: the workbook is damaged, too large or empty, or the sheet holds only a header.
    """
    sheets = {title: sheet for title, sheet in sheets_of(raw, name).items() if len(sheet)}
    if not sheets:
        raise GeneRAINError(f"{name} is empty; give a table with rows.")
    title = _chosen(sheets)
    rows = [[cell_text(cell) or "" for cell in row] for row in rows_of(sheets[title], name)]
    sheet = sheet_below(rows, name)
    notes = tuple(sheet.attrs.get("notes", ()))
    if len(sheets) > 1:
        others = listed([each for each in sheets if each != title], most=4)
        notes = (f"Of the workbook with the sample sheet, {title} was read, not {others}.", *notes)
    sheet.attrs["notes"] = notes
    return sheet


def _chosen(sheets: Mapping[str, Sheet]) -> str:
    tables = [title for title, sheet in sheets.items() if _is_table(sheet)] or list(sheets)
    shown = [title for title in tables if not sheets[title].hidden] or tables
    return next((title for title in shown if _CALLED.search(title)), shown[0])


def _is_table(sheet: Sheet) -> bool:
    """Say whether most of a sheet's rows hold two cells at least."""
    filled = sheet.filled[sheet.filled > 0]
    return len(filled) > 1 and int(np.count_nonzero(filled > 1)) > len(filled) / 2
