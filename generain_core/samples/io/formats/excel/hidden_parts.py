"""What a spreadsheet program does not show of a sheet that is read: it is read all the same, and said."""

from collections.abc import Sequence

import numpy as np

from generain_core.samples.io.formats.excel.sheet_rows import Sheet
from generain_core.text import echo, listed, with_noun

_MOST_NAMED = 4


def hidden_parts(sheet: Sheet, title: str, header: Sequence[str], body: np.ndarray) -> list[str]:
    """Return sentences on what of a sheet is hidden, though it was read.

    Args:
        sheet: as it was read.
        title: its own.
        header: its columns' titles.
        body: places of the rows below.
    """
    out = [f"The sheet {title} is hidden in the workbook; it was read all the same."] if sheet.hidden else []
    columns = [i for i in range(len(header)) if any(first <= i <= last for first, last in sheet.hidden_columns)]
    used = sheet.used(body, len(header)) if columns else np.zeros(len(header), bool)
    columns = [i for i in columns if used[i]]
    if columns:
        names = listed([echo(header[i] or f"column {i + 1}") for i in columns], most=_MOST_NAMED)
        out.append(f"{with_noun(len(columns), 'column')} of the sheet {title} {_is(len(columns))} hidden and read too: {names}.")
    rows = len(sheet.hidden_rows.intersection(body.tolist())) if sheet.hidden_rows else 0
    if rows:
        out.append(f"{with_noun(rows, 'row')} of the sheet {title} {_is(rows)} hidden, as a filter hides them, and read too.")
    return out


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
