"""Random lists that are as alike within as a list is: chance that leaves a list's own likeness in place."""

import numpy as np

from generain_core.progress import Progress, silent
from generain_core.vectors.matched_genes import Strata, draw

_BLOCK = 16 << 20


def elsewhere(
    unit: np.ndarray, strata: Strata, rows: np.ndarray, number: int, rng: np.random.Generator, progress: Progress = silent
) -> np.ndarray:
    """Return lists shaped like one, around other genes (number × genes, rows of `unit`).

    Around a random gene of the biotype and expression of the list's most central member, the genes at the ranks that its members
    have as seen from that one. Of a single gene it is one of its biotype and expression.

    Args:
        unit: vectors of all genes at length 1, in double precision.
        strata: genes of like biotype and expression.
        rows: of the list's genes.
        number: how many lists.
        rng: random numbers.
        progress: told the share done.
    """
    center, ranks = _shape(unit, rows)
    seeds = draw(strata, [center], number, rng)[:, 0]
    if len(rows) == 1:
        return seeds[:, None]
    lists = np.empty((number, len(rows)), np.intp)
    block = max(1, _BLOCK // (8 * len(unit)))
    for start in range(0, number, block):
        part = seeds[start : start + block]
        distances = -(unit[part] @ unit.T)
        distances[np.arange(len(part)), part] = -2.0
        lists[start : start + len(part)] = np.argsort(distances, axis=1)[:, ranks]
        progress((start + len(part)) / number, f"{start + len(part):,} of {number:,} random lists")
    return lists


def _shape(unit: np.ndarray, rows: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the most central gene of a list, and the rank of each of its genes as seen from there (0 is itself)."""
    center = int(rows[np.argmax(unit[rows] @ unit[rows].sum(axis=0))])
    cosines = unit @ unit[center]
    cosines[center] = 2.0
    places = np.empty(len(unit), np.intp)
    places[np.argsort(-cosines, kind="stable")] = np.arange(len(unit))
    return center, places[rows]
