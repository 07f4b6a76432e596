"""Numbers and dates as sheets write them: decimal commas, thousands, days."""

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
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4})(?:[T ].*)?"
)


def are_dates(texts: Sequence[str]) -> bool:
    """Say whether all of some texts are dates."""
    return bool(texts) and all(_DATE.fullmatch(text) for text in texts)


def read_numbers(texts: Sequence[str], column: str) -> tuple[NDArray[np.float64], tuple[CohortNote, ...]] | None:
    """Return texts as numbers, with a note on commas; None where they are none.

    Raises:
        GeneRAINError: commas may be decimal or thousands.
    """
    plain = [_number(text) for text in texts]
    if all(value is not None for value in plain):
        return np.array(plain, dtype=float), ()
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


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None
