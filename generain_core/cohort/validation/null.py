"""The null: the score of a probe where outcomes are exchanged between donors, or within them where they differ there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation, middle, probe
from generain_core.cohort.validation.folds import Rows, divide
from generain_core.cohort.validation.metrics import primary_score
from generain_core.cohort.validation.nested import run_tasks
from generain_core.progress import Progress

Values = NDArray[np.float64]
Between = Literal["donors", "samples within donors", "donors of as many samples, and samples within them", "samples"]
_MOST_CLASSES = 10
MOVES = 0.5
"""Share of what a free exchange would change, below which exchanging says little."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Null:
    """What a probe scores where the outcome is exchanged.

    Attributes:
        representation: of the probe.
        observed: score of the true outcome, in the same folds and with the same setting.
        mean, high: mean and 95th percentile of the scores of exchanged outcomes.
        p_value: (1 + scores at least as high) / (1 + permutations).
        permutations: of outcomes that had a score.
        between: what was exchanged.
    """

    representation: str
    observed: float
    mean: float
    high: float
    p_value: float
    permutations: int
    between: Between


def exchanged(truth: Values, groups: Rows, generator: np.random.Generator) -> tuple[Values, Between]:
    """Return outcomes exchanged between donors if each has one outcome, between samples if these are donors of their own.

    Where outcomes differ within donors they are exchanged there; and if donors differ too, first between donors that have as
    many samples, all of a donor's together: else an outcome that is nearly the donor's would hardly change.
    """
    if len(np.unique(groups)) == len(groups):
        return truth[generator.permutation(len(truth))], "samples"
    first, own = np.unique(groups, return_index=True, return_inverse=True)[1:]
    if (truth == truth[first][own]).all():
        return truth[first][generator.permutation(len(first))][own], "donors"
    rows = [np.flatnonzero(own == donor) for donor in range(len(first))]
    between: Between = "samples within donors"
    mixed = truth.copy()
    if not _are_alike([truth[each] for each in rows]):
        between = "donors of as many samples, and samples within them"
        for size in {len(each) for each in rows}:
            donors = [each for each in rows if len(each) == size]
            for to, place in enumerate(generator.permutation(len(donors))):
                mixed[donors[to]] = truth[donors[place]]
    for each in rows:
        mixed[each] = mixed[each[generator.permutation(len(each))]]
    return mixed, between


def _are_alike(outcomes: Sequence[Values]) -> bool:
    """Say whether all donors have the same outcomes, in whatever order, as in paired designs."""
    ordered = [each[np.lexsort(np.atleast_2d(each.T))] for each in outcomes]
    return all(each.shape == ordered[0].shape and (each == ordered[0]).all() for each in ordered)


def moves(truth: Values, groups: Rows, seed: int = 0) -> float:
    """Return how much exchanging changes outcomes, as a share of what it would if samples were free; the mean of 20 times.

    Of classes, how many change; of numbers and times, the mean of their squared change.
    """
    generator, free = np.random.default_rng(seed), np.arange(len(truth))
    values = truth if truth.ndim == 1 else truth[:, 0]
    is_number = len(np.unique(values)) > _MOST_CLASSES
    changes = np.zeros(2)
    for _ in range(20):
        for i, each in enumerate((groups, free)):
            change = exchanged(values, each, generator)[0] - values
            changes[i] += float((change**2).sum() if is_number else (change != 0).sum())
    return float(changes[0] / changes[1]) if changes[1] > 0 else 1.0


def permutation_null(
    representations: Sequence[Representation],
    outcome: Outcome,
    truth: Values,
    groups: Rows,
    *,
    folds: int,
    permutations: int,
    seed: int,
    progress: Progress,
) -> tuple[Null, ...]:
    """Return the null of each representation.

    Folds don't look at the outcome, nothing is tuned, and the probe's least-squares counterpart (ridge or LASSO on the classes,
    the number, or martingale residuals) stands for it: the same score is computed of the true outcome and of each exchanged
    one, so that p is exact. What learns nothing of the outcome is fitted once a fold.
    """
    division = divide(np.zeros(len(truth)), OutcomeKind.TWO_CLASSES, groups, folds, seed + 500_009)
    generator = np.random.default_rng(seed)
    outcomes = [truth, *(exchanged(truth, groups, generator)[0] for _ in range(permutations))]
    between = exchanged(truth, groups, np.random.default_rng(0))[1]
    scores = {each.name: np.full((len(outcomes), folds), np.nan) for each in representations}

    def work(representation: Representation, fold: int) -> None:
        scores[representation.name][:, fold] = _fold_scores(representation, outcome, outcomes, division[fold])

    tasks = [partial(work, each, fold) for each in representations for fold in range(folds)]
    run_tasks(tasks, progress, "exchanged outcomes")
    return tuple(_null(name, table, between) for name, table in scores.items())


