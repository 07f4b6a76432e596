"""Numbers as people and spreadsheets write them: marks between thousands, decimal commas, a typographic minus.

A comma before three figures may stand before thousands or before decimals; what a whole table holds decides. Decimals are none
that begin with 0, come in other lengths than three, or stand behind the other mark; thousands come twice in a number, before the
other mark, or always before three figures, some of them ending in 0, beside whole numbers below 1,000 alone: no program that
leaves out zeros at the end writes 1,250 for 1.25, and none that keeps them writes a plain 12.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generain_core.errors import GeneRAINError

Column = tuple[str, np.ndarray]
_SPACES = "\u00a0\u202f\u2009 "
_APOSTROPHES = "'’´`"
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "－": "-"})
_GROUPED = rf"\d{{1,3}}(?:[{_APOSTROPHES}{_SPACES}]\d{{3}})+"
_BY_COMMAS = r"[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?"
_BY_POINTS = r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?"
_BODY = rf"{_GROUPED}(?:[.,]\d+)?|{_BY_COMMAS}|{_BY_POINTS}|\d+(?:[.,]\d*)?|[.,]\d+"
_LIKE = re.compile(rf"[-+]?(?:{_BODY})(?:[eE][-+]?\d+)?")
_LOOK, _MOST, _ENOUGH, _MANY = 60, 0.5, 20, 200


@dataclass(frozen=True)
class Style:
    """How numbers are written: the mark between thousands ('' for none) and the one before decimals."""

    thousands: str
    decimal: str


def reads_as_number(text: str) -> bool:
    """Say whether a text is a number in some way of writing it."""
    return _LIKE.fullmatch(text.strip().translate(_MINUS)) is not None


def with_plain_numbers(columns: Sequence[Column], missing: frozenset[str], name: str, notes: list[str]) -> list[Column]:
    """Return columns with those of texts that are numbers in some way of writing as numbers, all in one way; others as they are.

    Args:
        columns: in the file's order; the first, which names the rows, stays.
        missing: texts that stand for no number.
        name: of the file, for messages.
        notes: what was decided is added.

    Raises:
        GeneRAINError: nothing tells whether a mark stands between thousands or before decimals.
    """
    places = [i for i, (_, values) in enumerate(columns) if i and _mostly_written(values, missing)]
    filled = [_plain(value) for i in places for value in columns[i][1] if value is not None and value.strip() not in missing]
    written = [text for text in filled if _LIKE.fullmatch(text)]
    if all(map(_is_plain, written)) and not points_mark_thousands(written, [text for text in written if "." in text]):
        if any(value is not None and value != value.translate(_MINUS) for i in places for value in columns[i][1].tolist()):
            return [(t, _converted(v, Style("", "."), missing)) if i in places else (t, v) for i, (t, v) in enumerate(columns)]
        return list(columns)
    style = style_of(written, name)
    notes.append(_said(style, next(text for text in written if (style.thousands or style.decimal) in text)))
    return [(t, _converted(v, style, missing)) if i in places else (t, v) for i, (t, v) in enumerate(columns)]


def style_of(texts: Sequence[str], name: str) -> Style:
    """Return how numbers are written.

    Args:
        texts: numbers as written.
        name: of the file, for messages.

    Raises:
        GeneRAINError: nothing tells.
    """
    grouped = next((text for text in texts if re.match(rf"[-+]?{_GROUPED}", text)), "")
    decimals = [text for text in texts if "." in text or "," in text]
    if grouped:
        return Style(re.sub("[-+0-9]", "", grouped)[0], "," if any("," in text for text in decimals) else ".")
    commas = [text for text in decimals if "," in text]
    points = [text for text in decimals if "." in text]
    both = next((text for text in commas if "." in text), "")
    if both:
        return Style(",", ".") if both.rindex(".") > both.rindex(",") else Style(".", ",")
    if commas and points:
        return Style(",", ".") if _are_thousands(commas, ",") and not _are_thousands(points, ".") else Style(".", ",")
    mark, marked = (",", commas) if commas else (".", points)
    other = "." if mark == "," else ","
    if any(text.count(mark) > 1 for text in marked):
        return Style(mark, other)
    if not _are_thousands(marked, mark):
        return Style("", mark)
    plain = [text for text in texts if re.fullmatch(r"[-+]?\d+", text)]
    small = all(len(text.lstrip("+-")) < 4 for text in plain)
    if plain and small and len(marked) >= _ENOUGH and any(text.endswith("0") for text in marked):
        return Style(mark, other)
    raise GeneRAINError(
        f"{name} writes numbers such as {marked[0]}, thousands or decimals? Save it without thousands separators."
    )


def points_mark_thousands(cells: Sequence[str], points: Sequence[str]) -> bool:
    """Say whether points mark thousands: always before three digits, some of them ending in 0, beside whole numbers below 1,000.

    A program that leaves out zeros at the end writes no 1.250, and one that keeps them writes no plain 12. A few points among
    very many whole numbers may mark them too.
    """
    if not points or not all(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", cell) for cell in points):
        return False
    plain = [cell for cell in cells if re.fullmatch(r"[1-9]\d*", cell)]
    few = len(points) < _ENOUGH and len(plain) >= _MANY
    return bool(plain) and all(len(cell) < 4 for cell in plain) and (few or any(cell[-1] == "0" for cell in points))


def _are_thousands(texts: Sequence[str], mark: str) -> bool:
    return all(re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", text) for text in texts)


def _mostly_written(values: np.ndarray, missing: frozenset[str]) -> bool:
    if values.dtype != object:
        return False
    step = max(1, len(values) // _LOOK)
    for some in (values[::step], values):
        filled = [_plain(value) for value in some if value is not None and value.strip() not in missing]
        if filled:
            return sum(_LIKE.fullmatch(text) is not None for text in filled) >= _MOST * len(filled)
    return False


def _plain(text: str) -> str:
    return text.strip().translate(_MINUS)


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) is not None


def _converted(values: np.ndarray, style: Style, missing: frozenset[str]) -> np.ndarray:
    """Return a column as numbers; with what is written otherwise left as it is, as texts."""
    texts = ["" if value is None or value.strip() in missing else _plain(value) for value in values.tolist()]
    thousands = rf"(?:{re.escape(style.thousands)}\d{{2,3}})*" if style.thousands else ""
    pattern = re.compile(rf"[-+]?(?:\d+{thousands})?(?:{re.escape(style.decimal)}\d*)?(?:[eE][-+]?\d+)?")
    numbers = np.full(len(texts), np.nan)
    for i, text in enumerate(texts):
        if not text:
            continue
        if not (pattern.fullmatch(text) and any(map(str.isdigit, text))):
            return np.array([_in_style(each, pattern, style) if each else None for each in texts], dtype=object)
        numbers[i] = float(_in_style(text, pattern, style))
    return numbers


def _in_style(text: str, pattern: re.Pattern[str], style: Style) -> str:
    if not pattern.fullmatch(text):
        return text
    bare = text.replace(style.thousands, "") if style.thousands else text
    return bare.replace(style.decimal, ".")


def _said(style: Style, example: str) -> str:
    what = "marks between thousands" if style.thousands else "decimal commas"
    return f"Numbers are written with {what}, such as {example}."
