"""Flags and labels of references hold for samples of series that the reference does not have."""

import numpy as np
import pytest

from tests.reference.series import Outcome, World, outcome


def many(world: World, draws: int) -> list[Outcome]:
    return [outcome(world, seed, new=150) for seed in range(draws)]


@pytest.mark.parametrize(
    "world",
    [
        World(samples=700, known=True),
        World(samples=1600, known=True, between=1.0, within=0.2),
        World(samples=2600, between=1.0, within=0.2),
        World(samples=2600),
        World(samples=2600, mixed=0.1),
        World(samples=2600, between=0.7, within=0.3, moved=0.1),
    ],
    ids=["known", "known, strong", "told by order, strong", "told by order", "mixed series", "a tenth elsewhere"],
)
def test_ordinary_samples_of_new_series_are_flagged_at_the_rate(world) -> None:
    """Before series were held out, nearly all of them were where series have much in common."""
    outcomes = [each for each in many(world, 8) if each.basis]
    assert len(outcomes) >= (7 if world.known or not (world.mixed or world.moved) else 2)
    assert all(each.basis == ("series" if world.known else "row order") for each in outcomes)
    # the smallest p-value of n series is 1 / (n + 1), and the level of one reference has the spread of Beta(1, n)
    assert np.mean([each.flagged for each in outcomes]) <= 0.05 + 2.5 * 0.045 / np.sqrt(len(outcomes))


def test_labels_of_new_series_are_as_sure_as_they_are_right() -> None:
    for world in (World(samples=700, known=True, between=0.9), World(samples=1600, known=True, between=1.2, within=0.3)):
        outcomes = many(world, 6)
        stated, right = (np.mean([getattr(each, name) for each in outcomes]) for name in ("stated", "right"))
        assert right - 0.15 < stated < right + 0.03


@pytest.mark.parametrize(
    "world", [World(samples=2600, moved=1.0), World(samples=900), World(samples=2600, between=0.1, within=0.6)]
)
def test_where_series_can_not_be_told_no_flag_is_given(world) -> None:
    """Rows in any order, too few of them, or series that have nothing in common."""
    assert outcome(world, 0, new=20).basis == ""
