"""Texts that were wrapped into a formula, ``="TP53"``, so that no spreadsheet program makes a date or a number of them."""

import re

import numpy as np

_WRAPPED = re.compile(r'\s*="((?:[^"]|"")*)"\s*')


def without_formulas(values: np.ndarray) -> np.ndarray:
    """Return a column of texts with those that are wrapped into a formula as they are meant; itself where none is."""
    if values.dtype != object or not any(isinstance(value, str) and '="' in value for value in values):
        return values
    return np.array([plain_text(value) if isinstance(value, str) else value for value in values], dtype=object)


def plain_text(text: str) -> str:
    """Return a text without the formula around it."""
    match = _WRAPPED.fullmatch(text)
    return match[1].replace('""', '"') if match else text
