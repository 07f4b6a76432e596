"""Numbers of effects worked by hand, in a loop, or by scipy: fast, so that a fault in any of them is noticed at once."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from generain_core.perturbations.effects import permutations
from generain_core.perturbations.effects.effect import Settings, spread_of
from generain_core.perturbations.effects.paired import paired_effect
from generain_core.perturbations.effects.permutations import (
    ALPHA,
    EXACT,
    FEW,
    MORE,
    count_relabellings,
    relabellings,
    share_at_least,
    sign_flips,
    smallest_p,
    sums_within,
)
from generain_core.perturbations.effects.unpaired import unpaired_effect


def squared_energy(x: np.ndarray, y: np.ndarray) -> float:
    return float(2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean())


def test_noise_is_what_two_means_have_by_chance() -> None:
    """In one stratum: variance / n for each kind; the effect is the length less that."""
    x, y = np.array([[3.0], [5.0], [7.0]]), np.array([[0.0], [1.0], [2.0], [3.0]])
    found = unpaired_effect(np.concatenate([x, y]), np.arange(7) < 3, np.zeros(7, dtype=int), 0.5, Settings(99, 0))
    noise = np.var(x, ddof=1) / 3 + np.var(y, ddof=1) / 4
    assert found.length == pytest.approx(3.5 / 0.5)
    assert found.effect == pytest.approx(math.sqrt(3.5**2 - noise) / 0.5)
    assert found.shift.tolist() == pytest.approx([3.5])


def test_noise_over_two_strata_pools_each_kinds_variance() -> None:
    rng = np.random.default_rng(0)
    strata = np.array([0] * 7 + [1] * 5)
    perturbed = np.array([1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0], dtype=bool)
    points = rng.normal(size=(12, 3)) + 3.0 * perturbed[:, None]
    found = unpaired_effect(points, perturbed, strata, 1.0, Settings(99, 0))
    weights = np.array([3 * 4 / 7, 2 * 3 / 5])
    shares = weights / weights.sum()
    shift, variances = np.zeros(3), []
    for kind in (True, False):
        groups = [points[(perturbed == kind) & (strata == s)] for s in (0, 1)]
        variances.append(sum(((g - g.mean(0)) ** 2).sum() for g in groups) / sum(len(g) - 1 for g in groups))
        shift += (1 if kind else -1) * sum(share * g.mean(0) for share, g in zip(shares, groups, strict=True))
    noise = sum(share**2 * (variances[0] / k + variances[1] / m) for share, k, m in zip(shares, (3, 2), (4, 3), strict=True))
    assert found.effect == pytest.approx(math.sqrt(shift @ shift - noise))


def test_a_single_perturbed_sample_borrows_the_variance_of_the_others() -> None:
    points = np.array([[10.0], [0.0], [2.0], [4.0]])
    found = unpaired_effect(points, np.arange(4) < 1, np.zeros(4, dtype=int), 1.0, Settings(99, 0))
    assert found.effect == pytest.approx(math.sqrt(64 - 4 / 1 - 4 / 3))
    mirrored = unpaired_effect(points, np.arange(4) > 0, np.zeros(4, dtype=int), 1.0, Settings(99, 0))
    assert mirrored.effect == pytest.approx(math.sqrt(64 - 4 / 1 - 4 / 3))


def test_an_effect_within_noise_is_zero_and_none_without_replicates() -> None:
    points = np.array([[0.0], [2.0], [1.0], [1.5]])
    found = unpaired_effect(points, np.array([True, True, False, False]), np.zeros(4, dtype=int), 1.0, Settings(99, 0))
    assert (found.length, found.effect) == (0.25, 0.0)
    alone = unpaired_effect(points[:2], np.array([True, False]), np.zeros(2, dtype=int), 1.0, Settings(99, 0))
    assert alone.length == 2
    assert np.isnan(alone.effect)


def test_one_against_one_in_each_of_three_strata_takes_its_noise_from_between_them() -> None:
    """Shifts 5, 5 and 6: their mean varies by the mean square around it over three."""
    points = np.array([[5.0], [0.0], [6.0], [1.0], [7.0], [1.0]])
    found = unpaired_effect(points, np.tile([True, False], 3), np.repeat([0, 1, 2], 2), 1.0, Settings(99, 50))
    shifts = np.array([5.0, 5.0, 6.0])
    assert found.length == pytest.approx(16 / 3)
    assert found.effect == pytest.approx(math.sqrt((16 / 3) ** 2 - shifts.var(ddof=1) / 3))
    assert np.isnan([found.low, found.high]).all()  # it is not said how sure the spread is


def test_the_energy_distance_and_its_p_are_those_of_all_relabellings() -> None:
    """Groups that differ in spread alone: the energy distance sees it, and large values speak against chance."""
    points = np.array([[-9.0], [9.0], [-8.0], [8.5], [0.1], [-0.2], [0.3], [0.0], [-0.4]])
    found = unpaired_effect(points, np.arange(9) < 4, np.zeros(9, dtype=int), 1.0, Settings(99, 0))
    energies = []
    for chosen in itertools.combinations(range(9), 4):
        others = [i for i in range(9) if i not in chosen]
        energies.append(squared_energy(points[list(chosen)], points[others]))
    assert found.energy == pytest.approx(squared_energy(points[:4], points[4:]))
    assert found.energy == pytest.approx(stats.energy_distance(points[:4, 0], points[4:, 0]) ** 2)
    assert found.energy_p == pytest.approx(np.mean(np.array(energies) >= energies[0] - 1e-9))
    assert found.energy_p == pytest.approx(1 / 126)
    assert found.p_value > 0.5


def test_equal_groups_have_no_energy_and_a_p_of_one() -> None:
    points = np.array([[0.0], [1.0], [2.0], [3.0], [0.0], [1.0], [2.0], [3.0], [0.0], [1.0], [2.0], [3.0]])
    found = unpaired_effect(points, np.arange(12) < 4, np.zeros(12, dtype=int), 1.0, Settings(99, 0))
    assert found.energy == pytest.approx(0, abs=1e-12)
    assert (found.p_value, found.energy_p) == (1.0, 1.0)


def test_four_against_four_have_no_energy_p_below_their_mirror_image() -> None:
    """2 of 70 ways give the same distance in one stratum; where each of two strata may be mirrored by itself, 4 of 36 do."""
    rng = np.random.default_rng(3)
    one = unpaired_effect(rng.normal(size=(8, 2)), np.arange(8) < 4, np.zeros(8, dtype=int), 1.0, Settings(99, 0))
    assert np.isfinite([one.p_value, one.energy_p]).all()
    assert one.smallest_p == 2 / 70
    strata, perturbed = np.repeat([0, 1], [4, 4]), np.tile([True, True, False, False], 2)
    two = unpaired_effect(rng.normal(size=(8, 2)), perturbed, strata, 1.0, Settings(99, 0))
    assert (two.test, np.isnan(two.energy_p)) == ("moderated", True)
    strata, perturbed = np.repeat([0, 1], [6, 2]), np.array([1, 1, 1, 0, 0, 0, 1, 0], dtype=bool)
    three = unpaired_effect(rng.normal(size=(8, 2)), perturbed, strata, 1.0, Settings(99, 0))
    assert three.smallest_p == 2 / 40
    assert np.isfinite(three.p_value)
    assert np.isnan(three.energy_p)  # 4 of 40


def test_paired_differences_by_hand() -> None:
    """Five pairs in one dimension: differences 3, 4, 5, 6, 10."""
    lower = np.array([0.0, 5.0, 1.0, 7.0, 2.0])
    differences = np.array([3.0, 4.0, 5.0, 6.0, 10.0])
    points = np.concatenate([lower + differences, lower])[:, None]
    perturbed, pairs = np.arange(10) < 5, np.tile(np.arange(5), 2)
    found = paired_effect(points, perturbed, pairs, np.zeros(10, dtype=int), 2.0, Settings(99, 300, 7))
    error = stats.sem(differences)
    assert found.shift.tolist() == pytest.approx([5.6])
    assert found.length == pytest.approx(2.8)
    assert found.effect == pytest.approx(math.sqrt(5.6**2 - error**2) / 2)
    assert (found.test, found.why) == ("moderated", "")
    assert found.p_value == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, rel=0.2)  # by rotation, that test
    assert np.isnan([found.low, found.energy_p]).all()
    assert found.energy == pytest.approx(squared_energy(points[:5], points[5:]))
    assert (found.n_samples, found.n_reference) == (5, 5)


def test_two_pairs_have_an_effect_and_no_p_and_three_have_one() -> None:
    for n in (2, 3):
        points = np.random.default_rng(4).normal(size=(2 * n, 2)) + 5.0 * (np.arange(2 * n) < n)[:, None]
        found = paired_effect(
            points, np.arange(2 * n) < n, np.tile(np.arange(n), 2), np.zeros(2 * n, dtype=int), 1.0, Settings(9, 20)
        )
        assert np.isfinite(found.effect)
        assert np.isfinite(found.p_value) == (n == 3)
        assert ("too few pairs" in found.why) == (n == 2)


def test_six_pairs_all_up_have_the_smallest_p() -> None:
    points = np.concatenate([np.arange(6) + 5.0, np.arange(6)])[:, None]
    found = paired_effect(points, np.arange(12) < 6, np.tile(np.arange(6), 2), np.zeros(12, dtype=int), 1.0, Settings(99, 0))
    assert found.p_value == found.smallest_p == 1 / 32
    assert found.relabellings == 32
    assert found.energy_p == 1 / 32


def test_several_samples_of_a_pair_are_averaged_and_pairs_of_one_kind_left_out() -> None:
    points = np.array([[4.0], [6.0], [1.0], [2.0], [3.0], [10.0], [7.0], [99.0]])
    perturbed = np.array([1, 1, 0, 0, 0, 1, 0, 1], dtype=bool)
    pairs = np.array([0, 0, 0, 0, 0, 1, 1, 2])
    found = paired_effect(points, perturbed, pairs, np.zeros(8, dtype=int), 1.0, Settings(9, 0))
    assert found.shift.tolist() == [((5 - 2) + (10 - 7)) / 2]
    assert (found.n_samples, found.n_reference) == (3, 4)
    strata = np.array([0, 1, 0, 1, 1, 0, 0, 0])  # within the pair: 4 − 1 at weight 1/2, 6 − 2.5 at weight 2/3
    apart = paired_effect(points, perturbed, pairs, strata, 1.0, Settings(9, 0))
    assert apart.shift.tolist() == pytest.approx([((3 / 2 + 3.5 * 2 / 3) / (1 / 2 + 2 / 3) + 3) / 2])


@pytest.mark.parametrize(("exact", "expected"), [(True, 3 / 5), (False, 4 / 6)])
def test_ties_count_against_the_observed_and_a_random_p_is_never_zero(exact: bool, expected: float) -> None:
    values = np.array([1.0, 2.0, 2.0 - 1e-13, 5.0, 1.9])
    assert share_at_least(values, 2.0, exact=exact) == expected
    assert share_at_least(np.array([0.5, 0.5]), 9.0, exact=False) == 1 / 3
    assert share_at_least(np.array([2.0 - 1e-6, 1.0]), 2.0, exact=True) == 0


def test_all_ways_of_choosing_are_those_of_combinations() -> None:
    found = relabellings(((4, 2), (3, 1)), 10, 0)
    expected = {(*a, *b) for a in itertools.combinations(range(4), 2) for b in itertools.combinations(range(4, 7), 1)}
    assert {tuple(row) for row in found.chosen.tolist()} == expected
    assert found.chosen[0].tolist() == [0, 1, 4]
    assert (found.exact, found.distinct, len(found.chosen)) == (True, 18.0, 18)
    assert count_relabellings(((4, 2), (3, 1))) == 18


def test_up_to_ten_thousand_ways_all_are_looked_at() -> None:
    assert (EXACT, ALPHA, FEW, MORE) == (10_000, 0.05, 40, 20)
    assert relabellings(((10_000, 1),), 5, 0).exact
    assert not relabellings(((10_001, 1),), 5, 0).exact
    assert sign_flips(14, 5, 0)[0].shape == (2**13, 14)
    signs, exact = sign_flips(15, 7, 0)
    assert (signs.shape, exact) == ((7, 15), False)
    assert set(np.unique(signs)) == {-1.0, 1.0}


def test_random_ways_choose_each_sample_of_a_stratum_as_often() -> None:
    found = relabellings(((12, 5), (9, 4)), 4000, 1)
    assert not found.exact
    assert found.chosen.shape == (4000, 9)
    assert all(len(set(row)) == 9 for row in found.chosen.tolist())
    first, second = found.chosen[:, :5], found.chosen[:, 5:]
    assert (first.min(), first.max(), second.min(), second.max()) == (0, 11, 12, 20)
    np.testing.assert_allclose(np.bincount(first.ravel()) / 4000, 5 / 12, atol=0.03)
    np.testing.assert_allclose(np.bincount(second.ravel())[12:] / 4000, 4 / 9, atol=0.03)
    again = relabellings(((12, 5), (9, 4)), 4000, 1)
    assert np.array_equal(found.chosen, again.chosen)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (((6, 3),), 2 / 20),
        (((6, 2),), 1 / 15),
        (((6, 3), (4, 2)), 2 / 120),
        (((6, 3), (4, 1)), 1 / 80),
        (((30, 10),), 1 / (20 * 99 + 1)),
        (((200, 40),), 1 / (20 * 99 + 1)),
        (((200, 41),), 1 / 100),
    ],
)
def test_the_smallest_p_is_one_over_what_is_looked_at(sizes: tuple[tuple[int, int], ...], expected: float) -> None:
    assert smallest_p(sizes, 99) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("few", [0, 40])
def test_sums_within_are_those_of_a_loop(few: int, monkeypatch) -> None:
    monkeypatch.setattr(permutations, "FEW", few)
    monkeypatch.setattr(permutations, "_BLOCK", 20)
    rng = np.random.default_rng(6)
    half = rng.normal(size=(9, 9))
    matrix = half + half.T
    chosen = np.array([rng.permutation(9)[:4] for _ in range(7)], dtype=np.int32)
    expected = [sum(matrix[i, j] for i in row for j in row) for row in chosen]
    np.testing.assert_allclose(sums_within(matrix, chosen), expected)


def test_a_spread_has_a_degree_less_for_each_group() -> None:
    assert spread_of(np.array([[0.0], [2.0], [7.0]]), np.array([0, 0, 1])) == (math.sqrt(2), 1)
    assert spread_of(np.array([[0.0], [3.0], [6.0]]), np.zeros(3, dtype=int)) == (3.0, 2)
    spread, freedom = spread_of(np.array([[0.0], [3.0]]), np.array([0, 1]))
    assert np.isnan(spread)
    assert freedom == 0


def welch(x: np.ndarray, y: np.ndarray) -> float:
    return float(stats.ttest_ind(np.ravel(x), np.ravel(y), equal_var=False).statistic ** 2)


def test_random_p_values_near_the_smallest_are_taken_anew() -> None:
    """Below 10 / (m + 1) a p is refined with 20 times as many; above, it is the first answer."""
    settings = Settings(permutations=99, bootstrap=0, seed=5)
    rng = np.random.default_rng(7)
    for push, refined in ((0.0, False), (4.0, True)):
        points = rng.normal(size=(30, 1)) + push * (np.arange(30) < 8)[:, None]
        found = unpaired_effect(points, np.arange(30) < 8, np.zeros(30, dtype=int), 1.0, settings)
        of = 20 * 99 if refined else 99
        draws = relabellings(((30, 8),), of, 6 if refined else 5).chosen
        lengths = [welch(points[row], np.delete(points, row)) for row in draws]
        own = welch(points[:8], points[8:])
        by_exchange = (np.sum(np.array(lengths) >= own - 1e-9) + 1) / (of + 1)
        normal = stats.ttest_ind(points[:8, 0], points[8:, 0], equal_var=False).pvalue  # all variance is on one line
        assert found.p_value == pytest.approx(max(by_exchange, normal))
        assert (found.p_value <= 0.1) == refined
