"""Survival: slopes, likelihood and concordance are lifelines'; a cohort of simulated times, a third censored, end to end."""

import warnings

import numpy as np
import pandas as pd
import pytest

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.genes.selection import lasso_genes
from generain_core.cohort.outcome.outcome import OutcomeKind
from generain_core.cohort.probes.cox import CoxProbe, likelihood, risk_terms
from generain_core.cohort.report import tables
from generain_core.cohort.run import CohortResult, judge
from generain_core.cohort.tables import predictions_table, scores_table, survival_table
from generain_core.cohort.validation.folds import divide, outer_splits
from generain_core.cohort.validation.metrics import concordance
from generain_core.cohort.validation.nested import cross_validate
from generain_core.progress import silent
from generain_core.ui.cohort import charts
from tests.cohort.simulate import cohort_samples, design, outcome, representations, side_by_side, survival_times


def _drawn(seed: int, samples: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Return values, and times in whole weeks (many are tied) with events."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(samples, columns)) * generator.uniform(0.5, 3, columns) + 2
    weeks = np.ceil(8 * generator.exponential(np.exp(-0.4 * values[:, 0])))
    return values, np.column_stack([weeks, generator.random(samples) < 0.7]).astype(float)


def _lifelines(values: np.ndarray, times: np.ndarray, penalizer: float, l1_ratio: float):
    from lifelines import CoxPHFitter

    table = pd.DataFrame(values).assign(time=times[:, 0], event=times[:, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CoxPHFitter(penalizer=penalizer, l1_ratio=l1_ratio).fit(table, "time", "event")


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
@pytest.mark.parametrize("penalizer", [0.1, 0.02])
def test_slopes_are_those_of_lifelines(penalizer, l1_ratio) -> None:
    values, times = _drawn(3, 80, 8)
    theirs = _lifelines(values, times, penalizer, l1_ratio)
    ours = CoxProbe(penalizer, l1_ratio).fit(values, times).slopes_
    np.testing.assert_allclose(ours, theirs.params_, atol=2e-5)
    if l1_ratio:
        assert 0 < (ours == 0).sum() < 8
    if not l1_ratio:
        order = np.argsort(-times[:, 0], kind="stable")
        loss = likelihood((values - values.mean(0))[order], risk_terms(times[order]), ours)[0]
        shrunk = penalizer * len(values) / 2 * float((ours * values.std(0, ddof=1)) @ (ours * values.std(0, ddof=1)))
        assert -loss == pytest.approx(theirs.log_likelihood_ + shrunk, abs=1e-4)


def test_gradient_and_curvature_are_those_of_the_likelihood() -> None:
    values, times = _drawn(5, 40, 3)
    order = np.argsort(-times[:, 0], kind="stable")
    values, terms, slopes, step = values[order], risk_terms(times[order]), np.array([0.2, -0.1, 0.3]), 1e-5
    _, gradient, curvature = likelihood(values, terms, slopes)
    for j, unit in enumerate(step * np.eye(3)):
        up, down = likelihood(values, terms, slopes + unit), likelihood(values, terms, slopes - unit)
        assert (up[0] - down[0]) / (2 * step) == pytest.approx(gradient[j], rel=1e-6, abs=1e-6)
        np.testing.assert_allclose((up[1] - down[1]) / (2 * step), curvature[j], rtol=1e-5, atol=1e-5)


def test_what_can_not_be_fitted_predicts_the_same_for_all() -> None:
    values, times = _drawn(1, 20, 2)
    times[:, 1] = 0
    assert (CoxProbe().fit(values, times).predict(values) == 0).all()
    assert (CoxProbe().fit(np.ones((20, 2)), _drawn(1, 20, 2)[1]).slopes_ == 0).all()


def test_concordance_is_lifelines_own() -> None:
    from lifelines.utils import concordance_index

    generator = np.random.default_rng(0)
    for _ in range(20):
        times = np.column_stack([generator.integers(1, 12, 30), generator.random(30) < 0.6]).astype(float)
        risk = generator.integers(0, 6, 30).astype(float)
        assert concordance(times, risk) == pytest.approx(concordance_index(times[:, 0], -risk, times[:, 1]), abs=1e-12)
    assert np.isnan(concordance(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([1.0, 2.0])))


def test_scores_are_those_of_lifelines_in_nested_folds_written_out() -> None:
    from lifelines.utils import concordance_index
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    expression, embedding, score = representations(4, samples=60, genes=30, signal=1.5)
    times, groups, kind = survival_times(score, 4), np.arange(60), OutcomeKind.SURVIVAL
    (split,) = outer_splits(times, kind, groups, repeats=1, folds=3, seed=2)[:1]
    ours = cross_validate(
        side_by_side(expression, embedding), outcome(kind, times), times, groups, [split], seed=2, progress=silent
    )

    def held_out(train: np.ndarray, test: np.ndarray, most: int, penalizer: float) -> float:
        steps = make_pipeline(StandardScaler(), PCA(most, svd_solver="full"), StandardScaler()).fit(embedding[train])
        fitted = _lifelines(steps.transform(embedding[train]), times[train], penalizer, 0.0)
        risk = steps.transform(embedding[test]) @ fitted.params_.to_numpy()
        return float(concordance_index(times[test, 0], -risk, times[test, 1]))

    inner = divide(times[split.train], kind, groups[split.train], 5, 3)
    grid = [(most, penalizer) for most in (5, 12) for penalizer in (1.0, 0.1, 0.01)]
    means = [np.mean([held_out(split.train[a], split.train[b], *setting) for a, b in inner]) for setting in grid]
    assert ours["embedding:simulated"][0].inner == pytest.approx(max(means), abs=1e-9)
    theirs = held_out(split.train, split.test, *grid[int(np.argmax(means))])
    assert ours["embedding:simulated"][0].primary == pytest.approx(theirs, abs=1e-9)


@pytest.fixture(scope="module")
def cohort() -> CohortResult:
    """Return a cohort of simulated times that expression and embedding both tell."""
    expression, embedding, score = representations(7, samples=90, genes=60, signal=2.5)
    times = survival_times(score, 7)
    made = design(times[:, 0].round(3), name="days", dead=np.where(times[:, 1] > 0, "yes", "no"))
    choices = CohortChoices(predict="days", repeats=1, permutations=99)
    return judge(made, cohort_samples(expression, embedding, made.truth[:, 0], np.repeat("p", 90)), choices, silent)


def test_a_cohort_of_times_is_judged(cohort) -> None:
    assert (cohort.design.outcome.kind, cohort.design.outcome.event) == (OutcomeKind.SURVIVAL, "dead")
    scores = scores_table(cohort).set_index("representation")
    assert set(scores["metric"]) == {"concordance"}
    assert scores.loc["embedding:GPT_Binning_By_Gene", "mean"] > 0.65
    assert (scores["null_mean"].between(0.42, 0.58)).all()
    assert scores.loc["embedding:GPT_Binning_By_Gene", "null_p_value"] == 0.01
    table = predictions_table(cohort)
    assert set(table["event"]) == {0, 1}
    own = table[table["representation"] == "embedding:GPT_Binning_By_Gene"]
    assert concordance(own[["time", "event"]].to_numpy(float), own["predicted"].to_numpy()) > 0.65
    assert 0 < len(lasso_genes(cohort)) <= 60


def test_curves_of_both_halves_are_products_over_deaths(cohort) -> None:
    name = "embedding:GPT_Binning_By_Gene"
    table, predictions = survival_table(cohort, name), predictions_table(cohort)
    own = predictions[predictions["representation"] == name]
    is_upper = own["predicted"].to_numpy() > np.median(own["predicted"])
    ends = {}
    for half, rows in (("lower", own[~is_upper]), ("upper", own[is_upper])):
        curve, surviving = table[table["half"] == half], 1.0
        assert curve["at_risk"].iloc[1] == len(rows)
        for time in sorted(set(rows["time"])):
            deaths = ((rows["time"] == time) & (rows["event"] == 1)).sum()
            surviving *= 1 - deaths / (rows["time"] >= time).sum()
            assert curve.loc[curve["time"] == time, "surviving"].item() == pytest.approx(surviving, abs=1e-12)
        ends[half] = surviving
        assert (curve["low"] <= curve["surviving"] + 1e-12).all()
        assert (curve["surviving"] <= curve["high"] + 1e-12).all()
    assert ends["lower"] > ends["upper"]
    assert "survival" in tables(cohort)
    assert len(charts.survival(table, simulated=True).data) == 6
