"""How deep the samples of each perturbation were read, beside those they are compared with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import samples_to_compare, usable_samples

FAR, NEAR = 1.25, 1.05
"""Ratios beyond the first differ; beyond the second they do if the difference is not by chance (p ≤ `CHANCE`)."""
CHANCE = 0.2


@dataclass(frozen=True)
class Level:
    """A perturbation's level (depth, cells, expressed genes) over that of its reference.

    Attributes:
        ratio: of geometric means, within strata or pairs; NaN where nothing can be compared.
        p_value: of a ratio of 1, by a t-test of logarithms.
    """

    ratio: float
    p_value: float

    @property
    def differs(self) -> bool:
        """Say whether the ratio is far from 1, or less far and not by chance."""
        off = max(self.ratio, 1 / self.ratio) if self.ratio > 0 else 1.0
        return off > FAR or (off > NEAR and self.p_value <= CHANCE)


def compare_levels(design: Design, levels: NDArray[np.float64], seed: int = 0) -> dict[str, Level]:
    """Return for each perturbation its level over its reference's, within strata or pairs.

    A stratum (or pair) weighs n m / (n + m), as it does in the shift. The t-test takes one variance of logarithms for all
    groups of the design.

    Args:
        design: who is compared with whom.
        levels: one a sample of the design, of its counts, cells or expressed genes; samples without any take no part.
        seed: of the draw where there are very many reference samples.
    """
    from scipy.stats import t

    usable = usable_samples(design) & (levels > 0)
    design, logs = design.take(usable), np.log(levels[usable])
    groups = design.strata if design.pairs is None else design.strata * (int(design.pairs.max(initial=0)) + 1) + design.pairs
    variance, freedom = _variance(design, logs)
    compared = {}
    for name in design.perturbations:
        perturbed, reference = samples_to_compare(design, name, seed)
        difference, weight = within(logs, perturbed, reference, groups)
        p = 1.0
        if weight and freedom and variance > 0:
            p = float(2 * t.sf(abs(difference) / np.sqrt(variance / weight), freedom))
        elif weight and abs(difference) > 0:
            p = 0.0 if freedom else 1.0
        compared[name] = Level(float(np.exp(difference)), p)
    return compared


def within(
    values: NDArray[np.float64], perturbed: NDArray[np.bool_], reference: NDArray[np.bool_], groups: NDArray[np.int64]
) -> tuple[float, float]:
    """Return the mean difference of a value within groups, weighing n m / (n + m), and the sum of weights; NaN and 0 without."""
    total = weight = 0.0
    for group in np.unique(groups[perturbed]):
        up, down = values[perturbed & (groups == group)], values[reference & (groups == group)]
        if len(up) and len(down):
            share = len(up) * len(down) / (len(up) + len(down))
            total, weight = total + share * float(up.mean() - down.mean()), weight + share
    return (total / weight if weight else float("nan")), weight


def _variance(design: Design, logs: NDArray[np.float64]) -> tuple[float, int]:
    """Return the variance of logarithms within labels and strata, and its degrees of freedom."""
    by = pd.Series(logs).groupby([pd.Series(design.labels), pd.Series(design.strata)])
    freedom = len(logs) - by.ngroups
    return (float(((logs - by.transform("mean")) ** 2).sum()) / freedom if freedom else 0.0), freedom
