"""Predicted attributes of moved genes: against loops, planted truth, and a null in which moved genes act together."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.exchange import exchanges
from generain_core.perturbations.genes.moved_attributes import GROUP, MovedAttributes, moved_attributes
from generain_core.perturbations.genes.moved_genes import EXCHANGES, MovedGenes, find_moved_genes
from generain_core.perturbations.run import run
from tests.perturbations.test_moved import CHOICES, RELEASE, AnyGene
from tests.perturbations.test_target import stated
from tests.samples.toy import table


def store_of(values: np.ndarray) -> AttributeStore:
    n, genes = values.shape
    names = tuple(f"G{i}" for i in range(genes))
    frame = pd.DataFrame(index=pd.Index([f"term {i}" for i in range(n)]))
    nothing = np.zeros(n)
    by_gene = np.ascontiguousarray(values.T)
    return AttributeStore(names, frame, values, by_gene, nothing, nothing, nothing, nothing, "toy", (), "toy")


@pytest.fixture
def values() -> np.ndarray:
    made = np.random.default_rng(0).random((6, 400)).astype(np.float32)
    made[2, :30] += 0.5
    made[3] = np.round(made[3], 1)
    made[4, 5:9] = np.nan
    made[5] = 0.25
    return made


@pytest.fixture
def some() -> MovedGenes:
    """Return 30 of 400 genes moved, and 99 exchanges in which any gene may be among the surest."""
    made = stated([f"G{i}" for i in range(400)], {f"G{i}" for i in range(30)}, "G390", np.random.default_rng(1))
    return replace(made, exchanged=np.random.default_rng(2).random((99, 400)).astype(np.float32))


def test_places_expectations_and_both_p_values_equal_loops(values, some) -> None:
    made = moved_attributes(some, store_of(values))
    assert (made.n, made.exchanges) == (30, 99)
    assert made.table["attribute"][0] == "term 2"
    assert made.table["p_adjusted"][0] == 0.01
    order = [g for g in some.table.sort_values("mean_reference", kind="stable")["gene"] if g != "G390"]
    groups = [list(part) for part in np.array_split(np.array(order), len(order) // GROUP)]

    @cache
    def place(term: int, gene: str) -> float:
        own = values[term, int(gene[1:])]
        others = [values[term, int(g[1:])] for g in next(part for part in groups if gene in part) if g != gene]
        others = [x for x in others if np.isfinite(x)]
        return 100 * np.mean([0.5 if x == own else float(x < own) for x in others]) if np.isfinite(own) else np.nan

    names = some.table["gene"].tolist()
    sets = [[f"G{i}" for i in range(30)]]
    for strength in some.exchanged:
        sure = sorted((-s, g) for s, g in zip(strength, names, strict=True) if g != "G390")
        sets.append([g for _, g in sure[:30]])
    rows = made.table.set_index("attribute")
    off = []
    for term in range(5):
        means = np.array([np.nanmean([place(term, g) for g in chosen]) for chosen in sets])
        assert rows.loc[f"term {term}", "place"] == pytest.approx(means[0])
        assert rows.loc[f"term {term}", "expected"] == pytest.approx(means[1:].mean())
        apart = np.abs(means - means.mean())
        assert rows.loc[f"term {term}", "p_value"] == pytest.approx(np.mean(apart >= apart[0] - 1e-9))
        off.append(apart / means.std())
    farthest = np.max(off, axis=0)
    for term in range(5):
        assert rows.loc[f"term {term}", "p_adjusted"] == pytest.approx(np.mean(farthest >= off[term][0] - 1e-9))
    assert rows.loc["term 4", "genes"] == 26
    assert rows.loc["term 0", "median_moved"] == pytest.approx(np.median(values[0, :30]), rel=1e-6)
    assert rows.loc["term 5", "place"] == 50
    assert np.isnan(rows.loc["term 5", ["p_value", "p_adjusted"]].astype(float)).all()


def test_with_few_exchanges_there_is_a_ranking_without_p_and_it_is_said(values, some) -> None:
    made = moved_attributes(replace(some, exchanged=some.exchanged[:18]), store_of(values))
    assert made.exchanges == 0
    assert "too few ways to exchange the labels for a p-value" in made.reading
    assert made.table[["p_value", "p_adjusted", "expected"]].isna().all(axis=None)
    assert made.table["attribute"][0] == "term 2"
    assert (made.table["place"] - 50).abs().is_monotonic_decreasing


def test_few_moved_genes_make_room_for_the_surest_and_too_few_are_refused(values) -> None:
    genes = [f"G{i}" for i in range(400)]
    made = moved_attributes(stated(genes, {"G1"}, "G390", np.random.default_rng(1)), store_of(values))
    assert made.n == 100
    assert "as only 1 have" in made.chosen
    with pytest.raises(GeneRAINError, match="too few to compare"):
        moved_attributes(stated(genes[:12], {"G1"}, "G390", np.random.default_rng(1)), store_of(values))


PROGRAMS, EACH = 24, 30


def programs(seed: int, fold: float = 1.0, replicates: int = 6) -> tuple[MovedAttributes, float]:
    """Return what is told of five attributes of genes that act in programs, and Mann and Whitney's p of the first.

    Samples differ in their programs; each attribute is of whole programs drawn at random. With `fold` the perturbation moves
    two programs drawn at random too, one up and one down, which the last attribute is of.
    """
    generator = np.random.default_rng(seed)
    n = 2 * replicates
    program = np.repeat(np.arange(PROGRAMS), EACH)
    activity = generator.normal(0, 0.35, (n, PROGRAMS))
    hit = generator.choice(PROGRAMS, 2, replace=False)
    activity[replicates:, hit] += np.log([fold, 1 / fold])
    level = generator.gamma(2.0, 200, len(program)) * np.exp(activity[:, program])
    counts = generator.poisson(level * generator.gamma(30, 1 / 30, level.shape)).astype(float)
    of = generator.normal(size=(5, PROGRAMS))
    of[4, hit] += 6
    values = (of[:, program] + generator.normal(0, 0.5, (5, len(program)))).astype(np.float32)
    obs = {"what": ["ctrl"] * replicates + ["A"] * replicates}
    result = run(table(counts, [f"G{i}" for i in range(len(program))], obs=obs), CHOICES, RELEASE, AnyGene())
    genes = find_moved_genes(result, "A", "log2", most_exchanges=EXCHANGES)
    made = moved_attributes(genes, store_of(values))
    sure = [int(g[1:]) for g in genes.table["gene"][: made.n]]
    rest = np.setdiff1d(np.arange(len(program)), sure)
    return made, float(stats.mannwhitneyu(values[0, sure], values[0, rest]).pvalue)


@pytest.mark.slow
def test_without_an_effect_p_values_are_uniform_although_genes_act_together() -> None:
    """A test that takes the moved genes for independent draws, as Mann and Whitney's does, is far from uniform here."""
    p, adjusted, naive = [], [], []
    for seed in range(80):
        made, wrong = programs(seed)
        rows = made.table.set_index("attribute")
        p.append(rows.loc["term 0", "p_value"])
        adjusted.append(rows["p_adjusted"].min())
        naive.append(wrong)
    assert stats.kstest(p, "uniform").pvalue > 1e-3
    assert stats.kstest(adjusted, "uniform").pvalue > 1e-3
    assert np.mean(np.array(naive) < 0.01) > 0.3


