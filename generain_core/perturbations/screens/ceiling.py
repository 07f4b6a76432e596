"""The noise ceiling of a screen: how alike controls are among themselves, and samples of one perturbation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_PAIRS = 1000


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseCeiling:
    """What effects and directions noise alone makes.

    Attributes:
        control_effect: the length that one control in twenty exceeds, left out, in spreads of the controls.
        halves: how far the means of two halves of the controls are apart, in spreads of the controls.
        agreement: one a perturbation: mean cosine of the shifts of its samples (guides of a target); NaN with one sample.
        within: the median of these; NaN without any.
        between: median cosine of samples of different perturbations.
    """

    control_effect: float
    halves: float
    agreement: NDArray[np.float64]
    within: float
    between: float


def noise_ceiling(
    points: Points, controls: NDArray[np.int64], strata: NDArray[np.int64], groups: Sequence[NDArray[np.int64]], seed: int
) -> NoiseCeiling:
    """Measure controls against controls, and samples of a perturbation against each other.

    Of two samples that are compared, one is held against one half of the controls and one against the other, so that they do
    not share the controls' noise.

    Args:
        points: samples × dimensions.
        controls: rows of controls.
        strata: of each row.
        groups: rows of each perturbation, in strata with at least two controls.
        seed: of the halves and of pairs that are drawn.
    """
    generator = np.random.default_rng(seed)
    means: tuple[dict[int, Points], dict[int, Points]] = ({}, {})
    lengths, squares, freedom = [], 0.0, 0
    for stratum in np.unique(strata[controls]):
        members = generator.permutation(controls[strata[controls] == stratum])
        if len(members) < 2:
            continue
        values = points[members]
        half = len(members) // 2
        means[0][int(stratum)], means[1][int(stratum)] = values[:half].mean(0), values[half:].mean(0)
        centered = values - values.mean(0)
        squares, freedom = squares + float((centered**2).sum()), freedom + len(members) - 1
        lengths.append(np.linalg.norm(centered, axis=1) * len(members) / (len(members) - 1))
    spread = float(np.sqrt(squares / freedom)) if freedom else float("nan")
    apart = [float(np.linalg.norm(means[0][s] - means[1][s])) for s in means[0]]
    agreement = np.array([_agreement(points, group, strata, means) for group in groups])
    known = agreement[np.isfinite(agreement)]
    return NoiseCeiling(
        control_effect=float(np.quantile(np.concatenate(lengths), 0.95)) / spread if lengths else float("nan"),
        halves=float(np.mean(apart)) / spread if apart else float("nan"),
        agreement=agreement,
        within=float(np.median(known)) if len(known) else float("nan"),
        between=_between(points, groups, strata, means, generator),
    )


def _cosine(a: Points, b: Points) -> float:
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 0 else float("nan")


def _pair(points: Points, i: int, j: int, strata: NDArray[np.int64], means: tuple[dict[int, Points], dict[int, Points]]) -> float:
    """Return the cosine of two samples' shifts, each from another half of the controls, both ways round."""
    s, t = int(strata[i]), int(strata[j])
    if s not in means[0] or t not in means[0]:
        return float("nan")
    ways = [_cosine(points[i] - means[a][s], points[j] - means[1 - a][t]) for a in (0, 1)]
    return float(np.mean(ways))


def _agreement(
    points: Points, group: NDArray[np.int64], strata: NDArray[np.int64], means: tuple[dict[int, Points], dict[int, Points]]
) -> float:
    pairs = [(int(i), int(j)) for n, i in enumerate(group[:12]) for j in group[:n]]
    return float(np.mean([_pair(points, i, j, strata, means) for i, j in pairs])) if pairs else float("nan")


def _between(
    points: Points,
    groups: Sequence[NDArray[np.int64]],
    strata: NDArray[np.int64],
    means: tuple[dict[int, Points], dict[int, Points]],
    generator: np.random.Generator,
) -> float:
    if len(groups) < 2:
        return float("nan")
    drawn = generator.integers(0, len(groups), (_PAIRS, 2))
    pairs = [(int(groups[a][0]), int(groups[b][-1])) for a, b in drawn if a != b]
    cosines = np.array([_pair(points, i, j, strata, means) for i, j in pairs])
    cosines = cosines[np.isfinite(cosines)]
    return float(np.median(cosines)) if len(cosines) else float("nan")
