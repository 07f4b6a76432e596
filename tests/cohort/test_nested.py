"""Held-out scores are those of scikit-learn's own nested cross-validation, written out; tests and intervals those of scipy."""

import numpy as np
import pytest
from scipy import stats

from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.probes import Representation
from generain_core.cohort.validation.comparison import compare
from generain_core.cohort.validation.corrected import corrected_difference, corrected_mean, samples_needed
from generain_core.cohort.validation.folds import divide, outer_splits
from generain_core.cohort.validation.nested import FoldResult, cross_validate
from generain_core.progress import silent
from tests.cohort.plain import plain_probe
from tests.cohort.simulate import outcome, representations, side_by_side

KINDS = (OutcomeKind.TWO_CLASSES, OutcomeKind.CLASSES, OutcomeKind.NUMBER)


def _truth(kind: OutcomeKind, score: np.ndarray) -> np.ndarray:
    if kind is OutcomeKind.NUMBER:
        return score
    return np.digitize(score, np.quantile(score, [0.5] if kind is OutcomeKind.TWO_CLASSES else [0.33, 0.67])).astype(float)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_nested_cross_validation_written_out(kind, monkeypatch) -> None:
    """Three sets of data; also with a number and a class regressed out inside the folds; LASSO reads 40 of 60 genes."""
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from threadpoolctl import threadpool_limits

    from generain_core.cohort.probes import probes

    monkeypatch.setattr(probes, "GENES", 40)
    expression, embedding, score = representations(3 + KINDS.index(kind), samples=96, genes=60, signal=1.0)
    truth, groups = _truth(kind, score), np.repeat(np.arange(48), 2)
    known = np.column_stack([np.random.default_rng(1).normal(60, 9, 96) + 3 * score, np.tile([0.0, 1.0], 48)])
    judged = [
        *side_by_side(expression, embedding),
        Representation(name="embedding:x adjusted", recipe="dense", values=np.hstack([embedding, known]), adjusted=2),
        Representation(name="expression_lasso adjusted", recipe="sparse", values=np.hstack([expression, known]), adjusted=2),
    ]
    classes = len(np.unique(truth)) if kind.of_classes else 0
    splits = outer_splits(truth, kind, groups, repeats=1, folds=4, seed=5)[:2]
    ours = cross_validate(judged, outcome(kind, truth, classes), truth, groups, splits, seed=5, progress=silent)
    scoring = {"two_classes": "roc_auc", "classes": "roc_auc_ovr", "number": "r2"}[kind]
    target = truth if kind is OutcomeKind.NUMBER else truth.astype(int)
    for each in judged:
        pipeline, grid = plain_probe(kind, each.name, genes=40)
        for i, split in enumerate(splits):
            inner = divide(truth[split.train], kind, groups[split.train], 5, 5 + split.fold + 1)
            if each.recipe == "components":
                assert min(len(train) - 1 for train, _ in inner) >= 50
            with threadpool_limits(limits=1):
                search = GridSearchCV(pipeline, grid, scoring=scoring, cv=inner)
                theirs = cross_val_score(search, each.values, target, scoring=scoring, cv=[(split.train, split.test)])
            # regressing out is stabilized by 1e-8 of the covariates' variance
            near = 1e-6 if each.adjusted and kind is OutcomeKind.NUMBER else 1e-9
            assert ours[each.name][i].primary == pytest.approx(theirs[0], abs=near), (each.name, i)


def test_the_corrected_test_is_that_of_the_paper() -> None:
    generator = np.random.default_rng(0)
    first, second = generator.normal(0.7, 0.1, 25), generator.normal(0.65, 0.1, 25)
    ours = corrected_difference(first, second, 0.25, 0.05)
    difference = first - second
    corrected = np.sqrt((1 / 25 + 10 / 40) * difference.var(ddof=1))
    t = difference.mean() / corrected
    assert ours.p_value == pytest.approx(2 * (1 - stats.t(24).cdf(abs(t))))
    assert (ours.low, ours.high) == pytest.approx(stats.t(24, difference.mean(), corrected).interval(0.95))
    assert ours.below_margin == pytest.approx(stats.t(24).cdf((difference.mean() - 0.05) / corrected))
    # without correction for overlap (n₂/n₁ → 0) it is the paired t-test
    plain = corrected_difference(first, second, 0.0, 0.05)
    assert plain.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_a_score_has_the_interval_that_is_said() -> None:
    from generain_core.cohort.validation.least_error import WIDENING, area_error, score_interval

    scores = np.random.default_rng(1).normal(0.7, 0.15, 25)
    truth = np.repeat([0.0, 1.0], 30)
    of = outcome(OutcomeKind.TWO_CLASSES, truth)
    ours = score_interval(scores, "auroc", of, truth, np.arange(60), 0.25)
    error = WIDENING * np.sqrt((1 / 25 + 0.25) * scores.var(ddof=1))
    assert (ours.low, ours.high) == pytest.approx(stats.t(24, scores.mean(), error).interval(0.95))
    edge = scores.mean() - stats.t.ppf(0.95, 24) * error
    assert ours.lies_above(edge - 1e-9)
    assert not ours.lies_above(edge + 1e-9)
    # folds that are all right: Hanley and McNeil's error of the donors, not of the samples
    least = score_interval(np.ones(25), "auroc", of, truth, np.repeat(np.arange(20), 3), 0.25)
    assert 1 - least.low == pytest.approx(stats.t.ppf(0.975, 24) * area_error(1.0, 10, 10))
    share = (10 + 0.25) / 10.5
    first, second = share / (2 - share), 2 * share**2 / (1 + share)
    by_hand = (share * (1 - share) + 9 * (first - share**2) + 9 * (second - share**2)) / 100
    assert area_error(1.0, 10, 10) == pytest.approx(np.sqrt(by_hand))


