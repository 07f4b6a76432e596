"""Nested, repeated cross-validation: settings are chosen in inner folds of each training set, scores are of what was held out."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation, Setting, outcome_of, predictions, probe
from generain_core.cohort.validation.folds import Rows, Split
from generain_core.cohort.validation.inner import inner_scores
from generain_core.cohort.validation.metrics import primary_score, secondary_score
from generain_core.progress import Progress

WORKERS = 2
Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class FoldResult:
    """What a probe did in one fold.

    Attributes:
        setting: that inner folds chose.
        inner: its mean score in the inner folds.
        primary, secondary: scores of the held-out samples.
        predicted: of the held-out samples, as `predictions` gives them.
        pipeline: fitted to the training samples.
    """

    setting: Setting
    inner: float
    primary: float
    secondary: float
    predicted: Values
    pipeline: Any


def cross_validate(
    representations: Sequence[Representation],
    outcome: Outcome,
    truth: Values,
    groups: Rows,
    splits: Sequence[Split],
    *,
    seed: int,
    progress: Progress,
) -> dict[str, tuple[FoldResult, ...]]:
    """Return what each representation's probe did in each division.

    Linear algebra works on one thread, so that numbers don't depend on how many there are; divisions are shared out over two.

    Args:
        representations: all over the same samples.
        outcome: its kind and classes.
        truth: of these samples.
        groups: of these samples, never split.
        splits: the outer divisions.
        seed: of the inner folds.
        progress: told the share done and words; what it raises stops the work.
    """
    results: dict[tuple[str, int], FoldResult] = {}

    def work(representation: Representation, i: int) -> None:
        split = splits[i]
        inner_seed = seed + 31 * split.repeat + split.fold + 1
        results[representation.name, i] = fit_fold(representation, outcome, truth, groups, split, inner_seed)

    run_tasks([partial(work, each, i) for i in range(len(splits)) for each in representations], progress, "cross-validation")
    return {each.name: tuple(results[each.name, i] for i in range(len(splits))) for each in representations}


def run_tasks(tasks: Sequence[Callable[[], None]], progress: Progress, words: str) -> None:
    """Run tasks on two threads, linear algebra on one each; what progress raises drops those that wait."""
    from sklearn import config_context

    from generain_core.geometry.one_thread import one_thread

    def quick(task: Callable[[], None]) -> None:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            task()

    with one_thread(), ThreadPoolExecutor(WORKERS) as executor:
        waiting: set[Future[None]] = {executor.submit(quick, task) for task in tasks}
        total = len(waiting)
        try:
            while waiting:
                progress(1 - len(waiting) / total, f"{words}: {total - len(waiting):,} of {total:,}")
                finished, waiting = wait(waiting, timeout=1.0, return_when=FIRST_COMPLETED)
                for each in finished:
                    each.result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


def fit_fold(
    representation: Representation, outcome: Outcome, truth: Values, groups: Rows, split: Split, seed: int
) -> FoldResult:
    """Choose a setting in inner folds of the training samples, fit it to all of these, and score the held-out ones."""
    pipeline, grid = probe(representation, outcome.kind)
    kind, values = outcome.kind, representation.values
    train, test = split.train, split.test
    inner = inner_scores(pipeline, grid, values[train], truth[train], groups[train], kind, len(outcome.classes), seed)
    best = int(np.nanargmax(np.where(np.isfinite(inner), inner, -np.inf)))
    fitted = fit(pipeline, grid[best], values[train], truth[train], kind)
    predicted = predictions(fitted, values[test], kind, len(outcome.classes))
    shares = class_shares(truth[train], outcome)
    return FoldResult(
        setting=grid[best],
        inner=float(inner[best]),
        primary=primary_score(kind, truth[test], predicted),
        secondary=secondary_score(kind, truth[test], predicted, shares),
        predicted=predicted,
        pipeline=fitted,
    )


def fit(pipeline: Any, setting: Setting, values: Any, truth: Values, kind: OutcomeKind) -> Any:
    """Return a copy of a pipeline with a setting, fitted."""
    from sklearn.base import clone

    return clone(pipeline).set_params(**setting).fit(values, outcome_of(truth, kind))


def class_shares(truth: Values, outcome: Outcome) -> Values:
    """Return the share of each class among samples; empty for other outcomes."""
    if not outcome.kind.of_classes:
        return np.empty(0)
    return np.bincount(truth.astype(np.intp), minlength=len(outcome.classes)) / len(truth)
