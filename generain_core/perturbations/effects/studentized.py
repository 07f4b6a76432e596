"""Exchange of labels with a studentized statistic, which tests means whatever the spreads of the groups."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Comparison, Points
from generain_core.perturbations.effects.noise import Noise, is_between, noise_of
from generain_core.perturbations.effects.permutations import (
    FEW,
    MORE,
    Relabellings,
    relabellings,
    share_at_least,
    smallest_p,
)
from generain_core.perturbations.effects.shift_test import ASSUMES, ShiftTest, TestName

_FEW_FREE = 10
"""With fewer degrees of freedom in a group, exchange alone reacts to unequal spreads: 5 against 5 of which one varies three times
as much, in few dimensions, 8 to 10 % at 5 %."""
_FEW_DIMENSIONS = 2.0
_MOST_DIMENSIONS = 16
"""Dimensions for each degree of freedom that residuals can tell at most."""


@lru_cache(maxsize=4)
def relabeled(sizes: tuple[tuple[int, int], ...], permutations: int, seed: int) -> Relabellings:
    """Return relabelings of a design, the same object for the same design."""
    return relabellings(sizes, permutations, seed)


def exchange_test(comparison: Comparison, permutations: int, seed: int) -> ShiftTest:
    """Test equal means by exchanging labels within strata; the statistic is |shift|² over the noise that it has.

    In one stratum this is the multivariate Welch statistic Tw² (Alekseyenko 2016, doi 10.1093/bioinformatics/btw524); dividing
    by a noise in which each group has its own variance makes the permutation test of distributions one of means (Chung &
    Romano 2013, doi 10.1214/13-AOS1090). As that holds for many samples only, with fewer than eleven samples a group, or where
    all variance lies along one line, p is the larger of that by exchange and that by the F distribution of such a statistic
    (Brunner, Dette & Munk 1997, doi 10.1080/01621459.1997.10473671). Random relabelings near the smallest p are taken anew from
    more; as the first answer is then not used, p-values stay valid at every level.
    """
    gram = comparison.centered @ comparison.centered.T
    observed = noise_of(comparison, gram, comparison.treated[None, :])
    draws = relabeled(comparison.sizes, permutations, seed)
    p = _share(comparison, gram, draws, observed)
    if not draws.exact and comparison.k <= FEW and p <= 10 / (permutations + 1):
        draws = relabeled(comparison.sizes, MORE * permutations, seed + 1)
        p = _share(comparison, gram, draws, observed)
    dimensions = effective_dimensions(comparison)
    few = min(observed.freedom) < _FEW_FREE or dimensions < _FEW_DIMENSIONS
    return ShiftTest(
        name=TestName.EXCHANGE,
        assumes=ASSUMES[TestName.EXCHANGE],
        p_value=max(p, f_probability(observed, dimensions)) if few else p,
        smallest_p=smallest_p(comparison.sizes, permutations),
        relabellings=len(relabeled(comparison.sizes, permutations, seed).chosen),
        exact=draws.exact,
    )


def _share(comparison: Comparison, gram: Points, draws: Relabellings, observed: Noise) -> float:
    noise = noise_of(comparison, gram, draws.chosen)
    return share_at_least(ratios(noise), float(ratios(observed)[0]), exact=draws.exact)


def ratios(noise: Noise) -> NDArray[np.float64]:
    """Return |shift|² over its noise; where there is no noise, a shift of any length is beyond all others, and none is 0."""
    scale = 1e-12 * max(float(noise.squares.max(initial=0.0)), float(noise.noise.max(initial=0.0)), 1e-300)
    values: NDArray[np.float64] = np.where(noise.squares <= scale, 0.0, noise.squares / np.maximum(noise.noise, scale))
    return values


def f_probability(noise: Noise, dimensions: float) -> float:
    """Return the probability of a larger |shift|² / noise where means are equal and samples are normal.

    The numerator has `dimensions` degrees of freedom; each part of the noise has that many times its own, put together as
    Welch and Satterthwaite do. Where the variance of two samples is along about one line, which one degree of freedom can't tell,
    that one is taken for all (Hsu's bound), so that p is never too small.
    """
    from scipy.stats import f

    total = float(noise.noise[0])
    if not total > 0:
        return 0.0 if noise.squares[0] > 0 else 1.0
    free = total**2 / sum(float(part[0]) ** 2 / freedom for part, freedom in zip(noise.parts, noise.freedom, strict=True))
    if min(noise.freedom) < 2 and dimensions < _FEW_DIMENSIONS:
        free = min(free, 1.0)
    return float(f.sf(float(noise.squares[0]) / total, dimensions, free * dimensions))


def effective_dimensions(comparison: Comparison, most: float | None = None) -> float:
    """Return in how many dimensions of equal variance the residuals would vary as they do: tr(V)² / tr(V²).

    Residuals of each kind are scaled to equal variance first; tr(V²) is without the bias that few samples give it. By default
    there are at most `most_dimensions`.
    """
    residuals = _residuals(comparison)
    return dimensions_of(residuals, most or most_dimensions(comparison.points.shape[1], sum(free for _, free in residuals)))


def most_dimensions(width: int, freedom: int) -> float:
    """Return in how many dimensions residuals can vary: those of a narrow space; n samples have but n − 1 axes of any other."""
    return float(width if width <= freedom else max(width, _MOST_DIMENSIONS * freedom))


def dimensions_of(residuals: list[tuple[Points, int]], most: float) -> float:
    """Return tr(V)² / tr(V²) of residuals from several sources, given with their degrees of freedom; between 1 and `most`."""
    scaled, freedom = [], 0
    for part, free in residuals:
        variance = float((part**2).sum()) / free if free else 0.0
        if variance > 0:
            scaled.append(part / np.sqrt(variance))
            freedom += free
    if freedom < 2:
        return 1.0
    stacked = np.concatenate(scaled)
    products = stacked @ stacked.T if len(stacked) < stacked.shape[1] else stacked.T @ stacked
    trace, square = float(np.trace(products)) / freedom, float((products**2).sum()) / freedom**2
    unbiased = freedom**2 / ((freedom - 1) * (freedom + 2)) * (square - trace**2 / freedom)
    return float(np.clip(trace**2 / unbiased, 1.0, most)) if unbiased > 0 else float(most)


def _residuals(comparison: Comparison) -> list[tuple[Points, int]]:
    """Return residuals of each source of noise and their degrees of freedom."""
    up, down, apart = [], [], []
    for (a, z), (n, k), share in zip(comparison.blocks, comparison.sizes, comparison.shares, strict=True):
        high, low = comparison.points[a : a + k], comparison.points[a + k : z]
        up.append(high - high.mean(0))
        down.append(low - low.mean(0))
        apart.append(np.sqrt(share) * (high.mean(0) - low.mean(0) - comparison.shift)[None, :])
        del n
    free_up, free_down = comparison.freedom
    parts = [(np.concatenate(up), free_up), (np.concatenate(down), free_down)]
    if is_between(comparison):
        parts.append((np.concatenate(apart), len(comparison.sizes) - 1))
    return [(part, free) for part, free in parts if free]
