"""Camera: against a computation step by step, and its level where genes vary together."""

import numpy as np
import pytest
from scipy import stats

from generain_core.errors import GeneRAINError
from generain_core.lists.camera import SampleRanking, camera
from generain_core.lists.enrichment import rank_enrichment


def experiment(rng: np.random.Generator, genes: int = 300, samples: int = 12, correlated: int = 30, shared: float = 0.5):
    """Return z-scores and residuals of a two-group test without any effect; some genes share a factor."""
    values = rng.normal(size=(samples, genes))
    values[:, :correlated] = np.sqrt(1 - shared) * values[:, :correlated] + np.sqrt(shared) * rng.normal(size=(samples, 1))
    label = np.r_[np.ones(samples // 2), -np.ones(samples - samples // 2)]
    centered = values - values.mean(0)
    change = label @ centered / (label @ label)
    left = centered - np.outer(label, change)
    freedom = samples - 2
    variance = (left**2).sum(0) / freedom
    t = change / np.sqrt(variance / samples)
    z = np.sign(t) * stats.norm.isf(stats.t.sf(np.abs(t), freedom))
    names = [f"g{i}" for i in range(genes)]
    return SampleRanking(scores=dict(zip(names, z, strict=True)), residuals=left / np.sqrt(variance), freedom=freedom)


def test_a_set_by_hand() -> None:
    tested = experiment(np.random.default_rng(0))
    members = frozenset([*(f"g{i}" for i in range(5, 20)), "not tested"])
    row = camera(tested, {"lib": {"s": members}}).table.iloc[0]
    z = np.array(list(tested.scores.values()))
    inside = np.arange(5, 20)
    # the variance inflation by the mean correlation of all pairs, which camera's own formula equals
    residuals = tested.residuals
    pairs = (residuals.T @ residuals / tested.freedom)[np.ix_(inside, inside)]
    correlation = pairs[np.triu_indices(15, 1)].mean()
    inflation = 1 + 14 * correlation
    delta = z[inside].mean() - np.delete(z, inside).mean()
    within = ((z[inside] - z[inside].mean()) ** 2).sum() + ((np.delete(z, inside) - np.delete(z, inside).mean()) ** 2).sum()
    statistic = delta / np.sqrt(within / 298 * (inflation / 15 + 1 / 285))
    assert row["size"] == 15
    assert row["ratio"] == pytest.approx(delta)
    assert row["correlation"] == pytest.approx(correlation)
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(statistic), tested.freedom))


@pytest.mark.slow
def test_it_holds_its_level_where_a_rank_sum_does_not() -> None:
    rng = np.random.default_rng(3)
    together = {"lib": {"s": frozenset(f"g{i}" for i in range(30))}}
    apart = {"lib": {"s": frozenset(f"g{i}" for i in range(100, 130))}}
    p_values = {name: [] for name in ("together", "apart", "ranks")}
    for _ in range(400):
        tested = experiment(rng)
        p_values["together"].append(camera(tested, together).table["p_value"][0])
        p_values["apart"].append(camera(tested, apart).table["p_value"][0])
        p_values["ranks"].append(rank_enrichment(tested.scores, together).table["p_value"][0])
    shares = {name: float(np.mean(np.array(each) <= 0.05)) for name, each in p_values.items()}
    assert shares["together"] <= 0.085
    assert 0.015 <= shares["apart"] <= 0.085
    assert shares["ranks"] > 0.25


def test_genes_that_vary_against_each_other_do_not_narrow_the_null() -> None:
    tested = experiment(np.random.default_rng(0))
    residuals = tested.residuals.copy()
    residuals[:, 201] = -residuals[:, 200]
    against = SampleRanking(scores=tested.scores, residuals=residuals, freedom=tested.freedom)
    assert camera(against, {"lib": {"s": frozenset(["g200", "g201"])}}).table["correlation"][0] == 0


def test_what_does_not_belong_together_is_refused() -> None:
    tested = experiment(np.random.default_rng(0))
    with pytest.raises(GeneRAINError, match="make the list anew"):
        camera(SampleRanking(scores={"a": 1.0, "b": 2.0, "c": 3.0}, residuals=tested.residuals, freedom=10), {})
    table = camera(tested, {"lib": {"none": frozenset(["x"]), "one": frozenset(["g3"])}}).table.set_index("set")
    assert table.loc["none", "p_value"] == 1
    assert np.isnan(table.loc["one", "correlation"])
