"""Scores of held-out predictions."""

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind

Values = NDArray[np.float64]


def primary_score(kind: OutcomeKind, truth: Values, predicted: Values) -> float:
    """Return the score that decides: AUROC, R² or concordance; NaN where the samples can't tell (one class, no pair).

    Args:
        kind: of the outcome.
        truth: class, number, or time and event, of each sample.
        predicted: as `predictions` gives them.
    """
    if kind.of_classes:
        return auroc(truth.astype(np.intp), predicted)
    if kind is OutcomeKind.NUMBER:
        return r_squared(truth, predicted[:, 0])
    return concordance(truth, predicted[:, 0])


def secondary_score(kind: OutcomeKind, truth: Values, predicted: Values, shares: Values) -> float:
    """Return the score beside it: balanced accuracy or Spearman's correlation; NaN where there is none.

    Args:
        kind: of the outcome.
        truth: of each sample.
        predicted: as `predictions` gives them.
        shares: of the classes among the training samples.
    """
    if kind.of_classes:
        return balanced_accuracy(truth.astype(np.intp), decide(predicted, shares))
    return spearman(truth, predicted[:, 0]) if kind is OutcomeKind.NUMBER else float("nan")


def auroc(truth: NDArray[np.intp], shares: Values) -> float:
    """Return the area under the ROC curve of two classes, or the mean over classes of each against the others.

    Classes that a set lacks are left out of the mean.
    """
    own = [1] if shares.shape[1] == 2 else list(range(shares.shape[1]))
    areas = [_area(truth == k, shares[:, k]) for k in own if 0 < (truth == k).sum() < len(truth)]
    return float(np.mean(areas)) if areas else float("nan")


def _area(positive: NDArray[np.bool_], values: Values) -> float:
    """Return the share of pairs of a positive and a negative in which the positive has the larger value; ties count half."""
    high, low = values[positive], np.sort(values[~positive])
    below = np.searchsorted(low, high, side="left").sum() + np.searchsorted(low, high, side="right").sum()
    return float(below / (2 * len(high) * len(low)))


def decide(shares: Values, prevalence: Values) -> NDArray[np.intp]:
    """Return the class whose probability exceeds its share of the training samples most; so a rare class can be called."""
    return np.asarray((shares / np.maximum(prevalence, 1e-12)).argmax(1), dtype=np.intp)


def balanced_accuracy(truth: NDArray[np.intp], called: NDArray[np.intp]) -> float:
    """Return the mean over classes of the share that was called rightly."""
    return float(np.mean([(called[truth == k] == k).mean() for k in np.unique(truth)]))


def r_squared(truth: Values, predicted: Values) -> float:
    """Return 1 less the squared errors over those from the mean of these samples; NaN where they don't vary."""
    from sklearn.metrics import r2_score

    return float(r2_score(truth, predicted)) if len(truth) > 1 and np.ptp(truth) > 0 else float("nan")


def spearman(truth: Values, predicted: Values) -> float:
    """Return Spearman's correlation; 0 where predictions don't vary, NaN where the truth doesn't."""
    from scipy.stats import spearmanr

    if len(truth) < 3 or np.ptp(truth) == 0:
        return float("nan")
    return float(spearmanr(truth, predicted).statistic) if np.ptp(predicted) > 0 else 0.0


def concordance(truth: Values, risk: Values) -> float:
    """Return the share of comparable pairs in which the larger risk has the earlier event (Harrell's C); NaN without pairs.

    Of two at the same time, the one with an event counts as earlier; two events at the same time can't be compared; equal risks
    count half. The same number as lifelines' ``concordance_index``.
    """
    time, seen = truth[:, 0], truth[:, 1] > 0
    right, pairs = 0.0, 0
    for i in np.flatnonzero(seen):
        later = (time > time[i]) | ((time == time[i]) & ~seen)
        own = risk[later]
        right += int((own < risk[i]).sum()) + 0.5 * int((own == risk[i]).sum())
        pairs += len(own)
    return right / pairs if pairs else float("nan")
