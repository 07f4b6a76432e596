"""The effect of one perturbation beside covariates: what these leave is exchanged, with a studentized statistic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.adjusted.linear_model import LinearModel, linear_model
from generain_core.perturbations.effects.comparison import Points
from generain_core.perturbations.effects.effect import Effect, Settings, unknown_effect, with_test
from generain_core.perturbations.effects.intervals import Spread
from generain_core.perturbations.effects.permutations import ALPHA, share_at_least, smallest_p
from generain_core.perturbations.effects.rotation import rotation_test
from generain_core.perturbations.effects.shift_test import ShiftTest, TestName
from generain_core.perturbations.effects.studentized import dimensions_of, most_dimensions

RESIDUALS = (
    "what covariates leave of samples is exchangeable within strata where the means are equal; effects of covariates are linear"
)
"""What exchanging residuals takes for granted."""
LEAST_FREEDOM = 3
"""With fewer residual degrees of freedom nothing is tested."""
_ENOUGH_FREEDOM, _FEW_DIMENSIONS, _FEW_FREE = 8, 2.0, 4.0
_VALUES, _LEAST = 200_000_000, 999
_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class _Fit:
    """What is left of points beside the nuisance, and how it is weighed: squares of residuals are unbiased (HC2)."""

    model: LinearModel
    rest: Points

    @property
    def leverage(self) -> NDArray[np.float64]:
        full: NDArray[np.float64] = (self.model.nuisance**2).sum(1) + self.model.label**2 / self.model.weight
        return full

    @property
    def weights(self) -> NDArray[np.float64]:
        free = 1 - self.leverage
        told = free > 1e-9
        return np.where(told, self.model.label**2 / np.where(told, free, 1.0), 0.0) / self.model.weight**2


def adjusted_effect(
    points: Points,
    perturbed: NDArray[np.bool_],
    blocks: NDArray[np.int64],
    covariates: Points,
    spread: float | Spread,
    settings: Settings,
) -> Effect:
    """Compare perturbed with other samples of the same stratum or pair, beside covariates.

    The shift is the coefficient of the perturbation in a linear model with an intercept for each block and the covariates. It is
    tested by exchanging, within blocks, what blocks and covariates leave of the samples (Freedman & Lane 1983,
    doi 10.2307/1391660; Winkler et al. 2014, doi 10.1016/j.neuroimage.2014.01.060); the statistic is |shift|² over its noise,
    each sample's own residual being its variance (HC2), which keeps the level where spreads differ (DiCiccio & Romano 2017,
    doi 10.1080/01621459.2016.1202117). Where labels can't be exchanged in twenty ways, by rotation, as without covariates. There
    is no energy distance and no interval.

    Args:
        points: samples × dimensions.
        perturbed: which samples are perturbed.
        blocks: stratum or pair of each sample; those that hold one kind only take no part.
        covariates: samples × columns, without missing values.
        spread: of the controls.
        settings: how to test.
    """
    shared = np.intersect1d(blocks[perturbed], blocks[~perturbed])
    used = np.isin(blocks, shared)
    k, n = int((perturbed & used).sum()), int(used.sum())
    if not k:
        why = "no stratum or pair holds both perturbed and reference"
        return unknown_effect(points.shape[1], int(perturbed.sum()), int((~perturbed).sum()), why)
    model = linear_model(perturbed[used], blocks[used], covariates[used])
    if model.is_confounded or model.freedom < 1:
        return unknown_effect(points.shape[1], k, n - k, why_not(model))
    fit = _Fit(model, _compressed(model.rest(points[used])))
    shift = model.label @ model.rest(points[used]) / model.weight
    squares, noise = _statistic(fit, fit.rest[None])
    unit = spread.value if isinstance(spread, Spread) else spread
    square = float(shift @ shift)
    effect = unknown_effect(points.shape[1], k, n - k, "")
    effect = Effect(
        **(
            vars(effect)
            | {
                "shift": shift,
                "length": float(np.sqrt(square)) / unit,
                "effect": float(np.sqrt(max(0.0, square - float(noise[0])))) / unit,
            }
        )
    )
    del squares
    return with_test(effect, _test(fit, perturbed[used], covariates[used], points[used], settings))


def why_not(model: LinearModel) -> str:
    """Return why nothing can be told of a perturbation beside the covariates."""
    if model.is_confounded:
        return (
            "the covariates tell its samples from those they are compared with, so what comes of one can't be told from what "
            "comes of the other: leave out the covariate that goes along with the groups"
        )
    return "as many covariates, strata or pairs as samples leave nothing to judge by"


def _test(fit: _Fit, perturbed: NDArray[np.bool_], covariates: Points, points: Points, settings: Settings) -> ShiftTest:
    model = fit.model
    sizes = tuple((len(members), int(perturbed[members].sum())) for members in model.within)
    least = smallest_p(sizes, settings.permutations)
    if model.freedom < LEAST_FREEDOM:
        return ShiftTest(
            smallest_p=least, why=f"too few samples for a p-value beside covariates: {model.freedom} degrees of freedom"
        )
    if least > ALPHA or model.freedom < _ENOUGH_FREEDOM:
        if not all(2 * k == n for n, k in sizes):
            return ShiftTest(
                smallest_p=least,
                why="too few samples for a p-value beside covariates, and a test for few needs as many perturbed as others",
            )
        return rotation_test(points, perturbed.astype(np.float64), model.nuisance, settings.permutations, settings.seed)
    draws = int(np.clip(_VALUES // fit.rest.size, min(_LEAST, settings.permutations), settings.permutations))
    generator = np.random.default_rng(settings.seed)
    squares, noise = _statistic(fit, fit.rest[None])
    observed = float(squares[0] / max(float(noise[0]), np.finfo(float).tiny))
    values, step = [], max(1, _BLOCK // fit.rest.size)
    for start in range(0, draws, step):
        orders = _orders(generator, model, min(step, draws - start))
        some, around = _statistic(fit, fit.rest[orders])
        values.append(some / np.maximum(around, np.finfo(float).tiny))
    p = share_at_least(np.concatenate(values), observed, exact=False)
    dimensions, freedom = _dimensions(fit), _freedom(fit, perturbed)
    if freedom < _FEW_FREE or dimensions < _FEW_DIMENSIONS:
        from scipy.stats import f

        p = max(p, float(f.sf(observed, dimensions, freedom * dimensions)))
    return ShiftTest(
        name=TestName.EXCHANGE,
        assumes=RESIDUALS,
        p_value=p,
        smallest_p=max(least, 1 / (draws + 1)),
        relabellings=draws,
        exact=False,
    )


def _statistic(fit: _Fit, mixed: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return squared lengths of shifts and their noise, of draws × samples × dimensions of exchanged residuals."""
    nuisance, label = fit.model.nuisance, fit.model.label
    left = mixed - nuisance @ (nuisance.T @ mixed)
    shifts = np.einsum("i,bij->bj", label, left) / fit.model.weight
    left = left - label[None, :, None] * shifts[:, None, :]
    noise: NDArray[np.float64] = (left**2).sum(2) @ fit.weights
    return (shifts**2).sum(1), noise


