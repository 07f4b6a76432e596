"""Sums of genes and lists against plain loops; their p-value on random triples; neighborhoods by hand."""

from dataclasses import replace

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_release
from generain_core.settings import DEMO_RELEASE
from generain_core.vectors.arithmetic import arithmetic
from generain_core.vectors.matched_genes import draw, strata_of
from generain_core.vectors.neighborhoods import compare_neighborhoods
from generain_core.vectors.shaped_lists import elsewhere
from tests.lists import toy


@pytest.fixture(scope="module")
def generain():
    return open_release(DEMO_RELEASE)


@pytest.mark.parametrize("formula", ["unit", "raw"])
def test_three_genes_are_the_analogy(generain, formula) -> None:
    atlas = generain.atlas()
    expected = atlas.analogy("RPL3", "RPS6", "TP53", 8, formula)
    result = arithmetic(atlas, [["RPS6"], ["TP53"]], [["RPL3"]], 8, formula)
    assert result.table["gene"].tolist() == expected["gene"].tolist()
    np.testing.assert_allclose(result.table["cosine"], expected["cosine"], atol=1e-12)


def test_a_list_is_a_term_by_its_mean(generain) -> None:
    space = generain.atlas().space
    plus, minus = [["RPL3", "RPL4", "RPL5"], ["TP53"]], [["GAS5", "XIST"]]
    target = sum(space.unit(each).mean(axis=0) for each in plus) - space.unit(minus[0]).mean(axis=0)
    scores = {}
    for gene in space.genes:
        if gene not in {"RPL3", "RPL4", "RPL5", "TP53", "GAS5", "XIST"}:
            scores[gene] = float(space.unit([gene])[0] @ target / np.linalg.norm(target))
    best = sorted(scores, key=lambda gene: -scores[gene])[:5]
    table = arithmetic(generain.atlas(), plus, minus, 5).table
    assert table["gene"].tolist() == best
    np.testing.assert_allclose(table["cosine"], [scores[gene] for gene in best], atol=1e-12)


@pytest.mark.slow
def test_random_triples_have_uniform_p_and_a_planted_one_a_small_one(generain) -> None:
    atlas = generain.atlas()
    rng = np.random.default_rng(3)
    values = []
    for number in range(60):
        a, b, c = (atlas.space.genes[row] for row in rng.choice(len(atlas.space.genes), 3, replace=False))
        values.append(arithmetic(atlas, [[b], [c]], [[a]], seed=number).p_value)
    assert 0.3 < np.mean(values) < 0.7
    assert np.mean(np.array(values) <= 0.05) <= 0.17  # binomial(60, .05): at most 10 in 99.9 %
    assert min(values) >= 1 / 1000


def test_what_is_no_sum_is_said(generain) -> None:
    atlas = generain.atlas()
    for plus, minus, words in (
        ([], [["RPL3"]], "at least one gene"),
        ([[]], [], "no empty list"),
        ([["RPL3"]], [["RPL3"]], "cancel"),
    ):
        with pytest.raises(GeneRAINError, match=words):
            arithmetic(atlas, plus, minus)
    with pytest.raises(GeneRAINError, match="nobody"):
        generain.sum_of(["nobody"])


def test_neighborhoods_equal_a_plain_loop(generain) -> None:
    first, second = generain.atlas(), generain.atlas("GPT_Binning_By_Gene")
    result = compare_neighborhoods(first, second, ["RPL3", "TP53"], 15)
    common = [gene for gene in first.space.genes if gene in set(second.space.genes)]
    for row, gene in enumerate(["RPL3", "TP53"]):
        near = []
        for atlas in (first, second):
            unit = dict(zip(common, atlas.space.unit(common), strict=True))
            others = sorted((g for g in common if g != gene), key=lambda g: -float(unit[g] @ unit[gene]))
            near.append(others[:15])
        shared = [g for g in near[0] if g in near[1]]
        assert result.table["neighbors"][row] == shared
        assert result.table["share"][row] == len(shared) / 15
    assert result.genes == len(common)


def test_a_vector_set_is_not_held_against_itself(generain) -> None:
    with pytest.raises(GeneRAINError, match="twice"):
        generain.neighborhoods("RPL3", "GeneRAIN-vec.200d")


