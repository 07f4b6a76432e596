"""Columns of fractions among counts that are the means of some of the others, whatever they are called."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

_MOST_TRIED = 3000
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


def _members(mean: NDArray[np.float64], counts: NDArray[np.float64]) -> Sequence[int]:
    for size in range(2, len(counts) + 1):
        if np.any(np.abs(size * mean - np.rint(size * mean)) > size * _SLACK):
            continue
        for chosen in _choices(len(counts), size):
            if np.all(np.abs(counts[list(chosen)].mean(axis=0) - mean) <= _SLACK):
                return chosen
    return ()


def _choices(count: int, size: int) -> Iterator[tuple[int, ...]]:
    if comb(count, size) <= _MOST_TRIED:
        yield from combinations(range(count), size)
    else:
        yield from (tuple(range(start, start + size)) for start in range(count - size + 1))
