"""The effect of one perturbation where samples are compared within strata."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Comparison, Points, make_comparison
from generain_core.perturbations.effects.effect import Effect, Settings, unknown_effect, with_test
from generain_core.perturbations.effects.energy import energy_matrix
from generain_core.perturbations.effects.intervals import Spread, effect_interval, variation_of
from generain_core.perturbations.effects.noise import noise_of
from generain_core.perturbations.effects.permutations import ALPHA, FEW, MORE, count_relabellings, smallest_p, sums_within
from generain_core.perturbations.effects.rotation import rotation_test
from generain_core.perturbations.effects.shift_test import ShiftTest
from generain_core.perturbations.effects.studentized import exchange_test, relabeled
from generain_core.text import significant

LEAST_FREEDOM = 2
"""With fewer residual degrees of freedom nothing is tested."""


def unpaired_effect(
    points: Points, perturbed: NDArray[np.bool_], strata: NDArray[np.int64], spread: float | Spread, settings: Settings
) -> Effect:
    """Compare perturbed with other samples within strata.

    The shift is the mean over strata of the difference of means, a stratum weighing n m / (n + m). It is tested by exchanging
    labels; where these can't be exchanged in twenty ways, by rotation. The energy distance
    2 E|X − Y| − E|X − X'| − E|Y − Y'| is taken within strata with the same weights (Székely & Rizzo 2013,
    doi 10.1016/j.jspi.2013.03.018); its permutation test is the E-test of perturbations (Peidli et al. 2024,
    doi 10.1038/s41592-023-02144-y), here with Euclidean distances: a test of distributions, not of means.

    Args:
        points: samples × dimensions.
        perturbed: which samples are perturbed; the others are what they are compared with.
        strata: stratum of each sample.
        spread: of the controls, in the same space; without how sure it is, there is no interval.
        settings: how to test.
    """
    comparison = make_comparison(points, perturbed, strata)
    if comparison is None:
        why = "no stratum holds both perturbed and reference"
        return unknown_effect(points.shape[1], int(perturbed.sum()), int((~perturbed).sum()), why)
    gram = comparison.centered @ comparison.centered.T
    observed = noise_of(comparison, gram, comparison.treated[None, :])
    square, noise = float(comparison.shift @ comparison.shift), float(observed.noise[0])
    energy, energy_p = _energy(comparison, settings)
    unit = spread.value if isinstance(spread, Spread) else spread
    low = high = float("nan")
    if isinstance(spread, Spread) and settings.bootstrap > 0 and min(comparison.k, comparison.n - comparison.k) > 1:
        low, high = effect_interval(variation_of(comparison), spread)
    effect = Effect(
        shift=comparison.shift,
        length=float(np.sqrt(square)) / unit,
        effect=float(np.sqrt(np.maximum(0.0, square - noise))) / unit,
        low=low,
        high=high,
        energy=energy,
        p_value=float("nan"),
        energy_p=energy_p,
        smallest_p=float("nan"),
        relabellings=0,
        exact=False,
        n_samples=comparison.k,
        n_reference=comparison.n - comparison.k,
        note="",
        test="",
        assumes="",
        why="",
    )
    return with_test(effect, shift_test(comparison, settings))


def shift_test(comparison: Comparison, settings: Settings) -> ShiftTest:
    """Test a shift by exchange where that can give 5 %, by rotation where groups are few and equally large, or not at all."""
    least = smallest_p(comparison.sizes, settings.permutations)
    if least <= ALPHA:
        return exchange_test(comparison, settings.permutations, settings.seed)
    free, balanced = sum(comparison.freedom), all(2 * k == n for n, k in comparison.sizes)
    if balanced and free + len(comparison.sizes) - 1 >= LEAST_FREEDOM:
        labels = np.zeros(comparison.n)
        labels[comparison.treated] = 1
        strata = np.zeros((comparison.n, len(comparison.sizes)))
        for i, (a, z) in enumerate(comparison.blocks):
            strata[a:z, i] = 1
        return rotation_test(comparison.points, labels, strata, settings.permutations, settings.seed)
    where = f" in {len(comparison.sizes)} strata" if len(comparison.sizes) > 1 else ""
    others = comparison.n - comparison.k
    why = (
        f"too few samples for a p-value: {comparison.k} against {others}{where} leave {significant(least)} as the smallest "
        "possible"
    )
    if comparison.k > 1 and others > 1:
        why += ", and a test for few samples needs as many perturbed as others in each stratum"
    return ShiftTest(smallest_p=least, why=why)


def _energy(comparison: Comparison, settings: Settings) -> tuple[float, float]:
    """Return the energy distance and its p-value by exchange; of balanced strata each may be mirrored by itself."""
    apart = energy_matrix(comparison)
    energy = float(sums_within(apart, comparison.treated[None, :])[0])
    sizes = comparison.sizes
    mirrored = 2 ** sum(2 * k == n for n, k in sizes) / count_relabellings(sizes)
    if mirrored > ALPHA or smallest_p(sizes, settings.permutations) > ALPHA or comparison.k < 2:
        return max(0.0, energy), float("nan")
    draws = relabeled(sizes, settings.permutations, settings.seed)
    p = draws.p_value(sums_within(apart, draws.chosen), energy)
    if not draws.exact and comparison.k <= FEW and p <= 10 / (settings.permutations + 1):
        more = relabeled(sizes, MORE * settings.permutations, settings.seed + 1)
        p = more.p_value(sums_within(apart, more.chosen), energy)
    return max(0.0, energy), p
