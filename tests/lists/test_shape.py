"""Groups and odd ones of a list: against loops by hand, planted groups, and random lists."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.lists.shape import shape
from generain_core.vectors.matched_genes import strata_of
from tests.lists.toy import atlas


def listed(toy, rows) -> GeneList:
    return GeneList(name="l", genes=tuple(toy.space.genes[row] for row in rows), missing={})


def test_p_values_equal_a_loop() -> None:
    toy = atlas()
    rows = [0, 4, 9, 100, 250, 251]
    found = shape(toy, listed(toy, rows))
    unit = toy.space.unit(toy.space.genes)
    strata = strata_of(toy)
    for place, row in enumerate(rows):
        others = [each for each in rows if each != row]
        own = np.mean([unit[row] @ unit[other] for other in others])
        like_it = [each for each in range(len(unit)) if strata.of[each] == strata.of[row] and each not in rows]
        null = [np.mean([unit[each] @ unit[other] for other in others]) for each in like_it]
        assert found.table["mean_cosine"][place] == pytest.approx(own)
        assert found.table["p_value"][place] == pytest.approx((1 + sum(each >= own for each in null)) / (1 + len(null)))


def test_p_values_of_random_lists_are_uniform() -> None:
    toy = atlas(genes=2_000, width=20)
    rng = np.random.default_rng(1)
    first = np.array([shape(toy, listed(toy, rng.permutation(2_000)[:8])).table["p_value"][0] for _ in range(300)])
    for level in (0.05, 0.2, 0.5, 0.8):
        share = (first <= level).mean()
        assert abs(share - level) < 4 * np.sqrt(level * (1 - level) / 300)


def test_planted_groups_are_found_and_a_stranger_is_odd() -> None:
    toy = atlas(genes=800, width=30)
    rng = np.random.default_rng(2)
    vectors = toy.space.vectors.copy()
    for start in (0, 40):
        center = rng.normal(size=30)
        for row in range(start, start + 6):
            vectors[row] = center + 0.3 * rng.normal(size=30)
    norms = np.linalg.norm(vectors.astype(float), axis=1)
    space = type(toy.space)("toy", toy.space.genes, vectors.astype(np.float32), norms, "planted")
    toy.space = space
    found = shape(toy, listed(toy, [*range(6), *range(40, 46), 700]))
    groups = found.table["group"].tolist()
    assert found.groups == 2
    assert sorted({tuple(groups[:6]), tuple(groups[6:12])}) == [(1,) * 6, (2,) * 6]
    assert groups[12] == 0
    assert found.table["odd"].tolist() == [False] * 12 + [True]


def test_two_genes_have_no_shape() -> None:
    toy = atlas()
    with pytest.raises(GeneRAINError, match="3 or more"):
        shape(toy, listed(toy, [0, 1]))
