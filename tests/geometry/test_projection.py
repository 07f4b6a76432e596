"""Maps of samples and nearest samples against brute force."""

import itertools

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.geometry.projection import MANY, fitting, map_samples, neighbors_kept, proposed
from generain_core.geometry.sample_similarity import MAX_CLUSTERED, cluster_order, nearest_samples, similarity_matrix


def vectors(n: int = 24, width: int = 7, groups: int = 3, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(groups, width)) * 4
    return (centers[np.arange(n) % groups] + rng.normal(size=(n, width))).astype(np.float32)


def pair(a: np.ndarray, b: np.ndarray, metric: str) -> float:
    """Return how near two vectors are: larger is nearer."""
    a, b = a.astype(float), b.astype(float)
    if metric == "cosine":
        return float(sum(x * y for x, y in zip(a, b, strict=True)) / (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5)
    return -float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)


@pytest.mark.parametrize("metric", ["cosine", "Euclid"])
def test_nearest_samples_equal_a_loop_over_all_pairs(metric) -> None:
    given = vectors()
    names = [f"s{i}" for i in range(len(given))]
    near = {(i, j): pair(given[i], given[j], metric) for i, j in itertools.permutations(range(len(given)), 2)}

    def rank(of: int, seen_from: int) -> int:
        return 1 + sum(near[seen_from, j] > near[seen_from, of] for j in range(len(given)) if j not in (seen_from, of))

    for chosen in (0, 7, 23):
        table = nearest_samples(given, names, names[chosen], metric, k=10)
        order = sorted((j for j in range(len(given)) if j != chosen), key=lambda j: -near[chosen, j])[:10]
        assert table["sample"].tolist() == [names[j] for j in order]
        values = table["cosine"] if metric == "cosine" else -table["distance"]
        np.testing.assert_allclose(values, [near[chosen, j] for j in order], atol=1e-12)
        assert table["rank"].tolist() == [rank(j, chosen) for j in order]
        assert table["rank_back"].tolist() == [rank(chosen, j) for j in order]


@pytest.mark.parametrize("metric", ["cosine", "Euclid"])
def test_the_matrix_equals_a_loop(metric) -> None:
    given = vectors(9)
    made = similarity_matrix(given, metric)
    for i, j in itertools.permutations(range(9), 2):
        near = pair(given[i], given[j], metric)
        assert made[i, j] == pytest.approx(near if metric == "cosine" else -near, abs=1e-12)
    np.testing.assert_array_equal(made, made.T)
    assert np.diag(made).tolist() == [1.0 if metric == "cosine" else 0.0] * 9


def test_twins_share_a_rank() -> None:
    given = np.array([[1, 0], [1, 1], [1, 1], [0, 1.0]])
    table = nearest_samples(given, ["a", "b", "c", "d"], "a", k=9)
    assert table["sample"].tolist() == ["b", "c", "d"]
    assert table["rank"].tolist() == [1, 1, 3]


def test_the_order_keeps_groups_together_on_a_tree_of_average_distances() -> None:
    given = vectors(18, groups=3)
    order, _ = cluster_order(given, "Euclid")
    assert sorted(order) == list(range(18))
    assert len(list(itertools.groupby(order % 3))) == 3
    for seed in range(20):
        few = vectors(6, groups=2, seed=seed)
        order, tree = cluster_order(few)
        unit = few / np.linalg.norm(few.astype(float), axis=1, keepdims=True)
        far = {(a, b): float(np.linalg.norm(unit[a] - unit[b])) for a in range(6) for b in range(6)}
        allowed = turns(tree, 10)
        assert order.tolist() in allowed
        walks = [sum(far[pair] for pair in itertools.pairwise(each)) for each in allowed]
        assert walks[allowed.index(order.tolist())] <= np.median(walks)
        heights = [np.mean([far[a, b] for a in members(tree, left) for b in members(tree, right)]) for left, right in tree[:, :2]]
        np.testing.assert_allclose(tree[:, 2], heights, atol=1e-9)


def members(tree: np.ndarray, node: float) -> list[int]:
    """Return the leaves below a node of a tree of six."""
    return [int(node)] if node < 6 else [leaf for child in tree[int(node) - 6, :2] for leaf in members(tree, child)]


