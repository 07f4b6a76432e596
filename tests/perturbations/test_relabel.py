"""Relabellings: all of them where few, fair where random; p-values against loops written out."""

import itertools
import math

import numpy as np
import pytest

from generain_core.perturbations.effects.permutations import (
    count_relabellings,
    relabellings,
    share_at_least,
    sign_flips,
    smallest_p,
    sums_within,
)


def test_all_relabellings_within_strata_are_there_once_and_the_first_is_the_observed() -> None:
    made = relabellings(((5, 2), (4, 1)), 99, 0)
    expected = {(*a, *b) for a in itertools.combinations(range(5), 2) for b in itertools.combinations(range(5, 9), 1)}
    assert made.exact
    assert {tuple(row) for row in made.chosen.tolist()} == expected
    assert len(made.chosen) == len(expected) == 40
    assert made.chosen[0].tolist() == [0, 1, 5]


def test_random_relabellings_stay_in_their_strata_and_choose_each_sample_equally_often() -> None:
    made = relabellings(((20, 5), (30, 10)), 20_000, 1)
    assert not made.exact
    first, second = made.chosen[:, :5], made.chosen[:, 5:]
    assert first.min() == 0
    assert first.max() == 19
    assert second.min() == 20
    assert second.max() == 49
    assert all(len(set(row)) == 15 for row in made.chosen[:500].tolist())
    for part, low, n, k in ((first, 0, 20, 5), (second, 20, 30, 10)):
        hits = np.bincount(part.ravel() - low, minlength=n) / len(part)
        assert np.abs(hits - k / n).max() < 5 * math.sqrt(k / n * (1 - k / n) / len(part))
    again = relabellings(((20, 5), (30, 10)), 20_000, 1)
    np.testing.assert_array_equal(made.chosen, again.chosen)
    assert not np.array_equal(made.chosen, relabellings(((20, 5), (30, 10)), 20_000, 2).chosen)


def test_random_p_values_count_the_observed_and_exact_ones_hold_it_already() -> None:
    values = np.array([1.0, 2.0, 3.0, 3.0])
    assert share_at_least(values, 3.0, exact=True) == 0.5
    assert share_at_least(values, 3.0, exact=False) == 3 / 5
    assert share_at_least(values, 9.0, exact=False) == 1 / 5
    assert share_at_least(values, 3.0 + 1e-13, exact=True) == 0.5


@pytest.mark.parametrize(
    ("sizes", "least"),
    [
        ([(6, 3)], 2 / 20),
        ([(8, 4)], 2 / 70),
        ([(7, 3)], 1 / 35),
        ([(2, 1)] * 4, 2 / 16),
        ([(3, 2)] * 2, 1 / 9),
        ([(60, 5)], 1 / (20 * 999 + 1)),
        ([(120, 60)], 1 / 1000),
    ],
)
def test_the_smallest_p_is_known_beforehand(sizes, least) -> None:
    assert smallest_p(sizes, 999) == pytest.approx(least)


def test_the_smallest_p_is_reached() -> None:
    points = np.random.default_rng(0).normal(size=(8, 3)) + np.r_[np.full(4, 9.0), np.zeros(4)][:, None]
    centered = points - points.mean(0)
    made = relabellings(((8, 4),), 99, 0)
    values = sums_within(centered @ centered.T, made.chosen)
    assert made.p_value(values, values[0]) == smallest_p([(8, 4)], 99)


@pytest.mark.parametrize("chosen_of", [3, 45])
def test_sums_between_the_chosen_equal_a_loop(chosen_of) -> None:
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(60, 60))
    matrix += matrix.T
    chosen = np.array([rng.permutation(60)[:chosen_of] for _ in range(20)], dtype=np.int32)
    expected = [sum(matrix[i, j] for i in row for j in row) for row in chosen]
    np.testing.assert_allclose(sums_within(matrix, chosen), expected, rtol=1e-9)


def test_sign_flips_are_all_there_but_for_their_mirror_images() -> None:
    signs, exact = sign_flips(5, 99, 0)
    assert exact
    assert len({tuple(row) for row in signs}) == 16
    assert (signs[:, 0] == 1).all()
    assert (signs[0] == 1).all()
    many, exact = sign_flips(30, 5000, 0)
    assert not exact
    assert np.abs(many.mean(0)).max() < 5 / math.sqrt(5000)
    assert set(np.unique(many)) == {-1.0, 1.0}


def test_relabellings_are_counted() -> None:
    assert count_relabellings([(5, 2), (4, 1)]) == 40
