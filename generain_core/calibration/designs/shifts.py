"""Two groups, pairs and strata: level and power of a shift's tests, coverage and bias of its effect."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design, by_space
from generain_core.calibration.independent.hotelling import hotelling, hotelling_of_pairs
from generain_core.calibration.independent.permutations import energy_test, permanova, sign_flips
from generain_core.calibration.measures import Measure, Quantity, rejections, single
from generain_core.calibration.simulation.layout import Layout, groups, pairs, strata
from generain_core.calibration.simulation.logs import LogSamples, LogWorld, counts_of_logs, draw_logs, table

SHIFT, ENERGY, EFFECT = "p_value of shifts", "energy_p", "effect_low to effect_high"
BIAS = "effect"


@dataclass(frozen=True)
class ShiftExperiment:
    """Draws samples of a layout in a world, with an effect in spreads of the controls."""

    layout: Layout
    world: LogWorld
    effect: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        samples = draw_logs(bench.rng, self.layout, self.world, self.effect)
        adata = table(counts_of_logs(samples.logs), bench.genes, self.layout.obs())
        result = bench.perturb(adata, **self.layout.options).table
        quantity: Quantity = "power" if self.effect else "level"
        apart: Quantity = "level" if self.world.ratio == 1 else "power"  # spreads differ, and so do distributions
        for space, prefix in by_space(result):
            row = result.iloc[0]
            yield from rejections(SHIFT, row[f"{prefix}p_value"], quantity, space=space)
            yield from rejections(ENERGY, row[f"{prefix}energy_p"], "power" if self.effect else apart, space=space)
            low, high = float(row[f"{prefix}effect_low"]), float(row[f"{prefix}effect_high"])
            inside = float(low <= samples.effect <= high) if np.isfinite(low) else float("nan")
            yield single(EFFECT, inside, "coverage", 0.95, space=space)
            yield single(BIAS, float(row[f"{prefix}effect"]), "bias", samples.effect, space=space)
        yield from independent(samples, bench, quantity, "power" if self.effect else apart)


def independent(samples: LogSamples, bench: Bench, quantity: Quantity, apart: Quantity) -> Iterator[Measure]:
    """Ask the independent methods of the same logarithms: what is told of means, and of distributions."""
    layout, logs = samples.layout, samples.logs
    perturbed = layout.perturbed
    if layout.kind == "donor":
        differences = logs[perturbed] - logs[~perturbed]
        yield from _of(SHIFT, sign_flips(differences, bench.rng), quantity, "sign flips of pairs")
        if len(differences) > 3:
            yield from _of(SHIFT, hotelling_of_pairs(differences), quantity, "Hotelling on 2 components")
        return
    yield from _of(SHIFT, permanova(logs, perturbed, layout.block, bench.rng), quantity, "PERMANOVA")
    yield from _of(ENERGY, energy_test(logs, perturbed, layout.block, bench.rng), apart, "energy test")
    if not layout.kind and layout.n > 5:
        yield from _of(SHIFT, hotelling(logs, perturbed), quantity, "Hotelling on 2 components")


def _of(number: str, p: float, quantity: Quantity, method: str) -> list[Measure]:
    return rejections(number, p, quantity, space="expression", method=method)


LAYOUTS: dict[str, Layout] = {
    "3 against 3": groups(3, 3),
    "4 against 4": groups(4, 4),
    "5 against 5": groups(5, 5),
    "10 against 10": groups(10, 10),
    "20 against 20": groups(20, 20),
    "3 against 21": groups(3, 21),
    "5 against 35": groups(5, 35),
    "4 pairs": pairs(4),
    "5 pairs": pairs(5),
    "8 pairs": pairs(8),
    "12 pairs": pairs(12),
    "2 strata of 2 against 2": strata(2, 2, 2),
    "3 strata of 3 against 3": strata(3, 3, 3),
    "4 strata of 1 against 3": strata(4, 1, 3),
}
EFFECTS = {"3 against 3": 0.8, "4 against 4": 0.6, "5 against 5": 0.5, "10 against 10": 0.35, "20 against 20": 0.25}
EFFECTS |= {"3 against 21": 0.5, "5 against 35": 0.4, "4 pairs": 0.9, "5 pairs": 0.65, "8 pairs": 0.4, "12 pairs": 0.3}
EFFECTS |= {"2 strata of 2 against 2": 0.7, "3 strata of 3 against 3": 0.36, "4 strata of 1 against 3": 0.45}
"""In spreads of the controls within blocks: such as are found in about half of the experiments."""
UNEQUAL = ("3 against 21", "5 against 5", "5 against 35", "10 against 10")
HEAVY = ("3 against 3", "5 against 5", "3 against 21", "10 against 10", "5 pairs", "4 strata of 1 against 3")


def shift_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = []
    for name, layout in LAYOUTS.items():
        designs.append(_design(name, layout, LogWorld()))
        designs.append(_design(f"{name}, an effect of {EFFECTS[name]:g}", layout, LogWorld(), EFFECTS[name]))
        designs.append(_design(f"{name}, an effect of {4 * EFFECTS[name]:g}", layout, LogWorld(), 4 * EFFECTS[name]))
    for name in UNEQUAL:
        for ratio in (0.5, 2.0, 3.0):
            words = f"{name}, perturbed samples vary {ratio:g} times as much"
            designs.append(_design(words, LAYOUTS[name], LogWorld(ratio=ratio), family="unequal variance"))
    for name in HEAVY:
        words = f"{name}, heavy tails"
        designs.append(_design(words, LAYOUTS[name], LogWorld(tails="heavy"), family="heavy tails"))
        effect = EFFECTS[name]
        words = f"{words}, an effect of {effect:g}"
        designs.append(_design(words, LAYOUTS[name], LogWorld(tails="heavy"), effect, family="heavy tails"))
    return designs


def _design(name: str, layout: Layout, world: LogWorld, effect: float = 0.0, family: str = "") -> Design:
    kind = family or {"donor": "paired", "batch": "strata"}.get(layout.kind) or "unpaired"
    return Design(family=kind, name=name, experiment=ShiftExperiment(layout, world, effect), trials=400, quick=12, seconds=0.1)
