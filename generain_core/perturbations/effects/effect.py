"""The effect of one perturbation in one space: shift, length, energy distance, p-values, interval."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.effects.comparison import Points
from generain_core.perturbations.effects.shift_test import ShiftTest


@dataclass(frozen=True, eq=False, kw_only=True)
class Effect:
    """What a perturbation did in a space; figures that can't be told are NaN, and `note` says why.

    Attributes:
        shift: from control to perturbed, mean over strata (or pairs).
        length: of the shift, over the spread of controls.
        effect: the same less what noise alone adds to a length: sqrt(max(0, |shift|² − noise)) / spread.
        low, high: 95 % interval of `effect`.
        energy: energy distance within strata (of squared distances of distributions; 0 is equal).
        p_value: of the shift, by the test that `test` names.
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


def without_p(effect: Effect, why: str) -> Effect:
    """Return an effect without p-values and interval for a reason; as it is where there is none."""
    if not why:
        return effect
    return replace(with_test(effect, ShiftTest(smallest_p=effect.smallest_p, why=why)), energy_p=np.nan)


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
