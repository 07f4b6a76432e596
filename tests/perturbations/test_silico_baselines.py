"""What the model's forecasts are held against, by hand."""

import numpy as np
import pandas as pd

from generain_core.perturbations.in_silico.baselines import mean_shift_of_others, regression_shift
from generain_core.perturbations.in_silico.knockdown import _beats
from generain_core.perturbations.in_silico.verdict import BASELINES, summarize_baselines, verdict_of


def test_a_baseline_that_could_not_be_made_leaves_no_verdict_for_the_model() -> None:
    far = pd.DataFrame({"cosine_model": np.full(6, 0.9)} | {column: np.arange(6) / 100 for column in BASELINES})
    assert verdict_of(summarize_baselines(far, 0))[0] is True
    assert _beats(far.assign(random_p=[0.05] * 5 + [0.1])).tolist() == [True] * 5 + [False]
    beats, words = verdict_of(summarize_baselines(far.assign(cosine_regression=np.nan), 0))
    assert beats is None
    assert _beats(far.assign(cosine_regression=np.nan, random_p=0.05)).isna().all()
    assert "regression on principal components could not" in words
    beats, words = verdict_of(summarize_baselines(far.assign(cosine_regression=np.nan, cosine_random=1.0), 0))
    assert beats is False


def test_baselines_need_others() -> None:
    shifts = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(mean_shift_of_others(shifts, ["A", "B", "A"], 0), [2, 3])
    assert np.isnan(mean_shift_of_others(shifts, ["A", "A", "A"], 0)).all()


def test_a_regression_finds_what_targets_of_like_expression_share() -> None:
    from generain_core.perturbations.in_silico.baselines import TargetExpression

    generator = np.random.default_rng(2)
    latent = generator.normal(size=(2, 12))
    columns = generator.normal(size=(60, 2)) @ latent + 0.05 * generator.normal(size=(60, 12))
    shifts = latent.T @ generator.normal(size=(2, 5))
    names = [f"P{i}" for i in range(12)]
    centered = columns - columns.mean(0)
    known = TargetExpression(centered @ centered.T, columns, np.array(["ctrl"] * 60, dtype=object))
    made = np.array([regression_shift(known, shifts, names, names, i) for i in range(12)])
    cosines = (made * shifts).sum(1) / np.linalg.norm(made, axis=1) / np.linalg.norm(shifts, axis=1)
    assert np.median(cosines) > 0.9
    assert np.isnan(regression_shift(known, shifts[:4], names[:4], names[:4], 0)).all()
