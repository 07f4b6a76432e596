"""Controls left out in turn, and perturbed samples, measured under the same fit that has seen neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.screens.covariance import ControlFit, Values, fit_controls
from generain_core.perturbations.screens.depth_trend import without_trend
from generain_core.progress import Progress, silent

_MEANS = 512
FOLDS = 20
"""Controls are left out in so many parts, one by one where there are fewer."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Yardstick:
    """Distances of perturbations and of as many left-out controls, fit by fit.

    Attributes:
        perturbed: size → fits × perturbations: log of the squared distance of the mean of its samples, less the trend of
            means of so many controls with depth; only those of this size count.
        size: how many samples each perturbation is the mean of.
        controls: size → log squared distances of means of so many left-out controls.
        fits: size → the fit that each of these was measured under.
        strata: size → stratum of each of these; -1 where its controls are of several.
        disjoint: size → stratum → how many means of left-out controls of it share no control; of all of them under -1.
        shrinkage: mean over fits.
        explained: the share of the variance of single controls' log distances that their depth explains.
        parts: in how many parts controls were left out.
    """

    perturbed: Mapping[int, NDArray[np.float64]]
    size: NDArray[np.int64]
    controls: Mapping[int, NDArray[np.float64]]
    fits: Mapping[int, NDArray[np.int64]]
    strata: Mapping[int, NDArray[np.int64]]
    disjoint: Mapping[int, Mapping[int, int]]
    shrinkage: float
    explained: float
    parts: int


