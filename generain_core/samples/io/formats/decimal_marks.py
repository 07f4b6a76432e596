"""Which mark a text writes decimals with, and whether it marks thousands, which no program can tell from them."""

import re

from generain_core.errors import GeneRAINError


def decimal_mark(rows: list[list[str]], delimiter: str, name: str) -> str:
    """Return the decimal mark; a comma, if more numbers have one than a point."""
    cells = [cell.strip() for row in rows[1:] or rows for cell in row[1:]]
    commas = [cell for cell in cells if "," in cell and re.fullmatch(r"[-+]?\d+(,\d+)+([eE][-+]?\d+)?", cell)]
    points = [cell for cell in cells if re.fullmatch(r"[-+]?\d+\.\d+([eE][-+]?\d+)?", cell)]
    if not commas and _thousands(cells, points):
        raise GeneRAINError(f"{name} writes thousands with a point, such as {points[0]}; save it without thousands separators.")
    if not commas or len(points) > len(commas):
        return "."
    if all(re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+", cell) for cell in commas):
        raise GeneRAINError(
            f"{name} writes numbers such as {commas[0]}, thousands or decimals? Save it without thousands separators."
        )
    return ","


def _thousands(cells: list[str], points: list[str]) -> bool:
    """Say whether points mark thousands: always before three digits, some of them ending in 0, beside whole numbers below 1,000.

    A program that leaves out zeros at the end writes no 1.250, and one that keeps them writes no plain 12.
    """
    if not all(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", cell) for cell in points) or not any(cell[-1] == "0" for cell in points):
        return False
    plain = [cell for cell in cells if re.fullmatch(r"[1-9]\d*", cell)]
    return bool(plain) and all(len(cell) < 4 for cell in plain)
