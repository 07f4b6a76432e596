"""How sure a shift and a spread are, in loops; tests for few samples; where comparisons can't be made."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from generain_core.perturbations.design.experiment import make_design
from generain_core.perturbations.effects.adjusted.adjusted_effect import adjusted_effect
from generain_core.perturbations.effects.analysis import rank
from generain_core.perturbations.effects.comparison import Comparison
from generain_core.perturbations.effects.effect import Settings, spread_of
from generain_core.perturbations.effects.intervals import (
    Spread,
    Variation,
    effect_interval,
    is_told,
    spread_with_sureness,
    variation_of,
    variation_of_pairs,
)
from generain_core.perturbations.effects.noise import is_between, noise_of
from generain_core.perturbations.effects.rotation import rotation_test
from generain_core.perturbations.effects.spaces import Space
from generain_core.perturbations.effects.unpaired import unpaired_effect
from generain_core.perturbations.notes import NoteKind


def test_the_variation_of_pairs_is_that_of_a_mean() -> None:
    differences = np.random.default_rng(0).normal(size=(7, 4)) + 2
    mean, covariance = differences.mean(0), np.cov(differences.T)
    unit = mean / np.linalg.norm(mean)
    found = variation_of_pairs(differences)
    assert found.square == pytest.approx(mean @ mean)
    assert found.noise == pytest.approx(np.trace(covariance) / 7)
    assert found.along == pytest.approx(unit @ covariance @ unit / 7)
    assert found.freedom == 6


@pytest.mark.parametrize("of_pairs", [True, False])
def test_dimensions_are_those_in_which_samples_vary_alike(of_pairs) -> None:
    points = np.zeros((1600, 12))
    points[:, :6] = np.random.default_rng(1).normal(size=(1600, 6))
    found = variation_of_pairs(points) if of_pairs else variation_of(Comparison(points, ((1600, 800),)))
    assert found.dimensions == pytest.approx(6, abs=0.15)


def test_the_variation_of_a_comparison_is_that_of_two_means() -> None:
    points = np.random.default_rng(2).normal(size=(11, 3))
    points[:5] += 1
    one, other = points[:5], points[5:]
    shift = one.mean(0) - other.mean(0)
    unit, found = shift / np.linalg.norm(shift), variation_of(Comparison(points, ((11, 5),)))
    parts = [float(unit @ np.cov(group.T) @ unit) / len(group) for group in (one, other)]
    assert found.square == pytest.approx(shift @ shift)
    assert found.noise == pytest.approx(np.trace(np.cov(one.T)) / 5 + np.trace(np.cov(other.T)) / 6)
    assert found.along == pytest.approx(sum(parts))
    assert found.freedom == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 4 + parts[1] ** 2 / 5))


def test_the_tails_of_controls_are_told_by_a_loop_over_samples_and_pairs() -> None:
    rng = np.random.default_rng(3)
    points, groups = rng.standard_t(4, size=(10, 5)), np.array([0] * 4 + [1] * 5 + [2])
    residuals = []
    for group in (0, 1):
        members = points[groups == group]
        residuals += [(each - members.mean(0)) * np.sqrt(len(members) / (len(members) - 1)) for each in members]
    squares = [float(each @ each) for each in residuals]
    cosines = [float(a @ b) ** 2 / (a @ a) / (b @ b) for a, b in itertools.permutations(residuals, 2)]
    found = spread_with_sureness(points, groups, 1.5)
    assert (found.value, found.freedom) == (1.5, 7)
    assert found.tails == pytest.approx(np.var(squares, ddof=1) / np.mean(squares) ** 2 / (2 * np.mean(cosines)))


@pytest.mark.parametrize(("samples", "told"), [(2, False), (3, True)])
def test_two_degrees_of_freedom_are_needed_to_look_at_tails(samples, told) -> None:
    found = spread_with_sureness(np.random.default_rng(4).normal(size=(samples, 5)), np.zeros(samples, dtype=int), 1.0)
    assert np.isfinite(found.tails) == told


@pytest.mark.parametrize(
    ("freedom", "dimensions", "tails", "told"),
    [
        *((9, 4.0, 1.2, True), (8, 4.0, 1.2, False), (9, 3.99, 1.2, False), (9, 4.0, 1.21, False)),
        *((14, 4.0, 1.21, False), (15, 4.0, 1.5, True), (15, 4.0, 1.51, False)),
    ],
)
def test_controls_tell_a_spread_where_they_are_enough_and_near_normal(freedom, dimensions, tails, told) -> None:
    assert is_told(Spread(value=1.0, freedom=freedom, dimensions=dimensions, tails=tails)) == told


def test_an_interval_is_put_together_of_students_t_and_chi_square_by_hand() -> None:
    variation = Variation(square=9.0, noise=1.0, along=0.2, freedom=8.0, dimensions=5.0)
    spread = Spread(value=2.0, freedom=20, dimensions=6.0, tails=1.0)
    squares = np.linspace(0, 60, 600_001)
    around = squares[np.abs(8 - squares) <= stats.t.ppf(0.975, 8) * np.sqrt(4 * squares * 0.2 + 2 * 1.0**2 / 5)]
    low, middle, high = np.sqrt(around[0]), np.sqrt(8), np.sqrt(around[-1])
    wide, narrow = np.sqrt(120 / stats.chi2.ppf(0.025, 120)), np.sqrt(120 / stats.chi2.ppf(0.975, 120))
    lower = middle * np.exp(-np.hypot(np.log(middle / low), np.log(narrow))) / 2
    upper = middle * np.exp(np.hypot(np.log(high / middle), np.log(wide))) / 2
    assert effect_interval(variation, spread) == pytest.approx((lower, upper), rel=1e-4)


def test_an_interval_of_a_shift_within_its_noise_begins_at_zero() -> None:
    spread = Spread(value=2.0, freedom=20, dimensions=6.0, tails=1.0)
    within = Variation(square=0.5, noise=1.0, along=0.2, freedom=8.0, dimensions=5.0)
    wide = np.sqrt(120 / stats.chi2.ppf(0.025, 120))
    quantile = stats.t.ppf(0.975, 8)
    high = np.sqrt(max(np.roots([1, 1 - 4 * quantile**2 * 0.2, 0.25 - 0.4 * quantile**2])))
    assert effect_interval(within, spread) == pytest.approx((0.0, high * wide / 2))
    unknown = Variation(square=9.0, noise=1.0, along=0.2, freedom=float("nan"), dimensions=5.0)
    assert np.isnan(effect_interval(unknown, spread)).all()


@pytest.mark.parametrize(
    ("sizes", "between"),
    [
        (((2, 1),), False),
        (((2, 1), (2, 1), (2, 1)), True),
        (((3, 1), (3, 1), (3, 1)), True),
        (((3, 1), (3, 2)), False),
        (((4, 2), (2, 1), (2, 1)), True),
        (((4, 2), (4, 2), (2, 1)), False),
        (((4, 2), (4, 2), (2, 1), (2, 1)), False),
    ],
)
def test_noise_is_read_off_strata_where_they_hold_hardly_a_replicate(sizes, between) -> None:
    assert is_between(Comparison(np.zeros((sum(n for n, _ in sizes), 2)), sizes)) == between


def test_noise_between_strata_is_the_mean_square_around_their_mean_shift() -> None:
    points = np.random.default_rng(5).normal(size=(8, 3))
    comparison = Comparison(points, ((2, 1),) * 4)
    shifts = points[::2] - points[1::2]
    found = noise_of(comparison, comparison.centered @ comparison.centered.T, comparison.treated[None, :])
    assert found.noise[0] == pytest.approx(((shifts - shifts.mean(0)) ** 2).sum() / 3 / 4)
    assert found.squares[0] == pytest.approx(shifts.mean(0) @ shifts.mean(0))
    assert found.freedom == (3,)


def test_rotation_in_one_dimension_is_students_t_and_says_the_smallest_p() -> None:
    values, label = np.random.default_rng(6).normal(size=(8, 1)), np.repeat([1.0, 0.0], 4)
    values[:4] += 1
    found = rotation_test(values, label, np.ones((8, 1)), 4999, 0)
    assert found.p_value == pytest.approx(stats.ttest_ind(values[:4, 0], values[4:, 0]).pvalue, abs=0.02)
    assert (found.relabellings, found.exact) == (4999, False)
    assert found.smallest_p == 1 / (20 * 4999 + 1)
    values[:4] += 100
    far = rotation_test(values, label, np.ones((8, 1)), 4999, 0)
    assert (far.relabellings, far.p_value) == (20 * 4999, far.smallest_p)


def test_what_has_no_counterpart_is_counted_and_not_compared() -> None:
    points, perturbed = np.zeros((7, 2)), np.array([1, 1, 0, 0, 0, 0, 0], dtype=bool)
    strata = np.array([0, 0, 1, 1, 1, 1, 1])
    for found in (
        unpaired_effect(points, perturbed, strata, 1.0, Settings(99, 0)),
        adjusted_effect(points, perturbed, strata, np.zeros((7, 1)), 1.0, Settings(99, 0)),
    ):
        assert (found.n_samples, found.n_reference) == (2, 5)
        assert np.isnan(found.effect)
        assert "no stratum" in found.why


@pytest.mark.parametrize(("bootstrap", "has"), [(0, False), (1, True)])
def test_an_interval_is_given_where_one_is_asked_for(bootstrap, has) -> None:
    rng = np.random.default_rng(7)
    points, perturbed = rng.normal(size=(40, 8)), np.arange(40) < 20
    spread = spread_with_sureness(points[20:], np.zeros(20, dtype=int), spread_of(points[20:], np.zeros(20, dtype=int))[0])
    found = unpaired_effect(points + perturbed[:, None], perturbed, np.zeros(40, dtype=int), spread, Settings(99, bootstrap))
    assert np.isfinite([found.low, found.high]).all() == has


@pytest.mark.parametrize(("controls", "rough"), [(4, True), (5, False)])
def test_a_spread_of_three_degrees_of_freedom_is_said_to_be_rough(controls, rough) -> None:
    labels = ["ctrl"] * controls + ["A"] * 4
    points = np.random.default_rng(8).normal(size=(len(labels), 3))
    names = tuple(f"s{i}" for i in range(len(labels)))
    space = Space(name="expression", words="points", samples=names, points=points)
    notes = rank(space, make_design(pd.DataFrame({"what": labels}, index=list(names)), "what", "ctrl"), Settings(99, 0)).notes
    assert any(note.kind == NoteKind.ROUGH_SPREAD and note.facts == {"freedom": 3} for note in notes) == rough


@pytest.mark.parametrize("effect", [0.0, 0.8, 1.6])
def test_intervals_of_five_against_thirty_five_hold_the_true_effect(effect) -> None:
    rng, inside = np.random.default_rng(9), []
    strata, perturbed = np.zeros(40, dtype=int), np.arange(40) < 5
    for _ in range(400):
        points = rng.normal(size=(40, 12)) / np.sqrt(12)
        points[perturbed, 0] += effect
        spread = spread_with_sureness(points[5:], strata[5:], spread_of(points[5:], strata[5:])[0])
        low, high = effect_interval(variation_of(Comparison(points, ((40, 5),))), spread)
        if np.isfinite(low):
            inside.append(low <= effect <= high)
    assert len(inside) > 200
    assert np.mean(inside) > 0.93
