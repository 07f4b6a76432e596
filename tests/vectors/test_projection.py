"""Projections: seeded, cached, true to neighbors, and the same figures as a brute force."""

import numpy as np
import pytest

from generain_core import settings
from generain_core.errors import Cancelled, GeneRAINError
from generain_core.geometry.one_thread import one_thread
from generain_core.geometry.plane import plane_of
from generain_core.vectors.gene_map import cached_projection, nearest, neighbors_kept, project
from generain_core.vectors.space import GeneSpace


def space_of(vectors: np.ndarray, fingerprint: str = "f") -> GeneSpace:
    vectors = vectors.astype(np.float32)
    genes = tuple(f"G{i}" for i in range(len(vectors)))
    return GeneSpace("t", genes, vectors, np.linalg.norm(vectors.astype(float), axis=1), fingerprint)


@pytest.fixture(scope="module")
def clumps() -> tuple[GeneSpace, np.ndarray]:
    rng = np.random.default_rng(2)
    which = np.repeat(np.arange(6), 40)
    return space_of(rng.normal(size=(6, 30))[which] * 3 + rng.normal(0, 0.3, (240, 30)), "clumps"), which


def test_nearest_equals_a_loop(clumps) -> None:
    space, _ = clumps
    unit = space.vectors.astype(float) / space.norms[:, None]
    near, cosines = nearest(space, 7)
    for i in (0, 100, 239):
        others = sorted((j for j in range(240) if j != i), key=lambda j: -float(unit[i] @ unit[j]))[:7]
        assert near[i].tolist() == others
        np.testing.assert_allclose(cosines[i], [unit[i] @ unit[j] for j in others], atol=1e-6)


@pytest.mark.parametrize("method", ["umap", "pca", "tsne"])
def test_clumps_stay_together_and_a_seed_repeats(clumps, method, fresh_cache, monkeypatch, tmp_path) -> None:
    space, which = clumps
    shares: list[float] = []
    made = project(space, method, progress=lambda share, words: shares.append(share))
    assert made.places.shape == (240, 2)
    assert made.places.dtype == np.float32
    assert shares == sorted(shares)
    assert 0 <= min(shares) <= max(shares) <= 1
    own = [np.linalg.norm(made.places[which == c] - made.places[which == c].mean(0), axis=1).mean() for c in range(6)]
    middles = np.array([made.places[which == c].mean(0) for c in range(6)])
    assert np.mean(own) < np.linalg.norm(middles - middles.mean(0), axis=1).mean()
    monkeypatch.setenv("GENERAIN_CACHE", str(tmp_path / "other"))
    np.testing.assert_array_equal(project(space, method).places, made.places)


def test_the_cache_is_keyed_by_data_and_parameters(clumps, fresh_cache) -> None:
    space, _ = clumps
    assert cached_projection(space, "pca") is None
    made = project(space, "pca")
    found = cached_projection(space, "pca")
    assert found is not None
    np.testing.assert_array_equal(found.places, made.places)
    assert found.kept == made.kept
    assert cached_projection(space, "pca", seed=1) is None
    assert cached_projection(space_of(space.vectors, "another"), "pca") is None


def test_kept_neighbors_against_sets_by_hand(clumps) -> None:
    space, _ = clumps
    places = np.random.default_rng(0).normal(size=(240, 2)).astype(np.float32)
    unit = space.vectors.astype(float) / space.norms[:, None]
    shares = []
    for i in range(240):
        by_cosine = sorted((j for j in range(240) if j != i), key=lambda j: -float(unit[i] @ unit[j]))[:15]
        by_place = sorted((j for j in range(240) if j != i), key=lambda j: float(((places[i] - places[j]) ** 2).sum()))[:15]
        shares.append(len(set(by_cosine) & set(by_place)) / 15)
    assert neighbors_kept(space, places) == pytest.approx(np.mean(shares), abs=1e-9)


def test_what_cannot_be_projected_is_said(clumps) -> None:
    with pytest.raises(GeneRAINError, match="no projection called “mds”"):
        project(clumps[0], "mds")
    with pytest.raises(GeneRAINError, match="at least 4 genes"):
        project(space_of(np.eye(3)), "pca")


def test_four_genes_are_enough_for_a_map() -> None:
    assert project(space_of(np.eye(4)), "pca").places.shape == (4, 2)


def test_principal_components_are_those_of_unit_vectors(fresh_cache) -> None:
    rng = np.random.default_rng(8)
    space = space_of(rng.normal(size=(30, 6)) * rng.uniform(0.1, 20, (30, 1)), "lengths")
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    left, values, _ = np.linalg.svd(unit - unit.mean(0), full_matrices=False)
    places = project(space, "pca").places
    for axis in range(2):
        assert abs(np.corrcoef(places[:, axis], left[:, axis] * values[axis])[0, 1]) == pytest.approx(1, abs=1e-5)
        assert places[:, axis].std() == pytest.approx((left[:, axis] * values[axis]).std(), rel=1e-5)


@pytest.mark.parametrize(("genes", "dimensions"), [(60, 55), (51, 55), (12, 55), (60, 8)])
def test_t_sne_is_that_of_fifty_components_at_most_with_a_perplexity_that_fits(genes, dimensions, fresh_cache) -> None:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    vectors = np.random.default_rng(9).normal(size=(genes, dimensions)) * 3
    space = space_of(vectors, f"t-SNE {genes} {dimensions}")
    unit = (space.vectors / space.norms[:, None]).astype(np.float32)
    if genes > 50 and dimensions > 50:
        unit = PCA(50, svd_solver="full", random_state=settings.SEED).fit_transform(unit).astype(np.float32)
    perplexity = min(30, (genes - 1) / 3)
    with one_thread():
        expected = TSNE(2, perplexity=perplexity, init="pca", random_state=settings.SEED).fit_transform(unit)
    np.testing.assert_allclose(project(space, "tsne").places, expected, rtol=1e-3, atol=1e-3)


def test_kept_neighbors_are_of_a_thousand_genes_unless_asked_for_more() -> None:
    space = space_of(np.random.default_rng(10).normal(size=(1010, 5)), "many")
    places = np.random.default_rng(11).normal(size=(1010, 2)).astype(np.float32)
    assert (
        neighbors_kept(space, places) == neighbors_kept(space, places, sample=1000) != neighbors_kept(space, places, sample=1001)
    )


def test_cancelling_leaves_nothing_behind(clumps, fresh_cache) -> None:
    def stop(share: float, words: str) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        project(clumps[0], "umap", progress=stop)
    assert cached_projection(clumps[0], "umap") is None


def test_a_plane_keeps_the_distances_of_points_that_lie_on_one() -> None:
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(4, 2))
    frame = np.linalg.qr(rng.normal(size=(50, 2)))[0]
    places = plane_of(flat @ frame.T + 5)
    for i in range(4):
        for j in range(4):
            assert np.linalg.norm(places[i] - places[j]) == pytest.approx(np.linalg.norm(flat[i] - flat[j]))
