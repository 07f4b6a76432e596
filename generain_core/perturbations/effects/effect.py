"""The effect of one perturbation in one space: shift, length, energy distance, p-values, interval."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.permutations import (
    ALPHA,
    FEW,
    MORE,
    Relabellings,
    count_relabellings,
    relabellings,
    smallest_p,
    sums_within,
)
from generain_core.perturbations.effects.shift_test import ASSUMES, ShiftTest, TestName

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Effect:
    """What a perturbation did in a space; figures that can't be told are NaN, and `note` says why.

    Attributes:
        shift: from control to perturbed, mean over strata (or pairs).
        length: of the shift, over the spread of controls.
        effect: the same less what noise alone adds to a length: sqrt(max(0, |shift|² − noise)) / spread.
        low, high: 95 % bootstrap interval of `effect`.
        energy: energy distance within strata (of squared distances of distributions; 0 is equal).
        p_value: of the shift's length, by permutation within strata or by sign flips of pairs.
        energy_p: of the energy distance.
        smallest_p: the smallest value that `p_value` could have had.
        relabellings: how many were looked at; `exact` if these are all.
        n_samples, n_reference: how many were compared with how many.
        note: what has to be known of these figures; with why there is no p-value, if there is none.
        test, assumes: which test `p_value` is of, and what that takes for granted; '' without one.
        why: why there is no p-value; '' where there is one.
    """

    shift: Points
    length: float
    effect: float
    low: float
    high: float
    energy: float
    p_value: float
    energy_p: float
    smallest_p: float
    relabellings: int
    exact: bool
    n_samples: int
    n_reference: int
    note: str
    test: str
    assumes: str
    why: str


@dataclass(frozen=True)
class Settings:
    """How effects are tested: random permutations, bootstrap draws and their seed."""

    permutations: int = 9999
    bootstrap: int = 500
    seed: int = 0


def unknown_effect(width: int, n_samples: int, n_reference: int, note: str) -> Effect:
    """Return an effect of which nothing can be told."""
    nan = float("nan")
    return Effect(
        shift=np.full(width, np.nan),
        length=nan,
        effect=nan,
        low=nan,
        high=nan,
        energy=nan,
        p_value=nan,
        energy_p=nan,
        smallest_p=nan,
        relabellings=0,
        exact=False,
        n_samples=n_samples,
        n_reference=n_reference,
        note=note,
        test="",
        assumes="",
        why=note,
    )


def with_test(effect: Effect, test: ShiftTest) -> Effect:
    """Return an effect with the p-value of a test; one without a p-value loses its interval and that of the energy too."""
    told = np.isfinite(test.p_value)
    effect = replace(
        effect,
        p_value=test.p_value,
        smallest_p=test.smallest_p,
        relabellings=test.relabellings,
        exact=test.exact,
        test=test.name if told else "",
        assumes=test.assumes if told else "",
        why=test.why,
        note="; ".join(dict.fromkeys(word for word in (test.why, effect.note if told else "") if word)),
    )
    return effect if told else replace(effect, low=np.nan, high=np.nan)


def spread_of(points: Points, groups: NDArray[np.int64]) -> tuple[float, int]:
    """Return the root mean square distance of samples from the mean of their group, and its degrees of freedom.

    The mean is over samples less one for each group, as for a variance; NaN without a group of two.
    """
    squares, freedom = 0.0, 0
    for group in np.unique(groups):
        members = points[groups == group]
        squares += float(((members - members.mean(0)) ** 2).sum())
        freedom += len(members) - 1
    return (float(np.sqrt(squares / freedom)), freedom) if freedom else (float("nan"), 0)


def unpaired_effect(
    points: Points, perturbed: NDArray[np.bool_], strata: NDArray[np.int64], spread: float, settings: Settings
) -> Effect:
    """Compare perturbed with other samples within strata.

    The shift is the mean over strata of the difference of means, a stratum weighing n m / (n + m). The energy distance
    2 E|X − Y| − E|X − X'| − E|Y − Y'| is taken within strata with the same weights (Székely & Rizzo 2013,
    doi 10.1016/j.jspi.2013.03.018); its permutation test is the E-test of perturbations (Peidli et al. 2024,
    doi 10.1038/s41592-023-02144-y), here with Euclidean distances.

    Args:
        points: samples × dimensions.
        perturbed: which samples are perturbed; the others are what they are compared with.
        strata: stratum of each sample.
        spread: of the controls, in the same space.
        settings: how to test.
    """
    order, sizes = _ordered(perturbed, strata)
    if not sizes:
        return unknown_effect(
            points.shape[1], int(perturbed.sum()), int((~perturbed).sum()), "no stratum holds both perturbed and reference"
        )
    points = points[order]
    weights = np.array([k * (n - k) / n for n, k in sizes])
    total = weights.sum()
    blocks = _blocks(sizes)
    centered = np.concatenate([points[a:z] - points[a:z].mean(0) for a, z in blocks])
    treated = np.concatenate([np.arange(a, a + k) for (a, _), (_, k) in zip(blocks, sizes, strict=True)])
    shift = centered[treated].sum(0) / total
    n, k = sum(n for n, _ in sizes), sum(k for _, k in sizes)
    noise, resampled = _noise(points, sizes, blocks, weights / total)
    square = float(shift @ shift)
    low, high = _bootstrap(points, sizes, weights / total, noise + resampled, spread, settings)
    product = centered @ centered.T / total**2
    apart = energy_matrix(points, blocks, sizes, float(total))
    energy = float(sums_within(apart, treated[None, :].astype(np.int32))[0])
    p, energy_p, least, draws, note = _tests(product, apart, sizes, square, energy, settings)
    return Effect(
        shift=shift,
        length=float(np.sqrt(square)) / spread,
        effect=float(np.sqrt(np.maximum(0.0, square - noise))) / spread,
        low=low,
        high=high,
        energy=max(0.0, energy),
        p_value=p,
        energy_p=energy_p,
        smallest_p=least,
        relabellings=len(draws.chosen) if draws else 0,
        exact=draws.exact if draws else False,
        n_samples=k,
        n_reference=n - k,
        note=note,
        test="" if note else TestName.EXCHANGE,
        assumes="" if note else ASSUMES[TestName.EXCHANGE],
        why=note,
    )


def _ordered(perturbed: NDArray[np.bool_], strata: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[tuple[int, int], ...]]:
    """Return the samples of strata with both kinds, perturbed ones first in each, and (samples, perturbed) of each stratum."""
    order, sizes = [], []
    for stratum in np.unique(strata[strata >= 0]):
        here = strata == stratum
        up, down = np.flatnonzero(here & perturbed), np.flatnonzero(here & ~perturbed)
        if len(up) and len(down):
            order += [up, down]
            sizes.append((len(up) + len(down), len(up)))
    return (np.concatenate(order) if order else np.empty(0, dtype=np.int64)), tuple(sizes)


def _blocks(sizes: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    ends = np.cumsum([n for n, _ in sizes]).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _noise(
    points: Points, sizes: tuple[tuple[int, int], ...], blocks: list[tuple[int, int]], shares: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the expected squared length of a shift by noise alone, and of what resampling adds.

    The variance of each kind is pooled over strata; a kind that is alone in each stratum borrows the other's.
    """
    squares, freedom = [0.0, 0.0], [0, 0]
    for (a, z), (_, k) in zip(blocks, sizes, strict=True):
        for kind, members in enumerate((points[a : a + k], points[a + k : z])):
            squares[kind] += float(((members - members.mean(0)) ** 2).sum())
            freedom[kind] += len(members) - 1
    if not any(freedom):
        return float("nan"), float("nan")
    other = [freedom[1] or freedom[0], freedom[0] or freedom[1]]
    variance = [squares[kind] / freedom[kind] if freedom[kind] else squares[1 - kind] / other[kind] for kind in (0, 1)]
    noise = resampled = 0.0
    for (n, k), share in zip(sizes, shares, strict=True):
        for size, each in ((k, variance[0]), (n - k, variance[1])):
            noise += share**2 * each / size
            resampled += share**2 * each / size * (size - 1) / size
    return noise, resampled


