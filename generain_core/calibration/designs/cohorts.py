"""Cohorts whose outcome is chance: how often the model is said to be better, and whether scores' intervals hold a half."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.measures import Measure, rejections, single
from generain_core.calibration.simulation.counts import BulkWorld, bulk_counts
from generain_core.calibration.simulation.layout import groups
from generain_core.calibration.simulation.logs import table

BETTER, INTERVAL, PERMUTED = "p_value of the difference", "low to high of scores", "null_p_value of scores"


@dataclass(frozen=True)
class ChanceOutcome:
    """Draws a cohort whose outcome has nothing to do with its samples."""

    samples: int

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world = BulkWorld(genes=len(bench.genes), depth=3e6, dispersion=0.02)
        layout = groups(self.samples // 2, self.samples - self.samples // 2)
        counts = bulk_counts(bench.rng, layout, world)
        outcome = bench.rng.permutation(np.repeat(["responder", "other"], [layout.sizes[0][0], layout.sizes[0][1]]))
        obs = layout.obs(response=outcome.tolist()).drop(columns="condition")
        options = {"models": bench.model, "groups": "none", "covariates": (), "repeats": 2, "permutations": 99}
        answer = bench.generain.cohort(table(counts, bench.genes, obs), "response", seed=bench.seed, **options)  # type: ignore[arg-type]
        better = answer.result.comparison.difference.p_value
        verdict = float("nan") if answer.verdict == "too_few" else float(answer.verdict == "better")
        yield from rejections(BETTER, better, "level")
        yield single("verdict better", verdict, "level", 0.05)
        own = answer.table[answer.table["metric"] == "auroc"]
        for low, high in zip(own["low"], own["high"], strict=True):
            yield single(INTERVAL, float(low <= 0.5 <= high) if np.isfinite(low) else float("nan"), "coverage", 0.95)
        yield from rejections(PERMUTED, own["null_p_value"], "level")


def cohort_designs() -> list[Design]:
    """Return the designs of this family."""
    name = "60 samples, an outcome by chance"
    return [Design(family="cohorts", name=name, experiment=ChanceOutcome(60), trials=30, quick=1, seconds=16.0, needs="model")]