def turns(tree: np.ndarray, node: float) -> list[list[int]]:
    """Return all orders of leaves that a tree of six allows."""
    if node < 6:
        return [[int(node)]]
    left, right = (turns(tree, child) for child in tree[int(node) - 6, :2])
    return [[*a, *b] for a in left for b in right] + [[*b, *a] for a in left for b in right]


def test_pca_is_that_of_the_covariance_and_shows_its_share() -> None:
    given = vectors(20, 5)
    made = map_samples(given, "pca", "Euclid")
    u, s, _ = np.linalg.svd(given.astype(float) - given.astype(float).mean(0), full_matrices=False)
    scores = (u * s)[:, :2]
    for axis in (0, 1):
        assert abs(np.corrcoef(made.places[:, axis], scores[:, axis])[0, 1]) == pytest.approx(1, abs=1e-9)
        assert made.places[:, axis].std() == pytest.approx(scores[:, axis].std(), rel=1e-5)
    assert made.explained == pytest.approx(tuple((s**2 / (s**2).sum())[:2]))
    unit = given / np.linalg.norm(given, axis=1, keepdims=True)
    np.testing.assert_allclose(map_samples(given, "pca").places, map_samples(unit, "pca", "Euclid").places, atol=1e-5)


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_seeded_methods_repeat_themselves_and_keep_groups(method) -> None:
    given = vectors(45, 12)
    first, second = (map_samples(given, method, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.places, second.places)
    far = np.linalg.norm(first.places[:, None] - first.places[None], axis=2)
    np.fill_diagonal(far, np.inf)
    assert (far.argmin(1) % 3 == np.arange(45) % 3).all()
    assert "seed 5" in first.parameters


def test_the_share_of_neighbors_kept_equals_a_loop() -> None:
    rng = np.random.default_rng(0)
    given, places = rng.normal(size=(12, 4)), rng.normal(size=(12, 2))
    shares = []
    for i in range(12):
        near = [
            sorted((j for j in range(12) if j != i), key=lambda j: float(((p[i] - p[j]) ** 2).sum()))[:4] for p in (given, places)
        ]
        shares.append(len(set(near[0]) & set(near[1])) / 4)
    assert neighbors_kept(given, places, 4) == pytest.approx(np.mean(shares))
    assert neighbors_kept(given, given, 4) == 1.0
    made = map_samples(given, "pca", "Euclid")
    assert made.neighbors == 3
    assert made.kept == pytest.approx(neighbors_kept(given, made.places, 3))


def test_the_choice_is_explained_and_what_is_too_small_is_refused() -> None:
    assert proposed(MANY - 1)[0] == "pca"
    assert proposed(MANY)[0] == "umap"
    assert "29 samples" in proposed(29)[1]
    assert fitting(8) == ("pca", "tsne")
    with pytest.raises(GeneRAINError, match="needs at least 15"):
        map_samples(vectors(8), "umap")
    with pytest.raises(GeneRAINError, match="choose one of"):
        map_samples(vectors(8), "nonsense")
    with pytest.raises(GeneRAINError, match="needs at least 2"):
        map_samples(vectors(1, groups=1), "pca")


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(GeneRAINError, match="all zero"):
        similarity_matrix(np.zeros((3, 2)))
    with pytest.raises(GeneRAINError, match="no numbers"):
        similarity_matrix(np.array([[np.nan, 1], [0, 1]]))
    with pytest.raises(GeneRAINError, match="cosine or Euclid"):
        similarity_matrix(np.ones((3, 2)), "manhattan")  # type: ignore[arg-type]
    with pytest.raises(GeneRAINError, match="no sample"):
        nearest_samples(np.eye(2), ["a", "b"], "c")
    with pytest.raises(GeneRAINError, match=f"{MAX_CLUSTERED} samples"):
        cluster_order(np.ones((MAX_CLUSTERED + 1, 2)))


def test_equal_samples_lie_on_one_place() -> None:
    made = map_samples(np.ones((4, 3)), "pca")
    assert np.ptp(made.places) == 0
    assert made.explained == (0.0, 0.0)
