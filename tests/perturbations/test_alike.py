"""Likeness of perturbations, and whether gene vectors foresaw it, against brute force and planted truth."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.errors import Cancelled, GeneRAINError
from generain_core.geometry.sample_similarity import similarity_matrix
from generain_core.perturbations.effects.analysis import rank
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.similarity.shift_similarity import (
    ShiftSimilarity,
    compare_shifts,
    cosine_table,
    neighboring_perturbations,
    similarity_order,
)
from generain_core.perturbations.similarity.vector_agreement import compare_with_vectors
from generain_core.vectors import GeneSpace
from tests.perturbations.simulate import experiment

QUICK = Settings(permutations=199, bootstrap=0)


def directions(shifts: np.ndarray, targets: list[str] | None = None) -> ShiftSimilarity:
    n = len(shifts)
    names = tuple(f"P{i}" for i in range(n))
    targets = targets or [f"G{i}" for i in range(n)]
    signal, found, samples = np.ones(n), np.ones(n, bool), np.full(n, 4)
    return ShiftSimilarity(
        space="embedding",
        perturbations=names,
        targets=tuple(targets),
        shifts=shifts,
        cosines=similarity_matrix(shifts),
        signal=signal,
        found=found,
        samples=samples,
        centered=False,
        notes=(),
    )


def space(vectors: np.ndarray) -> GeneSpace:
    genes = tuple(f"G{i}" for i in range(len(vectors)))
    return GeneSpace("toy", genes, vectors.astype(np.float32), np.linalg.norm(vectors, axis=1), "toy")


def test_cosines_and_neighbors_equal_loops() -> None:
    ranking = rank(*experiment(np.random.default_rng(0), {f"P{i}": 2.0 for i in range(6)}), QUICK)
    made = compare_shifts(ranking)
    for i, j in itertools.product(range(6), repeat=2):
        a, b = ranking.shifts[i], ranking.shifts[j]
        assert made.cosines[i, j] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    near = neighboring_perturbations(made, "P2", 3)
    row = made.perturbations.index("P2")
    best = sorted((j for j in range(6) if j != row), key=lambda j: -made.cosines[row, j])[:3]
    assert near["perturbation"].tolist() == [made.perturbations[j] for j in best]
    np.testing.assert_allclose(near["cosine"], made.cosines[row, best])
    with pytest.raises(GeneRAINError, match="no perturbation 'nobody'"):
        neighboring_perturbations(made, "nobody")
    table = cosine_table(made)
    assert table.shape == (6, 7)


def test_centering_takes_off_what_all_share() -> None:
    generator = np.random.default_rng(1)
    shared = generator.normal(size=8) * 3
    sample_space, design = experiment(generator, {f"P{i}": 1.0 for i in range(8)}, replicates=10)
    moved = sample_space.points.copy()
    moved[~design.is_control] += shared
    ranking = rank(replace(sample_space, points=moved), design, QUICK)
    off = ~np.eye(8, dtype=bool)
    assert compare_shifts(ranking).cosines[off].mean() > 0.8
    centered = compare_shifts(ranking, centered=True)
    assert abs(centered.cosines[off].mean()) < 0.2
    assert "The mean of all shifts was taken off." in centered.notes


def test_signal_is_near_one_for_strong_shifts_and_weak_ones_are_said() -> None:
    effects = {"strong": 6.0, "none1": 0.0, "none2": 0.0}
    made = compare_shifts(rank(*experiment(np.random.default_rng(3), effects, replicates=4), QUICK))
    signal = dict(zip(made.perturbations, made.signal, strict=True))
    assert signal["strong"] > 0.9
    assert signal["none1"] < 0.6
    assert any("mostly noise" in note for note in made.notes)
    assert made.found.tolist() == [True, False, False]


def test_signal_is_the_share_of_squared_length_and_half_of_it_is_enough() -> None:
    ranking = rank(*experiment(np.random.default_rng(3), {f"P{i}": 3.0 for i in range(5)}, replicates=4), QUICK)
    shares = np.array([0.2, 0.4, 0.5, 0.6, 1.0])
    table = ranking.table.assign(length=2.0, effect=2.0 * np.sqrt(shares))
    made = compare_shifts(replace(ranking, table=table))
    np.testing.assert_allclose(made.signal, shares)
    assert any(note.startswith("The shifts of 2 of 5 perturbations are mostly noise") for note in made.notes)


def test_what_is_taken_off_is_the_mean_of_all_shifts() -> None:
    ranking = rank(*experiment(np.random.default_rng(5), {f"P{i}": 2.0 for i in range(4)}, replicates=4), QUICK)
    np.testing.assert_allclose(compare_shifts(ranking, centered=True).shifts, ranking.shifts - ranking.shifts.mean(0))


def test_like_perturbations_stand_side_by_side() -> None:
    generator = np.random.default_rng(4)
    ends = generator.normal(size=(3, 10))
    order = similarity_order(directions(ends[np.arange(12) % 3] + 0.1 * generator.normal(size=(12, 10))))
    groups = (order % 3).tolist()
    assert sum(a != b for a, b in itertools.pairwise(groups)) == 2


def test_one_shift_cannot_be_compared() -> None:
    with pytest.raises(GeneRAINError, match="at least 2"):
        compare_shifts(rank(*experiment(np.random.default_rng(0), {"P": 1.0}), QUICK))


def test_the_exact_p_over_the_set_and_per_gene_equals_loops() -> None:
    generator = np.random.default_rng(5)
    vectors = generator.normal(size=(6, 4))
    shifts = vectors @ generator.normal(size=(4, 7)) + generator.normal(size=(6, 7))
    made = compare_with_vectors(directions(shifts), space(vectors))
    genes, effects = np.corrcoef(np.eye(6)), similarity_matrix(shifts)
    genes = similarity_matrix(vectors.astype(np.float32))
    pairs = list(itertools.combinations(range(6), 2))

    def rho(order) -> float:
        a = [genes[order[i], order[j]] for i, j in pairs]
        return stats.spearmanr(a, [effects[i, j] for i, j in pairs]).statistic

    every = np.array([rho(order) for order in itertools.permutations(range(6))])
    assert made.exact
    assert made.permutations == 720
    assert made.rho == pytest.approx(every[0])
    assert made.p_value == pytest.approx(np.mean(every >= every[0] - 1e-9))
    row = made.genes.set_index("target").loc["G2"]
    others = [0, 1, 3, 4, 5]
    a, b = genes[2, others], effects[2, others]
    each = np.array([stats.spearmanr(a, b[list(order)]).statistic for order in itertools.permutations(range(5))])
    assert row["spearman"] == pytest.approx(each[0])
    assert row["p_value"] == pytest.approx(np.mean(each >= each[0] - 1e-9))


def test_foreseen_likeness_is_found_and_p_is_uniform_without_it() -> None:
    generator = np.random.default_rng(6)
    vectors = generator.normal(size=(25, 5))
    planted = compare_with_vectors(directions(vectors @ generator.normal(size=(5, 20))), space(vectors), permutations=499)
    assert planted.rho > 0.6
    assert planted.p_value == pytest.approx(1 / 500)
    assert (planted.genes["fdr"] < 0.05).mean() > 0.8
    p, each = [], []
    for seed in range(200):
        null = compare_with_vectors(directions(halves(seed, 0)), space(halves(seed, 1)), permutations=199, seed=seed)
        p.append(null.p_value)
        each.append(null.genes["p_value"].iloc[seed % 12])
    assert stats.kstest(p, "uniform").pvalue > 1e-3
    assert stats.kstest(each, "uniform").pvalue > 1e-3


def halves(seed: int, side: int) -> np.ndarray:
    """Return twelve things of two opposite kinds, so that their pairs depend on each other."""
    generator = np.random.default_rng([6, seed, side])
    return generator.permutation(np.repeat([-1.0, 1.0], 6))[:, None] * np.ones(6) + 0.4 * generator.normal(size=(12, 6))


def test_permuting_pairs_instead_of_targets_would_have_been_caught() -> None:
    p, upper = [], np.triu_indices(12, 1)
    for seed in range(200):
        a, b = (similarity_matrix(halves(seed, side))[upper] for side in (0, 1))
        p.append(stats.spearmanr(a, b, alternative="greater").pvalue)
    assert stats.kstest(p, "uniform").pvalue < 1e-3


def test_surprises_are_ranked_both_ways() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(10, 30))
    shifts = vectors.copy()
    vectors[1], shifts[1] = vectors[0], -shifts[0]  # genes 0 and 1 are alike, their effects are opposite
    vectors[3], shifts[3] = -vectors[2], shifts[2]  # effects 2 and 3 are alike, the genes are opposite
    pairs = compare_with_vectors(directions(shifts), space(vectors)).pairs
    genes_only = pairs[pairs["which"] == "alike as genes only"].iloc[0]
    effect_only = pairs[pairs["which"] == "alike in effect only"].iloc[0]
    assert {genes_only["target_a"], genes_only["target_b"]} == {"G0", "G1"}
    assert {effect_only["target_a"], effect_only["target_b"]} == {"G2", "G3"}
    assert genes_only["percentile_genes"] == effect_only["percentile_shifts"] == 100
    assert pairs["surprise"].abs().is_monotonic_decreasing


def test_of_several_perturbations_of_a_gene_one_stands_for_it() -> None:
    generator = np.random.default_rng(8)
    made = compare_with_vectors(
        directions(generator.normal(size=(7, 3)), ["G0", "G1", "G2", "G3", "G0", "", "none"]), space(np.eye(4))
    )
    assert sorted(made.genes["target"]) == ["G0", "G1", "G2", "G3"]
    assert any("that one of more samples has too" in note for note in made.notes)
    assert any("2 of 7 perturbations without a gene" in note for note in made.notes)
    assert made.genes["p_value"].isna().all()  # three others: no p below 1/6
    with pytest.raises(GeneRAINError, match="at least 4"):
        compare_with_vectors(directions(generator.normal(size=(3, 3))), space(np.eye(4)))


def test_a_large_set_takes_fewer_permutations_and_can_be_cancelled() -> None:
    generator = np.random.default_rng(9)
    n = 600
    told: list[float] = []

    def tell(share: float, words: str) -> None:
        told.append(share)
        if len(told) > 3:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        compare_with_vectors(directions(generator.normal(size=(n, 5))), space(generator.normal(size=(n, 5))), progress=tell)
    assert told == sorted(told)


def test_tables_are_frames() -> None:
    made = compare_with_vectors(directions(np.random.default_rng(0).normal(size=(5, 3))), space(np.eye(5)))
    assert isinstance(made.pairs, pd.DataFrame)
    assert len(made.pairs) == 10
