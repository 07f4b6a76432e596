"""The nearest reference samples and the numbers that are calibrated, against plain computations."""

import numpy as np
import pytest

from generain_core.errors import GeneRAINError
from generain_core.reference import calibration, search
from generain_core.reference.calibration import project
from generain_core.reference.held_out import by_series, series_codes
from generain_core.reference.novelty import NoveltyMeasure, Vote, independent_number, label_confidence, labels_by_vote, p_values
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


def test_each_held_out_series_counts_as_one() -> None:
    scores, series = np.array([1.0, 5, 6, 7, 8, 2]), np.array([0, 1, 1, 1, 1, 2])
    number = independent_number(scores, series)
    shares = [1, (0 + 3 / 4 + 0) / 3, 0]
    assert p_values(np.array([0.5, 5.5, 9.0]), scores, series) == pytest.approx([(1 + number * s) / (1 + number) for s in shares])
    assert np.isnan(p_values(np.array([1.0]), np.zeros(0), np.zeros(0, int))).all()


def test_samples_count_for_as_many_as_are_independent() -> None:
    """As many as series where samples of a series are as strange as each other, nearly all where they have nothing in common."""
    rng, series = np.random.default_rng(0), np.repeat(np.arange(40), 8)
    shared = rng.normal(size=40)[series]
    assert independent_number(shared + 1e-6 * rng.normal(size=320), series) == pytest.approx(40, abs=1)
    assert 150 < independent_number(rng.normal(size=320), series) <= 320
    assert 40 < independent_number(shared + rng.normal(size=320), series) < 90
    assert independent_number(rng.normal(size=40), np.arange(40)) == 40


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
    out = by_series(np.array([f"S{i}" for i in range(1500)], dtype=object)).away
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
    series = np.array([f"GSE{i // 7}" for i in range(700)] + [""] * 10, dtype=object)
    held = by_series(series)
    assert 142 <= len(held.rows) < 150
    assert len(set(held.series.tolist())) >= 19
    assert held.away[700:].all()
    for number in set(held.series.tolist()):
        (name,) = set(series[held.rows[held.series == number]])
        assert held.away[series == name].all()
        assert (series == name).sum() == 7


def test_so_many_series_are_held_out_that_a_flag_can_be_given() -> None:
    few = np.array([f"GSE{i // 20}" for i in range(800)], dtype=object)
    held = by_series(few)
    assert (len(set(held.series.tolist())), held.away.sum(), held.basis) == (20, 400, "series")
    none = by_series(few[:740])
    assert (len(none.rows), none.away.sum(), none.basis) == (0, 0, "")
    assert none.reason == "The samples are of 37 series; to tell what is usual of new ones takes 38."


def test_series_with_a_sample_in_common_are_one() -> None:
    series = np.array(["GSE1", "GSE1,GSE2", "", "GSE2", "GSE3", "a, b", "a, c", "GSE4,GSE5"], dtype=object)
    assert series_codes(series).tolist() == [0, 0, -1, 0, 1, 2, 3, 4]


def test_of_a_large_series_some_samples_are_scored() -> None:
    held = by_series(np.array([f"GSE{i // 200}" for i in range(9000)], dtype=object))
    assert np.bincount(held.series).tolist() == [20] * len(set(held.series.tolist()))


@pytest.mark.parametrize("seed", range(20))
def test_a_series_too_large_to_be_held_out_stays(seed) -> None:
    series = np.array(["GSE1"] * 700 + [f"GSE{i + 2}" for i in range(300)], dtype=object)
    held = by_series(series, seed)
    assert held.away.sum() == 150
    assert not held.away[:700].any()


def test_votes_and_their_chances() -> None:
    labels = np.array(["a", "b", "", "b", "a", "c"], dtype=object)
    assert labels_by_vote(labels, np.ones(6)) == ("a", 2 / 5)
    assert labels_by_vote(np.array(["", ""], dtype=object), np.ones(2)) == ("", 0.0)
    known = [Vote(0.4, i % 4 == 0, i) for i in range(40)] + [Vote(0.9, i % 10 != 0, 40 + i) for i in range(40)]
    low, high = 11 / 42, 37 / 42
    np.testing.assert_allclose(label_confidence(np.array([0.2, 0.4, 0.9, 1.0]), known), [low, low, high, high], atol=1e-6)
    assert np.isnan(label_confidence(np.array([0.5]), known[:18])).all()
    sure = [Vote(1.0, True, i) for i in range(19)]
    assert label_confidence(np.array([1.0]), sure)[0] == pytest.approx(20 / 21)
    of_one = [Vote(1.0, True, 0)] * 500 + [Vote(1.0, False, i) for i in range(1, 20)]
    assert label_confidence(np.array([1.0]), of_one)[0] == pytest.approx(2 / 22)


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
