"""Bare numbers as names: Entrez IDs where a list is one of them, or only the numbers of rows."""

import re
from collections.abc import Callable, Collection, Iterable

from generain_core.genes.spelling.placeholders import is_placeholder

_NUMBER = re.compile(r"X?0*(\d{1,9})(?:\.0)?")
_SHARE = 0.8
_FEW = 3
_ENOUGH = 20
_SPREAD = 4
_KNOWN = 0.9


def number_of(text: str) -> str:
    """Return the digits of a name that is a bare number (7157, 7157.0, or X7157, as R writes the name of a column), else ''."""
    match = _NUMBER.fullmatch(text)
    return match[1] if match else ""


def numbers_rows(names: Iterable[str]) -> bool:
    """Say whether names only number the rows: all are numbers, and together they run from 0 or 1 without a gap."""
    places, count = set[int](), 0
    for name in names:
        digits = number_of(name.strip())
        if not digits:
            return False
        places.add(int(digits))
        count += 1
    return count >= _FEW and count == len(places) and (min(places), max(places)) in ((0, count - 1), (1, count))


def are_positions(names: Collection[str]) -> bool:
    """Say whether names are numbers that lie so close together that they number rows, some of which may have been taken out."""
    numbers = {int(digits) if (digits := number_of(name.strip())) else -1 for name in names}
    return len(numbers) >= _FEW and 0 <= min(numbers) <= len(numbers) and max(numbers) - min(numbers) < _SPREAD * len(numbers)


def are_entrez_ids(names: Collection[str], is_known: Callable[[str], bool]) -> bool:
    """Say whether the bare numbers among distinct names are Entrez IDs: most names are, and they are no numbers of rows.

    A run from 0 or 1 numbers rows. So do numbers that lie close together, as of a table some of whose rows were taken out,
    unless nearly all of them are known: of the numbers below 10,000, one in five is no ID.

    Args:
        names: distinct names.
        is_known: whether a gene has a number as its Entrez ID.
    """
    named = [name for name in names if not is_placeholder(name)]
    numbers = {int(digits) for name in named if (digits := number_of(name))}
    if not numbers or len(numbers) < _SHARE * len(named):
        return False
    count, low, high = len(numbers), min(numbers), max(numbers)
    if count >= _FEW and (low, high) in ((0, count - 1), (1, count)):
        return False
    if count < _ENOUGH or high - low >= _SPREAD * count:
        return True
    return sum(is_known(str(number)) for number in numbers) > _KNOWN * count
