"""Inner folds: the mean held-out score of each setting of a probe over divisions of the training samples."""

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import Grid, Setting, decisions, outcome_of
from generain_core.cohort.validation.folds import Rows, divide
from generain_core.cohort.validation.metrics import primary_score

Values = NDArray[np.float64]
Labeled = tuple[NDArray[Any], Values]
"""Samples × columns, and their outcomes."""


def inner_scores(
    pipeline: Any, grid: Grid, values: Any, truth: Values, groups: Rows, kind: OutcomeKind, classes: int, seed: int
) -> Values:
    """Return the mean held-out score of each setting over five inner folds (fewer where there are fewer groups).

    The same numbers as those of scikit-learn's ``GridSearchCV``; steps that settings have in common are fitted once a fold.
    """
    folds = inner_folds(truth, kind, groups)
    scores = []
    for train, test in divide(truth, kind, groups, folds, seed):
        scores.append(_setting_scores(pipeline, grid, (values[train], truth[train]), (values[test], truth[test]), kind, classes))
    table = np.array(scores)
    known = np.isfinite(table)
    return np.where(known.any(0), np.where(known, table, 0).sum(0) / np.maximum(known.sum(0), 1), np.nan)


def inner_folds(truth: Values, kind: OutcomeKind, groups: Rows, most: int = 5) -> int:
    """Return how many inner folds there can be: no more than donors of the rarest class, and no fewer than two."""
    if not kind.of_classes:
        return max(2, min(most, len(np.unique(groups)) // 2))
    rarest = min(len(np.unique(groups[truth == label])) for label in np.unique(truth))
    return max(2, min(most, rarest))


def _setting_scores(
    pipeline: Any, grid: Grid, training: Labeled, held_out: Labeled, kind: OutcomeKind, classes: int
) -> list[float]:
    """Return the held-out score of each setting; steps are fitted anew only where one of their settings changes."""
    target = outcome_of(training[1], kind)
    known: dict[tuple[Any, ...], tuple[NDArray[Any], NDArray[Any]]] = {}

    def prepared(setting: Setting) -> tuple[NDArray[Any], NDArray[Any]]:
        before, after, key = training[0], held_out[0], ()
        for name, step in pipeline.steps[:-1]:
            own = _own(setting, name)
            key = (*key, name, *own.items())
            if key not in known:
                fitted = configured(step, own).fit(before, target)
                known[key] = (fitted.transform(before), fitted.transform(after))
            before, after = known[key]
        return before, after

    scores = []
    for setting in grid:
        before, after = prepared(setting)
        last, probe = pipeline.steps[-1]
        fitted = configured(probe, _own(setting, last)).fit(before, target)
        scores.append(primary_score(kind, held_out[1], decisions(fitted, after, kind, classes)))
    return scores


def _own(setting: Setting, step: str) -> Setting:
    """Return the settings of one step, by their names there."""
    return {name.partition("__")[2]: value for name, value in setting.items() if name.partition("__")[0] == step}


def configured(estimator: Any, setting: Setting) -> Any:
    """Return a copy of an unfitted estimator with a setting, as ``clone`` and ``set_params`` do, without their checks."""
    copy = deepcopy(estimator)
    for name, value in setting.items():
        *path, last = name.split("__")
        owner = copy
        for each in path:
            owner = getattr(owner, each)
        setattr(owner, last, value)
    return copy