def measure(
    values: Values,
    controls: NDArray[np.int64],
    strata: NDArray[np.int64],
    groups: Sequence[NDArray[np.int64]],
    depths: NDArray[np.float64],
    *,
    scaled: bool,
    seed: int,
    within: bool = False,
    progress: Progress | None = None,
) -> Yardstick:
    """Measure perturbations and left-out controls.

    A distance is divided by how far noise alone moves a mean of so many samples from the mean of so many controls of its
    stratum, so that strata of different sizes can be compared.

    Args:
        values: samples × dimensions.
        controls: rows of the controls.
        strata: of each row.
        groups: rows of each perturbation; all in strata that have at least two controls.
        depths: log depth of each row.
        scaled: see `fit_controls`.
        seed: of the parts in which controls are left out, and of the draws of means.
        within: whether perturbations are ranked among controls of their own stratum: means are then of controls of one.
        progress: told the share done.
    """
    report, sizes = progress or silent, np.array([len(group) for group in groups], dtype=np.int64)
    fewest = int(np.unique(strata[controls], return_counts=True)[1].min()) if within else len(controls)
    largest = int(min(sizes.max(initial=1), max(1, fewest // 3)))
    whole = largest * int(np.ceil(fewest / FOLDS / largest))  # of whole means, so that no control is left over
    part = _parts(strata[controls], max(2, fewest // whole if largest > 1 else min(FOLDS, fewest)), seed)
    generator = np.random.default_rng(seed + 1)
    perturbed = np.full((int(part.max()) + 1, len(groups)), np.nan)
    wanted = sorted({int(size) for size in sizes if size <= largest} | {1})
    found: dict[int, list[tuple[NDArray[np.float64], int, NDArray[np.int64], NDArray[np.float64]]]]
    found = {size: [] for size in wanted}
    disjoint: dict[int, dict[int, int]] = {size: {} for size in wanted}
    ours, shrinkages = Means.of(groups, strata), []
    for number in range(len(perturbed)):
        report(number / len(perturbed), f"controls left out: part {number + 1} of {len(perturbed)}")
        out, kept = controls[part == number], controls[part != number]
        fit = fit_controls(values[kept], strata[kept], scaled=scaled)
        shrinkages.append(fit.shrinkage)
        counts = np.bincount(strata[kept], minlength=int(strata.max()) + 1)
        out = out[counts[strata[out]] > 0]
        perturbed[number] = ours.logs(values, strata, fit, counts)
        for size in wanted:
            pools = {-1: out} if not within else {int(s): out[strata[out] == s] for s in np.unique(strata[out])}
            draws = [draw for pool in pools.values() for draw in _draws(pool, size, generator)]
            theirs = Means.of(draws, strata)
            found[size].append((theirs.logs(values, strata, fit, counts), number, theirs.stratum, _means(depths, draws)))
            for stratum, pool in pools.items():
                disjoint[size][stratum] = disjoint[size].get(stratum, 0) + len(pool) // size
    report(1.0, "controls left out: done")
    leveled = {
        size: without_trend(
            perturbed, _means(depths, groups), np.concatenate([e[0] for e in each]), np.concatenate([e[3] for e in each])
        )
        for size, each in found.items()
    }
    return Yardstick(
        perturbed={size: ours for size, (ours, *_) in leveled.items()},
        size=sizes,
        controls={size: logs for size, (_, logs, _) in leveled.items()},
        fits={size: np.concatenate([np.full(len(e[0]), e[1]) for e in each]) for size, each in found.items()},
        strata={size: np.concatenate([e[2] for e in each]) for size, each in found.items()},
        disjoint=disjoint,
        shrinkage=float(np.mean(shrinkages)),
        explained=leveled[1][2],
        parts=len(perturbed),
    )


def _parts(strata: NDArray[np.int64], parts: int, seed: int) -> NDArray[np.int64]:
    """Return the part of each control: as equal as can be, each stratum spread over all parts."""
    generator = np.random.default_rng(seed)
    order = [generator.permutation(np.flatnonzero(strata == stratum)) for stratum in np.unique(strata)]
    part = np.empty(len(strata), dtype=np.int64)
    part[np.concatenate(order)] = np.arange(len(strata)) % parts
    return part


def _draws(rows: NDArray[np.int64], size: int, generator: np.random.Generator) -> list[NDArray[np.int64]]:
    """Return groups of so many left-out controls: each control once where groups are of one, else as many draws as controls."""
    if size == 1:
        return [rows[i : i + 1] for i in range(len(rows))]
    if len(rows) < size:
        return []
    return [generator.choice(rows, size, replace=False) for _ in range(len(rows))]


def _means(values: NDArray[np.float64], groups: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    return np.array([values[group].mean() for group in groups], dtype=np.float64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Means:
    """Means of samples that are measured under one fit after another.

    Attributes:
        rows: of all their samples, one mean after another.
        sizes: how many samples each is of.
        members: means × strata: how many of its samples are of each.
    """

    rows: NDArray[np.int64]
    sizes: NDArray[np.int64]
    members: NDArray[np.int64]

    @classmethod
    def of(cls, groups: Sequence[NDArray[np.int64]], strata: NDArray[np.int64]) -> "Means":
        """Take groups of rows, whose strata are given."""
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        rows = np.concatenate([*groups, np.empty(0, dtype=np.int64)]).astype(np.int64)
        members = np.zeros((len(groups), int(strata.max(initial=0)) + 1), dtype=np.int64)
        np.add.at(members, (np.repeat(np.arange(len(groups)), sizes), strata[rows]), 1)
        return cls(rows=rows, sizes=sizes, members=members)

    @property
    def stratum(self) -> NDArray[np.int64]:
        """Return the stratum of each mean; -1 where its samples are of several."""
        return np.where((self.members > 0).sum(1) == 1, self.members.argmax(1), -1).astype(np.int64)

    def logs(self, values: Values, strata: NDArray[np.int64], fit: ControlFit, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the log of each mean's squared distance, in units of what noise alone makes of it; NaN without controls.

        Noise is the variance of a mean of samples less the controls' means of their strata, in units of a sample's.

        Args:
            values: samples × dimensions.
            strata: of each sample.
            fit: to controls.
            counts: controls of each stratum that the fit has seen.
        """
        logs, starts = np.full(len(self.sizes), np.nan), np.r_[0, np.cumsum(self.sizes)]
        known = np.flatnonzero((self.members[:, counts == 0] == 0).all(1))
        shares = self.members / np.maximum(self.sizes, 1)[:, None]
        with np.errstate(divide="ignore"):
            per_member = np.where(self.members > 0, 1 / self.members + np.where(counts > 0, 1 / counts, 0.0), 0.0)
        noise = (shares**2 * per_member).sum(1)
        for start in range(0, len(known), _MEANS):
            some = known[start : start + _MEANS]
            rows = np.concatenate([self.rows[starts[i] : starts[i + 1]] for i in some])
            means = fit.centered(values[rows], strata[rows])
            if (self.sizes[some] > 1).any():
                sizes = self.sizes[some]
                sums: Values = np.add.reduceat(means, np.r_[0, np.cumsum(sizes)[:-1]], axis=0)
                means = (sums / sizes[:, None]).astype(np.float32)
            squares = np.maximum(fit.squared_distances(means) / noise[some], np.finfo(float).tiny)
            logs[some] = np.log(squares)
        return logs