@pytest.mark.parametrize("kind", OutcomeKind)
def test_scores_and_differences_of_each_kind_have_their_intervals(kind) -> None:
    """The error times 1.3, within what a score can be; of classes no less than donors allow; differences within theirs."""
    from generain_core.cohort.validation.least_error import area_error, score_interval

    generator = np.random.default_rng(4)
    scores, donors = generator.normal(0.7, 0.08, 25), np.arange(90)
    truth = np.repeat([0.0, 1.0, 2.0], 30) if kind is OutcomeKind.CLASSES else np.repeat([0.0, 1.0], 45)
    times = np.column_stack([np.arange(90.0), truth])
    of = outcome(kind, times if kind is OutcomeKind.SURVIVAL else truth, 3 if kind is OutcomeKind.CLASSES else 2)
    ours = score_interval(scores, of.primary, of, of.values, donors, 0.25)
    error = 1.3 * np.sqrt((1 / 25 + 0.25) * scores.var(ddof=1))
    rarest = 30 if kind is OutcomeKind.CLASSES else 45
    floor = area_error(scores.mean(), rarest, 90 - rarest) if kind.of_classes else 0.0
    low, high = stats.t(24, scores.mean(), max(error, floor)).interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((low, min(high, 1.0)))
    assert ours.error == pytest.approx(max(error, floor))
    few = [generator.normal(middle, 0.3, 4) for middle in (0.95, 0.05)]
    results = {"embedding:m": few[0], "expression_pca": few[1]}
    nothing = {"setting": {}, "secondary": np.nan, "predicted": np.empty((0, 2)), "pipeline": None}
    folds = {name: [FoldResult(inner=0.5, primary=float(one), **nothing) for one in own] for name, own in results.items()}
    comparison = compare(folds, of, of.values, donors, 1.0)
    difference = few[0] - few[1]
    plain = stats.t(3, difference.mean(), np.sqrt((1 / 4 + 1.0) * difference.var(ddof=1)))
    assert plain.interval(0.95)[1] > 1
    bounded = plain.interval(0.95) if kind is OutcomeKind.NUMBER else np.clip(plain.interval(0.95), -1, 1)
    assert (comparison.difference.low, comparison.difference.high) == pytest.approx(tuple(bounded))
    assert comparison.difference.p_value == pytest.approx(2 * plain.cdf(0.0))


def test_samples_needed_give_the_power_that_is_said() -> None:
    error, samples, margin = 0.04, 100, 0.05
    needed = samples_needed(error, 25, samples, margin)
    shrunk = error * np.sqrt(samples / needed)
    power = stats.nct.sf(stats.t.ppf(0.975, 24), 24, margin / shrunk)
    assert power == pytest.approx(0.8, abs=0.01)


def test_a_score_out_of_bounds_is_cut_and_missing_folds_are_left_out() -> None:
    mean = corrected_mean(np.array([0.9, 1.0, np.nan, 1.0]), 0.25, (0.0, 1.0))
    assert (mean.folds, mean.high) == (3, 1.0)
    assert mean.mean == pytest.approx(2.9 / 3)


def test_donors_are_whole_and_classes_in_equal_shares() -> None:
    groups = np.repeat(np.arange(30), [1, 2, 3] * 10)
    truth = np.repeat(np.arange(30) % 2, [1, 2, 3] * 10).astype(float)
    splits = outer_splits(truth, OutcomeKind.TWO_CLASSES, groups, repeats=3, folds=5, seed=0)
    for repeat in range(3):
        own = [split for split in splits if split.repeat == repeat]
        assert sorted(np.concatenate([split.test for split in own]).tolist()) == list(range(60))
        for split in own:
            assert not set(groups[split.train]) & set(groups[split.test])
            assert set(truth[split.test]) == {0.0, 1.0}
    again = outer_splits(truth, OutcomeKind.TWO_CLASSES, groups, repeats=3, folds=5, seed=0)
    assert all((a.test == b.test).all() for a, b in zip(splits, again, strict=True))


def test_a_setting_chosen_inside_never_sees_what_is_held_out() -> None:
    """Held-out rows that are turned into nonsense change no setting, no inner score and no fitted probe."""
    expression, _, score = representations(9, samples=60, signal=1.0)
    truth, groups = (score > np.median(score)).astype(float), np.arange(60)
    kind = OutcomeKind.TWO_CLASSES
    splits = outer_splits(truth, kind, groups, repeats=1, folds=3, seed=0)[:1]
    spoiled = expression.copy()
    spoiled[splits[0].test] = 1e3 * np.random.default_rng(0).normal(size=spoiled[splits[0].test].shape)
    for recipe in ("components", "sparse", "dense"):
        results = [
            cross_validate(
                [Representation(name="x", recipe=recipe, values=values)],
                outcome(kind, truth),
                truth,
                groups,
                splits,
                seed=0,
                progress=silent,
            )["x"][0]
            for values in (expression, spoiled)
        ]
        assert results[0].setting == results[1].setting
        assert results[0].inner == results[1].inner
        assert (results[0].pipeline[-1].coef_ == results[1].pipeline[-1].coef_).all()
