"""Simulated samples have the means, spreads and effects that the book says they have, where the product looks at them."""

import numpy as np
import pytest

from generain_core.calibration.simulation.layout import groups, pairs, strata
from generain_core.calibration.simulation.logs import LogWorld, counts_of_logs, draw_logs, table
from generain_core.perturbations.effects.spaces import log_depth


def test_the_product_sees_the_logarithms_that_were_drawn() -> None:
    samples = draw_logs(np.random.default_rng(0), groups(5, 7), LogWorld())
    counts = counts_of_logs(samples.logs)
    assert len(set(counts.sum(1))) == 1
    seen = log_depth(counts, counts.sum(1))
    assert np.abs(seen[:, :-1] - samples.logs).max() < 0.01
    assert seen[:, -1].std() < 0.01 * samples.logs.std(0).mean()


@pytest.mark.parametrize(("tails", "ratio"), [("normal", 1.0), ("normal", 3.0), ("heavy", 1.0)])
def test_spread_and_effect_are_as_told(tails, ratio) -> None:
    world = LogWorld(tails=tails, ratio=ratio)
    squares, shifts = [], []
    for seed in range(30):
        samples = draw_logs(np.random.default_rng(seed), groups(60, 60), world, 2.0)
        up, down = samples.logs[samples.layout.perturbed], samples.logs[~samples.layout.perturbed]
        squares.append([((each - each.mean(0)) ** 2).sum() / 59 for each in (up, down)])
        noise = sum(squares[-1]) / 60
        shifts.append(((up.mean(0) - down.mean(0)) ** 2).sum() - noise)
    spread = np.sqrt(np.median(squares, axis=0) if tails == "heavy" else np.mean(squares, axis=0))
    assert spread[1] == pytest.approx(world.length, rel=0.25 if tails == "heavy" else 0.05)
    assert spread[0] == pytest.approx(ratio * world.length, rel=0.25 if tails == "heavy" else 0.05)
    assert np.sqrt(np.mean(shifts)) / world.length == pytest.approx(samples.effect, rel=0.1)


def test_layouts_say_who_is_who() -> None:
    layout = strata(2, 1, 3)
    assert layout.label.tolist() == ["control"] * 3 + ["treated"] + ["control"] * 3 + ["treated"]
    assert layout.obs()["batch"].tolist() == ["batch 0"] * 4 + ["batch 1"] * 4
    assert layout.options == {"strata": "batch"}
    assert pairs(3).options == {"pair": "donor"}
    samples = draw_logs(np.random.default_rng(0), pairs(3), LogWorld(), 1.0)
    assert samples.effect == pytest.approx(1 / np.sqrt(3.25))
    adata = table(counts_of_logs(samples.logs), [f"G{i}" for i in range(200)], layout.obs().iloc[:6])
    assert adata.shape == (6, 151)
