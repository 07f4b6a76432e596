"""The interval of a score: wider than folds alone say, and no narrower than the number of donors allows."""

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import Outcome
from generain_core.cohort.validation.corrected import Mean, corrected_mean

Values = NDArray[np.float64]
WIDENING = 1.3
"""Times the corrected error by which scores of cohorts vary. Folds of one cohort share its samples, and vary less than scores of
cohorts do (Bates S, Hastie T, Tibshirani R. Cross-validation: what does it estimate and how well does it do it? J Am Stat Assoc
2024; 119: 1434–1445). The factor is that of simulated cohorts, in which 95 % intervals then hold the mean score
(`tests.benchmarks.bench_cohort`). Differences need none: what cohorts have in common cancels.
"""


def score_interval(
    scores: Values, metric: str, outcome: Outcome, truth: Values, groups: NDArray[np.intp], test_share: float
) -> Mean:
    """Return the mean of a score over folds with its interval, no narrower than the number of donors allows.

    Args:
        scores: one a fold.
        metric: which score they are.
        outcome: that is predicted.
        truth: of each sample.
        groups: of each sample.
        test_share: held-out over training samples.
    """
    bounds = BOUNDS[metric]
    known = scores[np.isfinite(scores)]
    least = 0.0
    if outcome.kind.of_classes and len(known):
        donors = [len(np.unique(groups[truth == k])) for k in range(len(outcome.classes))]
        mean = float(known.mean())
        if metric == "auroc":
            least = area_error(mean, min(donors), sum(donors) - min(donors))
        elif metric == "balanced_accuracy":
            least = accuracy_error(mean, donors)
    return corrected_mean(scores, test_share, bounds, least, WIDENING)


BOUNDS = {
    "auroc": (0.0, 1.0),
    "concordance": (0.0, 1.0),
    "r2": (-np.inf, 1.0),
    "balanced_accuracy": (0.0, 1.0),
    "spearman": (-1.0, 1.0),
}
"""What a score can't lie outside of."""


def area_error(area: float, positives: int, negatives: int) -> float:
    """Return the standard error of an area under the ROC curve, had half a donor of the rarer class been ranked by chance.

    Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating characteristic (ROC) curve. Radiology
    1982; 143: 29–36.
    """
    few = min(positives, negatives)
    drawn = (area * few + 0.25) / (few + 0.5)
    first, second = drawn / (2 - drawn), 2 * drawn**2 / (1 + drawn)
    variance = drawn * (1 - drawn) + (positives - 1) * (first - drawn**2) + (negatives - 1) * (second - drawn**2)
    return float(np.sqrt(max(variance, 0.0) / (positives * negatives)))


def accuracy_error(accuracy: float, donors: list[int]) -> float:
    """Return the standard error of a mean over classes of shares of donors, had half a donor more of each been called wrong."""
    shares = [(accuracy * count + 0.25) / (count + 0.5) for count in donors]
    variance = sum(share * (1 - share) / count for share, count in zip(shares, donors, strict=True))
    return float(np.sqrt(variance)) / len(donors)
