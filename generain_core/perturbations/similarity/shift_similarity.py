"""Which perturbations move the samples alike: cosines of their shifts, neighbors, an order that shows groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.geometry.sample_similarity import MAX_CLUSTERED, cluster_order, nearest_samples, similarity_matrix
from generain_core.perturbations.effects.analysis import Ranking
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.text import with_noun

WEAK = 0.5
"""Below this share of signal, the direction of a shift is mostly noise."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ShiftSimilarity:
    """Perturbations by the direction in which they move the samples, in one space.

    Attributes:
        space: which, in words.
        perturbations, targets: labels, and the gene that each names or ''.
        shifts: perturbations × dimensions, less their mean if `centered`.
        cosines: of all pairs of shifts.
        signal: share of each shift's squared length that is not noise (0 to 1); NaN where the noise can't be told.
        found: whether the effect has a false discovery rate of 5 % or less.
        samples: how many each shift is of.
        centered: whether the mean of all shifts was taken off.
        notes: what has to be known to read it.
    """

    space: str
    perturbations: tuple[str, ...]
    targets: tuple[str, ...]
    shifts: NDArray[np.float64]
    cosines: NDArray[np.float64]
    signal: NDArray[np.float64]
    found: NDArray[np.bool_]
    samples: NDArray[np.int64]
    centered: bool
    notes: tuple[str, ...]


def compare_shifts(ranking: Ranking, *, centered: bool = False) -> ShiftSimilarity:
    """Compare the directions of all shifts of a ranking.

    Args:
        ranking: the effects in one space.
        centered: take off the mean of all shifts first: what all perturbations share (such as the answer to being handled).

    Raises:
        GeneRAINError: fewer than two perturbations have a shift.
    """
    table, shifts = ranking.table, ranking.shifts
    has_shift = np.isfinite(shifts).all(1)
    if centered and has_shift.sum() > 2:
        shifts = shifts - shifts[has_shift].mean(0)
    has_shift &= np.linalg.norm(np.nan_to_num(shifts), axis=1) > 0
    if has_shift.sum() < 2:
        raise GeneRAINError(f"{int(has_shift.sum())} perturbation has a shift in this space; at least 2 are needed to compare.")
    rows, moved = table[has_shift], shifts[has_shift]
    with np.errstate(invalid="ignore", divide="ignore"):
        signal = (rows["effect"].to_numpy(float) / rows["length"].to_numpy(float)) ** 2
    notes = [
        "All shifts start from the same controls, so noise in these makes every pair a little more alike; "
        "the fewer controls, the more."
    ]
    weak = int((~(signal >= WEAK)).sum())
    if weak:
        notes.append(f"The shifts of {weak:,} of {len(rows):,} perturbations are mostly noise, and so are their directions.")
    if centered:
        notes.append("The mean of all shifts was taken off.")
    left_out = int((~has_shift).sum())
    if left_out:
        notes.append(f"{with_noun(left_out, 'perturbation')} without a shift left out.")
    return ShiftSimilarity(
        space=ranking.space.name,
        perturbations=tuple(map(str, rows["perturbation"])),
        targets=tuple(map(str, rows["target"].fillna(""))),
        shifts=moved,
        cosines=similarity_matrix(moved),
        signal=signal,
        found=(rows["fdr"] <= ALPHA).to_numpy(bool),
        samples=rows["n_samples"].to_numpy(np.int64),
        centered=centered,
        notes=tuple(notes),
    )


def neighboring_perturbations(of: ShiftSimilarity, name: str, k: int = 20) -> pd.DataFrame:
    """Return the perturbations whose shifts point most like that of one.

    Columns: perturbation, target, cosine, rank, rank_back, signal, found.

    Raises:
        GeneRAINError: there is no such perturbation among those with a shift.
    """
    if name not in of.perturbations:
        raise GeneRAINError(f"There is no perturbation {name[:60]!r} with a shift in the {of.space} space.")
    table = nearest_samples(of.shifts, of.perturbations, name, "cosine", k).rename(columns={"sample": "perturbation"})
    rows = [of.perturbations.index(each) for each in table["perturbation"]]
    table.insert(1, "target", [of.targets[i] for i in rows])
    return table.assign(signal=of.signal[rows], found=of.found[rows])


def similarity_order(of: ShiftSimilarity, most: int = MAX_CLUSTERED) -> NDArray[np.intp]:
    """Return an order of perturbations that puts like ones side by side.

    Average linkage of unit shifts. Of more than `most` the first ones are ordered: a ranking has the surest first.
    """
    rows = min(len(of.perturbations), most)
    return cluster_order(of.shifts[:rows])[0]


def cosine_table(of: ShiftSimilarity) -> pd.DataFrame:
    """Return the matrix of cosines as a table: a column perturbation, then one for each."""
    table = pd.DataFrame(of.cosines, columns=list(of.perturbations))
    table.insert(0, "perturbation", list(of.perturbations), allow_duplicates=True)
    return table
