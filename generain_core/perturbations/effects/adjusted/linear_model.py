"""The linear model of a change between groups beside strata, pairs and covariates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_CONFOUNDED = 1e-8
_ROUNDING = 1e-10


@dataclass(frozen=True, eq=False, kw_only=True)
class LinearModel:
    """What genes are explained by.

    Attributes:
        nuisance: orthonormal columns of what takes no part, samples × columns: an intercept for each block, covariates.
        label: 1 for perturbed samples, 0 for others, less what the nuisance explains of it.
        within: samples of each block (stratum, pair) within which labels can be exchanged.
        adjusted: whether there is more beside the blocks, so that exchanges are of residuals (Freedman & Lane 1983).
        is_confounded: whether covariates tell the perturbed samples from the others, so that nothing can be told.
    """

    nuisance: Values
    label: Values
    within: tuple[NDArray[np.int64], ...]
    adjusted: bool
    is_confounded: bool

    @property
    def weight(self) -> float:
        """Return over which a gene's variance is that of its change: without covariates n m / (n + m), summed over blocks."""
        return float(self.label @ self.label)

    @property
    def freedom(self) -> int:
        """Return the degrees of freedom of a gene's variance."""
        return int(self.nuisance.shape[0] - self.nuisance.shape[1] - 1)

    def rest(self, values: Values) -> Values:
        """Return what the nuisance leaves of values, samples × genes."""
        left: Values = values - self.nuisance @ (self.nuisance.T @ values)
        return left


def linear_model(perturbed: NDArray[np.bool_], blocks: NDArray[np.int64], covariates: Values | None = None) -> LinearModel:
    """Return the model with an intercept for each block, and covariates.

    Args:
        perturbed: which samples are perturbed.
        blocks: stratum or pair of each sample.
        covariates: samples × columns.
    """
    within = tuple(np.flatnonzero(blocks == block) for block in np.unique(blocks))
    intercepts = np.stack([blocks == block for block in np.unique(blocks)], axis=1).astype(np.float64)
    nuisance, adjusted = intercepts / np.sqrt(intercepts.sum(0)), False
    label = perturbed.astype(np.float64)
    plain = label - nuisance @ (nuisance.T @ label)
    if covariates is not None and covariates.shape[1]:
        further = covariates - nuisance @ (nuisance.T @ covariates)
        moves = np.linalg.norm(further, axis=0) > _ROUNDING * np.maximum(np.linalg.norm(covariates, axis=0), 1e-300)
        further = further[:, moves]  # a covariate that is the same within blocks takes nothing away
        if further.shape[1]:
            further = further / np.linalg.norm(further, axis=0)
            left, lengths, _ = np.linalg.svd(further, full_matrices=False)
            nuisance, adjusted = np.hstack([nuisance, left[:, lengths > 1e-9 * lengths[0]]]), True
    rest = label - nuisance @ (nuisance.T @ label)
    confounded = bool(rest @ rest <= _CONFOUNDED * (plain @ plain))
    return LinearModel(nuisance=nuisance, label=rest, within=within, adjusted=adjusted, is_confounded=confounded)
