"""Confidence intervals of effects: the length of a shift in spreads of the controls, both of which are estimates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Comparison, Points
from generain_core.perturbations.effects.noise import Noise, noise_of
from generain_core.perturbations.effects.studentized import dimensions_of, effective_dimensions

LEVEL = 0.95
LEAST_FREEDOM, ENOUGH_FREEDOM = 9, 15
LEAST_DIMENSIONS = 4.0
HEAVY_OF_FEW, HEAVY = 1.2, 1.5
"""Squared distances from the mean that vary so many times more than those of normal samples speak of heavy tails; fewer
samples (less than `ENOUGH_FREEDOM`) are held to the first."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The spread of the controls, and how sure it is.

    Attributes:
        value: root mean square distance of samples from the mean of their group.
        freedom: its degrees of freedom, for one dimension.
        dimensions: in how many dimensions of equal variance the controls vary.
        tails: how much squared distances vary, over what they would for normal samples.
    """

    value: float
    freedom: int
    dimensions: float
    tails: float


@dataclass(frozen=True, kw_only=True)
class Variation:
    """How sure the length of a shift is.

    Attributes:
        square: squared length of the shift.
        noise: what noise alone adds to it.
        along: variance of the shift along itself.
        freedom: degrees of freedom of `along`.
        dimensions: in how many dimensions of equal variance the noise lies.
    """

    square: float
    noise: float
    along: float
    freedom: float
    dimensions: float


def spread_with_sureness(points: Points, groups: NDArray[np.int64], value: float) -> Spread:
    """Return the spread of points around the means of their groups with what tells how sure it is."""
    parts = [points[groups == group] for group in np.unique(groups)]
    residuals = np.concatenate([(part - part.mean(0)) * np.sqrt(len(part) / max(1, len(part) - 1)) for part in parts])
    residuals = residuals[np.concatenate([np.full(len(part), len(part) > 1) for part in parts])]
    squares = (residuals**2).sum(1)
    freedom = sum(len(part) - 1 for part in parts)
    if freedom < 2 or not squares.min(initial=np.inf) > 0:
        return Spread(value=value, freedom=freedom, dimensions=1.0, tails=float("inf"))
    unit = residuals / np.sqrt(squares)[:, None]
    cosines = (unit @ unit.T) ** 2
    alike = (float(cosines.sum()) - len(unit)) / (len(unit) * (len(unit) - 1))
    varied = float(squares.var(ddof=1)) / float(squares.mean()) ** 2
    dimensions = dimensions_of([(np.concatenate([part - part.mean(0) for part in parts]), freedom)], points.shape[1])
    return Spread(value=value, freedom=freedom, dimensions=dimensions, tails=varied / (2 * alike))


def variation_of(comparison: Comparison) -> Variation:
    """Return how sure the shift of samples compared within strata is."""
    observed = _observed(comparison)
    unit = comparison.shift / max(float(np.linalg.norm(comparison.shift)), 1e-300)
    along = _observed(Comparison((comparison.points @ unit)[:, None], comparison.sizes))
    total = float(along.noise[0])
    shares = [float(part[0]) ** 2 / free for part, free in zip(along.parts, along.freedom, strict=True) if free]
    return Variation(
        square=float(observed.squares[0]),
        noise=float(observed.noise[0]),
        along=total,
        freedom=total**2 / sum(shares) if sum(shares) > 0 else float("nan"),
        dimensions=effective_dimensions(comparison, comparison.points.shape[1]),
    )


def variation_of_pairs(differences: Points) -> Variation:
    """Return how sure the mean of differences is; pairs × dimensions, at least two."""
    n, shift = len(differences), differences.mean(0)
    rest = differences - shift
    unit = shift / max(float(np.linalg.norm(shift)), 1e-300)
    return Variation(
        square=float(shift @ shift),
        noise=float((rest**2).sum()) / (n - 1) / n,
        along=float(((rest @ unit) ** 2).sum()) / (n - 1) / n,
        freedom=n - 1,
        dimensions=dimensions_of([(rest, n - 1)], differences.shape[1]),
    )


def effect_interval(variation: Variation, spread: Spread) -> tuple[float, float]:
    """Return the 95 % interval of the length of a shift, less noise, over the spread of controls; NaN where it would not hold.

    The squared length less noise, T, varies around θ by 4 θ a + 2 tr(V²), a the variance of the shift along itself, V its
    covariance. Its limits are the θ that Student's t does not refute with the variance that this θ has, as Wilson's are of a
    share; with the variance of the observed length, upper limits would be too low where that length came out too short. These
    limits, and those by chi-square for the spread, are put together on the logarithmic scale. The lower limit is 0 where that of
    the square is below it. Where tails are heavy, a few samples do not tell the spread, and where controls are few or vary along
    a few lines only, it does not show whether tails are heavy: then there is no interval.
    """
    from scipy.stats import chi2, t

    square, blur = variation.square - variation.noise, 2 * variation.noise**2 / variation.dimensions
    free = spread.freedom * spread.dimensions
    if not (is_told(spread) and np.isfinite(variation.freedom)):
        return float("nan"), float("nan")
    quantile = float(t.ppf(0.5 + LEVEL / 2, variation.freedom))
    center = square + 2 * quantile**2 * variation.along
    reach = quantile * float(np.sqrt(max(0.0, 4 * variation.along * (square + quantile**2 * variation.along) + blur)))
    low, middle, high = (float(np.sqrt(max(0.0, each))) for each in (center - reach, square, center + reach))
    wide, narrow = np.sqrt(free / chi2.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], free))
    lower = middle * np.exp(-np.hypot(np.log(middle / low), np.log(narrow))) if low > 0 else 0.0
    upper = middle * np.exp(np.hypot(np.log(high / middle), np.log(wide))) if middle > 0 else high * wide
    return float(lower) / spread.value, float(upper) / spread.value


def is_told(spread: Spread) -> bool:
    """Say whether the controls are enough, in enough dimensions and near enough to normal, to tell how sure their spread is."""
    heavy = HEAVY if spread.freedom >= ENOUGH_FREEDOM else HEAVY_OF_FEW
    return spread.freedom >= LEAST_FREEDOM and spread.dimensions >= LEAST_DIMENSIONS and spread.tails <= heavy


def _observed(comparison: Comparison) -> Noise:
    return noise_of(comparison, comparison.centered @ comparison.centered.T, comparison.treated[None, :])
