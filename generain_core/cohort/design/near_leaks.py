"""Columns that tell the outcome almost exactly, such as its copy with noise, or the codes that it was made of.

A column of numbers does where its ranks are apart by class as those of an AUROC of 0.98 are, or go with a number at a Spearman
correlation of 0.98; one of a few words or codes where the commonest class of each is right in 95 % of samples, each class
counting alike. What chance could do among so many columns, at 1 % by Bonferroni, is left out, as are donors: where each has
one outcome, each counts once.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from generain_core.cohort.design.covariates import MOST_LEVELS
from generain_core.cohort.design.leaks import cells_of
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind

_BLOCK = 1000
_NUMBER = r"^\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:%|[a-zµ][a-zµ/%·^0-9]*)?\s*$"
"""A number as sheets write it: with a decimal comma, or a unit behind it."""
_DAY = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?$"
_APART = (2 * 0.98 - 1) ** 2
_TOGETHER = 0.98
_RIGHT = 0.95
_LEVEL = 0.01
_LEAST_SAMPLES = 10
"""Samples in which a column says something, below which nothing is told of it."""
_LEAST_ALIKE = 2
"""Samples a value, on average, from which on values are words or codes."""
Values = NDArray[np.float64]
Rows = NDArray[np.intp]
Bools = NDArray[np.bool_]


def nearly_columns(obs: pd.DataFrame, outcome: Outcome, rows: Rows, donors: Rows) -> tuple[str, ...]:
    """Return the columns that tell the outcome, or one of time and event, almost exactly or exactly.

    Args:
        obs: one row a sample.
        outcome: of all samples.
        rows: samples that are used.
        donors: of all samples, as numbers.
    """
    own = _one_a_donor(outcome.values[rows], donors[rows])
    table, values = obs.iloc[rows[own]], outcome.values[rows[own]]
    near = np.zeros(table.shape[1], dtype=bool)
    for columns, codes, numbers in _blocks(table):
        if outcome.kind.of_classes:
            near[columns] = _apart(numbers, values, table.shape[1]) | _called(codes, values, table.shape[1])
        elif outcome.kind is OutcomeKind.NUMBER:
            near[columns] = _together(numbers, values, table.shape[1])
        else:
            near[columns] = _together(numbers, values[:, 0], table.shape[1]) | _called(codes, values[:, 1], table.shape[1])
    return tuple(str(name) for name, is_near in zip(obs.columns, near.tolist(), strict=True) if is_near)


def _one_a_donor(values: Values, donors: Rows) -> Rows:
    """Return one sample of each donor where each has one outcome, else all."""
    first, own = np.unique(donors, return_index=True, return_inverse=True)[1:]
    return np.asarray(np.sort(first) if (values == values[first][own]).all() else np.arange(len(values)), dtype=np.intp)


def _blocks(table: pd.DataFrame) -> Iterator[tuple[slice, Rows, Values]]:
    """Yield some columns at a time: cells as codes, -1 where nothing is said, and as numbers, infinite where they are none."""
    for start in range(0, table.shape[1], _BLOCK):
        block = table.iloc[:, start : start + _BLOCK].to_numpy(dtype=object)
        codes, cells = cells_of(block)
        numbers = _numbers(pd.Series(cells, dtype=object))
        codes[np.append(cells == "", False)[codes]] = -1
        places = np.append(np.where(np.isfinite(numbers), numbers, np.inf), np.inf)
        shape = block.shape
        yield slice(start, start + _BLOCK), codes.reshape(shape), places[codes].reshape(shape)


def _numbers(cells: pd.Series) -> Values:
    """Return cells as numbers, those with a decimal comma or a unit too, and days as their number; NaN where they are none."""
    cells = cells.map(lambda cell: f"{cell:%Y-%m-%d}" if isinstance(cell, date) else cell)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    rest = np.flatnonzero(np.isnan(numbers))
    bare = cells.iloc[rest].astype(str).str.extract(_NUMBER, expand=False).str.replace(",", ".")
    numbers[rest] = pd.to_numeric(bare, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    days = pd.to_datetime(cells.iloc[rest].astype(str).str.extract(_DAY, expand=False), errors="coerce", format="%Y-%m-%d")
    numbers[rest] = np.where(days.isna(), numbers[rest], (days - pd.Timestamp(0)) / pd.Timedelta(days=1))
    return numbers


def _ranks(numbers: Values) -> tuple[Values, Bools]:
    """Return the ranks of each column's numbers among themselves, and where there are any."""
    return stats.rankdata(numbers, axis=0), np.isfinite(numbers)


