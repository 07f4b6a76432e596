"""What gives the outcome away: columns that are the outcome, and batches in which there is one class alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from generain_core.cohort.design.covariates import Covariate
from generain_core.cohort.outcome.outcome import Outcome

_BLOCK = 2000
_LEAST_ALIKE = 2.0
"""Samples a value, on average, from which on a column can be said to determine the outcome."""


def cells_of(block: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return cells as numbers of their values, -1 where there is none, and the values; lists and the like as they are printed."""
    try:
        codes, cells = pd.factorize(block.ravel())
    except TypeError:  # a cell that can't be looked up, such as a list
        codes, cells = pd.factorize(
            np.array([each if isinstance(each, str) else str(each) for each in block.ravel()], dtype=object)
        )
    return np.asarray(codes, dtype=np.intp), np.asarray(cells, dtype=object)


def is_function_of(codes: NDArray[np.intp], of: NDArray[np.intp]) -> bool:
    """Say whether samples that are equal in one coding are always equal in another."""
    return len(np.unique(np.stack([of, codes]), axis=1).T) == len(np.unique(of))


def determines(covariate: Covariate, outcome: Outcome, rows: NDArray[np.intp]) -> bool:
    """Say whether each value of a covariate of words has one class alone, over some samples."""
    if not covariate.levels or not outcome.kind.of_classes:
        return False
    of, codes = covariate.codes[rows], outcome.values[rows].astype(np.intp)
    enough = len(rows) >= _LEAST_ALIKE * len(np.unique(of))
    return enough and is_function_of(codes, of)


def same_columns(obs: pd.DataFrame, outcome: Outcome, rows: NDArray[np.intp], without: Sequence[str]) -> tuple[str, ...]:
    """Return the columns whose values say the same as the outcome, under whatever names."""
    table = obs.iloc[rows]
    if not outcome.kind.of_classes:
        numbers = outcome.values[rows] if outcome.values.ndim == 1 else outcome.values[rows, 0]
        found = _in_the_same_order(table, numbers)
    else:
        found = _in_the_same_classes(table, outcome.values[rows].astype(np.intp))
    names = [str(obs.columns[i]) for i in found]
    return tuple(name for name in names if name != outcome.column and name not in without)


def _in_the_same_classes(table: pd.DataFrame, target: NDArray[np.intp]) -> list[int]:
    """Return the columns that have one value (or an empty cell) for each class, and another for each other."""
    labels, first = np.unique(target, return_index=True)
    where = first[np.searchsorted(labels, target)]
    found: list[int] = []
    for start in range(0, table.shape[1], _BLOCK):
        block = table.iloc[:, start : start + _BLOCK].to_numpy(dtype=object)
        codes = cells_of(block)[0].reshape(block.shape)
        alike = (codes == codes[where]).all(0)
        found += [start + int(i) for i in np.flatnonzero(alike) if len(np.unique(codes[first, i])) == len(labels)]
    return found


def _in_the_same_order(table: pd.DataFrame, numbers: NDArray[np.float64]) -> list[int]:
    """Return the columns of numbers that rise, or fall, exactly as others do: the same in other units, or its negative."""
    target = rankdata(numbers)
    turned = len(target) + 1 - target
    if len(np.unique(numbers)) < _LEAST_ALIKE + 1:
        return []
    found = []
    for i in range(table.shape[1]):
        column = table.iloc[:, i]
        if not isinstance(column.iloc[0], str) and not pd.api.types.is_numeric_dtype(column.dtype):
            continue
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isfinite(values).all():
            own = rankdata(values)
            if (own == target).all() or (own == turned).all():
                found.append(i)
    return found
