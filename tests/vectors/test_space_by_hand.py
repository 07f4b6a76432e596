"""Cosines, ranks and ties of few genes, counted by hand, and where float32 alone would be wrong."""

import numpy as np
import pytest

from generain_core.errors import GeneError
from generain_core.vectors.space import GeneSpace


def space_of(vectors: list[list[float]] | np.ndarray) -> GeneSpace:
    array = np.asarray(vectors, np.float32)
    return GeneSpace("t", tuple(f"G{i}" for i in range(len(array))), array, np.linalg.norm(array.astype(float), axis=1), "f")


def around(*degrees: float) -> GeneSpace:
    angles = np.deg2rad(degrees)
    return space_of(np.stack([np.cos(angles), np.sin(angles)], axis=1))


def test_the_margin_is_twice_the_largest_error_of_a_dot_product() -> None:
    """A product of d terms and three more roundings (both lengths, and the scaling): (d + 4) half units each way."""
    assert space_of(np.eye(3)).margin == 2 * 7 * 2.0**-24
    assert space_of(np.ones((2, 200))).margin == 2 * 204 * 2.0**-24
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 200)).astype(np.float32)
    space = space_of(vectors)
    wide = vectors.astype(float) / space.norms[:, None]
    errors = np.abs(space._approximate(wide[0]) - wide @ wide[0])
    assert errors.max() <= space.margin / 2


def test_what_float32_cannot_tell_apart_is_told_in_float64() -> None:
    """Cosines that differ by 1e-10: in float32 they are one number, in float64 they have an order."""
    vectors = np.array([[1.0, 0.0]] + [[1.0, 0.5 + i * 2.0**-24] for i in (3, 0, 5, 1, 4, 2)])
    space = space_of(vectors)
    table = space.neighbors("G0", 6)
    assert table["gene"].tolist() == ["G2", "G4", "G6", "G1", "G5", "G3"]
    assert table["cosine"].is_monotonic_decreasing
    assert table["cosine"].nunique() == 6
    for k in range(1, 6):
        assert space.neighbors("G0", k)["gene"].tolist() == ["G2", "G4", "G6", "G1", "G5"][:k]
    for gene, rank in (("G2", 1), ("G4", 2), ("G6", 3), ("G1", 4), ("G5", 5), ("G3", 6)):
        assert space.similarity("G0", gene)[1] == rank
    odd = space.neighbors("G0", 9, np.array([True, True, False, True, False, True, False]))
    assert odd[["gene", "rank"]].to_numpy().tolist() == [["G1", 4], ["G5", 5], ["G3", 6]]


def test_equal_genes_keep_their_order_and_have_ranks_of_their_own() -> None:
    space = around(0, 30, 30, 30, 50, 80)
    table = space.neighbors("G0", 10)
    assert table["gene"].tolist() == ["G1", "G2", "G3", "G4", "G5"]
    assert table["rank"].tolist() == [1, 2, 3, 4, 5]
    assert table["percentile"].tolist() == [100, 75, 50, 25, 0]
    assert table["reciprocal_rank"].tolist() == [4, 4, 4, 5, 5]
    np.testing.assert_allclose(table["cosine"], np.cos(np.deg2rad([30, 30, 30, 50, 80])), atol=1e-7)
    assert space.similarity("G0", "G3")[1:] == (3, 4)
    assert space.similarity("G2", "G3")[1:] == (2, 2)
    assert space.similarity("G3", "G2")[1:] == (2, 2)
    assert space.similarity("G2", "G1")[1:] == (1, 1)
    last = space.neighbors("G0", 10, np.array([True, False, False, True, True, False]))
    assert last[["gene", "rank"]].to_numpy().tolist() == [["G3", 3], ["G4", 4]]


def test_by_default_twenty_neighbors_and_ten_analogies_are_given() -> None:
    space = space_of(np.random.default_rng(1).normal(size=(40, 6)))
    assert len(space.neighbors("G0")) == len(space.query("G0").rows) == 20
    assert len(space.analogy("G0", "G1", "G2")) == 10
    assert space.analogy("G0", "G1", "G2")["rank"].tolist() == list(range(1, 11))
    assert len(space.neighbors("G0", 1)) == len(space.analogy("G0", "G1", "G2", 1)) == 1
    for k in (0, -1):
        with pytest.raises(GeneError, match="ask for 1 or more"):
            space.neighbors("G0", k)
        with pytest.raises(GeneError, match="ask for 1 or more"):
            space.analogy("G0", "G1", "G2", k)


def test_cosines_of_a_gene_to_all_are_those_of_angles() -> None:
    space = space_of(np.array([[2.0, 0], [0, 3], [-5, 0], [1, 1], [0.1, 0]]))
    np.testing.assert_allclose(space.cosines("G0"), [1, 0, -1, np.sqrt(0.5), 1], atol=1e-7)
    np.testing.assert_allclose(space.unit(["G1", "G3"]), [[0, 1], [np.sqrt(0.5), np.sqrt(0.5)]])
    assert space.similarity("G0", "G2") == (-1.0, 4, 3)  # G0 and G4 are as far from G2, G0 comes first


def test_two_genes_have_one_neighbor_each() -> None:
    table = around(0, 60).neighbors("G0")
    assert table["percentile"].tolist() == [0]
    assert table["reciprocal_rank"].tolist() == [1]
    nothing = around(0, 60).neighbors("G0", 5, np.array([True, False]))
    assert len(nothing) == 0


def test_an_analogy_may_ask_with_one_gene_twice() -> None:
    space = around(0, 30, 60, 100, 200)
    assert space.analogy("G0", "G0", "G1", 9)["gene"].tolist() == ["G2", "G3", "G4"]
    assert space.analogy("G0", "G1", "G2", 9)["gene"].tolist() == ["G3", "G4"]


def test_ranks_back_equal_counting() -> None:
    space = space_of(np.random.default_rng(2).normal(size=(50, 4)))
    whole = space.neighbors("G7", 49)["reciprocal_rank"].tolist()
    unit = space.vectors.astype(float) / space.norms[:, None]
    cosines = unit @ unit.T
    expected = []
    for gene in space.neighbors("G7", 49)["gene"]:
        row = space.row(gene)
        expected.append(1 + sum(cosines[row, j] > cosines[row, 7] for j in range(50) if j not in (row, 7)))
    assert whole == expected


def test_a_subset_has_the_vectors_and_lengths_of_its_genes() -> None:
    space = around(0, 30, 60, 100)
    part = space.subset([True, False, True, True])
    assert part.genes == ("G0", "G2", "G3")
    assert part.row("G2") == 1
    np.testing.assert_array_equal(part.vectors, space.vectors[[0, 2, 3]])
    np.testing.assert_array_equal(part.norms, space.norms[[0, 2, 3]])
    assert "G1" not in part
    assert len(part) == 3
