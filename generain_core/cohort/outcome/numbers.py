"""Numbers and dates as sheets write them: decimal commas, thousands, units, days."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.errors import GeneRAINError
from generain_core.text import echo

_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_THREE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_GERMAN = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?|[+-]?\d+(?:,\d+)?")
_POINT_THREE = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")
_UNIT = re.compile(r"([+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?)\s*((?![eE][+-]?\d)[^\d\s.,/:*+-].*)")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ][a-z]{3}[- ]\d{2,4}"
    rf"|{_MONTH}[-/ ]\d{{2,4}}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:[T ].*)?",
    re.IGNORECASE,
)
_EXCEL = (36526, 47848)
"""Excel's numbers of the days from 2000 to 2030."""
_STAND_INS = (-9, -99, -999, -9999, 99, 999, 9999, 99999)
"""Numbers that are written where nothing is known."""
_BELOW = (-1, -9, -99)
"""Those that say so as the one number below 0."""


def are_dates(texts: Sequence[str]) -> bool:
    """Say whether all of some texts are dates."""
    return bool(texts) and all(_DATE.fullmatch(text) for text in texts)


def read_numbers(texts: Sequence[str], column: str) -> tuple[NDArray[np.float64], tuple[CohortNote, ...]] | None:
    """Return texts as numbers, with a note on commas; None where they are none.

    Raises:
        GeneRAINError: commas or points may be decimal or thousands.
    """
    plain = [_number(text) for text in texts]
    bare, unit = without_unit(texts) if None in plain else (list(texts), "")
    if unit and (numbers := read_numbers(bare, column)) is not None:
        return numbers[0], (*numbers[1], CohortNote(CohortNoteKind.UNIT, {"column": column, "unit": unit}))
    if all(value is not None for value in plain):
        _check_points(texts, column)
        return np.array(plain, dtype=float), ()
    if all(map(_GERMAN.fullmatch, texts)) and any("." in text and "," in text for text in texts):
        both = next(text for text in texts if "." in text and "," in text)
        note = CohortNote(CohortNoteKind.DECIMAL_COMMAS, {"column": column, "example": both})
        return np.array([float(text.replace(".", "").replace(",", ".")) for text in texts]), (note,)
    commas = [text for text, value in zip(texts, plain, strict=True) if value is None]
    if not all(_DECIMAL_COMMA.fullmatch(text) or _THOUSANDS.fullmatch(text) for text in commas):
        return None
    thousands, decimal = all(map(_THOUSANDS.fullmatch, commas)), all(map(_DECIMAL_COMMA.fullmatch, commas))
    points = any("." in text for text in texts)
    if decimal and all(map(_THREE.fullmatch, commas)) and not points:
        raise GeneRAINError(
            f"The commas in {echo(column)} (such as {echo(commas[0])}) may be decimal or thousands; "
            "write these numbers with a point, or without commas."
        )
    if thousands and (points or not decimal):
        note = CohortNote(CohortNoteKind.THOUSANDS, {"column": column, "example": commas[0]})
        return np.array([float(text.replace(",", "")) for text in texts]), (note,)
    if decimal and not points:
        note = CohortNote(CohortNoteKind.DECIMAL_COMMAS, {"column": column, "example": commas[0]})
        return np.array([float(text.replace(",", ".")) for text in texts]), (note,)
    raise GeneRAINError(
        f"{echo(column)} writes numbers in several ways (such as {echo(commas[0])}); write all with a point, without commas."
    )


def without_unit(texts: Sequence[str]) -> tuple[list[str], str]:
    """Return texts without the unit that all of them end with, and the unit; '' where there is none."""
    matches = [_UNIT.fullmatch(text) for text in texts]
    units = {each.group(2).strip() if each else "" for each in matches}
    if len(units) != 1 or "" in units:
        return list(texts), ""
    return [each.group(1) for each in matches if each], units.pop()


def doubts(values: NDArray[np.float64], column: str) -> tuple[CohortNote, ...]:
    """Return notes on numbers that may be none: one that stands for what is not known, or dates as Excel counts them."""
    notes = []
    for known in _STAND_INS:
        rest = values[values != known]
        count = len(values) - len(rest)
        if count and len(np.unique(rest)) > 2 and np.abs(rest - known).min() > np.ptp(rest):
            notes.append(CohortNote(CohortNoteKind.STAND_IN, {"column": column, "value": known, "samples": count}))
    below = np.unique(values[values < 0])
    if len(below) == 1 and below[0] in _BELOW and not notes and len(np.unique(values)) > 3:
        count = int((values == below[0]).sum())
        notes.append(CohortNote(CohortNoteKind.STAND_IN, {"column": column, "value": float(below[0]), "samples": count}))
    days = (values == np.floor(values)).all() and _EXCEL[0] <= values.min() <= values.max() <= _EXCEL[1]
    if days and len(np.unique(values)) > 2:
        notes.append(CohortNote(CohortNoteKind.LOOKS_LIKE_DATES, {"column": column}))
    return tuple(notes)


def _check_points(texts: Sequence[str], column: str) -> None:
    """Refuse numbers whose points may set thousands apart: three digits behind each, beside whole numbers of three digits.

    Raises:
        GeneRAINError: they may.
    """
    pointed = [text for text in texts if "." in text]
    others = [text for text in texts if "." not in text]
    if pointed and all(map(_POINT_THREE.fullmatch, pointed)) and any(len(text.lstrip("+-")) == 3 for text in others):
        raise GeneRAINError(
            f"The points in {echo(column)} (such as {echo(pointed[0])}, beside {echo(max(others, key=len))}) may be decimal or "
            "set thousands apart; write these numbers without separators of thousands."
        )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None
