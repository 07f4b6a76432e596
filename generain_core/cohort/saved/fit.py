"""Fit a probe on a model's embedding to all samples of a cohort, for further samples."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import probe
from generain_core.cohort.run import CohortResult
from generain_core.cohort.saved.probe_file import SavedProbe
from generain_core.cohort.validation.folds import divide
from generain_core.cohort.validation.inner import inner_scores
from generain_core.cohort.validation.least_error import score_interval
from generain_core.cohort.validation.nested import class_shares, fit
from generain_core.errors import GeneRAINError
from generain_core.reference.novelty import NEAR, NoveltyMeasure
from generain_core.reference.search import lengths_of, nearest_rows
from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity, model_identity
from generain_core.release.model_descriptions import describe_model
from generain_core.text import listed

Rows = NDArray[np.intp]


def fit_probe(result: CohortResult, release: Release, model: str = "") -> SavedProbe:
    """Return the probe on a model's embedding, its setting chosen by inner folds of all samples and fitted to all of them.

    Args:
        result: of the cohort.
        release: that the model is of.
        model: whose embedding; by default the one that inner folds chose most often.

    Raises:
        GeneRAINError: the cohort has no such model, or covariates were regressed out, which further samples need as well.
    """
    if result.design.adjust:
        raise GeneRAINError(
            "A probe on what is left after covariates were regressed out needs these of further samples too, and can't be saved; "
            "judge the cohort without regressing out."
        )
    name = f"embedding:{model or result.comparison.favorite}"
    if name not in result.results:
        raise GeneRAINError(f"The cohort was not judged with {model}; it has {listed(list(result.samples.embeddings))}.")
    model = name.partition(":")[2]
    outcome, truth, groups = result.design.outcome, result.design.truth, result.groups
    representation = next(each for each in result.representations if each.name == name)
    pipeline, grid = probe(representation, outcome.kind)
    values = representation.values
    inner = inner_scores(pipeline, grid, values, truth, groups, outcome.kind, len(outcome.classes), result.choices.seed)
    best = int(np.where(np.isfinite(inner), inner, -np.inf).argmax())
    fitted = fit(pipeline, grid[best], values, truth, outcome.kind)
    weights, offsets = affine(fitted, values.shape[1])
    scores = np.array([each.primary for each in result.results[name]])
    mean = score_interval(scores, outcome.primary, outcome, truth, groups, result.test_share)
    vectors = np.ascontiguousarray(values, dtype=np.float32)
    measure, held_out = own_strangeness(vectors, groups)
    gene_set = describe_model(model).gene_set
    return SavedProbe(
        model=model,
        gene_set=gene_set,
        weights_identity=model_identity(release, model, gene_set),
        bins_identity=boundaries_identity(release, gene_set),
        release=release.label,
        column=outcome.column,
        kind=str(outcome.kind),
        classes=outcome.classes,
        samples=len(truth),
        donors=len(np.unique(groups)),
        score=f"{outcome.primary} {mean.mean:.3f} ({mean.low:.3f} to {mean.high:.3f})",
        simulated=release.simulated,
        weights=weights,
        offsets=offsets,
        shares=class_shares(truth, outcome),
        vectors=vectors,
        held_out=held_out,
        series=np.unique(groups, return_inverse=True)[1].astype(np.int64),
        whiten=measure.whiten,
        scales=measure.scales,
    )


def affine(pipeline: Any, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a fitted probe as weights (width × outputs) and offsets: each of its steps is linear."""
    weights, offsets = np.eye(width), np.zeros(width)
    for name, step in pipeline.steps[:-1]:
        if name == "components":
            weights, offsets = weights @ step.axes_, (offsets - step.mean_) @ step.axes_
        elif name == "leading":
            weights, offsets = weights[:, : step.most], offsets[: step.most]
        else:
            weights, offsets = weights / step.scale_, (offsets - step.mean_) / step.scale_
    last = pipeline.steps[-1][1]
    slopes = np.atleast_2d(last.slopes_ if hasattr(last, "slopes_") else last.coef_).T
    intercept = np.atleast_1d(np.asarray(getattr(last, "intercept_", 0.0), dtype=np.float64))
    return weights @ slopes, offsets @ slopes + intercept


def outputs(probe_file: SavedProbe, embedding: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return what a saved probe predicts: probabilities of classes, a number, or a log hazard (samples × 1)."""
    linear = np.asarray(embedding, dtype=np.float64) @ probe_file.weights + probe_file.offsets
    if not OutcomeKind(probe_file.kind).of_classes:
        return np.asarray(linear)
    if linear.shape[1] == 1:
        linear = np.hstack([np.zeros_like(linear), linear])
    exponents = np.exp(linear - linear.max(1, keepdims=True))
    return np.asarray(exponents / exponents.sum(1, keepdims=True))


def own_strangeness(vectors: NDArray[np.float32], groups: Rows) -> tuple[NoveltyMeasure, NDArray[np.float64]]:
    """Return the reference's measure of all samples, and how strange each is to a measure that its donor was left out of."""
    held_out = np.zeros(len(vectors))
    for train, test in divide(np.zeros(len(vectors)), OutcomeKind.TWO_CLASSES, groups, min(5, len(np.unique(groups))), 0):
        held_out[test] = strangeness(measure_of(vectors[train]), vectors[train], vectors[test])
    return measure_of(vectors), held_out


def measure_of(vectors: NDArray[np.float32]) -> NoveltyMeasure:
    """Return the reference's measure, fitted to all of some vectors."""
    return NoveltyMeasure.of(vectors, lengths_of(vectors), np.ones(len(vectors), dtype=bool))


def strangeness(measure: NoveltyMeasure, vectors: NDArray[np.float32], samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how strange samples are to the vectors that a measure was fitted to."""
    return measure.scores(samples, vectors, nearest_rows(vectors, lengths_of(vectors), samples, NEAR))
