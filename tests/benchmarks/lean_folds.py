"""A quick stand-in for the app's probes in simulations: least squares of the same settings, all at once; folds are the app's.

Ridge and LASSO on 0 and 1 (or the number) in place of logistic regression, with the penalties that have the same pull where
probabilities are a half; on martingale residuals in place of Cox's model, whose slope at zero they have. What is held out of
what, how settings and sides are chosen and compared is not touched.
"""

from typing import Any

import numpy as np
from sklearn.linear_model import lasso_path

from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import (
    ALPHAS,
    COMPONENTS,
    COX_COMPONENTS,
    COX_GENES,
    PENALIZERS,
    RIDGE,
    SPARSE,
    SPARSE_ALPHAS,
    SPARSE_PENALIZERS,
    Representation,
)
from generain_core.cohort.probes.transforms import Associated, martingale_residuals
from generain_core.cohort.validation.folds import Split, divide
from generain_core.cohort.validation.inner import inner_folds
from generain_core.cohort.validation.metrics import primary_score
from generain_core.cohort.validation.nested import FoldResult

Array = np.ndarray


def fit_fold(
    representation: Representation, outcome: Outcome, truth: Array, groups: Array, split: Split, seed: int
) -> FoldResult:
    """Choose a setting in inner folds, and score the held-out samples; arguments as those of the app's."""
    values, train, test, kind = representation.values, split.train, split.test, outcome.kind
    folds = inner_folds(truth[train], kind, groups[train])
    scores = []
    for inner, out in divide(truth[train], kind, groups[train], folds, seed):
        each = predicted(representation, kind, values[train[inner]], truth[train[inner]], values[train[out]])
        scores.append([primary_score(kind, truth[train[out]], shares) for shares in each])
    inner_mean = np.array(scores).mean(0)
    best = int(np.where(np.isfinite(inner_mean), inner_mean, -np.inf).argmax())
    own = predicted(representation, kind, values[train], truth[train], values[test])[best]
    primary = primary_score(kind, truth[test], own)
    return FoldResult(
        setting={"setting": best}, inner=float(inner_mean[best]), primary=primary, secondary=np.nan, predicted=own, pipeline=None
    )


def predicted(representation: Representation, kind: OutcomeKind, before: Array, truth: Array, after: Array) -> list[Array]:
    """Return the held-out predictions of every setting, the strictest first."""
    if kind is OutcomeKind.SURVIVAL:
        return _of_times(representation, before, truth, after)
    number = kind is OutcomeKind.NUMBER
    targets = truth[:, None] if number else (truth[:, None] == np.arange(1, int(truth.max()) + 1)).astype(float)
    if representation.recipe == "sparse":
        before, after = _scaled(before, after)
        spread = truth.std() if number else 1.0
        alphas = np.array(SPARSE_ALPHAS) * spread if number else 1 / (np.array(SPARSE) * len(before))
        return [_whole(each, number) for each in _lasso(before, targets, after, alphas)]
    is_dense = representation.recipe == "dense"
    sides = [_scaled(before, after)] if is_dense else _components(before, after, COMPONENTS)
    penalties = np.array(ALPHAS) if number else 4 / np.array(RIDGE)
    return [_whole(each, number) for a, b in sides for each in _ridge(a, targets, b, penalties)]


def _of_times(representation: Representation, before: Array, truth: Array, after: Array) -> list[Array]:
    """Return the held-out predictions of times and events of every setting, by least squares on martingale residuals."""
    targets = martingale_residuals(truth)[:, None]
    if representation.recipe != "components":
        before, after = _scaled(before, after)
    if representation.recipe == "sparse":
        columns = Associated(COX_GENES).fit(before, truth).columns_
        return _lasso(before[:, columns], targets, after[:, columns], np.array(SPARSE_PENALIZERS))
    penalties = np.array(PENALIZERS) * len(before) * len(before) / max(float(truth[:, 1].sum()), 1.0)
    return [each for a, b in _components(before, after, COX_COMPONENTS) for each in _ridge(a, targets, b, penalties)]


def _components(before: Array, after: Array, numbers: tuple[int, ...]) -> list[tuple[Array, Array]]:
    """Return so many principal components, fewest first, each of variance 1."""
    mean = before.mean(0)
    squares, vectors = np.linalg.eigh((before - mean) @ (before - mean).T)
    kept = squares > 1e-10 * squares[-1]
    axes = (before - mean).T @ (vectors[:, kept] / np.sqrt(squares[kept]))
    before, after = (before - mean) @ axes[:, ::-1], (after - mean) @ axes[:, ::-1]
    return [_scaled(before[:, :most], after[:, :most]) for most in reversed(numbers)]


def _whole(values: Array, number: bool) -> Array:
    """Return predictions of a number, or of all classes."""
    return values if number else np.hstack([1 - values.sum(1, keepdims=True), values])


def _scaled(before: Array, after: Array) -> tuple[Array, Array]:
    mean, spread = before.mean(0), before.std(0)
    spread[spread == 0] = 1
    return (before - mean) / spread, (after - mean) / spread


def _ridge(before: Array, targets: Array, after: Array, penalties: Array) -> list[Array]:
    mean = targets.mean(0)
    left, sizes, right = np.linalg.svd(before, full_matrices=False)
    projection, rotated = left.T @ (targets - mean), after @ right.T
    return [mean + (rotated * (sizes / (sizes**2 + penalty))) @ projection for penalty in penalties]


def _lasso(before: Array, targets: Array, after: Array, alphas: Array) -> list[Array]:
    mean: Any = targets.mean(0)
    parts = np.zeros((len(alphas), len(after), targets.shape[1]))
    before = np.asfortranarray(before)
    for k, target in enumerate((targets - mean).T):
        order = np.argsort(-alphas)
        _, slopes, _ = lasso_path(before, target, alphas=alphas[order], tol=1e-3, max_iter=2000, check_input=False)
        parts[order, :, k] = (after @ slopes).T
    return [mean + each for each in parts]
