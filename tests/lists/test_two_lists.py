"""Two lists against each other: figures against plain loops, p on lists that lie anywhere, and what is at fault."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import hypergeom

from generain_core.errors import GeneRAINError
from generain_core.generain import open as open_release
from generain_core.lists.gene_list import GeneList, Origin
from generain_core.lists.two_lists import compare_lists
from generain_core.settings import DEMO_RELEASE


@pytest.fixture(scope="module")
def generain():
    return open_release(DEMO_RELEASE)


def _list(*genes: str) -> GeneList:
    return GeneList(name=genes[0], genes=genes, missing={})


def test_figures_equal_plain_loops(generain) -> None:
    atlas = generain.atlas()
    first, second = _list("RPL3", "RPL4", "TP53", "XIST"), _list("RPL4", "RPS6", "GAS5")
    result = compare_lists(atlas, first, second)
    unit = dict(zip(atlas.space.genes, atlas.space.unit(atlas.space.genes), strict=True))
    pairs = [float(unit[a] @ unit[b]) for a in ("RPL3", "TP53", "XIST") for b in second.genes]
    assert result.mean_cosine == pytest.approx(np.mean(pairs), abs=1e-12)
    assert result.shared == ("RPL4",)
    assert result.jaccard == 1 / 6
    assert result.overlap_p == pytest.approx(hypergeom.sf(0, len(unit), 4, 3), rel=1e-12)
    near, rule = replace(first, origin=Origin.NEIGHBORS), replace(second, origin=Origin.RULE)
    assert compare_lists(atlas, near, second).overlap_p == result.overlap_p
    assert compare_lists(atlas, near, rule).overlap_p is None
    middle = sum(unit[gene] for gene in second.genes)
    cosine = {gene: float(unit[gene] @ middle / np.linalg.norm(middle)) for gene in unit}
    row = result.nearest.set_index("gene").loc["TP53"]
    assert row["cosine"] == pytest.approx(cosine["TP53"], abs=1e-12)
    assert row["percentile"] == pytest.approx(100 * np.mean([v < cosine["TP53"] for g, v in cosine.items() if g != "TP53"]))


@pytest.mark.slow
def test_lists_around_unrelated_genes_are_near_by_chance_alone_and_halves_of_one_are_near(generain) -> None:
    atlas, rng = generain.atlas(), np.random.default_rng(1)
    genes, unit = atlas.space.genes, atlas.space.unit(atlas.space.genes)

    def around(row: int, part: slice = slice(None)) -> GeneList:
        return _list(*(genes[each] for each in np.argsort(-unit @ unit[row], kind="stable")[:24][part]))

    values = []
    for number in range(40):
        a, b = rng.choice(len(genes), 2, replace=False)
        p = compare_lists(atlas, around(int(a)), around(int(b)), seed=number).p_value
        values.append(1.0 if p is None else p)
    assert np.mean(np.array(values) <= 0.05) <= 0.2  # binomial(40, .05): at most 8 in 99.9 %
    near = compare_lists(atlas, around(5, slice(0, None, 2)), around(5, slice(1, None, 2)))
    assert near.p_value is not None
    assert near.p_value <= 0.02
    assert near.shared == ()


def test_a_list_within_the_other_has_nothing_left_to_compare(generain) -> None:
    result = compare_lists(generain.atlas(), _list("RPL3"), _list("RPL3", "RPL4"))
    assert result.p_value is None
    assert result.nearest["gene"].tolist() == ["RPL4"]


def test_what_is_at_fault_is_said(generain) -> None:
    with pytest.raises(GeneRAINError, match="no gene with a vector"):
        generain.compare("nobody", "RPL3")
    with pytest.raises(GeneRAINError, match="999 or more"):
        generain.compare("RPL4", "RPL3", draws=10)
