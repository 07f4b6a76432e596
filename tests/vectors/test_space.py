"""Neighbors, ranks and analogies against a plain float64 computation, gene by gene."""

import numpy as np
import pytest

from generain_core.errors import GeneError
from generain_core.release.files import Release
from generain_core.vectors import open_vectors
from generain_core.vectors.space import GeneSpace


@pytest.fixture
def space(cloud) -> GeneSpace:
    genes, vectors = cloud
    return GeneSpace("test", tuple(genes), vectors, np.linalg.norm(vectors.astype(np.float64), axis=1), "f")


def plain_cosine(space: GeneSpace, i: int, j: int) -> float:
    """One pair in float64, each vector brought to length 1 first, as a reader would write it down."""
    x, y = space.vectors[i].astype(np.float64), space.vectors[j].astype(np.float64)
    return float(sum(x * y) / (np.sqrt(sum(x * x)) * np.sqrt(sum(y * y))))


def plain_ranking(space: GeneSpace, i: int) -> list[int]:
    cosines = [round(plain_cosine(space, i, j), 12) for j in range(len(space))]
    return sorted((j for j in range(len(space)) if j != i), key=lambda j: (-cosines[j], j))


@pytest.mark.parametrize("i", [0, 17, 18, 30, 31, 40, 41, 200, 399])
def test_neighbors_equal_a_loop_in_float64_order_included(space: GeneSpace, i: int) -> None:
    expected = plain_ranking(space, i)[:60]
    table = space.neighbors(f"G{i}", 60)
    got = [space.row(g) for g in table["gene"]]
    assert [round(plain_cosine(space, i, j), 12) for j in got] == [round(plain_cosine(space, i, j), 12) for j in expected]
    distinct = [n for n, j in enumerate(expected) if j not in (17, 18, 30, 31, 40, 41, 200)]
    assert [got[n] for n in distinct] == [expected[n] for n in distinct]
    np.testing.assert_allclose(table["cosine"], [plain_cosine(space, i, j) for j in got], rtol=0, atol=1e-12)
    assert table["rank"].tolist() == list(range(1, 61))


def test_equal_vectors_keep_the_order_of_the_release(space: GeneSpace) -> None:
    assert space.neighbors("G200", 2)["gene"].tolist() == ["G17", "G18"]
    assert space.neighbors("G17", 2)["gene"].tolist() == ["G18", "G200"]


def test_ranks_both_ways_equal_counting(space: GeneSpace) -> None:
    rng = np.random.default_rng(1)
    for i, j in rng.integers(50, 200, (40, 2)):
        if i == j:
            continue
        cosine, j_from_i, i_from_j = space.similarity(f"G{i}", f"G{j}")
        assert cosine == pytest.approx(plain_cosine(space, i, j), abs=1e-12)
        assert j_from_i == plain_ranking(space, i).index(j) + 1
        assert i_from_j == plain_ranking(space, j).index(i) + 1


def test_rank_back_is_the_rank_seen_from_the_neighbor(space: GeneSpace) -> None:
    table = space.neighbors("G77", 15)
    for gene, back in zip(table["gene"], table["reciprocal_rank"], strict=True):
        assert back == plain_ranking(space, space.row(gene)).index(77) + 1


def test_a_filter_hides_genes_but_ranks_stay_among_all(space: GeneSpace) -> None:
    among = np.arange(len(space)) % 3 == 0
    ranking = plain_ranking(space, 100)
    expected = [j for j in ranking if among[j]][:10]
    table = space.neighbors("G100", 10, among)
    assert [space.row(g) for g in table["gene"]] == expected
    assert table["rank"].tolist() == [ranking.index(j) + 1 for j in expected]


def test_percentile_runs_from_100_to_0(space: GeneSpace) -> None:
    table = space.neighbors("G5", 1000)
    assert len(table) == len(space) - 1
    assert table["percentile"].iloc[0] == 100
    assert table["percentile"].iloc[-1] == 0
    assert table["percentile"].iloc[99] == pytest.approx(100 * (399 - 100) / 398)


def test_a_gene_and_itself(space: GeneSpace) -> None:
    assert space.similarity("G3", "G3") == (1.0, 0, 0)
    assert "G3" not in space.neighbors("G3", 399)["gene"].tolist()


def test_analogy_equals_a_loop_and_leaves_inputs_out(space: GeneSpace) -> None:
    unit = space.vectors.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    target = unit[61] - unit[60] + unit[62]
    cosines = [float(v @ target / np.linalg.norm(target)) for v in unit]
    expected = sorted((j for j in range(400) if j not in (60, 61, 62)), key=lambda j: -cosines[j])[:10]
    table = space.analogy("G60", "G61", "G62", 10)
    assert [space.row(g) for g in table["gene"]] == expected
    np.testing.assert_allclose(table["cosine"], [cosines[j] for j in expected], atol=1e-12)


