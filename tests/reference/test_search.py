"""The nearest reference samples and the numbers that are calibrated, against plain computations."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.reference import calibration, search
from generain_core.reference.calibration import held_out, project
from generain_core.reference.novelty import NoveltyMeasure, label_confidence, labels_by_vote, p_values
from generain_core.reference.search import Nearest, lengths_of, nearest_rows


def by_force(vectors: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    rows, cosines = [], []
    for query in queries.astype(float):
        all_of_them = [float(row @ query / np.linalg.norm(row) / np.linalg.norm(query)) for row in vectors.astype(float)]
        order = sorted(range(len(vectors)), key=lambda i: (-all_of_them[i], i))[:k]
        rows.append(order)
        cosines.append([all_of_them[i] for i in order])
    return np.array(rows), np.array(cosines)


@pytest.mark.parametrize("k", [1, 7, 400])
def test_nearest_is_exact_also_among_near_ties(monkeypatch, k) -> None:
    monkeypatch.setattr(search, "ROWS", 64)
    rng = np.random.default_rng(0)
    vectors = (rng.normal(5, 1, 30) + 1e-4 * rng.normal(size=(300, 30))).astype(np.float32)
    vectors[17] = vectors[200] = vectors[90]
    vectors *= rng.uniform(0.5, 2, (300, 1)).astype(np.float32)
    queries = np.concatenate([vectors[[90, 3]], (rng.normal(5, 1, (3, 30))).astype(np.float32)])
    found = nearest_rows(vectors, lengths_of(vectors), queries, k)
    rows, cosines = by_force(vectors, queries, min(k, 300))
    np.testing.assert_allclose(found.cosines, cosines, atol=1e-12)
    same = found.rows == rows
    assert (same | np.isclose(found.cosines, cosines, atol=1e-14)).all()
    assert same.mean() > 0.98


def test_many_samples_are_found_part_by_part(monkeypatch) -> None:
    rng = np.random.default_rng(3)
    vectors, queries = rng.normal(size=(90, 7)).astype(np.float32), rng.normal(size=(11, 7))
    whole = nearest_rows(vectors, lengths_of(vectors), queries, 5)
    monkeypatch.setattr("generain_core.reference.search.QUERIES", 4)
    parts = nearest_rows(vectors, lengths_of(vectors), queries, 5)
    assert np.array_equal(parts.rows, whole.rows)
    assert np.array_equal(parts.cosines, whole.cosines)
    assert nearest_rows(vectors, lengths_of(vectors), queries[:0], 5).rows.shape == (0, 5)


def test_samples_left_out_are_not_found() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(50, 8)).astype(np.float32)
    out = np.arange(50) % 3 == 0
    found = nearest_rows(vectors, lengths_of(vectors), vectors[:5], 40, without=out)
    assert found.rows.shape == (5, 33)
    assert not out[found.rows].any()
    with pytest.raises(GeneRAINError, match="no reference sample"):
        nearest_rows(vectors, lengths_of(vectors), vectors[:1], 3, without=np.ones(50, bool))
    with pytest.raises(GeneRAINError, match="no direction"):
        lengths_of(np.zeros((2, 3), np.float32))


def test_p_values_are_the_share_of_held_out_samples_as_strange() -> None:
    assert p_values(np.array([0.5, 3, 9, 2.5]), np.array([1.0, 2, 3, 4])).tolist() == [1, 3 / 5, 1 / 5, 3 / 5]


def test_p_values_of_like_samples_hold_the_rate() -> None:
    """Drawn a thousand times over: 19 held out, one new; the new one is flagged at 5 % in 5 % of the draws."""
    rng = np.random.default_rng(2)
    flagged = [p_values(rng.lognormal(size=1), rng.lognormal(size=19))[0] <= 0.05 for _ in range(4000)]
    assert abs(np.mean(flagged) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 4000)


def test_measure_flags_what_leaves_the_directions_of_the_reference() -> None:
    """Held-out samples at the stated rate, and samples off the subspace of the reference nearly always, though near in cosine."""
    rng = np.random.default_rng(3)

    def draw(n: int) -> np.ndarray:
        return (10 * np.eye(20)[0] + np.pad(rng.normal(size=(n, 4)), ((0, 0), (1, 15))) + 0.01 * rng.normal(size=(n, 20))).astype(
            "f4"
        )

    vectors, new = draw(1500), draw(2000)
    lengths = lengths_of(vectors)
    out = held_out(np.array([""] * 1500, dtype=object))
    assert out.sum() == 300
    measure = NoveltyMeasure.of(vectors, lengths, ~out)

    def scores(samples: np.ndarray) -> np.ndarray:
        return measure.scores(samples, vectors, nearest_rows(vectors, lengths, samples, 30, without=out))

    held = scores(vectors[out])
    p = p_values(scores(new), held)
    assert abs((p <= 0.05).mean() - 0.05) < 0.04
    off = new[:200] + 0.3 * np.eye(20, dtype="f4")[12]
    assert (p_values(scores(off), held) <= 0.05).mean() > 0.99


def test_whole_series_are_held_out() -> None:
    series = np.array([f"GSE{i // 7}" for i in range(700)] + [""] * 100, dtype=object)
    out = held_out(series)
    assert 100 < out.sum() <= 160
    for name in set(series) - {""}:
        assert len(set(out[series == name])) == 1
    assert 0 < out[series == ""].sum() < 100


@pytest.mark.parametrize("seed", range(20))
def test_a_series_too_large_to_be_held_out_stays(seed) -> None:
    series = np.array(["GSE1"] * 700 + [f"GSE{i + 2}" for i in range(300)], dtype=object)
    out = held_out(series, seed)
    assert out.sum() == 200
    assert not out[:700].any()


def test_votes_and_their_chances() -> None:
    labels = np.array(["a", "b", "", "b", "a", "c"], dtype=object)
    assert labels_by_vote(labels, np.ones(6)) == ("a", 2 / 5)
    assert labels_by_vote(np.array(["", ""], dtype=object), np.ones(2)) == ("", 0.0)
    known = [(0.4, i % 4 == 0) for i in range(40)] + [(0.9, i % 10 != 0) for i in range(40)]
    np.testing.assert_allclose(label_confidence(np.array([0.2, 0.4, 0.9, 1.0]), known), [0.25, 0.25, 0.9, 0.9], atol=1e-6)
    assert np.isnan(label_confidence(np.array([0.5]), known[:19])).all()


def test_projection_weighs_neighbors_as_umap_does() -> None:
    cosines = np.array([[1.0, 0.9, 0.8, 0.5]])
    far = np.sqrt(2 - 2 * cosines[0])
    places = np.array([[0.0, 0], [1, 0], [0, 1], [5, 5]])
    made = project(places, Nearest(np.array([[0, 1, 2, 3]]), cosines))[0]
    paces = np.exp(np.linspace(np.log(1e-3), np.log(1e2), 400_001))
    pace = paces[np.argmin(np.abs(sum(np.exp(-(d - far[0]) / paces) for d in far) - np.log2(4)))]
    weights = np.exp(-(far - far[0]) / pace)
    np.testing.assert_allclose(made, weights @ places / weights.sum(), atol=1e-3)


def test_samples_beyond_the_plane_are_put_among_their_own(monkeypatch) -> None:
    monkeypatch.setattr(calibration, "ON_PLANE", 90)
    rng = np.random.default_rng(4)
    kind = rng.integers(3, size=200)
    vectors = (10 * np.eye(12)[kind] + rng.normal(size=(200, 12))).astype(np.float32)
    places, words, kept = calibration._plane(vectors, lengths_of(vectors), "umap", lambda share: None)
    assert words.startswith("UMAP")
    assert kept > 0.3
    middles = np.stack([places[kind == k].mean(0) for k in range(3)])
    own = np.linalg.norm(places[:, None] - middles, axis=2).argmin(1)
    assert (own == kind).mean() > 0.98
