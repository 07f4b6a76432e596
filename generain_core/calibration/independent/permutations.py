"""Plain permutation tests of distances between two groups: PERMANOVA and the energy distance."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
DRAWS = 399


def permanova(points: Values, perturbed: NDArray[np.bool_], block: NDArray[np.int64], rng: np.random.Generator) -> float:
    """Return the p-value of PERMANOVA of two groups, labels exchanged within blocks (Anderson 2001, doi
    10.1111/j.1442-9993.2001.01070.pp.x).

    Its pseudo-F rises with the squared distance of the group means, less the means of their blocks, and of nothing else that
    an exchange of labels moves: so its p-value is that of a plain exchange.
    """
    labels = _labels(perturbed, block, rng)
    for one in np.unique(block):
        labels[:, block == one] -= labels[:, block == one].mean(1, keepdims=True)
    return _p(((labels @ points) ** 2).sum(1))


def energy_test(points: Values, perturbed: NDArray[np.bool_], block: NDArray[np.int64], rng: np.random.Generator) -> float:
    """Return the p-value of the energy distance within blocks (Székely & Rizzo 2013, doi 10.1016/j.jspi.2013.03.018)."""
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(2))
    labels, values = _labels(perturbed, block, rng), np.zeros(DRAWS + 1)
    for one in np.unique(block):
        here = np.flatnonzero(block == one)
        up = labels[:, here]
        k, m = int(up[0].sum()), int((1 - up[0]).sum())
        signs = up / k - (1 - up) / m
        values -= k * m / (k + m) * ((signs @ apart[np.ix_(here, here)]) * signs).sum(1)
    return _p(values)


def sign_flips(differences: Values, rng: np.random.Generator) -> float:
    """Return the p-value of the length of mean differences, signs of pairs flipped."""
    signs = np.vstack([np.ones(len(differences)), rng.choice([-1.0, 1.0], size=(DRAWS, len(differences)))])
    return _p(((signs @ differences) ** 2).sum(1))


def residuals_exchanged(points: Values, perturbed: NDArray[np.bool_], covariates: Values, rng: np.random.Generator) -> float:
    """Return the p-value of the shift beside covariates, by exchange of what these leave (Freedman & Lane 1983)."""
    nuisance = np.linalg.qr(np.column_stack([np.ones(len(points)), covariates]))[0]
    label = perturbed - nuisance @ (nuisance.T @ perturbed)
    rest = points - nuisance @ (nuisance.T @ points)
    values = [float(((label @ rest) ** 2).sum())]
    values += [float(((label @ rest[rng.permutation(len(rest))]) ** 2).sum()) for _ in range(DRAWS)]
    return _p(np.array(values))


def _labels(perturbed: NDArray[np.bool_], block: NDArray[np.int64], rng: np.random.Generator) -> Values:
    """Return labels as they are, then exchanged within blocks."""
    labels = np.tile(perturbed.astype(np.float64), (DRAWS + 1, 1))
    for one in np.unique(block):
        here = np.flatnonzero(block == one)
        labels[1:, here] = rng.permuted(labels[1:, here], axis=1)
    return labels


def _p(values: Values) -> float:
    return float(np.mean(values >= values[0] * (1 - 1e-9)))
