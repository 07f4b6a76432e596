"""Genes that a perturbation moves: against scipy's own tests, planted truth and the null; knock-down check; nearness."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

from generain_core.errors import GeneRAINError
from generain_core.perturbations.choices import Choices
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes.gene_values import gene_values, measures
from generain_core.perturbations.genes.moderated import moderate, prior_of
from generain_core.perturbations.genes.moved_genes import MovedGenes, find_moved_genes
from generain_core.perturbations.genes.trend import Trend
from generain_core.perturbations.run import Perturbed, run
from generain_core.release.files import choose
from tests.samples.toy import ToyResolver, table

CHOICES = Choices(column="what", control="ctrl", model="", settings=Settings(permutations=199, bootstrap=0))
RELEASE = choose()


class AnyGene(ToyResolver):
    """Knows every name as a gene, but for controls."""

    def resolve_many(self, names):
        rows = super().resolve_many(names)
        return rows.assign(gene=[None if name == "ctrl" else name for name in names], status="symbol")


def experiment(
    seed: int, what: list[str], obs: dict[str, list[str]], fold: dict[tuple[str, int], float], genes: int = 800
) -> Perturbed:
    """Return counts of overdispersed genes; `fold` says what a label does to a gene, blocks differ from each other."""
    generator = np.random.default_rng(seed)
    names = [f"G{i}" for i in range(genes)]
    level = np.tile(generator.gamma(2.0, 100, genes), (len(what), 1))
    for words in obs.values():
        shift = {word: np.exp(0.5 * generator.normal(size=genes)) for word in dict.fromkeys(words)}
        level *= np.array([shift[word] for word in words])
    for (label, gene), times in fold.items():
        level[[i for i, each in enumerate(what) if each == label], gene] *= times
    counts = generator.poisson(level * generator.gamma(10, 0.1, level.shape)).astype(float)
    made = table(counts, names, obs={"what": what, **obs})
    choices = replace(CHOICES, strata=("batch",) if "batch" in obs else (), pair="donor" if "donor" in obs else "")
    return run(made, choices, RELEASE, AnyGene())


def drawn(values: np.ndarray, variance: np.ndarray, change: np.ndarray, freedom: int, weight: float) -> np.ndarray:
    """Return moderated t from variances that another test gave."""
    prior_freedom, prior = prior_of(variance, freedom, Trend(values.mean(0)))
    share = 1.0 if np.isinf(prior_freedom) else prior_freedom / (prior_freedom + freedom)
    return change / np.sqrt((share * prior + (1 - share) * variance) / weight)


def logs(result: Perturbed, least: float = 2.0) -> np.ndarray:
    """Return log2 depth, to which so many counts of a sample of mean depth are added."""
    counts = result.expression.values
    return np.log2(counts * (1e7 / counts.sum(1))[:, None] + max(1, least * 1e7 / counts.sum(1).mean()))


def places_of(found: MovedGenes) -> list[int]:
    """Return the places of the tested genes."""
    return sorted(int(gene[1:]) for gene in found.table["gene"])


def test_without_strata_change_and_variance_are_those_of_students_t() -> None:
    result = experiment(0, ["ctrl"] * 5 + ["A"] * 3, {}, {("A", 3): 8.0})
    made = find_moved_genes(result, "A", "log2")
    genes = places_of(made)
    values = logs(result)[:, genes]
    student = stats.ttest_ind(values[5:], values[:5])
    change = values[5:].mean(0) - values[:5].mean(0)
    weight = 15 / 8
    variance = (change / student.statistic) ** 2 * weight
    expected = pd.DataFrame({"t": drawn(values, variance, change, 6, weight), "change": change}, [f"G{i}" for i in genes])
    found = made.table.set_index("gene")
    assert 780 < len(found) == 800 - made.not_tested
    np.testing.assert_allclose(found["change"], expected.loc[found.index, "change"], atol=1e-9)
    np.testing.assert_allclose(found["t"], expected.loc[found.index, "t"], rtol=1e-6)
    assert made.freedom == 6
    assert (made.n_samples, made.n_reference) == (3, 5)
    assert made.table.iloc[0]["gene"] == "G3"
    total = min(6 + made.prior_freedom, 6 * len(genes))
    np.testing.assert_allclose(found["p_moderated"], 2 * stats.t.sf(np.abs(found["t"]), total), rtol=1e-6)


def test_with_unequal_groups_p_is_no_smaller_than_that_of_all_relabelings() -> None:
    result = experiment(0, ["ctrl"] * 5 + ["A"] * 3, {}, {("A", 3): 8.0})
    made = find_moved_genes(result, "A", "log2")
    genes = places_of(made)
    values = logs(result)[:, genes]
    strengths = []
    for chosen in itertools.combinations(range(8), 3):
        others = [i for i in range(8) if i not in chosen]
        change = values[list(chosen)].mean(0) - values[others].mean(0)
        rest = values - values.mean(0)
        variance = ((rest**2).sum(0) - change**2 * 15 / 8) / 6
        strengths.append(np.abs(drawn(values, variance, change, 6, 15 / 8)))
    actual = strengths.pop()  # 5, 6, 7
    others = np.concatenate(strengths)
    pooled = (np.array([(others >= t * (1 - 1e-6)).sum() for t in actual]) + 1) / (len(others) + 1)
    found = made.table.set_index("gene").loc[[f"G{i}" for i in genes]]
    np.testing.assert_allclose(found["p_value"], np.maximum(pooled, found["p_moderated"]), rtol=1e-3)
    assert (found["p_value"] > found["p_moderated"]).any()
    assert made.by_exchange
    assert made.exchanged.shape == (20, len(genes))


def test_with_pairs_they_are_those_of_the_paired_t() -> None:
    donors = [f"d{i // 2}" for i in range(10)]
    result = experiment(1, ["ctrl", "A"] * 5, {"donor": donors}, {})
    made = find_moved_genes(result, "A", "log2")
    values = logs(result)[:, places_of(made)]
    student = stats.ttest_rel(values[1::2], values[::2])
    change = (values[1::2] - values[::2]).mean(0)
    variance = (change / student.statistic) ** 2 * 2.5
    expected = pd.Series(drawn(values, variance, change, 4, 2.5), [f"G{i}" for i in places_of(made)])
    np.testing.assert_allclose(made.table["t"], expected[made.table["gene"]], rtol=1e-6)
    assert made.freedom == 4
    assert not made.by_exchange


def test_with_strata_they_are_those_of_least_squares() -> None:
    what = ["ctrl", "ctrl", "A", "ctrl", "A", "A", "A", "ctrl", "ctrl"]
    batch = ["x"] * 3 + ["y"] * 6
    result = experiment(2, what, {"batch": batch}, {})
    made = find_moved_genes(result, "A", "log2")
    values = logs(result)[:, places_of(made)]
    matrix = np.stack([np.array(batch) == "x", np.array(batch) == "y", np.array(what) == "A"], axis=1).astype(float)
    fitted, rest, *_ = np.linalg.lstsq(matrix, values, rcond=None)
    weight = 1 / np.linalg.inv(matrix.T @ matrix)[2, 2]
    expected = pd.Series(drawn(values, rest / 6, fitted[2], 6, weight), [f"G{i}" for i in places_of(made)])
    np.testing.assert_allclose(made.table["t"], expected[made.table["gene"]], rtol=1e-6)


def test_the_prior_is_recovered_and_p_values_are_uniform_under_it() -> None:
    generator = np.random.default_rng(3)
    true_variance = 2.0 * 5 / generator.chisquare(5, 40_000)
    variance = true_variance * generator.chisquare(3, 40_000) / 3
    freedom, prior = prior_of(variance, 3)
    assert freedom == pytest.approx(5, rel=0.1)
    assert prior == pytest.approx(2, rel=0.05)
    made = moderate(generator.normal(size=40_000) * np.sqrt(true_variance / 1.5), variance, 3, 1.5)
    assert stats.kstest(made.p, "uniform").pvalue > 1e-3
    plain = 2 * stats.t.sf(np.abs(made.t), 3)  # without the prior's degrees of freedom: caught
    assert stats.kstest(plain, "uniform").pvalue < 1e-6


@pytest.mark.parametrize("wanted", [1e-5, 0.01, 0.7, 3.0, 500.0])
def test_the_inverse_of_trigamma_is_one(wanted) -> None:
    from generain_core.perturbations.genes.moderated import _inverse_trigamma

    root = optimize.brentq(lambda y: special.polygamma(1, y) - wanted, 1e-9, 1e7)
    assert _inverse_trigamma(wanted) == pytest.approx(root, rel=1e-5)


def test_equal_variances_give_a_normal_test() -> None:
    made = moderate(np.array([1.96, 0.0]), np.array([1.0, 1.0]), 4, 1.0)
    assert np.isinf(made.prior_freedom)
    assert made.p[1] == 1.0


def test_planted_genes_are_found_with_false_discoveries_held_and_hardly_any_by_chance() -> None:
    fold = {("A", i): (3.0 if i % 2 else 1 / 3) for i in range(60)}
    proportions = []
    for seed in range(8):
        result = experiment(seed, ["ctrl"] * 6 + ["A"] * 4, {"batch": ["x", "y"] * 5}, fold)
        made = find_moved_genes(result, "A", "log2")
        genes = [int(g[1:]) for g in made.found["gene"]]
        proportions.append(sum(g >= 60 for g in genes) / max(len(genes), 1))
        assert sum(g < 60 for g in genes) > 45
        assert np.median(made.by_chance) <= 1
        assert all((change > 0) == (g % 2 == 1) for g, change in zip(genes, made.found["change"], strict=True) if g < 60)
    assert np.mean(proportions) < 0.08


def test_without_an_effect_p_values_are_uniform_also_within_strata() -> None:
    p = [
        find_moved_genes(experiment(90 + s, ["ctrl"] * 6 + ["A"] * 6, {"batch": ["x", "y"] * 6}, {}), "A", "log2")
        for s in range(6)
    ]
    assert all(len(made.found) <= 1 for made in p)
    for level in (0.01, 0.1, 0.5):
        share = np.mean([(made.table["p_value"] <= level).mean() for made in p])
        assert share == pytest.approx(level, rel=0.25)


@pytest.mark.parametrize(("controls", "samples"), [(3, 3), (20, 3)])
def test_with_few_reads_a_false_rate_of_5_percent_is_one(controls, samples) -> None:
    """No effect, genes of few counts and unlike in spread: without trend and filter two in three tables had a gene, 5 each."""
    found = []
    for seed in range(12 if controls == 3 else 8):
        generator = np.random.default_rng([seed, controls])
        share = np.exp(generator.normal(0, 2.2, 1500))
        spread = 0.1 * np.exp(generator.normal(0, 0.5, 1500)) * (1 + 0.5 / np.sqrt(share / share.sum() * 1e6 + 0.1))
        level = share / share.sum() * generator.uniform(4e5, 5e5, (controls + samples, 1))
        counts = generator.poisson(level * generator.gamma(1 / spread, spread, level.shape)).astype(float)
        samples_of = table(counts, [f"G{i}" for i in range(1500)], obs={"what": ["ctrl"] * controls + ["A"] * samples})
        result = run(samples_of, replace(CHOICES, depth=0), RELEASE, ToyResolver())
        found.append(len(find_moved_genes(replace(result, depth=replace(result.depth, untestable={})), "A", "log2").found))
    assert np.mean(np.array(found) > 0) <= 0.25
    assert np.mean(found) < 1


def test_bins_are_tested_where_the_samples_were_binned(standin) -> None:
    from generain_core.vectors.atlas import open_genes

    release = choose(standin)
    resolver = open_genes(release)
    genes = resolver.table.model.index.tolist()
    generator = np.random.default_rng(1)
    counts = generator.poisson(np.tile(generator.gamma(2, 100, len(genes)), (12, 1))).astype(float)
    counts[6:, 5] *= 10
    made = table(counts, genes, obs={"what": ["ctrl"] * 6 + ["A"] * 6})
    result = run(made, replace(CHOICES, model=None, min_genes=100, device="cpu"), release, resolver)
    assert measures(result) == ["log2", "bins"]
    found = find_moved_genes(result, "A", "bins")
    bins = result.adata.layers["bins"]
    row = found.table.iloc[1]
    column = list(result.adata.var_names).index(row["gene"])
    assert row["change"] == pytest.approx(bins[6:, column].mean() - bins[:6, column].mean())
    assert genes[5] in set(found.found["gene"])


def test_samples_without_replicates_and_strangers_are_refused() -> None:
    result = experiment(0, ["ctrl"] * 5 + ["A"] * 3 + ["B"], {}, {})
    with pytest.raises(GeneRAINError, match="too few to test genes"):
        find_moved_genes(result, "B", "log2")
    with pytest.raises(GeneRAINError, match="no perturbation 'C'"):
        find_moved_genes(result, "C", "log2")
    with pytest.raises(GeneRAINError, match="no bins"):
        find_moved_genes(result, "A", "bins")


def test_rows_of_one_gene_are_summed_and_lines_that_are_no_genes_left_out() -> None:
    values = np.arange(24.0).reshape(4, 6) + 1
    names = ["TP53", "P53", "XIST", "ERCC-00002", "odd name", "G1"]
    choices = replace(CHOICES, settings=Settings(199, 0), depth=0)
    made = table(values, names, obs={"what": ["ctrl", "ctrl", "A", "A"]})
    result = run(made, choices, RELEASE, ToyResolver())
    genes = gene_values(result, "log2", prior=1)
    assert genes.genes == ("TP53", "XIST", "odd name", "G1")
    total = values[:, [0, 1, 2, 4, 5]].sum(1)
    np.testing.assert_allclose(genes.one("TP53"), np.log2((values[:, 0] + values[:, 1]) * 1e7 / total + 1))
    assert genes.one("nothing") is None


def test_one_gene_that_takes_the_reads_is_said_to_lower_all_others() -> None:
    result = experiment(3, ["ctrl"] * 8 + ["A"] * 8, {}, {("A", 0): 3000.0}, genes=500)
    genes = find_moved_genes(result, "A", "log2")
    assert (genes.found["change"] < 0).mean() > 0.95
    assert any("nearly all one way" in note for note in genes.notes)
