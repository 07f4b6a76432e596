"""All samples against all: order, means of blocks against a loop, and sizes that stay sane."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.geometry import clustering as module
from generain_core.geometry.clustering import clustered
from generain_core.geometry.sample_similarity import similarity_matrix


def _groups(samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return samples of three groups in a mixed order, and their groups."""
    rng = np.random.default_rng(1)
    group = rng.integers(0, 3, samples)
    return rng.normal(size=(3, 6))[group] + 0.05 * rng.normal(size=(samples, 6)), group


@pytest.mark.parametrize("metric", ["cosine", "Euclid"])
def test_few_samples_stand_one_by_one_and_groups_side_by_side(metric) -> None:
    points, group = _groups(50)
    found = clustered(points, metric)
    order = np.concatenate(found.groups)
    assert sorted(order) == list(range(50))
    assert (np.diff(group[order]) != 0).sum() == 2
    np.testing.assert_allclose(found.matrix, similarity_matrix(points, metric)[np.ix_(order, order)], atol=1e-12)
    assert found.tree is not None


def test_two_thousand_samples_become_means_of_blocks(monkeypatch) -> None:
    points, group = _groups(2000)
    found = clustered(points)
    assert len(found.groups) == len(found.matrix) == 300
    assert sorted(np.concatenate(found.groups)) == list(range(2000))
    assert found.tree is None
    assert "2,000 samples are ordered" in found.words
    assert (np.diff(group[np.concatenate(found.groups)]) != 0).sum() == 2
    full = similarity_matrix(points)
    for i, j in ((0, 0), (3, 200), (299, 299), (150, 151)):
        pairs = [full[a, b] for a in found.groups[i] for b in found.groups[j] if a != b]
        assert found.matrix[i, j] == pytest.approx(np.mean(pairs), abs=1e-12)
    monkeypatch.setattr(module, "MOST_ORDERED", 700)
    fewer = clustered(points)
    assert sum(map(len, fewer.groups)) == 700
    assert "700 of 2,000 samples, evenly spaced," in fewer.words


def test_one_sample_alone_is_refused() -> None:
    with pytest.raises(GeneRAINError, match="Between 2 and"):
        clustered(np.ones((1, 3)))