def test_a_planted_analogy_is_found() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 200)).astype(np.float32)
    vectors[3] = vectors[1] - vectors[0] + vectors[2]
    space = GeneSpace("t", tuple(f"G{i}" for i in range(50)), vectors, np.linalg.norm(vectors.astype(float), axis=1), "f")
    assert space.analogy("G0", "G1", "G2", 1)["gene"].tolist() == ["G3"]


def test_what_is_not_there_is_said(space: GeneSpace) -> None:
    with pytest.raises(GeneError, match="NOPE.*has no vector"):
        space.neighbors("NOPE")
    with pytest.raises(GeneError, match="ask for 1 or more"):
        space.neighbors("G1", 0)
    with pytest.raises(GeneError, match="no direction"):
        _opposite().analogy("A", "B", "C")


def _opposite() -> GeneSpace:
    third = np.sqrt(np.float32(3)) / 2
    vectors = np.array([[1, 0], [0.5, third], [0.5, -third]], np.float32)
    return GeneSpace("t", ("A", "B", "C"), vectors, np.linalg.norm(vectors.astype(float), axis=1), "f")


def test_subsets_of_one_size_are_told_apart(space: GeneSpace) -> None:
    first, second = ([i in rows for i in range(len(space))] for rows in (range(10), range(10, 20)))
    assert space.subset(first).fingerprint != space.subset(second).fingerprint
    assert space.subset(first).neighbors("G1", 3)["gene"].isin(space.subset(first).genes).all()


def test_200_random_genes_of_the_standin_equal_a_float64_brute_force(standin) -> None:
    space = open_vectors(Release.open(standin))
    unit = space.vectors.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    for i in np.random.default_rng(0).permutation(len(space))[:200]:
        cosines = unit @ unit[i]
        order = [j for j in np.lexsort((np.arange(len(space)), -cosines)) if j != i][:50]
        table = space.neighbors(space.genes[i], 50)
        assert [space.row(gene) for gene in table["gene"]] == order
        np.testing.assert_allclose(table["cosine"], cosines[order], atol=1e-12)
        for j, back in zip(order[:5], table["reciprocal_rank"], strict=False):
            seen = unit @ unit[j]
            assert back == 1 + sum(seen[m] > seen[i] for m in range(len(space)) if m not in (i, j))


def test_200_genes_among_as_many_as_are_published_equal_a_float64_brute_force() -> None:
    """31,653 genes × 200 numbers, crowded around 300 centers, so that float32 alone would mistake the order."""
    rng = np.random.default_rng(5)
    vectors = (4 * rng.normal(size=(300, 200))[rng.integers(0, 300, 31_653)] + rng.normal(size=(31_653, 200))).astype(np.float32)
    wide = vectors.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1)
    space = GeneSpace("test", tuple(f"G{i}" for i in range(len(vectors))), vectors, norms, "f")
    asked = rng.choice(len(vectors), 200, replace=False)
    cosines = (wide[asked] @ wide.T) / norms[asked, None] / norms
    for n, row in enumerate(asked):
        cosines[n, row] = -2
        expected = np.argsort(-cosines[n], kind="stable")[:50]
        found = space.query(f"G{row}", 50)
        assert found.rows.tolist() == expected.tolist()
        np.testing.assert_allclose(found.cosines, cosines[n, expected], rtol=0, atol=1e-12)


@pytest.mark.parametrize("k", [1, 31, 32, 33, 399, 1000])
def test_any_number_of_neighbors_of_any_size_of_space(space: GeneSpace, k: int) -> None:
    for size in (2, 33, 64, 400):
        part = GeneSpace("part", space.genes[:size], space.vectors[:size], space.norms[:size], "f")
        assert part.query("G1", k).rows.tolist() == [row for row in space.query("G1", 1000).rows.tolist() if row < size][:k]


def test_the_analogy_of_raw_vectors_equals_a_loop(space: GeneSpace) -> None:
    plain = space.vectors.astype(np.float64)
    i, j, m = (space.row(gene) for gene in ("G60", "G61", "G62"))
    target = plain[j] - plain[i] + plain[m]
    cosines = plain @ target / np.linalg.norm(plain, axis=1) / np.linalg.norm(target)
    cosines[[i, j, m]] = -2
    best = np.argsort(-cosines, kind="stable")[:10]
    table = space.analogy("G60", "G61", "G62", 10, "raw")
    assert table["gene"].tolist() == [space.genes[row] for row in best]
    np.testing.assert_allclose(table["cosine"], cosines[best])


def test_long_vectors_weigh_more_in_the_analogy_of_raw_vectors() -> None:
    vectors = np.array([[1, 0, 0], [0, 9, 0], [1, 0, 1], [0, 1, 0.1], [0, 1, 0.9]], np.float32)
    space = GeneSpace("toy", tuple("ABCDE"), vectors, np.linalg.norm(vectors.astype(float), axis=1), "")
    assert space.analogy("A", "B", "C", 1)["gene"].tolist() == ["E"]
    assert space.analogy("A", "B", "C", 1, "raw")["gene"].tolist() == ["D"]
    with pytest.raises(GeneError, match="unit or raw"):
        space.analogy("A", "B", "C", 1, "cubic")
