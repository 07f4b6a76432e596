"""Which mark the reader of numbers in a text takes for that of decimals; what this leaves as text, `written_numbers` reads."""

import re

from generain_core.samples.io.cells.written_numbers import points_mark_thousands


def decimal_mark(rows: list[list[str]]) -> str:
    """Return the decimal mark; a comma, if more numbers have one than a point, or where points seem to mark thousands.

    Where commas may mark thousands it is a point: numbers with a comma are then left as texts, which a look at the whole table
    decides on.
    """
    cells = [cell.strip() for row in rows[1:] or rows for cell in row[1:]]
    commas = [cell for cell in cells if "," in cell and re.fullmatch(r"[-+]?\d+(,\d+)+([eE][-+]?\d+)?", cell)]
    points = [cell for cell in cells if re.fullmatch(r"[-+]?\d+\.\d+([eE][-+]?\d+)?", cell)]
    if not commas and points_mark_thousands(cells, points):
        return ","
    if not commas or len(points) > len(commas):
        return "."
    return "." if all(re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}", cell) for cell in commas) else ","
