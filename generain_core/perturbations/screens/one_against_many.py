"""One or a few values against those of many controls: a t-test with the controls' variance."""

import numpy as np
from numpy.typing import NDArray

LEAST = 10
"""Controls that a few samples can be held against."""
FEW = 4
"""So many samples are few: exchange and their own variance tell next to nothing of one gene."""


def one_against_many(
    values: NDArray[np.float64],
    one: NDArray[np.bool_],
    many: NDArray[np.bool_],
    strata: NDArray[np.int64],
    ratio: float = 1.0,
) -> tuple[float, float, int]:
    """Return the change of the mean of one or a few samples, its two-sided p-value and how many controls there are.

    t = change / (s √(r² / k + Σ (kᵢ / k)² / nᵢ)), with k samples, kᵢ of them and nᵢ controls in stratum i, and s that of controls
    around the mean of their stratum. It assumes that samples vary normally, r times as much as controls do (`spread_ratios`).

    Args:
        values: one a sample.
        one: which samples are perturbed; one or a few.
        many: which are controls.
        strata: of each sample.
        ratio: r, by how much more the perturbed samples vary.

    Returns:
        Change, p-value and count; NaN without controls in a stratum of theirs, and no p with fewer than `LEAST` controls.
    """
    from scipy.stats import t as student

    groups = {stratum: values[many & (strata == stratum)] for stratum in np.unique(strata[many])}
    freedom = sum(len(group) - 1 for group in groups.values())
    names, counts = np.unique(strata[one], return_counts=True)
    if not len(names) or any(name not in groups for name in names):
        return float("nan"), float("nan"), int(many.sum())
    k = int(counts.sum())
    change = float(np.mean(values[one] - np.array([groups[stratum].mean() for stratum in strata[one]])))
    spread = np.sqrt(sum(float(((group - group.mean()) ** 2).sum()) for group in groups.values()) / max(1, freedom))
    if freedom < LEAST - 1 or not spread > 0:
        return change, float("nan"), int(many.sum())
    noise = ratio**2 / k + sum((n / k) ** 2 / len(groups[name]) for name, n in zip(names, counts, strict=True))
    statistic = change / (float(spread) * np.sqrt(noise))
    return change, float(2 * student.sf(abs(statistic), freedom)), int(many.sum())
