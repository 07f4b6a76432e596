"""Unequal depth is found before any test, and mended or said: against loops, and with perturbations that do nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.perturbations.cells import looks_like_cells
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.depth.common import common_level
from generain_core.perturbations.depth.compare import compare_levels
from generain_core.perturbations.depth.thinning import thin
from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.notes import NoteKind
from generain_core.perturbations.run import run
from generain_core.release.files import choose
from generain_core.samples.interpret.expression import Expression
from generain_core.samples.interpret.value_kind import ValueKind
from tests.samples.toy import ToyResolver, table

CHOICES = Choices(column="what", control="ctrl", model="", settings=Settings(999, 0), sum_by=())
RELEASE = choose()


def bulk(rng: np.random.Generator, perturbed: int, controls: int, depths: tuple[float, float], genes: int = 600) -> Expression:
    """Return samples of one kind, read at two depths, with overdispersed counts."""
    share = rng.gamma(0.5, 1, genes)
    n = perturbed + controls
    level = np.where(np.arange(n) < controls, depths[1], depths[0]) * rng.lognormal(0, 0.1, n)
    counts = rng.poisson(level[:, None] * share / share.sum() * rng.gamma(10, 0.1, (n, genes)))
    return table(counts.astype(float), [f"G{i}" for i in range(genes)], obs={"what": ["ctrl"] * controls + ["A"] * perturbed})


def wells(
    rng: np.random.Generator, cells: tuple[int, int], perturbed: int = 3, controls: int = 20, genes: int = 300
) -> Expression:
    """Return single cells of wells in which nothing was done; of four types, so that sums of few cells vary more."""
    genes = 300
    types = rng.gamma(0.7, 1, (4, genes)) * rng.gamma(0.5, 1, genes)
    rows, what, well = [], list[str](), list[str]()
    for i in range(perturbed + controls):
        n = cells[0] if i < perturbed else cells[1]
        of = types[rng.choice(4, n, p=rng.dirichlet([3] * 4))] * rng.gamma(20, 1 / 20, genes)
        rows.append(rng.poisson(1500 * of / of.sum(1, keepdims=True)))
        what += ["A" if i < perturbed else "ctrl"] * n
        well += [f"w{i}"] * n
    counts = np.concatenate(rows).astype(float)
    return table(counts, [f"G{i}" for i in range(genes)], obs={"what": what, "well": well})


def test_ratios_are_of_geometric_means_within_strata_as_in_a_loop() -> None:
    obs = pd.DataFrame({"what": list("ccaaccca"), "batch": list("xxxxyyyy")}, index=list("12345678"))
    depths = np.array([100.0, 400, 800, 200, 10, 20, 40, 160])
    logs = np.log(depths)
    first, second = logs[[2, 3]].mean() - logs[[0, 1]].mean(), logs[7] - logs[[4, 5, 6]].mean()
    level = compare_levels(make_design(obs, "what", "c", strata=["batch"]), depths)["a"]
    assert level.ratio == pytest.approx(np.exp((1.0 * first + 0.75 * second) / 1.75))
    assert level.differs


def test_the_common_level_is_the_lowest_but_for_hopeless_samples() -> None:
    obs = pd.DataFrame({"what": ["c"] * 3 + ["a"] * 3}, index=list("123456"))
    design = make_design(obs, "what", "c")
    assert common_level(design, np.array([900.0, 1000, 1100, 500, 600, 700])) == 500
    assert common_level(design, np.array([900.0, 1000, 1100, 2, 600, 700])) == 600


@pytest.mark.parametrize("is_sparse", [False, True])
def test_a_thinned_count_is_binomial_and_shallower_samples_stay(is_sparse: bool) -> None:
    counts = np.vstack([np.full(4000, 40.0), np.full(4000, 10.0)])
    values = sparse.csr_matrix(counts) if is_sparse else counts
    thinned = thin(table(values, [f"G{i}" for i in range(4000)]), counts.sum(1), 40_000, 1).values
    thinned = thinned.toarray() if is_sparse else thinned
    assert (thinned[1] == 10).all()
    assert abs(thinned[0].mean() - 10) < 5 * np.sqrt(7.5 / 4000)
    assert abs(thinned[0].var() - 40 * 0.25 * 0.75) < 1
    assert np.array_equal(thinned, np.rint(thinned))


def test_samples_of_unequal_depth_that_do_nothing_are_not_found() -> None:
    """3 against 20 at a tenth of the depth: without thinning, all are found; with it, p-values hold their level."""
    found, genes = [], []
    for seed in range(40):
        result = run(bulk(np.random.default_rng(seed), 3, 20, (2e4, 2e5)), CHOICES, RELEASE, ToyResolver())
        assert NoteKind.THINNED in [note.kind for note in result.notes]
        assert result.table.loc[0, "depth_ratio"] < 0.2
        found.append(result.table.loc[0, "p_value"] <= 0.05)
        if seed < 10:
            genes.append((find_moved_genes(result, "A", "log2").table["p_value"] <= 0.05).mean())
    assert np.mean(found) <= 0.15  # 2 of 40 are expected
    assert np.mean(genes) <= 0.08


def test_thinning_is_the_same_in_any_order_of_genes_and_samples_dense_or_sparse() -> None:
    rng = np.random.default_rng(3)
    names = [f"G{i // 2}" for i in range(60)]  # each twice
    values = rng.poisson(30, (4, 60)).astype(float) * (rng.random((4, 60)) < 0.7)
    samples = table(values, names)
    thinned = thin(samples, values.sum(1), 400, 5).values
    genes, rows = rng.permutation(60), np.array([2, 0, 3])
    other = replace(table(values[rows][:, genes], [names[i] for i in genes]), samples=tuple(samples.samples[i] for i in rows))
    again = thin(other, values[rows].sum(1), 400, 5).values
    counts = {(name, value, kept) for name, value, kept in zip(np.array(names)[genes], other.values[1], again[1], strict=True)}
    assert counts == set(zip(names, values[0], thinned[0], strict=True))
    rare = replace(samples, values=sparse.csr_matrix(values))
    np.testing.assert_array_equal(thin(rare, values.sum(1), 400, 5).values.toarray(), thinned)
    assert not np.array_equal(thin(samples, values.sum(1), 400, 6).values, thinned)


def test_one_shallow_perturbation_does_not_thin_the_others() -> None:
    rng = np.random.default_rng(0)
    what = ["ctrl"] * 6 + ["A"] * 4 + ["B"] * 4 + ["C"] * 4
    level = np.where(np.array(what) == "C", 4_000, np.where(np.array(what) == "A", 60_000, 100_000))
    counts = rng.poisson(level[:, None] * rng.dirichlet(np.full(500, 0.5))).astype(float)
    samples = table(counts, [f"G{i}" for i in range(500)], obs={"what": what})
    result = run(samples, CHOICES, RELEASE, ToyResolver())
    rows = result.table.set_index("perturbation")
    assert 50_000 < result.depth.depth < 65_000
    assert np.isfinite(rows.loc[["A", "B"], "p_value"]).all()
    assert "compared by itself" in rows.loc["C", "why"]
    alone = run(samples, replace(CHOICES, only=("C",)), RELEASE, ToyResolver())
    assert alone.depth.depth < 4_500
    assert np.isfinite(alone.table.loc[0, "p_value"])


def test_the_simulation_has_teeth() -> None:
    from generain_core.perturbations.effects.analysis import rank
    from generain_core.perturbations.effects.spaces import expression_space

    found = []
    for seed in range(5):
        samples = bulk(np.random.default_rng(seed), 3, 20, (2e4, 2e5))
        space = expression_space(samples.values, np.ones(600, dtype=bool), samples.samples)
        found.append(rank(space, make_design(samples.obs, "what", "ctrl"), Settings(999, 0)).table.loc[0, "p_value"] <= 0.05)
    assert np.mean(found) == 1


def test_wells_of_few_cells_are_compared_with_as_few() -> None:
    found = []
    for seed in range(15):
        result = run(
            wells(np.random.default_rng(seed), (12, 60)), replace(CHOICES, sum_by=("what", "well")), RELEASE, ToyResolver()
        )
        drawn = [note for note in result.notes if note.kind is NoteKind.CELLS_DRAWN]
        assert drawn[0].facts["drawn"] == 12
        assert set(result.expression.obs["n_cells"]) == {12}
        found.append(result.table.loc[0, "p_value"] <= 0.05)
    assert np.mean(found) <= 0.2


def test_sums_of_few_and_many_cells_that_came_summed_get_no_p() -> None:
    from generain_core.samples.interpret.pseudobulk import sum_by

    summed = sum_by(wells(np.random.default_rng(0), (12, 60)), ["what", "well"])
    row = run(summed, CHOICES, RELEASE, ToyResolver()).table.iloc[0]
    assert np.isnan([row["p_value"], row["fdr"], row["effect_low"], row["energy_p"]]).all()
    assert "sums of 0.2 times as many cells" in row["why"]


def test_values_that_are_no_counts_get_no_p_where_they_express_fewer_genes() -> None:
    counts = bulk(np.random.default_rng(0), 6, 6, (3e3, 1e5))
    scaled = replace(counts, values=counts.values / counts.values.sum(1, keepdims=True) * 1e6, value_kind=ValueKind.SCALED)
    result = run(scaled, CHOICES, RELEASE, ToyResolver())
    assert np.isnan(result.table.loc[0, "p_value"])
    assert "no counts" in result.table.loc[0, "why"]
    with pytest.raises(GeneRAINError, match="can't be tested"):
        find_moved_genes(result, "A", "log2")


def test_depths_are_left_where_that_is_asked_and_then_there_is_no_p() -> None:
    samples = bulk(np.random.default_rng(0), 5, 5, (1e4, 1e5))
    result = run(samples, replace(CHOICES, depth=0), RELEASE, ToyResolver())
    assert np.array_equal(result.expression.values, samples.values)
    assert np.isnan(result.table.loc[0, "p_value"])
    assert "not thinned" in result.table.loc[0, "why"]
    asked = run(samples, replace(CHOICES, depth=5000), RELEASE, ToyResolver())
    assert np.abs(asked.expression.values.sum(1) - 5000).max() < 400
    assert np.isfinite(asked.table.loc[0, "p_value"])


def test_a_panel_of_770_genes_is_no_table_of_cells() -> None:
    rng = np.random.default_rng(0)
    panel = table(
        rng.poisson(rng.gamma(2, 50, 770), (24, 770)).astype(float),
        [f"G{i}" for i in range(770)],
        obs={"what": ["ctrl"] * 12 + ["A"] * 12},
    )
    assert not looks_like_cells(panel, "what")
    result = run(panel, replace(CHOICES, sum_by=None), RELEASE, ToyResolver())
    assert (result.table.loc[0, "n_samples"], result.table.loc[0, "n_reference"]) == (12, 12)
    cells = replace(panel, values=rng.poisson(0.3, (24, 770)).astype(float))
    assert looks_like_cells(cells, "what")
