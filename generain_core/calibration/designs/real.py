"""Residuals of real samples at hand, shuffled: they are as in life, and there is nothing to find but what is put in."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.designs.counts import CHANGE, shift_levels
from generain_core.calibration.designs.gene_tests import by_limma, moved_genes
from generain_core.calibration.designs.shifts import SHIFT
from generain_core.calibration.independent.permutations import permanova
from generain_core.calibration.measures import Measure, rejections
from generain_core.calibration.simulation.layout import PERTURBED, Layout, groups
from generain_core.calibration.simulation.logs import table


@dataclass(frozen=True)
class RealResiduals:
    """Draws samples from residuals at hand; `moved` is the share of genes that the perturbation moves."""

    layout: Layout
    moved: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment; where there are fewer residuals than samples, nothing is asked."""
        real, layout = bench.real, self.layout
        if real is None or layout.n > len(real.residuals):
            return
        moves = bench.rng.random(len(real.genes)) < self.moved
        changes = np.where(moves, CHANGE * np.log10(2) * bench.rng.choice([-1.0, 1.0], len(moves)), 0.0)
        counts = real.draw(bench.rng, layout.n, np.where(layout.perturbed[:, None], changes, 0.0) if self.moved else None)
        result = bench.perturb(table(counts, list(real.genes), layout.obs()), of=[PERTURBED], measure="log2")
        if not self.moved:
            yield from shift_levels(result.table)
            logs = np.log10(counts * (1e7 / counts.sum(1))[:, None] + 1)
            p = permanova(logs, layout.perturbed, layout.block, bench.rng)
            yield from rejections(SHIFT, p, "level", space="expression", method="PERMANOVA")
        names = [str(gene) for gene in result.perturbed.row_genes]
        yield from moved_genes(result, names, moves)
        yield from by_limma(counts, layout, moves)


def real_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = []
    for name, layout in (("3 against 3", groups(3, 3)), ("4 against 4", groups(4, 4)), ("5 against 5", groups(5, 5))):
        for moved, words in ((0.0, ""), (0.1, ", a tenth of the genes moved")):
            experiment = RealResiduals(layout, moved)
            designs.append(
                Design(
                    family="real residuals",
                    name=f"{name}, real residuals{words}",
                    experiment=experiment,
                    trials=200,
                    quick=4,
                    seconds=0.8,
                    needs="real",
                )
            )
    for name, layout in (("10 against 10", groups(10, 10)), ("3 against 21", groups(3, 21))):
        words = f"{name}, real residuals"
        experiment = RealResiduals(layout)
        designs.append(
            Design(family="real residuals", name=words, experiment=experiment, trials=200, quick=4, seconds=1.0, needs="real")
        )
    return designs
