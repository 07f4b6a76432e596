"""All pairs in tiles against all pairs at once: nearest, ranks back, hubs, density; ties, and work that is stopped."""

import numpy as np
import pytest

from generain_core.errors import Cancelled
from generain_core.vectors import all_pairs as module
from generain_core.vectors.all_pairs import DENSE, NEAREST, all_pairs, kept_hubness, kept_pairs
from generain_core.vectors.calibration import mutual_rank
from generain_core.vectors.hubness import K
from tests.vectors.test_hubness import space_of


def by_sorting(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the order of all others of each gene, the rank of each gene seen from each, and the cosines."""
    unit = vectors.astype(np.float32).astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1)[:, None]
    cosines = np.einsum("id,jd->ij", unit, unit)
    np.fill_diagonal(cosines, -2)
    order = np.argsort(-cosines, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(order) + 1)[None], axis=1)
    return order, ranks, cosines


def test_two_thousand_genes_equal_brute_force(fresh_cache, monkeypatch) -> None:
    monkeypatch.setattr(module, "TILE", 1 << 20)
    vectors = np.random.default_rng(0).normal(size=(2000, 24)) + np.random.default_rng(1).normal(size=24) * 0.7
    order, ranks, cosines = by_sorting(vectors)
    found = all_pairs(space_of(vectors, "two thousand"))
    assert np.array_equal(found.near, order[:, :NEAREST])
    mutual = np.sqrt(ranks * ranks.T.astype(float))
    own = mutual_rank(np.broadcast_to(np.arange(1, NEAREST + 1), found.near.shape), found.back)
    np.testing.assert_allclose(own, np.take_along_axis(mutual, order[:, :NEAREST], axis=1), rtol=1e-12)
    counts = np.zeros(2000, int)
    for row in order:
        counts[row[:K]] += 1
    assert found.counts.tolist() == counts.tolist()
    assert found.hubness.average == K
    np.testing.assert_allclose(found.density, np.take_along_axis(cosines, order[:, :DENSE], axis=1).mean(axis=1), rtol=1e-12)
    kept = kept_pairs(space_of(vectors, "two thousand"))
    assert kept is not None
    assert np.array_equal(kept.back, found.back)
    assert sum(path.stat().st_size for path in (fresh_cache / "all-pairs").rglob("*.npy")) < 2000 * 250


def test_genes_of_one_vector_keep_the_order_of_the_release() -> None:
    vectors = np.repeat(np.random.default_rng(2).normal(size=(9, 3)), 3, axis=0)
    space = space_of(vectors, "repeated")
    found = all_pairs(space)
    for row, gene in enumerate(space.genes):
        table = space.neighbors(gene, 26)
        assert [space.genes[each] for each in found.near[row]] == table["gene"].tolist()
        assert found.back[row].tolist() == table["reciprocal_rank"].tolist()


def test_stopped_work_keeps_nothing(fresh_cache) -> None:
    space = space_of(np.random.default_rng(3).normal(size=(40, 3)), "stopped")

    def stop(share: float, words: str) -> None:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        all_pairs(space, stop)
    assert kept_pairs(space) is None


def test_hubs_are_of_all_genes_once_these_were_looked_at(fresh_cache, monkeypatch) -> None:
    monkeypatch.setattr(module, "QUICK", 10)
    space = space_of(np.random.default_rng(5).normal(size=(2100, 4)), "hubs of all")
    assert kept_hubness(space).sampled == 2000
    pairs = all_pairs(space)
    assert kept_hubness(space).sampled == 2100
    assert kept_hubness(space).counts.tolist() == pairs.counts.tolist()
    monkeypatch.setattr(module, "QUICK", 5000)
    assert kept_hubness(space_of(np.random.default_rng(6).normal(size=(2050, 4)), "quick")).sampled == 2050
