"""Columns of fractions among counts that are the means of some of the others, whatever they are called."""

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

_MOST_TRIED = 3000
_LARGEST = 40
"""Samples of a group at most: of so many, fractions with two decimals could be the mean of anything."""
_TOLD = 40
_FEWEST, _SLACK = 20, 0.006
"""So many fractions at least; and how far a mean that was written with two decimals lies from itself."""


def means_among_counts(block: NDArray[np.float64]) -> dict[int, tuple[int, ...]]:
    """Return which rows are the means of which others: rows of fractions among rows of counts.

    The others are neighbors, or any of them where there are few ways to choose so many.

    Args:
        block: columns of the table × genes.
    """
    broken = (block != np.rint(block)).sum(axis=1)
    counts = np.flatnonzero(broken == 0)
    candidates = np.flatnonzero(broken >= _FEWEST)
    if len(counts) < 2 or not 0 < len(candidates) <= len(counts):
        return {}
    of_row = {int(row): _members(block[row], block[counts]) for row in candidates}
    return {row: tuple(int(counts[i]) for i in members) for row, members in of_row.items() if members}


def _members(mean: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[int, ...]:
    """Return of which counts a row is the mean; none found, nothing. A few genes are looked at first, all where these agree."""
    told = np.flatnonzero(mean != np.rint(mean))[:_TOLD]
    few_mean, few = mean[told], counts[:, told]
    for size in range(2, min(len(counts), _LARGEST) + 1):
        if np.any(np.abs(size * few_mean - np.rint(size * few_mean)) > size * _SLACK):
            continue
        choices = _choices(len(counts), size)
        close = (np.abs(few[choices].mean(axis=1) - few_mean) <= _SLACK).all(axis=1)
        for chosen in choices[close]:
            if np.all(np.abs(counts[chosen].mean(axis=0) - mean) <= _SLACK):
                return tuple(map(int, chosen))
    return ()


def _choices(count: int, size: int) -> NDArray[np.intp]:
    """Return ways to choose so many of a number of rows (ways × size): all if they are few, else those of neighbors."""
    if comb(count, size) <= _MOST_TRIED:
        return np.array(list(combinations(range(count), size)), np.intp)
    return np.arange(count - size + 1)[:, None] + np.arange(size)
