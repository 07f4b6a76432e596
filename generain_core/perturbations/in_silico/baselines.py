"""What a foreseen shift has to beat: the mean shift of all others, and a regression on principal components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.genes.gene_values import GeneValues

Shifts = NDArray[np.float64]
COMPONENTS = 10
LEAST = 5
"""Other perturbations that a regression needs."""
MOST_SAMPLES = 300
_RIDGE = 0.1


def mean_shift_of_others(shifts: Shifts, targets: list[str], i: int) -> Shifts:
    """Return the mean shift of all perturbations of other targets; NaN where there are none."""
    others = [j for j, target in enumerate(targets) if target != targets[i]]
    mean: Shifts = shifts[others].mean(0) if others else np.full(shifts.shape[1], np.nan)
    return mean


@dataclass(frozen=True, eq=False)
class TargetExpression:
    """Log depth of some samples: products of all pairs over all genes, and the columns of the targets.

    Attributes:
        gram: samples × samples.
        columns: samples × targets.
        labels: the perturbation of each sample.
    """

    gram: NDArray[np.float64]
    columns: NDArray[np.float64]
    labels: NDArray[np.object_]


def target_expression(values: GeneValues, labels: NDArray[np.object_], targets: list[str], seed: int) -> TargetExpression:
    """Take the products once; of more than `MOST_SAMPLES` samples so many drawn at random."""
    rows = np.flatnonzero(np.asarray(labels != "", dtype=bool))
    if len(rows) > MOST_SAMPLES:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_SAMPLES, replace=False))
    gram = np.zeros((len(rows), len(rows)))
    place = {gene: i for i, gene in enumerate(values.genes)}
    wanted = np.array([place.get(target, -1) for target in targets])
    columns = np.full((len(rows), len(targets)), np.nan)
    for part, block, _ in values.blocks(rows):
        centered = block - block.mean(0)
        gram += centered @ centered.T
        here = (wanted >= part.start) & (wanted < part.stop)
        columns[:, here] = block[:, wanted[here] - part.start]
    return TargetExpression(gram, columns, labels[rows])


def regression_shift(known: TargetExpression, shifts: Shifts, names: list[str], targets: list[str], i: int) -> Shifts:
    """Return the shift that a ridge regression on the other perturbations foresees for one; NaN where they are too few.

    A target is described by its scores on the first principal components of log depth, of all samples but those of the
    perturbations of this target. After Ahlmann-Eltze et al. 2025, doi 10.1038/s41592-025-02772-6.

    Args:
        known: of the samples.
        shifts: perturbations × dimensions.
        names, targets: of the perturbations; columns of `known` are in this order.
        i: the one to foresee.
    """
    nothing = np.full(shifts.shape[1], np.nan)
    same = {name for name, target in zip(names, targets, strict=True) if target == targets[i]}
    rows = np.array([label not in same for label in known.labels], dtype=bool)
    train = [j for j, target in enumerate(targets) if target != targets[i] and np.isfinite(known.columns[:, j]).all()]
    if len(train) < LEAST or rows.sum() < LEAST or not np.isfinite(known.columns[:, i]).all():
        return nothing
    middle = np.eye(int(rows.sum())) - 1 / rows.sum()
    sizes, axes = np.linalg.eigh(middle @ known.gram[np.ix_(rows, rows)] @ middle)
    kept = min(COMPONENTS, len(train) - 1, int((sizes > 1e-9 * sizes[-1]).sum()))
    scores = (middle @ known.columns[rows]).T @ axes[:, ::-1][:, :kept]
    scores = scores / max(float(np.sqrt((scores[train] ** 2).mean())), 1e-12)
    x, y = scores[train], shifts[train]
    centered = x - x.mean(0)
    weight = np.linalg.solve(centered.T @ centered + _RIDGE * len(train) * np.eye(kept), centered.T @ (y - y.mean(0)))
    shift: Shifts = y.mean(0) + (scores[i] - x.mean(0)) @ weight
    return shift
