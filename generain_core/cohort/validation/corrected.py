"""Intervals and the test for scores of overlapping training sets: the corrected resampled t (Nadeau & Bengio 2003)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
POWER = 0.8
Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Mean:
    """The mean of scores over folds, with its interval.

    Attributes:
        mean: over all folds with a score.
        low, high: the interval's ends; NaN with fewer than two folds.
        error: the corrected standard error.
        folds: with a score.
    """

    mean: float
    low: float
    high: float
    error: float
    folds: int

    def lies_above(self, chance: float) -> bool:
        """Say whether the mean lies above chance at 5 %, one-sided; never with fewer than two folds."""
        return self.folds > 1 and self.mean - float(stats.t.ppf(LEVEL, self.folds - 1)) * self.error > chance


def corrected_mean(
    scores: Values,
    test_share: float,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    least_error: float = 0.0,
    widening: float = 1.0,
) -> Mean:
    """Return the mean of scores with its 95 % interval by the corrected variance (1/J + n₂/n₁) s².

    Nadeau C, Bengio Y. Inference for the generalization error. Mach Learn 2003; 52: 239–281. doi 10.1023/A:1024068626366.

    Args:
        scores: one a fold, NaN where there was none.
        test_share: n₂/n₁, held-out over training samples.
        bounds: what no score lies outside of.
        least_error: a standard error that the corrected one doesn't go below, as where all folds have the best score.
        widening: what the corrected error is multiplied by.
    """
    known = scores[np.isfinite(scores)]
    count = len(known)
    if count < 2:
        return Mean(mean=float(known.mean()) if count else np.nan, low=np.nan, high=np.nan, error=np.nan, folds=count)
    mean, error = float(known.mean()), max(widening * corrected_error(known, test_share), least_error)
    reach = float(stats.t.ppf(0.5 + LEVEL / 2, count - 1)) * error
    low, high = (float(np.clip(end, *bounds)) for end in (mean - reach, mean + reach))
    return Mean(mean=mean, low=low, high=high, error=error, folds=count)


def corrected_error(scores: Values, test_share: float) -> float:
    """Return √((1/J + n₂/n₁) s²) of J scores."""
    return float(np.sqrt((1 / len(scores) + test_share) * scores.var(ddof=1)))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The paired difference of two scores over the same folds.

    Attributes:
        mean: of the first less the second.
        low, high: its 95 % interval.
        error: the corrected standard error.
        p_value: two-sided, that there is none.
        below_margin: p-value that it is a margin or more, against that it is less.
        folds: where both have a score.
    """

    mean: float
    low: float
    high: float
    error: float
    p_value: float
    below_margin: float
    folds: int


def corrected_difference(
    first: Values, second: Values, test_share: float, margin: float, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> Difference:
    """Compare two probes over the same folds by the corrected resampled t-test.

    Args:
        first, second: scores, one a fold; NaN where there was none.
        test_share: n₂/n₁, held-out over training samples.
        margin: a difference that matters.
        bounds: what neither score lies outside of; the interval of their difference ends where these allow no more.
    """
    difference, most = first - second, bounds[1] - bounds[0]
    mean = corrected_mean(difference, test_share, (-most, most))
    freedom = mean.folds - 1
    if freedom < 1:
        return Difference(**vars(mean), p_value=np.nan, below_margin=np.nan)
    if mean.error == 0:
        certain = float(mean.mean == 0)
        return Difference(**vars(mean), p_value=certain, below_margin=float(mean.mean >= margin))
    p_value = float(2 * stats.t.sf(abs(mean.mean) / mean.error, freedom))
    below = float(stats.t.cdf((mean.mean - margin) / mean.error, freedom))
    return Difference(**vars(mean), p_value=p_value, below_margin=below)


def samples_needed(error: float, folds: int, samples: int, margin: float) -> int:
    """Return how many samples would show a difference of a margin with 80 % power at 5 %, at the variance seen.

    The corrected error is taken to fall with the root of the number of samples.
    """
    if not np.isfinite(error) or folds < 2:
        return 0
    reach = stats.t.ppf(0.5 + LEVEL / 2, folds - 1) + stats.t.ppf(POWER, folds - 1)
    return int(np.ceil(samples * (reach * error / margin) ** 2))
