"""The effect of one perturbation where samples belong together in pairs: donors, say."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.effect import Effect, Points, Settings, energy_matrix, interval, unknown_effect
from generain_core.perturbations.effects.permutations import ALPHA, share_at_least, sign_flips, sums_within
from generain_core.perturbations.effects.shift_test import ASSUMES, TestName


def paired_effect(
    points: Points,
    perturbed: NDArray[np.bool_],
    pairs: NDArray[np.int64],
    strata: NDArray[np.int64],
    spread: float,
    settings: Settings,
) -> Effect:
    """Compare perturbed and other samples of the same pair (donor); several samples of one kind in a pair are averaged first.

    Where a pair lies in several strata (batches), means are compared within each, which weighs n m / (n + m) in the pair; what
    has no counterpart in its stratum takes no part. The shift is the mean difference; p is by flipping the signs of whole
    pairs, which exchanges the two means of a pair; so is that of the energy distance of the two groups of pair means.
    """
    parts = _in_pairs(perturbed, pairs, strata)
    n_samples, n_reference = int(perturbed.sum()), int((~perturbed).sum())
    if not parts:
        return unknown_effect(points.shape[1], n_samples, n_reference, "no pair holds both perturbed and reference")
    upper, lower = (np.array([_mean(points, part, kind) for part in parts]) for kind in (0, 1))
    differences = upper - lower
    shift = differences.mean(0)
    square, n = float(shift @ shift), len(parts)
    noise = float(((differences - shift) ** 2).sum() / (n - 1) / n) if n > 1 else float("nan")
    low = high = float("nan")
    if n > 2 and settings.bootstrap > 0:
        weights = np.random.default_rng(settings.seed).multinomial(n, np.full(n, 1 / n), settings.bootstrap) / n
        low, high = interval(((weights @ differences) ** 2).sum(1), noise + noise * (n - 1) / n, spread)
    stacked = np.concatenate([upper, lower])
    apart = energy_matrix(stacked, [(0, 2 * n)], ((2 * n, n),), n / 2)
    energy = float(apart[:n, :n].sum())
    signs, exact = sign_flips(n, settings.permutations, settings.seed)
    least = 1 / len(signs) if exact else 1 / (len(signs) + 1)
    energy_p = float("nan")
    p, note = float("nan"), f"too few pairs for a p-value: with {n} the smallest possible is {least:.2g}"
    if least <= ALPHA:
        values = np.einsum("ij,ij->i", signs @ (differences @ differences.T), signs) / n**2
        p, note = share_at_least(values, square, exact=exact), ""
        chosen = np.where(signs > 0, np.arange(n), n + np.arange(n)).astype(np.int32)
        energy_p = share_at_least(sums_within(apart, chosen), energy, exact=exact)
    return Effect(
        shift=shift,
        length=float(np.sqrt(square)) / spread,
        effect=float(np.sqrt(max(0.0, square - noise))) / spread if n > 1 else float("nan"),
        low=low,
        high=high,
        energy=max(0.0, energy),
        p_value=p,
        energy_p=energy_p,
        smallest_p=least,
        relabellings=len(signs) if not note else 0,
        exact=exact,
        n_samples=sum(len(up) for part in parts for up, _ in part),
        n_reference=sum(len(down) for part in parts for _, down in part),
        note=note,
        test="" if note else TestName.EXCHANGE,
        assumes="" if note else ASSUMES[TestName.EXCHANGE],
        why=note,
    )


def _in_pairs(
    perturbed: NDArray[np.bool_], pairs: NDArray[np.int64], strata: NDArray[np.int64]
) -> list[list[tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    """Return for each pair that has any the strata that hold both kinds: the rows of the perturbed, and of the others."""
    in_pairs = []
    for pair in np.unique(pairs[pairs >= 0]):
        parts = []
        for stratum in np.unique(strata[pairs == pair]):
            here = (pairs == pair) & (strata == stratum)
            up, down = np.flatnonzero(here & perturbed), np.flatnonzero(here & ~perturbed)
            if len(up) and len(down):
                parts.append((up, down))
        if parts:
            in_pairs.append(parts)
    return in_pairs


def _mean(points: Points, parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]], kind: int) -> Points:
    weights = [len(up) * len(down) / (len(up) + len(down)) for up, down in parts]
    return np.average([points[part[kind]].mean(0) for part in parts], axis=0, weights=weights)
