"""The effect of one perturbation where samples belong together in pairs: donors, say."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Comparison, Points
from generain_core.perturbations.effects.effect import Effect, Settings, unknown_effect, with_test
from generain_core.perturbations.effects.energy import energy_matrix
from generain_core.perturbations.effects.intervals import Spread, effect_interval, variation_of_pairs
from generain_core.perturbations.effects.permutations import ALPHA, share_at_least, sign_flips, sums_within
from generain_core.perturbations.effects.rotation import rotation_test
from generain_core.perturbations.effects.shift_test import ShiftTest, TestName
from generain_core.perturbations.effects.unpaired import LEAST_FREEDOM

PAIRS = "pairs are independent, and their differences symmetric around the same mean"
"""What flipping the signs of pairs takes for granted."""


def paired_effect(
    points: Points,
    perturbed: NDArray[np.bool_],
    pairs: NDArray[np.int64],
    strata: NDArray[np.int64],
    spread: float | Spread,
    settings: Settings,
) -> Effect:
    """Compare perturbed and other samples of the same pair (donor); several samples of one kind in a pair are averaged first.

    Where a pair lies in several strata (batches), means are compared within each, which weighs n m / (n + m) in the pair; what
    has no counterpart in its stratum takes no part. The shift is the mean difference; p is by flipping the signs of whole
    pairs, which exchanges the two means of a pair, from six pairs on, and by rotation of the differences below that. The energy
    distance of the two groups of pair means is tested by flips too.
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
    unit = spread.value if isinstance(spread, Spread) else spread
    low = high = float("nan")
    if isinstance(spread, Spread) and settings.bootstrap > 0 and n > 1:
        low, high = effect_interval(variation_of_pairs(differences), spread)
    stacked = np.concatenate([upper, lower])
    apart = energy_matrix(Comparison(stacked, ((2 * n, n),)))
    energy = float(apart[:n, :n].sum())
    signs, exact = sign_flips(n, settings.permutations, settings.seed)
    least = 1 / len(signs) if exact else 1 / (len(signs) + 1)
    energy_p = float("nan")
    if least <= ALPHA:
        values = np.einsum("ij,ij->i", signs @ (differences @ differences.T), signs) / n**2
        test = ShiftTest(
            name=TestName.EXCHANGE,
            assumes=PAIRS,
            p_value=share_at_least(values, square, exact=exact),
            smallest_p=least,
            relabellings=len(signs),
            exact=exact,
        )
        chosen = np.where(signs > 0, np.arange(n), n + np.arange(n)).astype(np.int32)
        energy_p = share_at_least(sums_within(apart, chosen), energy, exact=exact)
    elif n > LEAST_FREEDOM:
        test = rotation_test(differences, np.ones(n), np.zeros((n, 1)), settings.permutations, settings.seed)
    else:
        test = ShiftTest(smallest_p=least, why=f"too few pairs for a p-value: {n}, and at least {LEAST_FREEDOM + 1} are needed")
    effect = Effect(
        shift=shift,
        length=float(np.sqrt(square)) / unit,
        effect=float(np.sqrt(max(0.0, square - noise))) / unit if n > 1 else float("nan"),
        low=low,
        high=high,
        energy=max(0.0, energy),
        p_value=float("nan"),
        energy_p=energy_p,
        smallest_p=least,
        relabellings=0,
        exact=exact,
        n_samples=sum(len(up) for part in parts for up, _ in part),
        n_reference=sum(len(down) for part in parts for _, down in part),
        note="",
        test="",
        assumes="",
        why="",
    )
    return with_test(effect, test)


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
