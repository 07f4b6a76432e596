"""Confounding: how well representations predict batch, sex, library size and coverage, and how well these predict the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.cohort_design import LEAST_DONORS, CohortDesign
from generain_core.cohort.design.covariates import Covariate, association, find_covariates, levels_of
from generain_core.cohort.notes import CohortNote, CohortNoteKind
from generain_core.cohort.outcome.outcome import Outcome, OutcomeKind
from generain_core.cohort.probes.probes import Representation
from generain_core.cohort.samples import CohortSamples
from generain_core.cohort.validation.comparison import MARGIN, Comparison
from generain_core.cohort.validation.folds import outer_splits
from generain_core.cohort.validation.least_error import score_interval
from generain_core.cohort.validation.nested import FoldResult, cross_validate
from generain_core.progress import Progress, part

COLUMNS = ["predicted", "from", "metric", "mean", "low", "high", "samples"]
_MOST_LOOKED_AT = 2000
"""Columns of the sheet, at most, among which others are looked for that go with the outcome."""
_MOST_OTHERS = 5
_GOES_WITH = 0.01
_MOST_SAMPLES = 300
"""Samples with which confounding is looked at; of more, so many are drawn."""


@dataclass(frozen=True, eq=False)
class Confounder:
    """Something that is known of samples beside the outcome, as what is predicted and as what predicts.

    Attributes:
        name: of the column, ``library size`` or ``coverage``.
        outcome: of all samples, as an outcome.
        values: samples × columns, to predict from.
        technical: whether it is how the sample was handled, not who it is of.
    """

    name: str
    outcome: Outcome | None
    values: NDArray[np.float64]
    technical: bool


def find_confounders(design: CohortDesign, samples: CohortSamples) -> tuple[Confounder, ...]:
    """Return what may be read in place of the outcome, over the samples of the design.

    Batch and sex, as recognized or given; other covariates, and other columns of few values that go with the outcome, as what
    predicts it alone; library size and coverage.
    """
    rows = design.rows
    known = {each.name: each for each in (*design.covariates, *design.adjust)}
    outside = (design.outcome.column, design.outcome.event, design.groups.source, *known)
    recognized = find_covariates(samples.obs, outside)
    covariates = [replace(each, values=each.values[rows]) for each in known.values()]
    covariates += [each for each in recognized if each.role in ("batch", "sex")]
    found = [_of_covariate(each, samples) for each in covariates if each.role in ("batch", "sex")]
    others = [each for each in covariates if each.role not in ("batch", "sex")]
    others += _of_few_values(design, samples, (*outside, *(each.name for each in covariates)))
    found += [Confounder(each.name, None, each.values, False) for each in others]
    for name, values in (("library size", np.log10(np.maximum(samples.depth, 1))), ("coverage", samples.coverage)):
        if np.ptp(values) > 0:
            usable = np.ones(len(values), dtype=bool)
            outcome = Outcome(column=name, kind=OutcomeKind.NUMBER, values=values, usable=usable)
            found.append(Confounder(name, outcome, values[:, None], True))
    return tuple(found)


def _of_few_values(design: CohortDesign, samples: CohortSamples, without: Sequence[str]) -> list[Covariate]:
    """Return other columns of few values, such as a hospital, that go with the outcome: those of the largest association."""
    given_away = {name for note in design.notes if note.kind is CohortNoteKind.SAME_AS_COLUMN for name in note.facts["columns"]}
    names = [str(name) for name in samples.obs.columns[:_MOST_LOOKED_AT] if str(name) not in {*without, *given_away}]
    strength: dict[str, tuple[float, Covariate]] = {}
    for name in names:
        column = samples.obs[name]
        if isinstance(column, pd.Series) and (covariate := levels_of(column, name)) is not None:
            p_value = association(covariate, design.outcome, design.truth)
            if p_value < _GOES_WITH:
                strength[name] = (p_value, covariate)
    return [each for _, each in sorted(strength.values(), key=lambda pair: pair[0])[:_MOST_OTHERS]]


def _of_covariate(covariate: Covariate, samples: CohortSamples) -> Confounder:
    codes = covariate.codes.astype(float) if covariate.levels else covariate.values[:, 0]
    outcome = None
    if covariate.levels:
        counts = [int((codes == k).sum()) for k in range(len(covariate.levels))]
        kept = [k for k, count in enumerate(counts) if count >= LEAST_DONORS]
        if len(kept) >= 2:
            place = np.full(len(counts) + 1, -1.0)
            place[kept] = np.arange(len(kept))
            values = place[codes.astype(np.intp)]
            kind = OutcomeKind.TWO_CLASSES if len(kept) == 2 else OutcomeKind.CLASSES
            names = tuple(covariate.levels[k] for k in kept)
            outcome = Outcome(column=covariate.name, kind=kind, values=values, usable=values >= 0, classes=names)
    elif np.isfinite(codes).all() and np.ptp(codes) > 0:
        outcome = Outcome(column=covariate.name, kind=OutcomeKind.NUMBER, values=codes, usable=np.isfinite(codes))
    return Confounder(covariate.name, outcome, covariate.values, covariate.role == "batch")


def look_at_confounding(
    design: CohortDesign,
    samples: CohortSamples,
    representations: Sequence[Representation],
    comparison: Comparison,
    *,
    seed: int,
    progress: Progress,
) -> tuple[pd.DataFrame, tuple[CohortNote, ...]]:
    """Return what is predicted from what, and notes on confounders that predict the outcome as well as the model does.

    Two repeats of the cross-validation; embeddings and expression's components predict the confounders, each confounder alone
    the outcome. A confounder is marked where its interval lies above chance and its score is less than 0.05 below the better of
    the model's and expression's.

    Args:
        design: of the cohort.
        samples: what is known of them.
        representations: of these samples; those that are adjusted are looked at as adjusted.
        comparison: with the model's score.
        seed: of the folds.
        progress: told the share done and words.
    """
    confounders = find_confounders(design, samples)
    groups = design.groups.codes[design.rows]
    judged = [each for each in representations if each.name.startswith("embedding:") or each.name == "expression_pca"]
    rows: list[dict[str, Any]] = []
    for i, each in enumerate(confounders):
        tell = part(progress, 0.5 * i / len(confounders), 0.5 / len(confounders))
        if each.outcome is not None:
            rows += _predict(each.outcome, judged, groups, seed, tell)
    notes: list[CohortNote] = []
    alone = [Representation(name=each.name, recipe="covariates", values=each.values) for each in confounders]
    of_outcome = _predict(_over(design), alone, groups, seed, part(progress, 0.5, 0.5), most=len(groups))
    technical = {each.name: each for each in confounders}
    best = max(comparison.model.mean, comparison.expression.mean)
    for row in of_outcome:
        above = np.isfinite(row["low"]) and row["low"] > design.outcome.chance
        if above and row["mean"] > best - MARGIN:
            own = technical[row["from"]]
            computed = own.name in ("library size", "coverage")
            kind = CohortNoteKind.TECHNICAL_PREDICTS if computed else CohortNoteKind.BATCH_PREDICTS
            facts = {"column": own.name, "outcome": design.outcome.column, "metric": design.outcome.primary}
            notes.append(CohortNote(kind, facts | {"score": row["mean"], "best": best}))
    return pd.DataFrame(rows + of_outcome, columns=COLUMNS), tuple(notes)


def _over(design: CohortDesign) -> Outcome:
    truth = design.truth
    return replace(design.outcome, values=truth, usable=np.ones(len(truth), dtype=bool))


def _predict(
    outcome: Outcome,
    representations: Sequence[Representation],
    groups: NDArray[np.intp],
    seed: int,
    progress: Progress,
    most: int = _MOST_SAMPLES,
) -> list[dict[str, Any]]:
    """Return a row a representation: how well it predicts an outcome, over at most so many samples."""
    usable = np.flatnonzero(outcome.usable)
    if len(usable) > most:
        usable = np.sort(np.random.default_rng(seed).choice(usable, most, replace=False))
    truth, own = outcome.values[usable], groups[usable]
    folds = _folds(outcome, truth, own)
    if folds < 2 or not representations:
        return []
    taken = [replace(each, values=each.values[usable]) for each in representations]
    splits = outer_splits(truth, outcome.kind, own, repeats=2, folds=folds, seed=seed + 77)
    results: Mapping[str, tuple[FoldResult, ...]]
    results = cross_validate(taken, outcome, truth, own, splits, seed=seed + 77, progress=progress)
    rows = []
    for name, folds_of in results.items():
        scores = np.array([each.primary for each in folds_of])
        mean = score_interval(scores, outcome.primary, outcome, truth, own, 1 / (folds - 1))
        row = {"predicted": outcome.column, "from": name, "metric": outcome.primary, "mean": mean.mean}
        rows.append(row | {"low": mean.low, "high": mean.high, "samples": len(usable)})
    return rows


def _folds(outcome: Outcome, truth: NDArray[np.float64], groups: NDArray[np.intp]) -> int:
    if not outcome.kind.of_classes:
        return min(5, len(np.unique(groups)) // 2)
    counts = [len(np.unique(groups[truth == k])) for k in range(len(outcome.classes))]
    return min(5, *counts)
