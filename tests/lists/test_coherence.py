import itertools

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.lists.coherence import coherence, mean_cosines
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.vectors.matched_genes import draw, strata_of
from tests.lists import toy


def named(*genes: str, origin: Origin = Origin.USER) -> GeneList:
    return GeneList(name="list", genes=genes, missing={}, origin=origin)


def test_the_mean_cosine_is_that_of_all_pairs() -> None:
    atlas = toy.atlas()
    unit = atlas.space.unit(atlas.space.genes)
    rows = [3, 17, 40, 111, 300]
    pairs = [float(unit[a] @ unit[b]) for a, b in itertools.combinations(rows, 2)]
    assert mean_cosines(unit, np.array([rows]))[0] == pytest.approx(sum(pairs) / 10, abs=1e-12)
    assert coherence(atlas, named(*(f"G{row}" for row in rows))).mean_cosine == pytest.approx(sum(pairs) / 10, abs=1e-12)


def test_strata_are_of_one_class_and_of_like_expression() -> None:
    atlas = toy.atlas()
    strata = strata_of(atlas)
    assert strata.matched_on == ("biotype", "mean expression")
    assert sorted(np.concatenate(strata.members).tolist()) == list(range(400))
    means = atlas.described["mean"].to_numpy()
    for number, rows in enumerate(strata.members):
        assert len(set(atlas.biotype_classes[rows])) == 1
        assert (strata.of[rows] == number).all()
        assert len(rows) >= 30
        same = np.flatnonzero(atlas.biotype_classes == atlas.biotype_classes[rows[0]])
        between = [row for row in same if means[rows].min() <= means[row] <= means[rows].max()]
        assert sorted(between) == rows.tolist()
    assert strata_of(toy.atlas(measured=False)).matched_on == ("biotype",)


def test_random_lists_match_gene_by_gene_and_repeat_none() -> None:
    strata = strata_of(toy.atlas())
    rows = [0, 4, 8, 1, 5, 9, 13, 399]
    lists = draw(strata, rows, 500, np.random.default_rng(1))
    assert lists.shape == (500, 8)
    assert all(len(set(each)) == 8 for each in lists.tolist())
    assert (strata.of[lists] == strata.of[rows]).all()
    members = strata.members[strata.of[0]]
    counts = np.bincount(lists[:, :3].ravel(), minlength=400)[members]
    expected = 500 * 3 / len(members)
    assert abs(counts - expected).max() < 6 * np.sqrt(expected)


def test_a_planted_list_is_coherent_and_random_ones_have_uniform_p() -> None:
    atlas = toy.atlas()
    direction = atlas.space.unit(["G1"])[0]
    near = np.argsort(-(atlas.space.unit(atlas.space.genes) @ direction))[:8]
    assert coherence(atlas, named(*(f"G{row}" for row in near))).p_value == 1 / 1000
    rng = np.random.default_rng(0)
    p_values = [coherence(atlas, named(*(f"G{row}" for row in rng.permutation(400)[:6]))).p_value for _ in range(200)]
    assert 0.02 <= np.mean(np.array(p_values) <= 0.05) <= 0.09
    assert 0.4 < np.mean(p_values) < 0.6


def test_p_is_counted_as_stated() -> None:
    atlas = toy.atlas(genes=60)
    rows = np.array([0, 4, 8, 12])
    result = coherence(atlas, named(*(f"G{row}" for row in rows)), seed=3)
    unit = atlas.space.unit(atlas.space.genes)
    null = [
        np.mean([unit[a] @ unit[b] for a, b in itertools.combinations(each, 2)])
        for each in draw(strata_of(atlas), rows, 999, np.random.default_rng(3))
    ]
    assert result.p_value == (1 + sum(value >= result.mean_cosine - 1e-12 for value in null)) / 1000
    assert result.null_mean == pytest.approx(np.mean(null))
    assert result.null_sd == pytest.approx(np.std(null, ddof=1))
    assert result.effect == pytest.approx((result.mean_cosine - np.mean(null)) / np.std(null, ddof=1))


def test_a_list_made_by_similarity_has_no_p() -> None:
    assert coherence(toy.atlas(), named("G1", "G2", "G3", origin=Origin.NEIGHBORS)).p_value is None


@pytest.mark.parametrize(
    ("genes", "draws", "words"), [((), 999, "0 genes"), (("G1",), 999, "1 gene "), (("G1", "G2"), 99, "999 or more")]
)
def test_what_can_not_be_asked(genes, draws, words) -> None:
    with pytest.raises(GeneRAINError, match=words):
        coherence(toy.atlas(), named(*genes), draws)