def _bootstrap(
    points: Points,
    sizes: tuple[tuple[int, int], ...],
    shares: NDArray[np.float64],
    added: float,
    spread: float,
    settings: Settings,
) -> tuple[float, float]:
    if settings.bootstrap < 1 or min(sum(k for _, k in sizes), sum(n - k for n, k in sizes)) < 3:
        return float("nan"), float("nan")
    drawn = _draws(sizes, tuple(shares.tolist()), settings.bootstrap, settings.seed)
    return interval(((drawn @ points) ** 2).sum(1), added, spread)


def interval(squares: NDArray[np.float64], added: float, spread: float) -> tuple[float, float]:
    """Return the middle 95 % of resampled squared lengths, less what noise and resampling add to them, as lengths."""
    low, high = np.quantile(squares, (0.025, 0.975)) - added
    return float(np.sqrt(np.maximum(0.0, low))) / spread, float(np.sqrt(np.maximum(0.0, high))) / spread


@lru_cache(maxsize=8)
def _draws(sizes: tuple[tuple[int, int], ...], shares: tuple[float, ...], draws: int, seed: int) -> NDArray[np.float64]:
    """Return bootstrap weights, draws × samples, whose product with the points is a resampled shift."""
    generator, columns = np.random.default_rng(seed), []
    for (n, k), share in zip(sizes, shares, strict=True):
        columns.append(generator.multinomial(k, np.full(k, 1 / k), draws) * (share / k))
        columns.append(generator.multinomial(n - k, np.full(n - k, 1 / (n - k)), draws) * (-share / (n - k)))
    return np.concatenate(columns, axis=1)


