"""A few guides of a target beside many controls: their p by hand, its level with unequal variances, and what it finds."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from generain_core.perturbations.genes.spread_ratio import spread_ratios
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.perturbations.screens.one_against_many import one_against_many
from tests.perturbations.test_target_and_likeness import counted


class Values:
    """Values of many genes, all of them expressed."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.samples, self.genes = values, [*range(len(values))], [*range(values.shape[1])]

    def blocks(self, rows: np.ndarray, genes: np.ndarray) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        yield slice(0, len(genes)), self.values[:, genes], np.ones((len(self.values), len(genes)))


def test_the_p_of_guides_in_two_strata_is_that_worked_by_hand() -> None:
    rng = np.random.default_rng(0)
    strata = np.r_[np.zeros(8), np.ones(6), 0, 0, 1].astype(np.int64)
    values, few = rng.normal(size=17) + 3 * strata, np.arange(17) >= 14
    change, p, n = one_against_many(values, few, ~few, strata, 1.5)
    means = [values[:8].mean(), values[8:14].mean()]
    by_hand = (values[14] - means[0] + values[15] - means[0] + values[16] - means[1]) / 3
    variance = (((values[:8] - means[0]) ** 2).sum() + ((values[8:14] - means[1]) ** 2).sum()) / 12
    noise = variance * (1.5**2 / 3 + (2 / 3) ** 2 / 8 + (1 / 3) ** 2 / 6)
    assert (change, n) == (pytest.approx(by_hand), 14)
    assert p == pytest.approx(2 * stats.t.sf(abs(by_hand) / np.sqrt(noise), 12))


def test_how_much_more_guides_vary_is_told_by_many_genes_and_never_less_than_controls() -> None:
    rng = np.random.default_rng(1)
    for ratio in (0.5, 2.0):
        values = rng.normal(size=(54, 900))
        values[30:] *= ratio
        groups = {f"p{i}": np.arange(30 + 2 * i, 32 + 2 * i) for i in range(12)}
        told = spread_ratios(Values(values), np.arange(30), np.zeros(54, np.int64), groups)
        assert list(told.values()) == pytest.approx([max(1.0, ratio)] * 12, rel=0.15)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_two_guides_without_effect_keep_the_level_whatever_their_variance(ratio: float) -> None:
    rng, p_values = np.random.default_rng(2), []
    groups = {f"p{i}": np.arange(30 + 2 * i, 32 + 2 * i) for i in range(12)}
    strata, loads = np.zeros(54, np.int64), rng.normal(size=(5, 200)) / 2
    for _ in range(60):
        values = rng.normal(size=(54, 5)) @ loads + rng.normal(size=(54, 200))
        values[30:] *= ratio
        ratios = spread_ratios(Values(values), np.arange(30), strata, groups)
        for name, rows in groups.items():
            few = np.isin(np.arange(54), rows)
            gene = values[:, rng.integers(200)]
            p_values.append(one_against_many(gene, few, np.arange(54) < 30, strata, ratios[name])[1])
    assert 0.02 < np.mean(np.array(p_values) <= 0.05) < 0.075


def test_two_guides_are_no_worse_evidence_than_one() -> None:
    rng = np.random.default_rng(3)
    base = {f"G{i}": rng.lognormal(7, 0.36, 26) for i in range(1, 40)}
    base["G1"][24:] = rng.lognormal(7, 0.36, 2) / 5
    what = ["ctrl"] * 24 + ["G1"] * 2
    columns = {gene: np.round(values).tolist() for gene, values in base.items()}
    row = measure_targets(counted(columns, what)).iloc[0]
    assert (row["n_samples"], row["verdict"]) == (2, "down")
    assert row["p_value"] < 5e-3