@pytest.mark.slow
def test_p_is_the_share_of_random_sums_of_like_length_whose_best_gene_is_as_near(generain) -> None:
    atlas, terms = generain.atlas(), [["RPS6"], ["TP53"], ["RPL3"]]
    result = arithmetic(atlas, terms[:2], terms[2:], seed=0)
    unit = atlas.space.unit(atlas.space.genes)
    rows = np.array([atlas.space.row(gene) for (gene,) in terms])
    weights = np.array([1.0, 1.0, -1.0])
    length = np.linalg.norm(weights @ unit[rows])
    drawn = draw(strata_of(atlas), rows, 20 * 999, np.random.default_rng(0))
    lengths = np.array([np.linalg.norm(weights @ unit[each]) for each in drawn])
    nearest = sorted(range(len(drawn)), key=lambda i: abs(lengths[i] - length))[:999]
    best = []
    for each in drawn[nearest]:
        cosines = unit @ (weights @ unit[each]) / np.linalg.norm(weights @ unit[each])
        best.append(max(cosine for row, cosine in enumerate(cosines) if row not in set(each.tolist())))
    above = sum(each >= result.table["cosine"][0] - 1e-6 for each in best)
    assert result.draws == 999
    assert result.p_value == pytest.approx((1 + above) / 1000, abs=2e-3)  # sums of nearly one length may change places
    assert result.p_value * 1000 == pytest.approx(round(result.p_value * 1000), abs=1e-9)
    assert result.null_mean == pytest.approx(np.mean(best), abs=1e-4)
    assert arithmetic(atlas, terms[:2], terms[2:]).p_value == result.p_value
    assert result.table.columns.tolist() == ["gene", "ensembl_gene", "biotype", "cosine", "rank"]


def test_terms_that_are_nearly_opposite_are_no_sum_and_short_ones_are(generain) -> None:
    atlas = generain.atlas()
    space = atlas.space
    vectors = np.array(space.vectors)
    first, second = space.row("RPS6"), space.row("RPL3")
    for gap, refused in ((1e-8, True), (1e-3, False)):
        across = np.roll(vectors[first], 1)
        vectors[second] = vectors[first] + gap * across * np.linalg.norm(vectors[first]) / np.linalg.norm(across)
        close = replace(space, vectors=vectors, norms=np.linalg.norm(vectors.astype(float), axis=1))
        nearby = replace(atlas, space=close)
        if refused:
            with pytest.raises(GeneRAINError, match="cancel"):
                arithmetic(nearby, [["RPS6"]], [["RPL3"]])
        else:
            assert np.isfinite(arithmetic(nearby, [["RPS6"]], [["RPL3"]]).table["cosine"]).all()


@pytest.mark.slow
def test_lists_that_have_nothing_to_do_hold_the_level_however_alike_their_genes_are(generain) -> None:
    """Genes of either list are alike, so that some gene is near to their middle; exchanged one by one, one in nine was found."""
    atlas, rng = generain.atlas(), np.random.default_rng(2)
    unit = atlas.space.unit(atlas.space.genes)
    values = []
    for number in range(24):
        around = [np.argsort(-unit @ unit[row], kind="stable")[:150] for row in rng.choice(len(unit), 2, replace=False)]
        b, a = ([atlas.space.genes[row] for row in rng.choice(each, 10, replace=False)] for each in around)
        values.append(arithmetic(atlas, [b], [a], seed=number).p_value)
    assert np.mean(np.array(values) <= 0.05) <= 5 / 24  # binomial(24, .05): at most 5 in 99.9 %
    assert 0.3 < np.mean(values) < 0.8


def test_a_list_alone_is_held_against_lists_of_its_shape(generain) -> None:
    """Of one list there are as many lists elsewhere as are asked for, each once: the share of them whose best gene is nearer."""
    atlas, genes = generain.atlas(), ["RPL3", "RPL4", "RPS6", "RPS8"]
    unit = atlas.space.unit(atlas.space.genes)
    rows = np.array([atlas.space.row(gene) for gene in genes])
    result = arithmetic(atlas, [genes], [], seed=5)
    best = []
    for drawn in elsewhere(unit, strata_of(atlas), rows, 999, np.random.default_rng(5)):
        middle = unit[drawn].mean(axis=0)
        best.append(max(np.delete(unit @ middle / np.linalg.norm(middle), drawn)))
    assert result.p_value == pytest.approx((1 + sum(each >= result.table["cosine"][0] - 1e-6 for each in best)) / 1000)
    assert "likeness within lists" in result.matched_on


def test_lists_elsewhere_have_the_ranks_of_the_list_around_another_gene() -> None:
    small = toy.atlas(genes=300)
    unit, strata = small.space.unit(small.space.genes), strata_of(small)
    rows = np.array([3, 40, 77, 120])
    center = max(rows, key=lambda row: sum(float(unit[row] @ unit[other]) for other in rows))

    def order(row: int) -> list[int]:
        return [row, *sorted((i for i in range(300) if i != row), key=lambda i: -float(unit[row] @ unit[i]))]

    ranks = [order(center).index(row) for row in rows]
    for drawn in elsewhere(unit, strata, rows, 25, np.random.default_rng(1)):
        around = drawn[ranks.index(0)]
        assert strata.of[around] == strata.of[center]
        assert drawn.tolist() == [order(around)[rank] for rank in ranks]
