"""What noise alone adds to the squared length of a shift, for the labels as they are and for any relabeling of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Comparison
from generain_core.perturbations.effects.permutations import sums_within

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Noise:
    """Squared lengths of shifts and the noise in them, one value a relabeling.

    Attributes:
        squares: squared length of the shift.
        noise: what it is expected to be where means are equal.
        parts: of the noise, one from each source of variance.
        freedom: degrees of freedom of each part, for one dimension.
    """

    squares: Values
    noise: Values
    parts: tuple[Values, ...]
    freedom: tuple[int, ...]


def is_between(comparison: Comparison) -> bool:
    """Say whether noise is read off how far the strata's shifts lie apart, as within strata hardly any sample has a replicate."""
    strata = len(comparison.sizes)
    least = min(comparison.freedom)
    return strata > 1 and least < 2 and least < strata - 1


def noise_of(comparison: Comparison, gram: Values, chosen: NDArray[np.int32]) -> Noise:
    """Return squared lengths and noise with the chosen samples taken for the perturbed ones.

    The variance of each kind is its own, pooled over strata; the noise is the sum over strata of share² (variance of the
    perturbed / k + variance of the others / (n − k)). Where a kind has hardly a replicate within strata, the noise is
    that between strata: the weighted mean square of the strata's shifts around their mean. A single perturbed sample borrows
    the others' variance.

    Args:
        comparison: the samples.
        gram: products of the points less the mean of their stratum, samples × samples.
        chosen: relabelings × perturbed samples, stratum by stratum.
    """
    squares = sums_within(gram, chosen) / comparison.total**2
    within, of_sample = list[Values](), np.diag(gram)
    first = 0
    up = down = between = np.zeros(len(chosen))
    for (a, z), (n, k), share in zip(comparison.blocks, comparison.sizes, comparison.shares, strict=True):
        columns = chosen[:, first : first + k]
        first += k
        inner = sums_within(gram, columns) if len(comparison.sizes) > 1 else squares * comparison.total**2
        lengths = of_sample[columns].sum(1)
        up, down = up + lengths - inner / k, down + of_sample[a:z].sum() - lengths - inner / (n - k)
        between = between + share * inner * (n / (k * (n - k))) ** 2
    strata, (free_up, free_down) = len(comparison.sizes), comparison.freedom
    if is_between(comparison):
        part = np.maximum(between - squares, 0.0) / (strata - 1)
        return Noise(squares=squares, noise=part, parts=(part,), freedom=(strata - 1,))
    if not free_up and not free_down:
        unknown = np.full(len(chosen), np.nan)
        return Noise(squares=squares, noise=unknown, parts=(unknown,), freedom=(0,))
    variance_up = up / free_up if free_up else down / free_down
    variance_down = down / free_down if free_down else up / free_up
    per_up = sum(share**2 / k for (_, k), share in zip(comparison.sizes, comparison.shares, strict=True))
    per_down = sum(share**2 / (n - k) for (n, k), share in zip(comparison.sizes, comparison.shares, strict=True))
    within = [np.maximum(variance_up * per_up, 0.0), np.maximum(variance_down * per_down, 0.0)]
    freedom = (free_up or free_down, free_down or free_up)
    return Noise(squares=squares, noise=within[0] + within[1], parts=tuple(within), freedom=freedom)