@pytest.mark.slow
def test_the_attribute_of_the_programs_that_are_moved_comes_first_and_mostly_below_five_percent() -> None:
    made = [programs(1000 + seed, fold=3.0)[0].table.set_index("attribute") for seed in range(30)]
    assert np.mean([rows.index[0] == "term 4" for rows in made]) > 0.8
    assert np.mean([rows.loc["term 4", "p_adjusted"] <= 0.05 for rows in made]) > 0.6


@pytest.mark.parametrize(
    ("blocks", "perturbed", "most", "classes"),
    [
        ([[0, 1, 2, 3, 4]], [0, 1], 99, 10),
        ([[0, 1, 2, 3]], [0, 3], 99, 3),
        ([[0, 1], [2, 3], [4, 5]], [1, 2, 5], 99, 4),
        ([[0, 1, 2], [3, 4]], [0, 3], 99, 6),
        ([list(range(12))], [0, 5, 7], 50, 51),
    ],
)
def test_exchanges_are_all_there_are_mirror_images_once_and_the_real_labels_first(blocks, perturbed, most, classes) -> None:
    labels = np.isin(np.arange(sum(map(len, blocks))), perturbed)
    made = exchanges(labels, [np.array(block) for block in blocks], most, 0)
    assert made[0].astype(bool).tolist() == labels.tolist()
    balanced = all(2 * labels[block].sum() == len(block) for block in blocks)
    seen = {min(tuple(row), tuple(1 - row)) if balanced else tuple(row) for row in made}
    assert len(seen) == len(made) == classes
    for block in blocks:
        assert set(made[:, block].sum(1)) == {labels[block].sum()}
