"""Several samples of each donor: what the product says, and what comes of taking samples for independent."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.designs.counts import shift_levels
from generain_core.calibration.designs.gene_tests import moved_genes
from generain_core.calibration.designs.shifts import SHIFT
from generain_core.calibration.independent.permutations import permanova
from generain_core.calibration.measures import Measure, rejections
from generain_core.calibration.simulation.layout import PERTURBED, Layout, groups
from generain_core.calibration.simulation.logs import LogWorld, counts_of_logs, draw_logs, table

OWN = 0.5
"""Spread of the samples of a donor, in that of donors."""


@dataclass(frozen=True)
class RepeatedDonors:
    """Draws donors of two groups without effect, `perturbed` and `controls` samples of each."""

    layout: Layout
    perturbed: int
    controls: int

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world, donors = LogWorld(), draw_logs(bench.rng, self.layout, LogWorld())
        of = np.repeat(np.arange(self.layout.n), np.where(self.layout.perturbed, self.perturbed, self.controls))
        logs = donors.logs[of] + OWN * world.spread * bench.rng.normal(size=(len(of), world.genes))
        obs = self.layout.obs().iloc[of].assign(donor=[f"donor {i}" for i in of])
        obs.index = [f"sample {i}" for i in range(len(of))]
        result = bench.perturb(table(counts_of_logs(logs), bench.genes, obs), of=[PERTURBED], measure="log2")
        yield from shift_levels(result.table)
        p = permanova(logs, self.layout.perturbed[of], np.zeros(len(of), dtype=np.int64), bench.rng)
        yield from rejections(SHIFT, p, "level", space="expression", method="PERMANOVA, samples as independent")
        yield from moved_genes(result, bench.genes, np.zeros(len(bench.genes), dtype=bool))


def donor_designs() -> list[Design]:
    """Return the designs of this family."""
    cases = {
        "6 against 6 donors, 3 samples of each": RepeatedDonors(groups(6, 6), 3, 3),
        "6 against 6 donors, 3 samples of the perturbed, 1 of the others": RepeatedDonors(groups(6, 6), 3, 1),
        "3 against 3 donors, 4 samples of each": RepeatedDonors(groups(3, 3), 4, 4),
    }
    return [
        Design(family="donors", name=name, experiment=experiment, trials=200, quick=6, seconds=0.15)
        for name, experiment in cases.items()
    ]
