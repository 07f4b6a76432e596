"""Where points and grades change, against the rule in words."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from generain_core.attributes import evidence
from generain_core.attributes.evidence import (
    LEVEL,
    RULE,
    SECOND,
    VECTORS,
    VOTERS,
    Part,
    classifier_points,
    vote_points,
)
from generain_core.vectors.hubness import Hubness


def test_points_change_where_the_rule_says() -> None:
    assert [classifier_points(p) for p in (100, 99, 98.99, 95, 94.99, 0)] == [2, 2, 1, 1, 0, 0]
    assert [vote_points(3, p) for p in (0.001, 0.0011, 0.05, 0.051)] == [2, 1, 1, 0]
    assert [vote_points(n, 0.0001) for n in (3, 2, 1, 0)] == [2, 1, 0, 0]
    for said in ("| 2 | 99 or more | p ≤ 0.001, 3 ", "| 1 | 95 to 99 | p ≤ 0.05, 2 "):
        assert said in RULE


@pytest.mark.parametrize(("below", "points"), [(25, 0), (24, -1), (0, -1), (100, 0)])
def test_the_lowest_quarter_of_genes_takes_a_point(below, points) -> None:
    """Of 100 other genes with a mean, so many lie below; genes without one don't count."""
    means = np.r_[5.0, np.full(below, 1.0), np.full(100 - below, 9.0), np.full(7, np.nan)]
    store = SimpleNamespace(genes=tuple(f"G{i}" for i in range(len(means))))
    predictions = SimpleNamespace(described=pd.DataFrame({"mean": means}), store=store)
    part = evidence._expression(predictions, 0)
    assert part.points == points
    assert part.says == f"mean 5.00 (log10 of the depth-scaled count + 1), above {below} % of genes"
    assert evidence._expression(predictions, len(means) - 1) is None


@pytest.mark.parametrize(("count", "points"), [(50, -1), (49, 0)])
def test_a_hub_is_found_five_times_as_often_as_the_average(count, points) -> None:
    counts = np.array([count, 20 - (count - 40), *[0] * 5])
    part = evidence._hubness(Hubness(counts, 30, 7), 0)
    assert counts.mean() == pytest.approx(60 / 7)
    ten = Hubness(np.array([count, *[(100 - count) / 9] * 9]), 30, 10)
    assert evidence._hubness(ten, 0).points == points
    assert part.says.startswith(f"among the 30 nearest of {count} of 7 genes, ")
    sampled = evidence._hubness(Hubness(counts, 30, 4), 0)
    assert sampled.says.startswith(f"among the 30 nearest of {count} of 4 genes drawn as a sample, ")


@pytest.mark.parametrize(
    ("classifier", "vote", "quality", "grade"),
    [
        (2, 2, 0, "A"), (2, 2, 1, "B"), (2, 2, 2, "C"), (2, 1, 0, "B"), (1, 2, 1, "C"), (1, 1, 0, "C"), (1, 1, 1, "D"),
        (1, 1, 2, "D"), (2, 0, 0, "D"), (0, 1, 2, "D"), (0, 0, 0, ""), (None, 2, 0, ""), (2, None, 0, ""),
    ],
)  # fmt: skip
def test_points_add_up_to_a_grade(classifier, vote, quality, grade) -> None:
    lowered = [Part("expression", "", -1 if quality > 0 else 0, LEVEL), Part("hubness", "", -1 if quality > 1 else 0, VECTORS)]
    parts = Part("classifier", "", classifier, VECTORS), Part("neighbors' vote", "", vote, VECTORS)
    second = Part("second vote", "", 1, SECOND)
    assert evidence._grade(*parts, second, lowered)[0] == grade


def test_thresholds_are_those_of_the_rule_in_words() -> None:
    assert (VOTERS, evidence.LEAST_MEMBERS, evidence.LEAST_RELIABLE, evidence.LOW_EXPRESSION) == (30, 5, 0.6, 25.0)
    assert evidence.HUB == 5.0
