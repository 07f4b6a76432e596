"""What one cell of a sheet holds, by what its XML says."""

import re
import warnings
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.utils.datetime import from_excel, from_ISO8601

from generain_core.samples.io.formats.excel.package import Book, Damaged, text_of
from generain_core.samples.io.formats.excel.sheet_rows import Dated

_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
_MERGED = re.compile(r"(?=.)\$?([A-Za-z]{0,3})\$?([1-9]\d{0,6})?")
_WHOLE, _LAST_ROW = 1 << 53, (1 << 20) - 1


def place_of(reference: str) -> tuple[int, int]:
    """Return row and column of a cell, from 0, by its name, such as AB12.

    Raises:
        Damaged: it is none.
    """
    parts = _PLACE.fullmatch(reference)
    if parts is None:
        raise Damaged(reference)
    column = 0
    for letter in parts[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(parts[2]) - 1, column - 1


def merged_to(reference: str) -> int:
    """Return the last row, from 0, of merged cells, such as A1:C1; of whole columns, such as A:C, that of a sheet; else -1."""
    first, _, last = reference.partition(":")
    parts = [_MERGED.fullmatch(each) for each in (first, last or first)]
    if any(part is None for part in parts):
        return -1
    return max(int(part[2]) - 1 if part and part[2] else _LAST_ROW for part in parts)


def area_of(reference: str) -> tuple[int, int, int, int] | None:
    """Return first and last row and first and last column, from 0, of cells such as A1:C1; None where it names none."""
    try:
        first, last = (place_of(each.replace("$", "")) for each in (reference.split(":") * 2)[:2])
    except (Damaged, ValueError):
        return None
    return first[0], last[0], first[1], last[1]


def cell_value(cell: Element, book: Book) -> Any:
    """Return a number, a text, a bool, a date with its number, or None.

    Raises:
        Damaged: it names a text or a style that there isn't, or a number that is none.
    """
    kind, text, inline = cell.get("t", "n"), None, None
    for child in cell:
        tag = child.tag.rpartition("}")[2]
        if tag == "v":
            text = child.text
        elif tag == "is":
            inline = child
    if kind == "inlineStr":
        return (text_of(inline) or None) if inline is not None else None
    if not text:
        return None
    try:
        if kind == "n":
            return _number(text, int(cell.get("s", "0")), book)
        if kind == "s":
            return book.text(int(text)) or None
        if kind == "b":
            return bool(int(text))
        return from_ISO8601(text) if kind == "d" else text
    except (ValueError, IndexError, OverflowError) as error:
        raise Damaged(text[:40]) from error


def has_formula(cell: Element) -> bool:
    """Say whether a cell holds a formula whose value is not stored; an empty text that it gave is one."""
    tags = {child.tag.rpartition("}")[2] for child in cell}
    return "f" in tags and not (cell.get("t") == "str" and "v" in tags)


def _number(text: str, style: int, book: Book) -> Any:
    value = float(text) if set(text) & set(".eE") else int(text)
    if style in book.dates.styles:
        return dated(float(value), style, book)
    return value if isinstance(value, int) and abs(value) > _WHOLE else float(value)


def dated(number: float, style: int, book: Book) -> Dated:
    """Return a number with the date that its style shows."""
    try:
        with warnings.catch_warnings():
            return Dated(number, from_excel(number, book.dates.epoch, timedelta=style in book.dates.lengths))
    except (OverflowError, ValueError):
        return Dated(number, "#VALUE!")
