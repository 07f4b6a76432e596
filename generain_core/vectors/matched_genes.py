"""Random genes that match those of a list in biotype and expression, so that chance is asked about genes like them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

LEAST = 30
"""Genes in a stratum at least, where a biotype has so many."""
MOST_BINS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Strata:
    """The genes of a vector set in strata of one biotype class and like mean expression.

    Attributes:
        of: stratum of each gene (int).
        members: rows of the genes of each stratum, ascending.
        matched_on: what genes of a stratum have in common.
    """

    of: np.ndarray
    members: tuple[np.ndarray, ...]
    matched_on: tuple[str, ...]


class DescribedGenes(Protocol):
    """Genes of which biotype and mean expression are known, such as those of an atlas or of predictions."""

    @property
    def biotype_classes(self) -> np.ndarray: ...  # noqa: D102

    @property
    def described(self) -> pd.DataFrame: ...  # noqa: D102


def strata_of(atlas: DescribedGenes) -> Strata:
    """Divide genes by biotype class and, where it is known, by tenths of mean expression."""
    classes = atlas.biotype_classes.astype(str)
    means = atlas.described["mean"].to_numpy(np.float64)
    measured = bool(np.isfinite(means).any())
    labels = np.empty(len(classes), np.intp)
    members: list[np.ndarray] = []
    for name in sorted(set(classes)):
        rows = np.flatnonzero(classes == name)
        rows = rows[np.argsort(means[rows], kind="stable")] if measured else rows
        for part in np.array_split(rows, min(MOST_BINS, max(1, len(rows) // LEAST)) if measured else 1):
            labels[part] = len(members)
            members.append(np.sort(part))
    return Strata(of=labels, members=tuple(members), matched_on=("biotype", "mean expression") if measured else ("biotype",))


def draw(strata: Strata, rows: Sequence[int] | np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Draw lists of genes that match a list stratum by stratum, each without repeats; return their rows (number × genes)."""
    strata_of_rows = strata.of[np.asarray(rows, np.intp)]
    drawn = np.empty((number, len(strata_of_rows)), np.intp)
    for stratum in np.unique(strata_of_rows):
        places = np.flatnonzero(strata_of_rows == stratum)
        candidates = strata.members[stratum]
        drawn[:, places] = candidates[_without_repeats(len(candidates), len(places), number, rng)]
    return drawn


def _without_repeats(size: int, chosen: int, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return places (number × chosen) below `size`, none twice in a row: Floyd's sampling, one column after another."""
    places = np.empty((number, chosen), np.intp)
    for column, top in enumerate(range(size - chosen, size)):
        candidate = rng.integers(0, top + 1, number)
        repeated = (places[:, :column] == candidate[:, None]).any(axis=1)
        places[:, column] = np.where(repeated, top, candidate)
    return rng.permuted(places, axis=1)
