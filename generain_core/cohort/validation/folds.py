"""Folds: donors whole, classes in equal shares, the same for the same seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind

_TRIES = 20
_STRATA = 5
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Split:
    """One division of the samples: rows to train with, and rows held out."""

    repeat: int
    fold: int
    train: Rows
    test: Rows


def outer_splits(
    truth: NDArray[np.float64], kind: OutcomeKind, groups: Rows, *, repeats: int, folds: int, seed: int
) -> tuple[Split, ...]:
    """Return all divisions of a repeated cross-validation."""
    splits = []
    for repeat in range(repeats):
        for fold, (train, test) in enumerate(divide(truth, kind, groups, folds, seed + 1000 * repeat)):
            splits.append(Split(repeat, fold, train, test))
    return tuple(splits)


def divide(truth: NDArray[np.float64], kind: OutcomeKind, groups: Rows, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Return so many divisions of samples in training and test, none of which splits a group; each sample is held out once.

    Of up to 20 shuffles the first is taken in which each training and each test set has all classes; else the one with most.
    """
    strata = strata_of(truth, kind)
    best, most = [], -1
    for attempt in range(_TRIES):
        division = _divide(strata, groups, folds, (seed + 7919 * attempt) % 2**32)
        complete = sum(len(np.unique(strata[rows])) for pair in division for rows in pair)
        if complete > most:
            best, most = division, complete
        if most == 2 * folds * len(np.unique(strata)):
            break
    return best


def strata_of(truth: NDArray[np.float64], kind: OutcomeKind) -> Rows:
    """Return what folds have in equal shares: the class, fifths of a number, or whether the event was seen."""
    if kind.of_classes:
        return truth.astype(np.intp)
    if kind is OutcomeKind.SURVIVAL:
        return truth[:, 1].astype(np.intp)
    ranks = np.argsort(np.argsort(truth, kind="stable"), kind="stable")
    return np.asarray(ranks * min(_STRATA, max(1, len(truth) // 10)) // len(truth), dtype=np.intp)


def _divide(strata: Rows, groups: Rows, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    nothing, sizes = np.zeros(len(strata)), np.bincount(strata)
    if sizes[sizes > 0].min() < folds:
        strata = np.zeros_like(strata)
    if len(np.unique(groups)) == len(groups):
        return list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(nothing, strata))
    return list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(nothing, strata, groups))