def _fold_scores(representation: Representation, outcome: Outcome, outcomes: Sequence[Values], rows: tuple[Rows, Rows]) -> Values:
    from sklearn.base import clone

    pipeline, grid = probe(representation, outcome.kind)
    pipeline = clone(pipeline).set_params(**middle(grid))
    train, test = rows
    before, after = representation.values[train], representation.values[test]
    for name, step in pipeline.steps[:-1]:
        if name != "associated":
            before, after = step.fit(before).transform(before), step.transform(after)
    targets = [_targets(values[train], outcome) for values in outcomes]
    width = targets[0].shape[1]
    fitted = _sparse_fit if representation.recipe == "sparse" else _ridge_fit
    predicted = fitted(np.asarray(before), np.hstack(targets), np.asarray(after))
    parts = [predicted[:, i * width : (i + 1) * width] for i in range(len(outcomes))]
    return np.array([_score(outcome, values, rows, own) for values, own in zip(outcomes, parts, strict=True)])


def _targets(truth: Values, outcome: Outcome) -> Values:
    """Return what least squares fit: 0 and 1 of each class, the number, or the martingale residual of time and event."""
    from generain_core.cohort.probes.transforms import martingale_residuals

    if outcome.kind is OutcomeKind.SURVIVAL:
        return martingale_residuals(truth)[:, None]
    if outcome.kind is OutcomeKind.NUMBER:
        return truth[:, None]
    return np.asarray(truth[:, None] == np.arange(len(outcome.classes)), dtype=np.float64)


def _ridge_fit(before: Values, targets: Values, after: Values) -> Values:
    """Return ridge predictions of all targets at once; the penalty is as large as the mean square of the samples."""
    center, mean = before.mean(0), targets.mean(0)
    train, test = before - center, after - center
    gram = train @ train.T
    penalty = max(float(np.trace(gram)) / len(gram), 1e-12)
    weights = np.linalg.solve(gram + penalty * np.eye(len(gram)), targets - mean)
    return np.asarray(mean + (test @ train.T) @ weights)


def _sparse_fit(before: Values, targets: Values, after: Values) -> Values:
    """Return LASSO predictions of each target by least squares, at a third of the penalty that leaves nothing."""
    from sklearn.linear_model import Lasso

    center, mean = before.mean(0), targets.mean(0)
    train, test = np.asfortranarray(before - center), after - center
    predicted: Values = np.tile(mean, (len(test), 1))
    for k, target in enumerate((targets - mean).T):
        strongest = float(np.abs(train.T @ target).max()) / len(train)
        if strongest > 0:
            lasso = Lasso(alpha=strongest / 3, fit_intercept=False, copy_X=False, max_iter=2000, tol=1e-3)
            predicted[:, k] += lasso.fit(train, target).predict(test)
    return predicted


def _score(outcome: Outcome, values: Values, rows: tuple[Rows, Rows], predicted: Values) -> float:
    train, test = rows
    if outcome.kind.of_classes and len(np.unique(values[train])) < 2:
        return float("nan")
    return primary_score(outcome.kind, values[test], predicted)


def _null(name: str, scores: Values, between: Between) -> Null:
    known = np.isfinite(scores)
    means = np.where(known.any(1), np.where(known, scores, 0).sum(1) / np.maximum(known.sum(1), 1), np.nan)
    drawn = means[1:][np.isfinite(means[1:])]
    p_value = (1 + int((drawn >= means[0] - 1e-12).sum())) / (1 + len(drawn)) if np.isfinite(means[0]) and len(drawn) else np.nan
    return Null(
        representation=name,
        observed=float(means[0]),
        mean=float(drawn.mean()) if len(drawn) else np.nan,
        high=float(np.quantile(drawn, 0.95)) if len(drawn) else np.nan,
        p_value=float(p_value),
        permutations=len(drawn),
        between=between,
    )
