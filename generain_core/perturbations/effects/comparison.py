"""Samples of one comparison, stratum by stratum, ready to be measured and relabeled."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Perturbed and other samples of the strata that hold both.

    Attributes:
        points: samples × dimensions, stratum by stratum, perturbed ones first in each.
        sizes: (samples, perturbed samples) of each stratum.
    """

    points: Points
    sizes: tuple[tuple[int, int], ...]

    @property
    def n(self) -> int:
        """Return how many samples are compared."""
        return sum(n for n, _ in self.sizes)

    @property
    def k(self) -> int:
        """Return how many of them are perturbed."""
        return sum(k for _, k in self.sizes)

    @cached_property
    def blocks(self) -> list[tuple[int, int]]:
        """Return where each stratum begins and ends."""
        ends = np.cumsum([n for n, _ in self.sizes]).tolist()
        return list(zip([0, *ends[:-1]], ends, strict=True))

    @cached_property
    def total(self) -> float:
        """Return the sum of the strata's weights, n m / (n + m) each."""
        return float(sum(k * (n - k) / n for n, k in self.sizes))

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Return the share of each stratum in the shift."""
        return np.array([k * (n - k) / n for n, k in self.sizes]) / self.total

    @cached_property
    def treated(self) -> NDArray[np.int32]:
        """Return the places of the perturbed samples."""
        return np.concatenate([np.arange(a, a + k) for (a, _), (_, k) in zip(self.blocks, self.sizes, strict=True)]).astype(
            np.int32
        )

    @cached_property
    def centered(self) -> Points:
        """Return the points less the mean of their stratum."""
        return np.concatenate([self.points[a:z] - self.points[a:z].mean(0) for a, z in self.blocks])

    @cached_property
    def shift(self) -> Points:
        """Return the mean over strata of the difference of means."""
        shift: Points = self.centered[self.treated].sum(0) / self.total
        return shift

    @property
    def freedom(self) -> tuple[int, int]:
        """Return the degrees of freedom within strata of the perturbed and of the others."""
        return self.k - len(self.sizes), self.n - self.k - len(self.sizes)


def make_comparison(points: Points, perturbed: NDArray[np.bool_], strata: NDArray[np.int64]) -> Comparison | None:
    """Return the samples of strata that hold both kinds, or None where no stratum does."""
    order, sizes = [], []
    for stratum in np.unique(strata[strata >= 0]):
        here = strata == stratum
        up, down = np.flatnonzero(here & perturbed), np.flatnonzero(here & ~perturbed)
        if len(up) and len(down):
            order += [up, down]
            sizes.append((len(up) + len(down), len(up)))
    return Comparison(points[np.concatenate(order)], tuple(sizes)) if order else None
