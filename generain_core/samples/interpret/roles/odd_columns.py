"""Columns whose numbers give them away: no sample's, whatever they are called, and means or sums of groups that were rounded."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

_GENES, _MOST, _FEWEST_OTHERS = 200, 200, 2
_ALIKE, _UNLIKE, _LOW = 0.5, 0.2, 0.35
_FILLED, _SILENT = 0.9, 50
_TIES = 0.05
_DECIMALS, _LARGE, _FEW = 4, 20, 20
_EVEN = 0.2
_HUGE = 1e100
"""More than anything that is measured; its square is no number."""


def odd_columns(block: NDArray[np.float64]) -> dict[int, str]:
    """Return which rows are no samples, and what they are instead.

    One holds every whole number of a run, or whole numbers none of which stands twice beside samples in which many do and with
    which it does not go; or its ranks go with those of no other, which agree among each
    other; or they hardly do, and it is above zero where all others are 0.

    Args:
        block: columns of the table × genes, as the file has them.
    """
    count, genes = block.shape
    if count <= _FEWEST_OTHERS or count > _MOST or genes < _GENES or not np.isfinite(block).all():
        return {}
    found = _numbered(block)
    rest = [i for i in range(count) if i not in found and np.count_nonzero(block[i]) >= _GENES / 2 and np.ptp(block[i]) > 0]
    if len(rest) <= _FEWEST_OTHERS:
        return found
    agree = np.corrcoef([rankdata(block[i]) for i in rest])
    np.fill_diagonal(agree, -1)
    best = agree.max(axis=1)
    for at, i in enumerate(rest):
        others = [each for each in range(len(rest)) if each != at]
        if np.quantile(agree[np.ix_(others, others)].max(axis=1), 0.25) < _ALIKE:
            continue
        silent = ~block[[rest[each] for each in others]].any(axis=0)
        filled = np.count_nonzero(silent) >= _SILENT and np.mean(block[i][silent] != 0) > _FILLED
        if (best[at] < _UNLIKE and _goes_with_none(block, i)) or (best[at] < _LOW + 0.15 and filled):
            found[i] = (
                f"column whose values go with no other's (rank correlation at most {best[at]:.2f}, of the others "
                f"{np.median(best[others]):.2f}): of something else, or sorted alone"
            )
    return found


def copied_columns(block: NDArray[np.float64]) -> dict[int, int]:
    """Return which rows hold the same values as one before them, enough different ones to be no chance → which one."""
    seen, found = dict[bytes, int](), dict[int, int]()
    for i, row in enumerate(block):
        if np.count_nonzero(row) > _FEW and len(np.unique(row)) > _FEW / 2:
            first = seen.setdefault(np.ascontiguousarray(row).tobytes(), i)
            if first != i:
                found[i] = first
    return found


def _numbered(block: NDArray[np.float64]) -> dict[int, str]:
    """Return which rows number the genes, or name them by a number."""
    found, ties = dict[int, str](), list[float]()
    distinct = [len(np.unique(row)) for row in block]
    ties = [1 - each / block.shape[1] for each in distinct]
    for i, row in enumerate(block):
        if distinct[i] == block.shape[1] and bool((row == np.rint(row)).all()):
            run = np.ptp(row) == len(row) - 1
            tied = np.median([each for at, each in enumerate(ties) if at != i]) > _TIES
            if run or (tied and _goes_with_none(block, i)):
                found[i] = "column that numbers the rows" if run else "column of numbers none of which stands twice"
    return found


def _goes_with_none(block: NDArray[np.float64], row: int) -> bool:
    """Say whether a row's ranks go with those of no other where it is above zero.

    Those of a thin sample, which lacks most genes, do there; and a sample far deeper than the others may have no count twice.
    """
    shown = block[row] > 0
    ranks = [rankdata(block[at][shown]) for at in (row, *range(row), *range(row + 1, len(block))) if np.ptp(block[at][shown]) > 0]
    return len(ranks) < 2 or float(np.corrcoef(ranks)[0, 1:].max()) < _UNLIKE


def rounded_blends(block: NDArray[np.float64]) -> dict[int, tuple[str, int]]:
    """Return which rows are means or sums of some of the others but for rounding: which, and of how many.

    What combination of the others comes nearest to each is read off the inverse of their products; it is taken where it is equal
    parts of two or more, and gives every value but for the decimals that are written.

    Args:
        block: columns of the table × genes.
    """
    count, genes = block.shape
    if not 2 < count <= _MOST or genes < 3 * count or not np.isfinite(block).all() or np.abs(block).max() > _HUGE:
        return {}
    scales = np.linalg.norm(block, axis=1)
    if (scales == 0).any():
        return {}
    triangle = np.asarray(np.linalg.qr((block / scales[:, None]).T).R)
    if np.abs(np.diag(triangle)).min() < 1e-13:
        return {}
    inverse = np.linalg.inv(triangle)
    precision = inverse @ inverse.T
    found = dict[int, tuple[str, int]]()
    for i in range(count):
        parts = -precision[i] / precision[i, i] * scales[i] / scales
        parts[i] = 0
        members = np.flatnonzero(parts > max(0.5 * float(parts.max()), 1e-3))
        members = members[[int(each) not in found for each in members]]
        if not 2 <= len(members) < count:
            continue
        for words, share in (("mean", 1 / len(members)), ("sum", 1.0)):
            even = bool(np.all(np.abs(parts[members] / share - 1) < _EVEN))
            if even and _gives(block[i], share * block[members].sum(axis=0), len(members), words):
                found[i] = (words, len(members))
    return found


def _gives(row: NDArray[np.float64], blend: NDArray[np.float64], members: int, words: str) -> bool:
    """Say whether a combination gives a row but for its decimals and its members', in genes enough that are large beside these.

    Args:
        row: a column of the table.
        blend: the combination.
        members: how many were combined.
        words: mean or sum.
    """
    for decimals in range(_DECIMALS + 1):
        scaled = row * 10.0**decimals
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-6 * (1 + np.abs(scaled))):
            steps = 2 if words == "mean" else 1 + members * (decimals > 0)
            slack = 0.51 * steps * 10.0**-decimals
            return bool(np.count_nonzero(row > _LARGE * slack) > _FEW and np.all(np.abs(row - blend) <= slack + 1e-6 * row))
    return bool(np.count_nonzero(row) > _FEW and np.allclose(row, blend, rtol=1e-5, atol=0))
