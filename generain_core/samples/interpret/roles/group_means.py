"""Columns of fractions among counts that are the means of some of the others, whatever they are called."""

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

_MOST_TRIED = 3000
_LARGEST = 40
"""Samples of a group at most: of so many, fractions with two decimals could be the mean of anything."""
_TOLD = 40
_REST, _EQUAL = 1e-7, 1e-6
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


def sums_of_groups(block: NDArray[np.float64]) -> dict[int, tuple[int, ...]]:
    """Return which rows are the sums of which others, two or more but not all, in every gene.

    Rows are looked at from the smallest total to the largest, so that a sum comes behind its members; what is a combination of
    those before it is one of them if it takes each whole or not at all.

    Args:
        block: columns of the table × genes.
    """
    order = np.argsort(block.sum(axis=1), kind="stable")
    rows = block[order].T
    if rows.shape[0] < 2 * rows.shape[1] or not np.isfinite(rows).all() or (rows < 0).any() or rows.max() > 1e100:
        return {}  # the last are refused for what they are, and their squares are no numbers
    scales = np.linalg.norm(rows, axis=0)
    triangle = np.asarray(np.linalg.qr(rows / np.maximum(scales, 1e-300)).R)
    free, found = list[int](), dict[int, tuple[int, ...]]()
    for at in range(rows.shape[1]):
        if abs(triangle[at, at]) > _REST:
            free.append(at)
        elif scales[at] and len(free) > 1:
            shares, *_ = np.linalg.lstsq(triangle[: at + 1, free], triangle[: at + 1, at], rcond=None)
            members = [free[i] for i in np.flatnonzero(np.rint(shares * scales[at] / scales[free]))]
            if len(members) > 1 and np.allclose(rows[:, members].sum(axis=1), rows[:, at], rtol=_EQUAL, atol=0):
                found[at] = tuple(members)
    return {int(order[at]): tuple(int(order[i]) for i in each) for at, each in found.items() if len(each) < len(free)}


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
