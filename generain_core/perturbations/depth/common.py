"""The level (depth, cells) that samples are brought to: as high as it can be without losing more than a few perturbations."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import usable_samples

LOST = 0.05
"""So large a share of the perturbations, and of the controls, may lie below the common level."""
HOPELESS = 1 / 30
"""Samples below so small a part of the median are no measure for the others."""


def common_level(design: Design, levels: NDArray[np.float64]) -> float:
    """Return the highest level that all samples reach but for at most 5 % of perturbations and of controls.

    Samples below a thirtieth of the median don't count. NaN without samples.

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
    bounds = [np.quantile(list(lowest.values()), LOST, method="lower")] if lowest else []
    controls = levels[usable & design.is_control]
    if len(controls):
        bounds.append(np.quantile(controls, LOST, method="lower"))
    return float(min(bounds)) if bounds else float("nan")
