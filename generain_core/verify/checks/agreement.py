"""Whether two descriptions of the same genes go together: genes alike in one should be alike in the other."""

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.errors import ReleaseError

SAMPLE = 400
CHANCES = 20
CLEARLY = 8
"""Standard deviations of what genes drawn at random give; networks trained on the same samples lie dozens above it."""


def belong(
    one: NDArray[np.floating],
    other: NDArray[np.floating],
    what: str,
    where: str,
    beside: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None,
) -> float:
    """Return the likeness of two descriptions whose rows should be the same genes.

    `beside` are the rows before and after each of `other` in its own file; without it those in the order given.

    Raises:
        ReleaseError: genes drawn at random, or their neighbors in the file, are as much alike, so that the rows or names of one
            of the two are in another order.
    """
    some = _some(len(one))
    ours, theirs = _cosines(one[some]), _cosines(other[some])
    found = _correlation(ours, theirs)
    rng = np.random.default_rng(settings.SEED)
    drawn = [rng.permutation(len(some)) for _ in range(CHANCES)]
    by_chance = [_correlation(ours, theirs[np.ix_(order, order)]) for order in drawn]
    neighbors = beside or (np.roll(other, 1, axis=0), np.roll(other, -1, axis=0))
    shifted = [_correlation(ours, _cosines(rows[some])) for rows in neighbors]
    clearly = CLEARLY * float(np.std(by_chance))
    if max(shifted) > max(clearly, found):
        raise ReleaseError(
            f"{what} and {where} go together better when each gene is given the row beside its own (similarities correlate by "
            f"{max(shifted):.2f}, not {found:.2f}), so the rows or names of one are shifted; get both again."
        )
    if not found > clearly:
        raise ReleaseError(
            f"{what} and {where} have nothing in common: their similarities among {len(some)} genes correlate by {found:.2f}, no "
            "more than those of genes drawn at random, so the rows or names of one are in another order; get both again."
        )
    return found


def _some(genes: int) -> NDArray[np.intp]:
    return np.linspace(0, genes - 1, min(genes, SAMPLE)).astype(np.intp)


def _cosines(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    wide = np.asarray(rows, np.float64)
    unit = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-30)
    return np.asarray(unit @ unit.T)


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    upper = np.triu_indices(len(one), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.corrcoef(one[upper], other[upper])[0, 1])