def distances(points: Points) -> Points:
    """Return the Euclidean distance of each pair of points."""
    from scipy.spatial.distance import pdist, squareform

    apart: Points = squareform(pdist(points))
    return apart


def energy_matrix(points: Points, blocks: list[tuple[int, int]], sizes: tuple[tuple[int, int], ...], total: float) -> Points:
    """Return a matrix whose sum over the perturbed rows and columns is the weighted energy distance.

    With a = 1/k on the perturbed and −1/(n−k) on the others, the energy distance is −aᵀDa; double-centered within the
    stratum, D needs the perturbed alone, times (n / (k (n − k)))².
    """
    matrix = np.zeros((len(points), len(points)))
    for (a, z), (n, k) in zip(blocks, sizes, strict=True):
        apart = distances(points[a:z])
        apart -= apart.mean(0)[None, :]
        apart -= apart.mean(1)[:, None]
        matrix[a:z, a:z] = -apart * (n / (k * (n - k))) / total
    return matrix


@lru_cache(maxsize=4)
def _relabelled(sizes: tuple[tuple[int, int], ...], permutations: int, seed: int) -> Relabellings:
    return relabellings(sizes, permutations, seed)


def _tests(
    product: Points, apart: Points, sizes: tuple[tuple[int, int], ...], square: float, energy: float, settings: Settings
) -> tuple[float, float, float, Relabellings | None, str]:
    least = smallest_p(sizes, settings.permutations)
    if least > ALPHA:
        n, k = sum(n for n, _ in sizes), sum(k for _, k in sizes)
        where = f" in {len(sizes)} strata" if len(sizes) > 1 else ""
        words = f"too few samples for a p-value: {k} against {n - k}{where} leave {least:.2g} as the smallest possible"
        return float("nan"), float("nan"), least, None, words
    draws = _relabelled(sizes, settings.permutations, settings.seed)
    p = _p_value(product, square, sizes, draws, settings)
    mirrored = 2 ** sum(2 * k == n for n, k in sizes) / count_relabellings(sizes)
    energy_p = _p_value(apart, energy, sizes, draws, settings) if mirrored <= ALPHA else float("nan")
    return p, energy_p, least, draws, ""


def _p_value(
    matrix: Points, observed: float, sizes: tuple[tuple[int, int], ...], draws: Relabellings, settings: Settings
) -> float:
    """Return the p-value; a random one that is near its smallest is taken anew from more relabellings of their own.

    As the first answer is then not used, p-values stay valid at every level.
    """
    p = draws.p_value(sums_within(matrix, draws.chosen), observed)
    if draws.exact or draws.chosen.shape[1] > FEW or p > 10 / (settings.permutations + 1):
        return p
    more = _relabelled(sizes, MORE * settings.permutations, settings.seed + 1)
    return more.p_value(sums_within(matrix, more.chosen), observed)
