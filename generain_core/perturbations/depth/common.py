"""The level (depth, cells) that samples are brought to: as high as it can be without losing more than a few perturbations."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import usable_samples

LOST = 0.05
"""So large a share of the perturbations, and of the controls, may lie below the common level."""
SHALLOW, FEW = 1 / 3, 1 / 3
"""Perturbations below so small a part of the middle are left out, where they are so small a share of all."""
HOPELESS = 1 / 30
"""Samples below so small a part of the median are no measure for the others."""


def common_level(design: Design, levels: NDArray[np.float64]) -> float:
    """Return the highest level that all samples reach but for at most 5 % of perturbations and of controls.

    Samples below a thirtieth of the median don't count. Perturbations below a third of what perturbations in the middle have
    don't draw all others down, where they are a third of them at most: they can be compared by themselves. NaN without samples.

    Args:
        design: who is compared with whom.
        levels: one a sample of the design.
    """
    usable = usable_samples(design) & (levels > 0)
    if not usable.any():
        return float("nan")
    usable &= levels >= HOPELESS * float(np.median(levels[usable]))
    lowest: dict[str, float] = {}
    for label, level in zip(design.labels[usable], levels[usable], strict=True):
        if label != design.control:
            lowest[label] = min(level, lowest.get(label, np.inf))
    levels_of = _without_shallow(np.array(list(lowest.values())))
    bounds = [np.quantile(levels_of, LOST, method="lower")] if len(levels_of) else []
    controls = levels[usable & design.is_control]
    if len(controls):
        bounds.append(np.quantile(controls, LOST, method="lower"))
    return float(min(bounds)) if bounds else float("nan")


def _without_shallow(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(levels):
        return levels
    shallow = levels < SHALLOW * float(np.median(levels))
    return levels[~shallow] if shallow.sum() <= FEW * len(levels) else levels