def _orders(generator: np.random.Generator, model: LinearModel, draws: int) -> NDArray[np.int64]:
    orders = np.empty((draws, len(model.label)), dtype=np.int64)
    for members in model.within:
        orders[:, members] = generator.permuted(np.tile(members, (draws, 1)), axis=1)
    return orders


def _freedom(fit: _Fit, perturbed: NDArray[np.bool_]) -> float:
    """Return the degrees of freedom of the noise, put together from those of both groups as Welch and Satterthwaite do."""
    left = fit.rest - np.outer(fit.model.label, fit.model.label @ fit.rest / fit.model.weight)
    squares, free = (left**2).sum(1) * fit.weights, 1 - fit.leverage
    parts = [(float(squares[group].sum()), float(free[group].sum())) for group in (perturbed, ~perturbed)]
    shares = sum(part**2 / max(freedom, 0.5) for part, freedom in parts)
    return float(sum(part for part, _ in parts)) ** 2 / shares if shares > 0 else float(fit.model.freedom)


def _dimensions(fit: _Fit) -> float:
    left = fit.rest - np.outer(fit.model.label, fit.model.label @ fit.rest / fit.model.weight)
    return dimensions_of([(left, fit.model.freedom)], most_dimensions(fit.rest.shape[1], fit.model.freedom))


def _compressed(rest: Points) -> Points:
    """Return points with the same products in no more dimensions than there are samples."""
    if rest.shape[1] <= rest.shape[0]:
        return rest
    values, vectors = np.linalg.eigh(rest @ rest.T)
    kept = values > 1e-12 * max(float(values[-1]), np.finfo(float).tiny)
    compressed: Points = vectors[:, kept] * np.sqrt(values[kept])
    return compressed if kept.any() else rest[:, :1]
