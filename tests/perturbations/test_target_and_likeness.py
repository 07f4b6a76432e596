"""Knock-down, nearness to a target and likeness of shifts, worked by hand or in a loop: fast, each at its borders."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import Ranking
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.genes.moved_genes import surest_genes
from generain_core.perturbations.genes.near_target import near_target
from generain_core.perturbations.genes.target_levels import measure_targets
from generain_core.perturbations.run import Perturbed, run
from generain_core.perturbations.similarity.shift_similarity import (
    compare_shifts,
    cosine_table,
    neighboring_perturbations,
    similarity_order,
)
from generain_core.vectors import GeneSpace
from tests.perturbations.test_moved import CHOICES, RELEASE, AnyGene
from tests.perturbations.test_target import stated
from tests.samples.toy import table


def counted(columns: dict[str, list[float]], what: list[str], **obs: list[str]) -> Perturbed:
    """Return an experiment whose samples all have ten million counts, so that log2(count + 1) is what is compared."""
    values = np.array(list(columns.values()), dtype=float).T
    rest = 1e7 - values.sum(1)
    made = table(np.column_stack([values, rest]), [*columns, "G99"], obs={"what": what, **obs})
    return run(made, replace(CHOICES, pair="donor" if "donor" in obs else ""), RELEASE, AnyGene())


def test_what_is_left_of_a_target_is_two_to_the_change() -> None:
    """From 1,023 to 255 and 127: changes of −2 and −3 twice each, so 2 to the −2.5 is left."""
    what = ["ctrl"] * 6 + ["G1"] * 4
    row = measure_targets(counted({"G1": [1023] * 6 + [255, 255, 127, 127]}, what)).iloc[0]
    assert row["change"] == pytest.approx(-2.5)
    assert row["left_percent"] == pytest.approx(100 * 2**-2.5)
    assert (row["n_samples"], row["n_reference"], row["verdict"]) == (4, 6, "down")
    assert row["p_value"] == row["fdr"] == pytest.approx(1 / math.comb(10, 4))


@pytest.mark.parametrize(("expressed", "verdict"), [(6, "down"), (3, "not told"), (2, "hardly expressed in the reference")])
def test_half_of_the_reference_has_to_express_the_target(expressed: int, verdict: str) -> None:
    reference = [1e6] * expressed + [0.0] * (6 - expressed)
    row = measure_targets(counted({"G1": [*reference, 0, 0, 0, 0]}, ["ctrl"] * 6 + ["G1"] * 4)).iloc[0]
    assert row["verdict"] == verdict


def test_a_knock_down_has_a_p_of_its_own_permutations_and_a_rate_over_all() -> None:
    rng = np.random.default_rng(0)
    columns = {f"G{i}": rng.integers(100, 3000, 14).astype(float).tolist() for i in (1, 2)}
    what = ["ctrl"] * 6 + ["G1"] * 4 + ["G2"] * 4
    found = measure_targets(counted(columns, what)).set_index("perturbation")
    p = []
    for name, rows in (("G1", [6, 7, 8, 9]), ("G2", [10, 11, 12, 13])):
        values = np.log2(np.array(columns[name]) + 1)
        up, down = values[rows], values[:6]
        normal = stats.ttest_ind(up, down, equal_var=False).pvalue
        tried = stats.permutation_test(
            (up, down),
            lambda x, y: abs(stats.ttest_ind(x, y, equal_var=False).statistic),
            n_resamples=np.inf,
            alternative="greater",
        )
        assert found.loc[name, "change"] == pytest.approx(up.mean() - down.mean())
        assert found.loc[name, "p_value"] == pytest.approx(max(tried.pvalue, normal))
        p.append(max(tried.pvalue, normal))
    assert found["fdr"].sort_values().tolist() == pytest.approx(sorted(stats.false_discovery_control(p)))
    assert found["left_percent"].is_monotonic_increasing


def test_a_knock_down_in_pairs_is_the_mean_of_their_changes() -> None:
    donors = [f"d{i}" for i in range(6)]
    before, after = [1023, 511, 2047, 255, 1023, 511], [255, 255, 511, 127, 511, 63]
    row = measure_targets(counted({"G1": [*before, *after]}, ["ctrl"] * 6 + ["G1"] * 6, donor=donors * 2)).iloc[0]
    assert row["change"] == pytest.approx(-(2 + 1 + 2 + 1 + 1 + 3) / 6)
    assert row["p_value"] == 1 / 32
    assert (row["n_samples"], row["n_reference"], row["verdict"]) == (6, 6, "down")


def test_one_sample_has_a_change_and_no_p_and_a_rise_is_up() -> None:
    what = ["ctrl"] * 6 + ["G1"] + ["G2"] * 4
    found = measure_targets(counted({"G1": [1023] * 6 + [511] * 5, "G2": [255] * 7 + [1023] * 4}, what)).set_index("perturbation")
    assert found.loc["G1", "left_percent"] == pytest.approx(50)
    assert np.isnan(found.loc["G1", "p_value"])
    assert found.loc["G1", "verdict"] == "too few samples"
    assert found.loc["G2", "left_percent"] == pytest.approx(400)
    assert found.loc["G2", "verdict"] == "up"


def toy_space(n: int) -> GeneSpace:
    vectors = np.random.default_rng(1).normal(size=(n, 9)).astype(np.float32)
    return GeneSpace("toy", tuple(f"G{i}" for i in range(n)), vectors, np.linalg.norm(vectors.astype(float), axis=1), "near")


@pytest.mark.parametrize("target", ["G20", "G100", "G239"])
def test_nearness_equals_a_loop_over_genes_of_like_expression(target: str) -> None:
    space, sure = toy_space(240), {f"G{i}" for i in range(12)}
    moved = stated(list(space.genes), sure, target, np.random.default_rng(2))
    found = near_target(moved, space)
    unit = space.vectors.astype(float) / space.norms[:, None]
    others = [int(gene[1:]) for gene in moved.table["gene"] if gene not in sure and gene != target]
    asked = [int(target[1:]), *others]
    means = [np.mean([unit[i] @ unit[j] for j in range(12)]) for i in asked]
    inside = []
    for i in asked:
        order = sorted((j for j in range(240) if j != i), key=lambda j: -float(unit[i] @ unit[j]))[:200]
        inside.append(len(set(order) & set(range(12))))
    assert (found.n, found.asked) == (12, 227)
    assert found.mean_cosine == pytest.approx(means[0])
    assert found.expected == pytest.approx(np.mean(means[1:]))
    assert (found.inside, found.inside_expected) == (inside[0], pytest.approx(np.mean(inside[1:])))
    assert found.p_value == pytest.approx((sum(mean >= means[0] for mean in means[1:]) + 1) / (227 + 1))
    np.testing.assert_allclose(found.genes["cosine"], sorted((unit[asked[0]] @ unit[j] for j in range(12)), reverse=True))


def test_genes_that_take_the_targets_place_are_those_of_most_like_expression() -> None:
    space = toy_space(1400)
    moved = stated(list(space.genes), {f"G{i}" for i in range(10)}, "G50", np.random.default_rng(3))
    found = near_target(moved, space)
    level = moved.table.set_index("gene")["mean_reference"]
    like = (level.drop([f"G{i}" for i in range(10)] + ["G50"]) - level["G50"]).abs().sort_values().index[:999]
    unit = space.unit([f"G{i}" for i in range(10)])
    assert (found.n, found.asked) == (10, 999)
    assert found.expected == pytest.approx((space.unit(list(like)) @ unit.T).mean())


@pytest.mark.parametrize(("genes", "enough"), [(110, True), (109, False)])
def test_99_other_genes_are_enough(genes: int, enough: bool) -> None:
    moved = stated([f"G{i}" for i in range(genes)], {f"G{i}" for i in range(10)}, "G50", np.random.default_rng(4))
    if enough:
        assert near_target(moved, toy_space(genes)).asked == 99
    else:
        with pytest.raises(GeneRAINError, match="too few"):
            near_target(moved, toy_space(genes))


@pytest.mark.parametrize(("found", "taken"), [(9, 100), (10, 10), (500, 500), (501, 500), (0, 100)])
def test_the_surest_genes_are_those_found_or_the_first_hundred(found: int, taken: int) -> None:
    frame = pd.DataFrame({"gene": [f"G{i}" for i in range(600)], "fdr": [0.05] * found + [0.0501] * (600 - found)})
    chosen, words = surest_genes(frame)
    assert chosen["gene"].tolist() == [f"G{i}" for i in range(taken)]
    assert ("surest" in words) == (found < 10)


def ranking_of(shifts: list[list[float]], **columns: list[float]) -> Ranking:
    n = len(shifts)
    figures = {"effect": [1.0] * n, "length": [1.0] * n, "fdr": [0.01] * n, "n_samples": list(range(2, n + 2))} | columns
    named = {"perturbation": [f"P{i}" for i in range(n)], "target": [f"G{i}" for i in range(n)]}
    space = Space(name="expression", words="toy", samples=(), points=np.empty((0, 2)))
    return Ranking(space=space, table=pd.DataFrame(named | figures), shifts=np.array(shifts), spread=1.0, notes=())


def test_signal_is_the_share_of_the_squared_length_that_is_no_noise() -> None:
    half = math.sqrt(0.5)
    found = compare_shifts(
        ranking_of(
            [[1.0, 0.0], [1.0, 1.0], [0.0, 2.0], [-1.0, 0.0]],
            effect=[1.0, 0.5, 0.0, np.nan],
            length=[2.0, 0.5, 3.0, 1.0],
            fdr=[0.05, 0.0501, np.nan, 0.0],
        )
    )
    np.testing.assert_allclose(found.signal, [0.25, 1.0, 0.0, np.nan])
    assert found.found.tolist() == [True, False, False, True]
    assert found.samples.tolist() == [2, 3, 4, 5]
    assert sum("shifts of 3 of 4 perturbations are mostly noise" in note for note in found.notes) == 1
    expected = [[1, half, 0, -1], [half, 1, half, -half], [0, half, 1, 0], [-1, -half, 0, 1]]
    np.testing.assert_allclose(found.cosines, expected, atol=1e-12)
    table = cosine_table(found)
    assert table.columns.tolist() == ["perturbation", "P0", "P1", "P2", "P3"]
    np.testing.assert_allclose(table.drop(columns="perturbation").to_numpy(), expected, atol=1e-12)


@pytest.mark.parametrize(("effect", "weak"), [(1.0, False), (0.999, True)])
def test_half_of_the_squared_length_is_signal_enough(effect: float, weak: bool) -> None:
    found = compare_shifts(ranking_of([[1.0, 0.0], [0.0, 1.0]], effect=[effect, 2.0], length=[math.sqrt(2) * (1 - 1e-12), 2.0]))
    assert any("mostly noise" in note for note in found.notes) == weak


def test_the_mean_shift_is_taken_off_where_there_are_three() -> None:
    shifts = [[3.0, 0.0], [0.0, 3.0], [3.0, 3.0], [np.nan, np.nan]]
    found = compare_shifts(ranking_of(shifts), centered=True)
    np.testing.assert_allclose(found.shifts, [[1, -2], [-2, 1], [1, 1]])
    assert found.perturbations == ("P0", "P1", "P2")
    assert any(note.startswith("1 perturbation without a shift") for note in found.notes)
    two = compare_shifts(ranking_of(shifts[:2]), centered=True)
    np.testing.assert_allclose(two.shifts, shifts[:2])
    assert two.cosines[0, 1] == pytest.approx(0)


def test_two_shifts_are_enough_and_a_shift_of_no_length_is_none() -> None:
    assert compare_shifts(ranking_of([[1.0, 0.0], [0.0, 0.0], [1.0, 1.0]])).perturbations == ("P0", "P2")
    with pytest.raises(GeneRAINError, match="1 perturbation has a shift"):
        compare_shifts(ranking_of([[1.0, 0.0], [0.0, 0.0]]))


def test_neighbors_by_hand_with_ranks_both_ways() -> None:
    """At 0°, 10°, 40° and 45°: seen from 10°, 0° comes first, and from 40° 45° does."""
    angles = np.deg2rad([0, 10, 40, 45])
    found = compare_shifts(ranking_of(np.stack([np.cos(angles), np.sin(angles)], axis=1).tolist(), fdr=[0.01, 0.01, 0.2, 0.01]))
    near = neighboring_perturbations(found, "P1", 2)
    assert near["perturbation"].tolist() == ["P0", "P2"]
    assert near["target"].tolist() == ["G0", "G2"]
    np.testing.assert_allclose(near["cosine"], np.cos(np.deg2rad([10, 30])))
    assert near["rank"].tolist() == [1, 2]
    assert near["rank_back"].tolist() == [1, 2]
    assert near["found"].tolist() == [True, False]
    assert len(neighboring_perturbations(found, "P1")) == 3


def test_at_most_so_many_are_put_in_order() -> None:
    shifts = np.random.default_rng(5).normal(size=(8, 3)).tolist()
    found = compare_shifts(ranking_of(shifts))
    assert sorted(similarity_order(found, 5).tolist()) == [0, 1, 2, 3, 4]
    assert sorted(similarity_order(found).tolist()) == list(range(8))
