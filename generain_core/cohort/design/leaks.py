"""What gives the outcome away: columns that are the outcome, and batches in which there is one class alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.design.covariates import Covariate
from generain_core.cohort.outcome.outcome import Outcome

_LEAST_ALIKE = 2.0
"""Samples a value, on average, from which on a column can be said to determine the outcome."""


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
    own = obs[outcome.column].iloc[rows]
    target = pd.factorize(own.astype(str))[0] if not outcome.kind.of_classes else outcome.values[rows].astype(np.intp)
    count, found = len(np.unique(target)), []
    if count == len(rows):
        return ()
    table = obs.iloc[rows]
    for i, name in enumerate(map(str, obs.columns)):
        if name == outcome.column or name in without:
            continue
        column = table.iloc[:, i].to_numpy()
        codes, values = pd.factorize(column)
        if len(values) == count and (codes >= 0).all() and is_function_of(codes, target) and is_function_of(target, codes):
            found.append(name)
    return tuple(found)
