"""A test of the shift for designs too small to exchange labels: residuals are rotated instead."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.permutations import MORE, share_at_least
from generain_core.perturbations.effects.shift_test import ASSUMES, ShiftTest, TestName

Points = NDArray[np.float64]


def rotation_test(points: Points, contrast: NDArray[np.float64], nuisance: Points, rotations: int, seed: int) -> ShiftTest:
    """Test whether points move along a contrast, by random rotations of what is left of them beside the nuisance.

    Where samples are normal with equal covariance, whatever that is, their components along any orthonormal directions
    beside the nuisance are exchangeable under rotation: so the squared length along the contrast is held against that along
    random directions, p = (b + 1) / (m + 1). In one dimension that is the t-test; in many, the directions all share the
    variance, as genes do in a self-contained test of a set. Near the smallest p more rotations are taken anew.
    Source: Langsrud 2005, doi 10.1007/s11222-005-4789-5; Wu et al. 2010 (roast), doi 10.1093/bioinformatics/btq401.

    Args:
        points: samples × dimensions.
        contrast: one value a sample; its part beside the nuisance is tested.
        nuisance: samples × columns that take no part: an intercept for each stratum, covariates.
        rotations: how many.
        seed: of the rotations.
    """
    basis = _orthonormal(nuisance)
    direction = contrast - basis @ (basis.T @ contrast)
    direction /= np.linalg.norm(direction)
    rest = points - basis @ (basis.T @ points)
    gram = rest @ rest.T
    observed = float(direction @ gram @ direction)
    p = _share(gram, basis, observed, rotations, seed)
    drawn = rotations
    if p <= 10 / (rotations + 1):
        drawn = MORE * rotations
        p = _share(gram, basis, observed, drawn, seed + 1)
    return ShiftTest(
        name=TestName.MODERATED,
        assumes=ASSUMES[TestName.MODERATED],
        p_value=p,
        smallest_p=1 / (MORE * rotations + 1),
        relabellings=drawn,
        exact=False,
    )


def _orthonormal(columns: Points) -> Points:
    """Return an orthonormal basis of what the columns span."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    basis: Points = left[:, sizes > 1e-9 * sizes.max(initial=0.0)]
    return basis


def _share(gram: Points, basis: Points, observed: float, rotations: int, seed: int) -> float:
    generator = np.random.default_rng(seed)
    directions = generator.normal(size=(rotations, len(gram)))
    directions -= (directions @ basis) @ basis.T
    values = ((directions @ gram) * directions).sum(1) / (directions**2).sum(1)
    return share_at_least(values, observed, exact=False)
