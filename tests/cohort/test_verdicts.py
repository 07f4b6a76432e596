"""Verdicts over a few simulated cohorts; `tests.benchmarks.bench_cohort` does the same over hundreds."""

import numpy as np
import pytest

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import Representation
from generain_core.cohort.validation.comparison import MARGIN, compare
from generain_core.cohort.validation.folds import outer_splits
from generain_core.cohort.validation.nested import FoldResult, cross_validate
from generain_core.progress import silent
from tests.benchmarks.bench_cohort import cohort, one
from tests.cohort.simulate import outcome


def _results(model: np.ndarray, pca: np.ndarray, lasso: np.ndarray, inner: dict[str, np.ndarray] | None = None):
    """Return results of folds with these scores; inner scores are the same where none are given."""
    inner = inner or {}

    def folds(name: str, scores: np.ndarray) -> tuple[FoldResult, ...]:
        chosen = inner.get(name, scores)
        rest = {"setting": {}, "secondary": np.nan, "predicted": np.empty((0, 2)), "pipeline": None}
        return tuple(FoldResult(inner=float(i), primary=float(s), **rest) for i, s in zip(chosen, scores, strict=True))

    scores = {"embedding:m": model, "expression_pca": pca, "expression_lasso": lasso}
    return {name: folds(name, values) for name, values in scores.items()}


def _verdict(model: float, expression: float, spread: float, seed: int = 0):
    noise = np.random.default_rng(seed).normal(size=(2, 25))
    noise = (noise - noise.mean(1, keepdims=True)) / noise.std(1, keepdims=True)
    plain = expression + spread * noise[1]
    truth = np.repeat([0.0, 1.0], 50)
    results = _results(model + spread * noise[0], plain, plain - 0.2)
    return compare(results, outcome(OutcomeKind.TWO_CLASSES, truth), truth, np.arange(100), 0.25)


@pytest.mark.parametrize(
    ("model", "expression", "spread", "verdict"),
    [
        (0.85, 0.7, 0.05, "better"),
        (0.7, 0.85, 0.05, "worse"),
        (0.8, 0.8, 0.02, "no_better"),
        (0.8, 0.8, 0.15, "too_few"),
        (0.5, 0.75, 0.2, "no_better"),
        (0.51, 0.4, 0.04, "too_few"),
        (0.45, 0.42, 0.005, "no_better"),
    ],
)
def test_verdicts_follow_the_difference_and_what_it_can_rule_out(model, expression, spread, verdict) -> None:
    comparison = _verdict(model, expression, spread)
    assert comparison.verdict == verdict
    assert (comparison.difference.below_margin < 0.05) == (verdict in ("no_better", "worse"))
    if verdict == "too_few" and spread == 0.15:
        assert comparison.needed > 100
    assert MARGIN == 0.05


def test_probes_that_predict_the_same_for_all_rule_nothing_out() -> None:
    truth = np.repeat([0.0, 1.0], 50)
    for score, verdict in ((0.5, "too_few"), (1.0, "no_better")):
        results = _results(np.full(25, score), np.full(25, score), np.full(25, score))
        assert compare(results, outcome(OutcomeKind.TWO_CLASSES, truth), truth, np.arange(100), 0.25).verdict == verdict


def test_the_side_is_chosen_by_inner_scores_not_by_held_out_ones() -> None:
    pca, lasso = np.linspace(0.5, 0.6, 10), np.linspace(0.8, 0.9, 10)
    inner = {"expression_pca": np.full(10, 0.9), "expression_lasso": np.full(10, 0.8)}
    truth = np.repeat([0.0, 1.0], 50)
    results = _results(np.full(10, 0.7), pca, lasso, inner)
    comparison = compare(results, outcome(OutcomeKind.TWO_CLASSES, truth), truth, np.arange(100), 0.25)
    assert comparison.chosen_expression == {"expression_pca": 10, "expression_lasso": 0}
    assert comparison.expression.mean == pytest.approx(pca.mean())


@pytest.mark.slow
def test_an_outcome_by_chance_and_one_that_both_tell_are_not_better() -> None:
    verdicts = [one(scenario, seed, 40, repeats=1)[0].verdict for scenario in ("null", "equal") for seed in range(2)]
    assert verdicts.count("better") <= 1, verdicts


def test_a_strong_signal_in_the_embedding_alone_is_found() -> None:
    assert one("strong", 0, 80, repeats=2)[0].verdict == "better"


def test_scores_without_donors_are_wrong() -> None:
    """Two samples a donor and an outcome by chance: split over folds, the probe knows the donor."""
    scores = {}
    for scenario in ("donors", "split"):
        groups, _, embedding, truth = cohort(scenario, 0, 80)
        splits = outer_splits(truth, OutcomeKind.TWO_CLASSES, groups, repeats=2, folds=5, seed=0)
        representation = Representation(name="x", recipe="dense", values=embedding)
        of = outcome(OutcomeKind.TWO_CLASSES, truth)
        results = cross_validate([representation], of, truth, groups, splits, seed=0, progress=silent)["x"]
        scores[scenario] = np.array([each.primary for each in results])
    assert scores["split"].mean() > 0.75
    assert scores["donors"].mean() < 0.65
