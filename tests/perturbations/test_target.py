"""Whether the target goes down, and whether moved genes are near it: against what was planted, and by chance."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.effect import Settings
from generain_core.perturbations.genes import target_levels
from generain_core.perturbations.genes.moved_genes import MovedGenes
from generain_core.perturbations.genes.near_target import near_target
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.vectors import GeneSpace
from tests.perturbations.test_moved import experiment, logs


def test_the_knock_down_check_tells_down_up_not_measured_and_hardly_expressed() -> None:
    what = ["ctrl"] * 10 + ["G1"] * 5 + ["G2"] * 5 + ["G3"] * 5 + ["G9999"] * 5 + ["G4"] * 5 + ["G5"]
    result = experiment(5, what, {}, {("G1", 1): 0.1, ("G2", 2): 6.0, ("ctrl", 4): 0.0, ("G4", 4): 0.0, ("G5", 5): 0.1})
    made = measure_targets(result).set_index("perturbation")
    assert made["verdict"].to_dict() == {
        "G1": "down",
        "G2": "up",
        "G3": "not told",
        "G9999": "not measured",
        "G4": "hardly expressed in the reference",
        "G5": "down",
    }
    values = logs(result, 0)[:, 1]
    assert made.loc["G1", "change"] == pytest.approx(values[10:15].mean() - values[:10].mean())
    assert made.loc["G1", "left_percent"] == pytest.approx(100 * 2 ** made.loc["G1", "change"])
    assert made.loc["G1", "left_percent"] < 20


def test_an_experiment_without_targets_has_an_empty_check() -> None:
    result = experiment(5, ["ctrl"] * 4 + ["A"] * 4, {}, {})
    bare = replace(result, design=replace(result.design, targets={}))
    assert not len(measure_targets(bare))


def stated(genes: list[str], sure: set[str], target: str, generator: np.random.Generator) -> MovedGenes:
    fdr = np.array([0.01 if gene in sure else 0.9 for gene in genes])
    frame = pd.DataFrame({"gene": genes, "change": 1.0, "mean_reference": generator.normal(size=len(genes)), "p_value": fdr})
    frame = frame.assign(fdr=fdr, mean_perturbed=frame["mean_reference"])
    frame = frame.sort_values("p_value", kind="stable", ignore_index=True)
    return MovedGenes(
        perturbation=target,
        target=target,
        measure="log2",
        values="",
        table=frame,
        n_samples=4,
        n_reference=4,
        freedom=6,
        prior_freedom=3.0,
        by_chance=(),
        exchanged=np.empty((0, len(frame)), np.float32),
        not_tested=0,
        by_exchange=False,
        notes=(),
    )


def vectors_of(n: int, seed: int, grouped: int = 0) -> GeneSpace:
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(n, 12))
    values[:grouped] += 2 * generator.normal(size=12)
    return GeneSpace("toy", tuple(f"G{i}" for i in range(n)), values.astype(np.float32), np.linalg.norm(values, axis=1), "x")


def test_moved_genes_near_the_target_are_told_from_those_that_are_not() -> None:
    space, generator = vectors_of(600, 0, grouped=40), np.random.default_rng(1)
    genes = list(space.genes)
    near = near_target(stated(genes, {f"G{i}" for i in range(1, 31)}, "G35", generator), space)
    assert near.p_value < 0.05
    assert near.mean_cosine > near.expected + 0.3
    assert near.inside > 2 * near.inside_expected
    assert near.genes["cosine"].is_monotonic_decreasing
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    assert near.mean_cosine == pytest.approx((unit[1:31] @ unit[35]).mean(), abs=1e-5)
    around = set(np.argsort(-(unit @ unit[35]))[1:201].tolist())
    assert near.inside == len(around & set(range(1, 31)))
    far = near_target(stated(genes, {f"G{i}" for i in range(1, 31)}, "G500", generator), space)
    assert far.p_value > 0.05


def test_a_target_anywhere_gives_uniform_p_although_moved_genes_are_alike() -> None:
    """A draw of random genes instead of random targets would call two in three of these near or far."""
    p, drawn_p = [], []
    for seed in range(150):
        space, generator = vectors_of(320, seed, grouped=40), np.random.default_rng(seed)
        target = f"G{generator.integers(40, 320)}"
        made = near_target(stated(list(space.genes), {f"G{i}" for i in range(40)}, target, generator), space)
        p.append(made.p_value)
        unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
        cosines = np.delete(unit @ unit[int(target[1:])], int(target[1:]))
        means = [cosines[generator.choice(319, 40, replace=False)].mean() for _ in range(99)]
        drawn_p.append((1 + sum(each >= made.mean_cosine for each in means)) / 100)
    assert stats.kstest(p, "uniform").pvalue > 1e-3
    assert stats.kstest(drawn_p, "uniform").pvalue < 1e-6


def test_nearness_needs_a_target_that_was_tested_and_enough_genes() -> None:
    space, generator = vectors_of(300, 0), np.random.default_rng(0)
    genes = list(space.genes)
    with pytest.raises(GeneRAINError, match="has no vector"):
        near_target(stated(genes, set(), "nothing", generator), space)
    with pytest.raises(GeneRAINError, match="was not tested"):
        near_target(stated(genes[:-1], set(), "G299", generator), space)
    with pytest.raises(GeneRAINError, match="too few"):
        near_target(stated(genes[:50], set(), "G3", generator), space)
    few = near_target(stated(genes, {"G1"}, "G3", generator), space)
    assert few.n == 100
    assert "as only 1 have" in few.chosen


def test_nearness_is_held_against_each_gene_of_like_expression_in_the_targets_place() -> None:
    space, generator = vectors_of(260, 3, grouped=20), np.random.default_rng(4)
    moved = stated(list(space.genes), {f"G{i}" for i in range(12)}, "G15", generator)
    near = near_target(moved, space)
    unit = space.vectors.astype(float) / np.linalg.norm(space.vectors.astype(float), axis=1, keepdims=True)
    others = [i for i in range(12, 260) if i != 15]
    means = [float((unit[:12] @ unit[i]).mean()) for i in others]
    observed = float((unit[:12] @ unit[15]).mean())
    assert near.asked == len(others) == 247
    assert near.expected == pytest.approx(np.mean(means), abs=1e-6)
    assert near.p_value == pytest.approx((1 + sum(each >= observed for each in means)) / 248)
    nearest = [set(np.argsort(-np.delete(unit @ unit[i], i))[:200].tolist()) for i in others]
    counts = [len({j - (j > i) for j in range(12)} & near_i) for i, near_i in zip(others, nearest, strict=True)]
    assert near.inside_expected == pytest.approx(np.mean(counts))


@pytest.mark.parametrize(("expressed", "verdict"), [(3, "hardly expressed in the reference"), (4, "not told"), (5, "not told")])
@pytest.mark.parametrize("samples", [1, 4])
def test_a_target_has_to_be_expressed_in_half_of_the_reference(expressed, verdict, samples) -> None:
    points = np.concatenate([np.full(samples, 1.0), np.where(np.arange(8) < expressed, 3.0, 0.0)])
    perturbed = np.arange(len(points)) < samples
    strata = np.zeros(len(points), dtype=np.int64)
    told = target_levels._told(points[:, None], perturbed, ~perturbed, strata, None, Settings(permutations=99, bootstrap=0))
    if samples == 1 and expressed >= 4:
        verdict = "too few samples"  # eight controls don't tell a spread for one sample
    assert told["verdict"] == verdict


def test_of_one_sample_against_many_what_is_left_is_in_percent() -> None:
    controls = np.random.default_rng(5).normal(6, 0.1, 30)
    points, perturbed = np.concatenate([[5.0], controls]), np.arange(31) < 1
    told = target_levels._of_few(points, perturbed, ~perturbed, np.zeros(31, dtype=np.int64), 1.0)
    assert told["change"] == pytest.approx(5 - controls.mean())
    assert told["left_percent"] == pytest.approx(100 * 2 ** (5 - controls.mean()))
    spread = controls.std(ddof=1) * np.sqrt(1 + 1 / 30)
    assert told["p_value"] == pytest.approx(2 * stats.t.sf(abs(5 - controls.mean()) / spread, 29))
