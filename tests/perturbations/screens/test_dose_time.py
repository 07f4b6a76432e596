"""Trends over dose and time: against all orders written out, under the null, and on a real plate's shape."""

import itertools

import numpy as np
import pandas as pd
import pytest

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.run import run
from generain_core.perturbations.screens.dose_time import compound_column, find_trends, level_columns, levels_of, trend_p
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from tests.perturbations.screens.test_screen_run import GENES, Names


def test_p_is_the_share_of_all_orders_within_plates() -> None:
    generator = np.random.default_rng(0)
    points, levels = generator.normal(size=(7, 5)), np.array([1.0, 2, 3, 4, 1, 2, 3])
    plates = np.array([0, 0, 0, 0, 1, 1, 1])
    ranks = levels - 1

    def strength(order):
        centered = np.concatenate([order[:4] - order[:4].mean(), order[4:] - order[4:].mean()])
        return np.linalg.norm(centered @ points)

    every = [strength(np.array([*a, *b])) for a in itertools.permutations(ranks[:4]) for b in itertools.permutations(ranks[4:])]
    p, least, orders, exact, why = trend_p(points, levels, plates, 0)
    assert (orders, exact, why) == (144, True, "")
    assert least == 2 / 144
    assert p == pytest.approx(np.mean(np.array(every) >= strength(ranks) - 1e-9))


def test_a_trend_holds_its_level_and_is_found() -> None:
    generator = np.random.default_rng(1)
    levels, plates = np.tile(np.arange(6.0), 2), np.repeat([0, 1], 6)
    null = [trend_p(generator.normal(size=(12, 20)) + 3 * plates[:, None], levels, plates, 0)[0] for _ in range(200)]
    assert np.mean(np.array(null) <= 0.05) <= 0.09
    assert abs(np.mean(null) - 0.5) < 0.08
    slope = np.zeros(20)
    slope[0] = 1.5
    assert trend_p(generator.normal(size=(12, 20)) + levels[:, None] * slope, levels, plates, 0)[0] < 0.01


def test_a_difference_between_plates_is_no_trend() -> None:
    """Low doses on one plate and high ones on another: the plate is not taken for the dose."""
    generator = np.random.default_rng(2)
    levels, plates = np.array([1.0, 2, 3, 4, 5, 6, 7, 8]), np.repeat([0, 1], 4)
    p = [trend_p(generator.normal(size=(8, 10)) + 20 * plates[:, None], levels, plates, 0)[0] for _ in range(100)]
    assert np.mean(np.array(p) <= 0.05) <= 0.1


def test_too_few_orders_give_no_p_value() -> None:
    p, least, orders, _, why = trend_p(np.eye(3), np.array([1.0, 2, 3]), np.zeros(3, dtype=int), 0)
    assert np.isnan(p)
    assert (least, orders) == (2 / 6, 0)
    assert "6 ways only" in why


def test_levels_are_numbers_or_words() -> None:
    assert levels_of(pd.Series(["10uM", "500nM", "", "x"]))[:2].tolist() == [10.0, 0.5]
    assert levels_of(pd.Series(["24h", "2d"])).tolist() == [24.0, 48.0]
    assert levels_of(pd.Series([1, 2])).tolist() == [1.0, 2.0]


def plate(slope: float) -> Expression:
    generator = np.random.default_rng(5)
    rows = [("DMSO", 0.0)] * 12 + [(c, d) for c in ("up", "flat") for d in (0.04, 0.12, 0.37, 1.11, 3.33, 10.0)]
    names = [f"w{i}" for i in range(len(rows))]
    logs = np.tile(generator.uniform(4, 8, len(GENES)), (len(rows), 1)) + generator.normal(0, 0.05, (len(rows), len(GENES)))
    for i, (compound, dose) in enumerate(rows):
        if compound == "up":
            logs[i, :40] += slope * np.log10(dose / 0.01)
        if compound == "flat":
            logs[i, 40:80] += 0.8
    return Expression(
        values=generator.poisson(np.exp(logs)).astype(float),
        samples=tuple(names),
        identifiers=tuple(GENES),
        obs=pd.DataFrame(rows, columns=["compound", "dose"], index=names),
        source="plate.csv",
        sha256="0",
        value_kind=next(iter(ValueKind)),
        notes=(),
    )


def test_a_plate_shows_which_compound_acts_by_its_dose() -> None:
    expression = plate(0.4)
    assert level_columns(expression.obs) == ["dose"]
    assert compound_column(expression.obs, "x") == "compound"
    result = run(expression, Choices(column="compound", control="DMSO", model=""), None, Names())
    trends = find_trends(result, "dose")
    table = trends.table.set_index("compound")
    assert table.loc["up", "p_value"] == 2 / 720
    assert table.loc["flat", "p_value"] > 0.05
    assert table.loc["up", "spearman"] > 0.9
    curve = trends.curves[trends.curves["compound"] == "up"]
    assert curve["level"].tolist() == [0.04, 0.12, 0.37, 1.11, 3.33, 10.0]
    assert curve["effect"].iloc[-1] > 2 * curve["effect"].iloc[0]
    with pytest.raises(GeneRAINError, match="no sample column"):
        find_trends(result, "time")
