"""Hubs against counting by hand and in a loop."""

import numpy as np
import pytest

from generain_core.storage import cache
from generain_core.vectors.hubness import HUB, SAMPLE, Hubness, K, hubness
from generain_core.vectors.space import GeneSpace


def space_of(vectors: np.ndarray, fingerprint: str) -> GeneSpace:
    vectors = vectors.astype(np.float32)
    genes = tuple(f"G{i}" for i in range(len(vectors)))
    return GeneSpace("t", genes, vectors, np.linalg.norm(vectors.astype(float), axis=1), fingerprint)


def nearest_by_loop(space: GeneSpace, row: int, k: int) -> list[int]:
    unit = space.vectors.astype(float) / space.norms[:, None]
    others = [j for j in range(len(space)) if j != row]
    return sorted(others, key=lambda j: -float(unit[row] @ unit[j]))[:k]


def test_the_average_is_a_mean_and_times_is_over_it() -> None:
    found = Hubness(np.array([0, 0, 0, 1, 9]), 2, 5)
    assert found.average == 2.0
    assert [found.times(row) for row in range(5)] == [0, 0, 0, 0.5, 4.5]


def test_a_gene_in_the_middle_of_a_star_is_found_by_all() -> None:
    angles = np.deg2rad([0, 60, -50, 120, -110])
    flat = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # seen from 60°: 0° is 60° away, as is 120°, so 120° is moved by a hair
    flat[3] = [np.cos(np.deg2rad(121)), np.sin(np.deg2rad(121))]
    found = hubness(space_of(flat, "star"), 1)
    # 0° → −50°, 60° → 0°, −50° → 0°, 121° → 60°, −110° → −50°
    assert found.counts.tolist() == [2, 1, 2, 0, 0]
    assert (found.k, found.sampled, found.average) == (1, 5, 1.0)


def test_by_default_thirty_nearest_of_two_thousand_genes_are_counted() -> None:
    assert (K, SAMPLE, HUB) == (30, 2000, 5.0)
    space = space_of(np.random.default_rng(1).normal(size=(60, 5)), "sixty")
    found = hubness(space)
    counts = np.zeros(60, int)
    for row in range(60):
        counts[nearest_by_loop(space, row, 30)] += 1
    assert found.counts.tolist() == counts.tolist()
    assert (found.k, found.sampled) == (30, 60)
    assert found.average == 30


def test_a_sample_of_genes_asks_so_many_and_the_same_ones_each_time(fresh_cache) -> None:
    space = space_of(np.random.default_rng(2).normal(size=(40, 5)), "forty")
    found = hubness(space, 3, sample=10, seed=4)
    assert found.sampled == 10
    assert found.counts.sum() == 30
    asked = np.random.default_rng(4).permutation(40)[:10]
    counts = np.bincount(np.concatenate([nearest_by_loop(space, row, 3) for row in asked]), minlength=40)
    assert found.counts.tolist() == counts.tolist()
    assert hubness(space, 3, sample=10, seed=5).counts.tolist() != counts.tolist()


@pytest.mark.parametrize("genes", [2, 5])
def test_a_small_space_takes_all_others(genes: int) -> None:
    found = hubness(space_of(np.random.default_rng(3).normal(size=(genes, 4)), f"small{genes}"))
    assert (found.k, found.sampled) == (genes - 1, genes)
    assert found.counts.tolist() == [genes - 1] * genes


def test_what_was_counted_is_kept(fresh_cache, monkeypatch) -> None:
    space = space_of(np.random.default_rng(5).normal(size=(20, 4)), "kept")
    first = hubness(space, 2)
    monkeypatch.setattr(cache, "store", None)
    assert hubness(space, 2).counts.tolist() == first.counts.tolist()