def _apart(numbers: Values, classes: Values, tests: int) -> Bools:
    """Say of each column whether its ranks lie as far apart by class as they could, nearly, by Kruskal's and Wallis's measure."""
    ranks, known = _ranks(numbers)
    kinds = np.unique(classes)
    members = [(classes == kind)[:, None] & known for kind in kinds]
    counts = np.array([each.sum(0) for each in members], dtype=np.float64)
    total = counts.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.array([np.where(each, ranks, 0).sum(0) for each in members]) / counts
        order = np.argsort(means, axis=0)
        sizes = np.take_along_axis(counts, order, axis=0)
        ideal = np.cumsum(sizes, axis=0) - (sizes - 1) / 2
        center = (total + 1) / 2
        between, most = ((counts * (means - center) ** 2).sum(0), (sizes * (ideal - center) ** 2).sum(0))
        whole = (np.where(known, ranks - center, 0) ** 2).sum(0)
        p_value = stats.chi2.sf((total - 1) * between / whole, len(kinds) - 1)
        near = (between >= _APART * most) & (p_value * tests < _LEVEL)
    return np.asarray(near & (total >= _LEAST_SAMPLES) & (counts > 0).all(0))


def _together(numbers: Values, target: Values, tests: int) -> Bools:
    """Say of each column whether it rises, or falls, nearly always as the target does, by Spearman's correlation."""
    ranks, known = _ranks(numbers)
    count = known.sum(0)
    others = stats.rankdata(np.where(known, target[:, None], np.inf), axis=0)
    center = (count + 1) / 2
    own, theirs = np.where(known, ranks - center, 0), np.where(known, others - center, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.abs((own * theirs).sum(0)) / np.sqrt((own**2).sum(0) * (theirs**2).sum(0))
        freedom = np.maximum(count - 2, 1)
        t = together * np.sqrt(freedom / np.maximum(1 - together**2, 1e-12))
        near = (together >= _TOGETHER) & (2 * stats.t.sf(t, freedom) * tests < _LEVEL)
    return np.asarray(near & (count >= _LEAST_SAMPLES))


def _called(codes: Rows, classes: Values, tests: int) -> Bools:
    """Say of each column of words or codes whether the commonest class of each value is nearly always right."""
    levels, counts = _levels(codes)
    kinds, own = np.unique(classes, return_inverse=True)
    few = (counts >= 2) & (counts <= MOST_LEVELS) & ((levels >= 0).sum(0) >= np.maximum(_LEAST_ALIKE * counts, _LEAST_SAMPLES))
    near = np.zeros(codes.shape[1], dtype=bool)
    chosen = np.flatnonzero(few)
    if not len(chosen) or len(kinds) < 2:
        return near
    taken, width = levels[:, chosen], int(counts[chosen].max())
    place = (np.arange(len(chosen)) * width + taken) * len(kinds) + own[:, None]
    cells = np.bincount(place[taken >= 0], minlength=len(chosen) * width * len(kinds)).reshape(len(chosen), width, len(kinds))
    of_class, of_level = cells.sum(1, keepdims=True), cells.sum(2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        right = (cells / of_class).max(2).sum(1) / len(kinds)
        expected = of_class * of_level / cells.sum((1, 2), keepdims=True)
        distance = np.where(expected > 0, (cells - expected) ** 2 / expected, 0).sum((1, 2))
    p_value = stats.chi2.sf(distance, (counts[chosen] - 1) * (len(kinds) - 1))
    near[chosen] = (right >= _RIGHT) & (p_value * tests < _LEVEL) & (of_class > 0).all((1, 2))
    return near


def _levels(codes: Rows) -> tuple[Rows, Rows]:
    """Return the values of each column numbered from 0, -1 where nothing is said, and how many there are."""
    order = np.argsort(codes, axis=0, kind="stable")
    ordered = np.take_along_axis(codes, order, axis=0)
    steps = np.vstack([np.zeros((1, codes.shape[1]), dtype=np.intp), (np.diff(ordered, axis=0) > 0).astype(np.intp)])
    numbered = np.cumsum(steps, axis=0) - (ordered[:1] < 0)
    levels = np.empty_like(codes)
    np.put_along_axis(levels, order, numbered, axis=0)
    return levels, levels.max(0) + 1
