"""What is regressed out is learned of training samples alone; work that is cancelled stops; scores below chance are explained."""

import numpy as np
import pandas as pd
import pytest

from generain_core.cohort.choices import CohortChoices
from generain_core.cohort.cohort_design import design_cohort
from generain_core.cohort.notes import CohortNoteKind
from generain_core.cohort.run import judge
from generain_core.progress import silent
from tests.cohort.simulate import cohort_samples, design, representations


def test_covariates_are_regressed_out_of_what_is_held_out_by_training_samples_alone() -> None:
    from sklearn.linear_model import LinearRegression

    from generain_core.cohort.probes.transforms import Residual

    generator = np.random.default_rng(0)
    known = np.column_stack([generator.normal(60, 9, 50), np.repeat([0.0, 1.0], 25), np.repeat([1.0, 0.0], 25)])
    values = generator.normal(size=(50, 6)) + known[:, :2] @ generator.normal(size=(2, 6))
    train, test = np.arange(0, 50, 2), np.arange(1, 50, 2)
    ours = Residual(3).fit(np.hstack([values, known])[train]).transform(np.hstack([values, known])[test])
    plain = LinearRegression().fit(known[train], values[train])
    np.testing.assert_allclose(ours, values[test] - plain.predict(known[test]), atol=1e-5)
    gaps = np.hstack([values, known])
    gaps[test[0], 6] = np.nan
    filled = known[test[:1]].copy()
    filled[0, 0] = known[train, 0].mean()
    ours = Residual(3).fit(np.hstack([values, known])[train]).transform(gaps[test[:1]])
    np.testing.assert_allclose(ours, values[test[:1]] - plain.predict(filled), atol=1e-5)


def test_an_outcome_that_only_its_batch_tells_is_chance_once_the_batch_is_regressed_out() -> None:
    generator = np.random.default_rng(4)
    batch = np.repeat([0, 1], 40)
    outcome = np.where(generator.random(80) < np.where(batch == 1, 0.85, 0.15), "b", "a")
    expression = generator.normal(size=(80, 40)) + 2 * batch[:, None]
    embedding = generator.normal(size=(80, 8)) + 2 * batch[:, None]
    obs = pd.DataFrame({"outcome": outcome, "lane": np.where(batch == 1, "p2", "p1")})
    scores = {}
    for adjust in ((), ("lane",)):
        choices = CohortChoices(predict="outcome", adjust=adjust, repeats=1, permutations=0, confounding=False)
        made = design_cohort(obs, [f"x{i}" for i in range(80)], choices)
        result = judge(made, cohort_samples(expression, embedding, made.truth, obs["lane"]), choices, silent)
        scores[bool(adjust)] = result.comparison
    assert scores[False].model.mean > 0.7 < scores[False].expression.mean
    assert scores[True].model.mean < 0.62 > scores[True].expression.mean


def test_work_that_is_cancelled_stops_at_once() -> None:
    import threading
    import time

    from generain_core.cohort.validation.nested import run_tasks

    class Cancelled(Exception):
        """Raised by the progress of a job that was cancelled."""

    finished: list[int] = []

    def work(i: int) -> None:
        time.sleep(0.01)
        finished.append(i)

    def tell(share: float, words: str) -> None:
        if share > 0.05:
            raise Cancelled

    threads = threading.active_count()
    with pytest.raises(Cancelled):
        run_tasks([lambda i=i: work(i) for i in range(200)], tell, "folds")
    assert len(finished) < 50
    assert threading.active_count() == threads


def test_scores_below_chance_are_explained() -> None:
    """A covariate that a design shares out evenly over the classes scores far below chance, and that is said."""
    from generain_core.wording.cohort import cohort_sentence

    outcome, site = ["a", "b"] * 20, ["s1", "s1", "s2", "s2"] * 10
    made = design(outcome, site=site)
    expression, embedding, _ = representations(3, samples=40)
    choices = CohortChoices(predict="outcome", repeats=2, permutations=0, confounding=False)
    result = judge(made, cohort_samples(expression, embedding, made.truth, site), choices, silent)
    (note,) = [note for note in result.notes if note.kind is CohortNoteKind.BELOW_CHANCE]
    assert note.facts["scores"]["covariates"] < 0.45
    assert "Covariates (0." in cohort_sentence(note)
