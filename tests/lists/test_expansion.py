import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.lists import expansion
from generain_core.lists.expansion import expand
from generain_core.lists.gene_list import GeneList
from tests.lists import toy

ROWS = [5, 60, 61, 200]


def listed(rows: list[int]) -> GeneList:
    return GeneList(name="list", genes=tuple(f"G{row}" for row in rows), missing={})


def scores(unit: np.ndarray, rows: list[int], method: str) -> np.ndarray:
    """Return scores by a plain loop."""
    if method == "centroid":
        center = sum(unit[row] for row in rows)
        return np.array([float(each @ center) / float(np.sqrt(center @ center)) for each in unit])
    values = np.zeros(len(unit))
    for row in rows:
        seen = [float(unit[row] @ each) for each in unit]
        for gene in range(len(unit)):
            values[gene] += 1.0 if gene == row else sum(other < seen[gene] for other in seen) / (len(unit) - 1)
    return values / len(rows)


@pytest.mark.parametrize("method", ["centroid", "ranks"])
def test_scores_and_recovery_equal_a_plain_loop(method, monkeypatch) -> None:
    monkeypatch.setattr(expansion, "AT_ONCE", 3)
    atlas = toy.atlas(genes=220)
    unit = atlas.space.unit(atlas.space.genes)
    result = expand(atlas, listed(ROWS), k=15, method=method)
    wanted = scores(unit, ROWS, method)
    order = [row for row in np.argsort(-wanted, kind="stable") if row not in ROWS][:15]
    assert result.table["gene"].tolist() == [f"G{row}" for row in order]
    assert result.table["score"].to_numpy() == pytest.approx(wanted[order], abs=1e-12)
    assert result.table["rank"].tolist() == list(range(1, 16))
    recovered = 0
    for row in ROWS:
        others = [each for each in ROWS if each != row]
        left_out = scores(unit, others, method)
        recovered += sum(left_out[gene] > left_out[row] for gene in range(220) if gene not in ROWS) < 15
    assert result.recovery == recovered / 4
    assert result.by_chance == 15 / 217


def test_members_of_a_tight_group_recover_one_another() -> None:
    atlas = toy.atlas()
    near = np.argsort(-(atlas.space.unit(atlas.space.genes) @ atlas.space.unit(["G1"])[0]))[:6]
    assert expand(atlas, listed(near.tolist()), k=50).recovery > 0.8


def test_a_single_gene_has_no_recovery() -> None:
    result = expand(toy.atlas(), listed([7]), k=3)
    assert result.recovery is None
    assert len(result.table) == 3


def test_all_genes_have_nothing_beside_them_and_long_lists_no_ranks() -> None:
    atlas = toy.atlas(genes=60)
    result = expand(atlas, listed(list(range(60))), k=5)
    assert not len(result.table)
    assert (result.recovery, result.by_chance) == (1.0, 1.0)
    with pytest.raises(GeneRAINError, match="by centroid"):
        expand(atlas, listed(list(range(3_001))), method="ranks")


def test_what_can_not_be_asked() -> None:
    atlas = toy.atlas()
    for genes, k, method, words in (
        ([], 5, "centroid", "no gene"),
        ([1], 0, "centroid", "1 or more"),
        ([1], 5, "magic", "centroid or ranks"),
    ):
        with pytest.raises(GeneRAINError, match=words):
            expand(atlas, listed(genes), k, method)
