"""Numbers that a spreadsheet shows as dates: taken back where they can't be meant as dates."""

import datetime
from collections.abc import Sequence

_FIRST_DAY, _LAST_DAY = 32_874, 51_136
"""Numbers of 1990-01-01 and 2040-01-01: what is typed or turned into a date by mistake lies between them."""
_NEVER_BIRTH, _FAR = 3_000, 60_000
_DATES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)


def has_dates(cells: Sequence[object]) -> bool:
    """Say whether some of a column's cells are dates, or too large to be shown as such."""
    return any(isinstance(cell, _DATES) or cell == "#VALUE!" for cell in cells)


def taken_back(cells: Sequence[object], plain: Sequence[object]) -> tuple[list[object], int]:
    """Return a column's cells with numbers in place of dates that can't be any, and how many there were.

    In a column of numbers that is every date before 1990 or after 2039; a column of nothing but dates is taken for numbers if
    one of them lies before 1908 or after 2064.

    Args:
        cells: as the spreadsheet shows them.
        plain: the same cells as they are stored.
    """
    styled = [
        i for i, cell in enumerate(cells) if (isinstance(cell, _DATES) or cell == "#VALUE!") and _number(plain[i]) is not None
    ]
    serials = {i: value for i in styled if (value := _number(plain[i])) is not None}
    if not serials:
        return list(cells), 0
    numbers = sum(_number(cell) is not None for cell in cells)
    texts = sum(isinstance(cell, str) and cell != "#VALUE!" and cell.strip() != "" for cell in cells)
    if texts > numbers + len(serials):
        return list(cells), 0
    far = [i for i, value in serials.items() if not _FIRST_DAY <= value < _LAST_DAY]
    if not numbers and not any(value < _NEVER_BIRTH or value > _FAR for value in serials.values()):
        return list(cells), 0
    back = set(serials) if len(far) > len(serials) / 2 else set(far)
    return [plain[i] if i in back else cell for i, cell in enumerate(cells)], len(back)


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
