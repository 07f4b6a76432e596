"""Controls left out in turn, and perturbed samples, measured under the same fit that has seen neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.screens.covariance import ControlFit, Values, fit_controls
from generain_core.perturbations.screens.depth_trend import without_trend
from generain_core.progress import Progress, silent

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
        disjoint: size → how many means of left-out controls share no control.
        shrinkage: mean over fits.
        explained: the share of the variance of single controls' log distances that their depth explains.
        parts: in how many parts controls were left out.
    """

    perturbed: Mapping[int, NDArray[np.float64]]
    size: NDArray[np.int64]
    controls: Mapping[int, NDArray[np.float64]]
    fits: Mapping[int, NDArray[np.int64]]
    strata: Mapping[int, NDArray[np.int64]]
    disjoint: Mapping[int, int]
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
        progress: told the share done.
    """
    report, sizes = progress or silent, np.array([len(group) for group in groups], dtype=np.int64)
    largest = int(min(sizes.max(initial=1), max(1, len(controls) // 3)))
    part = _parts(strata[controls], max(2, min(FOLDS, len(controls) // largest)), seed)
    generator = np.random.default_rng(seed + 1)
    perturbed = np.full((int(part.max()) + 1, len(groups)), np.nan)
    wanted = sorted({int(size) for size in sizes if size <= largest} | {1})
    found: dict[int, list[tuple[NDArray[np.float64], int, NDArray[np.int64], NDArray[np.float64]]]]
    found = {size: [] for size in wanted}
    disjoint, shrinkages = dict.fromkeys(wanted, 0), []
    for number in range(len(perturbed)):
        report(number / len(perturbed), f"controls left out: part {number + 1} of {len(perturbed)}")
        out, kept = controls[part == number], controls[part != number]
        fit = fit_controls(values[kept], strata[kept], scaled=scaled)
        shrinkages.append(fit.shrinkage)
        counts = dict(zip(*np.unique(strata[kept], return_counts=True), strict=True))
        out = out[np.isin(strata[out], fit.strata)]
        perturbed[number] = _logs(values, strata, groups, fit, counts)
        for size in wanted:
            draws = _draws(out, size, generator)
            found[size].append((_logs(values, strata, draws, fit, counts), number, _of_one(strata, draws), _means(depths, draws)))
            disjoint[size] += len(out) // size
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


def _of_one(strata: NDArray[np.int64], groups: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.array([strata[g[0]] if len(np.unique(strata[g])) == 1 else -1 for g in groups], dtype=np.int64)


def _logs(
    values: Values,
    strata: NDArray[np.int64],
    groups: Sequence[NDArray[np.int64]],
    fit: ControlFit,
    counts: Mapping[int, int],
) -> NDArray[np.float64]:
    logs = np.full(len(groups), np.nan)
    known = [i for i, group in enumerate(groups) if np.isin(strata[group], fit.strata).all()]
    for start in range(0, len(known), 512):
        some = known[start : start + 512]
        rows = np.concatenate([groups[i] for i in some])
        centered = fit.centered(values[rows], strata[rows])
        sizes = np.array([len(groups[i]) for i in some])
        means = np.add.reduceat(centered, np.r_[0, np.cumsum(sizes)[:-1]], axis=0) / sizes[:, None]
        noise = np.array([_noise(strata[groups[i]], counts) for i in some])
        squares = np.maximum(fit.squared_distances(means.astype(np.float32)) / noise, np.finfo(float).tiny)
        logs[some] = np.log(squares)
    return logs


def _noise(strata: NDArray[np.int64], counts: Mapping[int, int]) -> float:
    """Return the variance of a mean of samples less the controls' means of their strata, in units of a sample's."""
    names, members = np.unique(strata, return_counts=True)
    shares = members / len(strata)
    return float(sum(s**2 * (1 / m + 1 / counts[name]) for s, m, name in zip(shares, members, names, strict=True)))
