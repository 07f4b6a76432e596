"""Headers of several rows whose cells are merged: groups over samples, and names beside them that reach down."""

from collections.abc import Sequence

from generain_core.samples.io.formats.excel.sheet_rows import Sheet, is_value

_MOST_ROWS = 6


def merged_header(sheet: Sheet, start: int, texts: Sequence[Sequence[str]]) -> tuple[int, list[str]] | None:
    """Return the last row of a header with merged cells and its columns' titles, from the top down; None where it is no header.

    A merged cell names all columns under it, which a row below has to tell apart.

    Args:
        sheet: with the cells that are merged.
        start: the header's first row.
        texts: the rows from there on, as texts.
    """
    areas = [area for area in sheet.merges if area[1] >= start]
    if not areas or any(area[0] < start or area[1] >= start + _MOST_ROWS for area in areas):
        return None
    last = max(max(bottom for _, bottom, *_ in areas), *(_below(sheet, area) for area in areas), start)
    if last - start + 1 >= len(texts) or any(_holds_values(sheet, row) for row in range(start, last + 1)):
        return None
    width = max(map(len, texts[: last - start + 1]))
    rows = [[*row, *[""] * (width - len(row))] for row in texts[: last - start + 1]]
    for top, bottom, left, right in areas:
        value = rows[top - start][left].strip() if left < width else ""
        for row in range(top - start, bottom - start + 1):
            for column in range(left, min(right + 1, width)):
                rows[row][column] = value
    titles = [" ".join(dict.fromkeys(filter(None, (row[column].strip() for row in rows)))) for column in range(width)]
    behind = [title for title in titles if title]
    return (last, titles) if len(set(behind)) == len(behind) else None


def _holds_values(sheet: Sheet, row: int) -> bool:
    """Say whether a row is one of values: it has a name, and numbers behind it."""
    cells = list(sheet[row])
    return bool(cells) and cells[0] is not None and any(map(is_value, cells[1:]))


def _below(sheet: Sheet, area: tuple[int, int, int, int]) -> int:
    """Return the row under a cell that is merged sideways, if it belongs to the header, else the cell's own last row."""
    _, bottom, left, right = area
    if left == right or bottom + 1 >= len(sheet):
        return bottom
    row = list(sheet[bottom + 1])
    under = [cell for cell in row[left : right + 1] if cell is not None]
    leading = row[0] if row and left else None
    return bottom if leading is not None and any(map(is_value, under)) else bottom + 1
