"""A second opinion as h5ad keeps it, and as JSON does."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def as_arrays(opinion: Mapping[str, Any]) -> dict[str, Any]:
    """Return lists as arrays, of texts or of numbers, which h5ad keeps."""
    return {name: _array(value) for name, value in opinion.items()}


def _array(value: Any) -> Any:
    if isinstance(value, Mapping):
        return as_arrays(value)
    if not isinstance(value, list):
        return value
    numbers = bool(value) and all(isinstance(each, int | float | np.number) for each in value)
    return np.array(value, dtype=np.float64 if numbers else object)


def as_json(opinion: Any) -> Any:
    """Return arrays as lists, missing numbers as nothing."""
    if isinstance(opinion, Mapping):
        return {str(name): as_json(value) for name, value in opinion.items()}
    return np.asarray(opinion).tolist() if isinstance(opinion, np.ndarray) else opinion
