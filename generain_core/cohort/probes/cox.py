"""Cox's proportional hazards with a penalty, as an estimator of scikit-learn's kind; the optimum is that of lifelines.

Breslow's sums over those at risk with Efron's correction for ties, by Newton's steps on whole arrays: lifelines' ``CoxPHFitter``
walks through the samples one by one, which nested folds can't afford. Tests hold slopes and likelihood against it.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

Values = NDArray[np.float64]
_STEPS = 60
_PRECISION = 1e-9
_DAMPING = 1e-2
"""Of the mean curvature, added where more genes than samples leave it flat; the optimum stays where it is."""


class CoxProbe(BaseEstimator):  # type: ignore[misc]
    """Cox's model, with penalty n · penalizer · (l1_ratio · |b| + (1 - l1_ratio) / 2 · b²) on the slopes of scaled columns.

    Args:
        penalizer: weight of the penalty.
        l1_ratio: 0, or 1 for slopes that are zero.

    Attributes:
        slopes_: of the columns as they are; all zero where no event was seen.
    """

    def __init__(self, penalizer: float = 0.1, l1_ratio: float = 0.0) -> None:
        self.penalizer = penalizer
        self.l1_ratio = l1_ratio

    def fit(self, X: Any, y: Any) -> Self:
        """Fit slopes to samples × columns and samples × (time, event)."""
        values, outcome = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.slopes_ = np.zeros(values.shape[1])
        varied = np.flatnonzero(values.std(0) > 1e-12)
        if not len(varied) or not (outcome[:, 1] > 0).any():
            return self
        order = np.argsort(-outcome[:, 0], kind="stable")
        scale = values[:, varied].std(0, ddof=1)
        scaled = (values[order][:, varied] - values[:, varied].mean(0)) / scale
        terms, weight = risk_terms(outcome[order]), self.penalizer * len(values)
        slopes = _lasso(scaled, terms, weight) if self.l1_ratio else _ridge(scaled, terms, weight)
        self.slopes_[varied] = slopes / scale
        return self

    def predict(self, X: Any) -> Values:
        """Return the log hazard of samples, relative to one another: the larger, the sooner the event."""
        return np.asarray(np.asarray(X, dtype=np.float64) @ self.slopes_)


@dataclass(frozen=True, eq=False, kw_only=True)
class RiskTerms:
    """Who is at risk at each event, of samples in the order of falling times.

    Attributes:
        events: rows of the samples with an event, one a term.
        last: of each event, the last row at risk.
        start, stop: of each event, the rows of `events` that are tied with it.
        share: of the tied events' hazard that Efron takes off: 0, 1/m … (m - 1)/m of m.
    """

    events: NDArray[np.intp]
    last: NDArray[np.intp]
    start: NDArray[np.intp]
    stop: NDArray[np.intp]
    share: Values


def risk_terms(outcome: Values) -> RiskTerms:
    """Return the terms of the likelihood of times, falling, and events."""
    time, events = outcome[:, 0], np.flatnonzero(outcome[:, 1] > 0)
    own = -time[events]
    start, stop = np.searchsorted(own, own, side="left"), np.searchsorted(own, own, side="right")
    last = np.searchsorted(-time, own, side="right") - 1
    return RiskTerms(events=events, last=last, start=start, stop=stop, share=(np.arange(len(own)) - start) / (stop - start))


def likelihood(values: Values, terms: RiskTerms, slopes: Values) -> tuple[float, Values, Values]:
    """Return the negative log partial likelihood, its gradient and its curvature."""
    odds = values @ slopes
    hazard = np.exp(odds - odds.max())
    weighted = hazard[:, None] * values
    at_risk, sums = np.cumsum(hazard)[terms.last], np.cumsum(weighted, axis=0)[terms.last]
    tied = _sums(hazard[terms.events], terms)
    whole = at_risk - terms.share * tied
    mean = (sums - terms.share[:, None] * _sums(weighted[terms.events], terms)) / whole[:, None]
    loss = float(np.log(whole).sum() + len(whole) * odds.max() - odds[terms.events].sum())
    gradient = mean.sum(0) - values[terms.events].sum(0)
    weight = np.bincount(terms.last, 1 / whole, minlength=len(values))[::-1].cumsum()[::-1]
    weight[terms.events] -= _sums(terms.share / whole, terms)
    curvature = (values * (hazard * weight)[:, None]).T @ values - mean.T @ mean
    return loss, gradient, curvature


def _sums(values: Values, terms: RiskTerms) -> Values:
    """Return the sum over the events that are tied with each event."""
    total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return np.asarray(total[terms.stop] - total[terms.start])


def _ridge(values: Values, terms: RiskTerms, weight: float) -> Values:
    def objective(slopes: Values) -> float:
        return likelihood(values, terms, slopes)[0] + weight / 2 * float(slopes @ slopes)

    slopes = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        loss, gradient, curvature = likelihood(values, terms, slopes)
        curvature[np.diag_indices_from(curvature)] += weight
        step = np.linalg.solve(curvature, gradient + weight * slopes)
        slopes, length = _walk(objective, slopes, -step, loss + weight / 2 * float(slopes @ slopes))
        if length < _PRECISION:
            break
    return slopes


def _lasso(values: Values, terms: RiskTerms, weight: float) -> Values:
    """Return the slopes of least likelihood with weight · |b|, by Newton's steps of which each is a LASSO of least squares."""
    from sklearn.linear_model import Lasso

    def objective(slopes: Values) -> float:
        return likelihood(values, terms, slopes)[0] + weight * float(np.abs(slopes).sum())

    slopes = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        loss, gradient, curvature = likelihood(values, terms, slopes)
        curvature[np.diag_indices_from(curvature)] += _DAMPING * max(float(np.trace(curvature)) / len(slopes), 1e-12)
        root = np.linalg.cholesky(curvature).T
        target = root @ slopes - np.linalg.solve(root.T, gradient)
        lasso = Lasso(alpha=weight / len(slopes), fit_intercept=False, tol=1e-6, max_iter=50_000)
        step = lasso.fit(root, target).coef_ - slopes
        before = loss + weight * float(np.abs(slopes).sum())
        slopes, length = _walk(objective, slopes, step, before)
        if length < 1e-6 or before - objective(slopes) < _PRECISION * abs(before):
            break
    return slopes


def _walk(objective: Any, slopes: Values, step: NDArray[Any], before: float) -> tuple[Values, float]:
    """Return slopes after a step, halved until the objective does not rise, and the length of the step."""
    share = 1.0
    while share > 1e-4 and not objective(slopes + share * step) <= before + 1e-9 * abs(before):
        share /= 2
    return slopes + share * step, share * float(np.abs(step).max())
