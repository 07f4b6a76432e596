"""Moderated t-tests of many genes: variances of few samples borrow from those of all genes, or of genes as high as they."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.genes.trend import Trend

Values = NDArray[np.float64]
_FLOOR = 1e-5


@dataclass(frozen=True, eq=False, kw_only=True)
class Moderated:
    """Moderated t-statistics; one value a gene.

    Attributes:
        t: the statistic.
        p: two-sided.
        freedom: degrees of freedom of a gene's own variance.
        prior_freedom: that the other genes add; infinite where all genes vary alike.
        prior_variance: what they say each gene's variance is.
        total_freedom: of the test.
    """

    t: Values
    p: Values
    freedom: int
    prior_freedom: float
    prior_variance: Values
    total_freedom: float


def moderate(change: Values, variance: Values, freedom: int, weight: float, trend: Trend | None = None) -> Moderated:
    """Test changes whose standard error is sqrt(variance / weight), each variance drawn to what is usual among genes.

    As limma's ``eBayes``, with ``trend=TRUE`` where there is one. Source: Smyth 2004, doi 10.2202/1544-6115.1027 (the prior by
    the method of moments on log variances, as there).

    Args:
        change: one a gene.
        variance: residual, of each gene.
        freedom: of each variance.
        weight: over which a variance is that of the change: n m / (n + m) summed over blocks, say.
        trend: of variances over the genes' levels; without one the prior is the same for all.
    """
    from scipy.stats import t as student

    prior_freedom, prior = prior_of(variance, freedom, trend)
    drawn = prior if np.isinf(prior_freedom) else (prior_freedom * prior + freedom * variance) / (prior_freedom + freedom)
    total = min(freedom + prior_freedom, float(freedom * len(variance)))
    t = change / np.sqrt(np.maximum(drawn, np.finfo(float).tiny) / weight)
    return Moderated(
        t=t,
        p=2 * student.sf(np.abs(t), total),
        freedom=freedom,
        prior_freedom=prior_freedom,
        prior_variance=prior,
        total_freedom=total,
    )


def prior_of(variance: Values, freedom: int, trend: Trend | None = None) -> tuple[float, Values]:
    """Return the prior's degrees of freedom, and its variance for each gene."""
    from scipy.special import digamma, polygamma

    floored = np.maximum(variance, _FLOOR * max(float(np.median(variance)), np.finfo(float).tiny))
    logs = np.log(floored) - digamma(freedom / 2) + np.log(freedom / 2)
    if trend is not None:
        middle, varied = trend.fit(logs)
    else:
        middle, varied = np.full(len(logs), logs.mean()), float(logs.var(ddof=1)) if len(logs) > 1 else 0.0
    excess = varied - float(polygamma(1, freedom / 2))
    if excess <= 0:
        return float("inf"), np.full(len(logs), floored.mean()) if trend is None else np.exp(middle)
    half = _inverse_trigamma(excess)
    return 2 * half, np.exp(middle + digamma(half) - np.log(half))


def _inverse_trigamma(value: float) -> float:
    """Return y with trigamma(y) = value, by Newton's method on 1 / trigamma, which is nearly straight."""
    from scipy.special import polygamma

    if value > 1e7:
        return float(1 / np.sqrt(value))
    if value < 1e-6:
        return 1 / value
    y = 0.5 + 1 / value
    for _ in range(50):
        now = float(polygamma(1, y))
        step = now * (1 - now / value) / float(polygamma(2, y))
        y += step
        if -step / y < 1e-8:
            break
    return y
