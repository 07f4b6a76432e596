"""How deep the samples of each perturbation were read, beside those they are compared with."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import samples_to_compare, usable_samples


def depth_ratios(design: Design, depths: NDArray[np.float64], seed: int = 0) -> dict[str, float]:
    """Return for each perturbation the ratio of its depth to its reference's: of geometric means, within strata or pairs.

    A stratum (or pair) weighs n m / (n + m), as it does in the shift. NaN where nothing can be compared.

    Args:
        design: who is compared with whom.
        depths: counts of each sample of the design; those without any take no part.
        seed: of the draw where there are very many reference samples.
    """
    usable = usable_samples(design) & (depths > 0)
    design, logs = design.take(usable), np.log(depths[usable])
    groups = design.strata if design.pairs is None else design.strata * (int(design.pairs.max(initial=0)) + 1) + design.pairs
    ratios = {}
    for name in design.perturbations:
        perturbed, reference = samples_to_compare(design, name, seed)
        difference, _ = within(logs, perturbed, reference, groups)
        ratios[name] = float(np.exp(difference))
    return ratios


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
