"""One value against those of many controls: a t-test with the controls' variance."""

import numpy as np
from numpy.typing import NDArray

LEAST = 10
"""Controls that one sample can be held against."""


def one_against_many(
    values: NDArray[np.float64], one: NDArray[np.bool_], many: NDArray[np.bool_], strata: NDArray[np.int64]
) -> tuple[float, float, int]:
    """Return the change of one sample, its two-sided p-value and how many controls there are; NaN with fewer than `LEAST`.

    t = change / (s √(1 + 1 / n)), with n controls of its stratum and s that of controls around the mean of their stratum; it
    assumes that the one varies as a control does, and normally.

    Args:
        values: one a sample.
        one: which sample is perturbed; exactly one.
        many: which are controls.
        strata: of each sample.
    """
    from scipy.stats import t as student

    ours = many & (strata == strata[one][0])
    groups = [values[many & (strata == stratum)] for stratum in np.unique(strata[many])]
    freedom = sum(len(group) - 1 for group in groups)
    if not ours.any():
        return float("nan"), float("nan"), int(many.sum())
    change = float(values[one][0] - values[ours].mean())
    spread = np.sqrt(sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / max(1, freedom))
    if freedom < LEAST - 1 or not spread > 0:
        return change, float("nan"), int(many.sum())
    statistic = change / (float(spread) * np.sqrt(1 + 1 / int(ours.sum())))
    return change, float(2 * student.sf(abs(statistic), freedom)), int(many.sum())
