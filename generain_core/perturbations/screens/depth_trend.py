"""Distances of controls fall with depth: the trend among controls, taken off controls and perturbations alike."""

import numpy as np
from numpy.typing import NDArray

LEAST = 20
"""With fewer controls no trend is fitted."""
_CURVED = 40


def without_trend(
    perturbed: NDArray[np.float64],
    depths: NDArray[np.float64],
    controls: NDArray[np.float64],
    control_depths: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return log distances of perturbations and controls less what depth foresees, and the share of variance it explains.

    A straight line over log depth (from 40 controls on with a square) is fitted to left-out controls; each control's own
    residual is that of the line fitted without it. Depths of perturbations outside the controls' range count as its end.

    Args:
        perturbed: fits × perturbations.
        depths: mean log depth of each perturbation.
        controls: of left-out controls.
        control_depths: theirs.
    """
    known = np.isfinite(controls)
    if known.sum() < LEAST or float(np.ptp(control_depths[known])) < 1e-6:
        return perturbed, controls, 0.0
    middle = float(control_depths[known].mean())
    degree = 2 if known.sum() >= _CURVED else 1

    def terms(of: NDArray[np.float64]) -> NDArray[np.float64]:
        powers: NDArray[np.float64] = np.vander(of - middle, degree + 1, increasing=True)
        return powers

    design, logs = terms(control_depths[known]), controls[known]
    inverse = np.linalg.pinv(design.T @ design)
    weights = inverse @ design.T @ logs
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    left_out = (logs - design @ weights) / np.maximum(1 - leverage, 0.05)
    explained = 1 - float(((logs - design @ weights) ** 2).sum()) / max(float(((logs - logs.mean()) ** 2).sum()), 1e-12)
    low, high = float(control_depths[known].min()), float(control_depths[known].max())
    adjusted, level = controls.copy(), float(logs.mean())
    adjusted[known] = left_out + level
    return perturbed - terms(np.clip(depths, low, high)) @ weights + level, adjusted, explained
