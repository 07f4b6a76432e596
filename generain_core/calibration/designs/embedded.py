"""Samples embedded by a model: shifts in both spaces, at equal and unequal depth, and what changing a gene in silico does."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.designs.counts import shift_levels
from generain_core.calibration.designs.gene_tests import moved_genes
from generain_core.calibration.measures import Measure, rejections
from generain_core.calibration.simulation.counts import BulkWorld, bulk_counts
from generain_core.calibration.simulation.layout import CONTROL, PERTURBED, Layout, groups
from generain_core.calibration.simulation.logs import table

PLACEBO, DIRECTION = "placebo_p", "random_p"
DEPTH = 3e6
HIGH = 800
"""Targets are among so many genes of most counts, which a model reads."""


@dataclass(frozen=True)
class Embedded:
    """Draws counts of all genes of the model, and embeds them; `ratio` is by how much perturbed samples are less deep."""

    layout: Layout
    ratio: float = 1.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world = BulkWorld(genes=len(bench.genes), depth=DEPTH, ratio=1 / self.ratio, dispersion=0.02)
        adata = table(bulk_counts(bench.rng, self.layout, world), bench.genes, self.layout.obs())
        of = [PERTURBED] if self.layout.perturbations == 1 else [f"{PERTURBED} 0"]
        result = bench.perturb(adata, model=bench.model, of=of)
        yield from shift_levels(result.table)
        if result.table["space"].iloc[0] == "embedding":
            yield from moved_genes(result, bench.genes, np.zeros(len(bench.genes), dtype=bool))


@dataclass(frozen=True)
class InSilico:
    """Names genes at random, of many counts, as targets of perturbations that do nothing, and changes them in silico."""

    targets: int = 3

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from generain_core.perturbations.in_silico.changed_controls import InSilicoOptions
        from generain_core.perturbations.in_silico.knockdown import in_silico

        layout = Layout(sizes=((3, 4),), perturbations=self.targets)
        world = BulkWorld(genes=len(bench.genes), depth=DEPTH, dispersion=0.02)
        counts = bulk_counts(bench.rng, layout, world)
        high = np.argsort(-counts.sum(0))[:HIGH]
        names = [bench.genes[i] for i in bench.rng.choice(high, self.targets, replace=False)]
        labels = [each if each == CONTROL else names[int(each.rpartition(" ")[2])] for each in layout.label]
        adata = table(counts, bench.genes, layout.obs().assign(condition=labels))
        result = bench.perturb(adata, model=bench.model).perturbed
        options = InSilicoOptions(controls=2, random_genes=19, published=False)
        told = in_silico(result, bench.generain.release, options).table
        yield from rejections(PLACEBO, told["placebo_p"], "level", nominals=(0.05, 0.1, 0.25))
        yield from rejections(DIRECTION, told["random_p"], "level", nominals=(0.05, 0.1, 0.25))


def embedded_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = []
    for layout, name in ((groups(5, 5), "5 against 5"), (groups(3, 21), "3 against 21")):
        for ratio in (1.0, 5.0, 20.0):
            words = f"{name}, embedded, perturbed samples {ratio:g} times less deep" if ratio > 1 else f"{name}, embedded"
            seconds = 0.15 * layout.n
            experiment = Embedded(layout, ratio)
            designs.append(
                Design(family="embedding", name=words, experiment=experiment, trials=60, quick=1, seconds=seconds, needs="model")
            )
    many = Embedded(Layout(sizes=((3, 12),), perturbations=6))
    name = "6 perturbations of 3, 12 shared controls, embedded"
    designs.append(Design(family="embedding", name=name, experiment=many, trials=30, quick=1, seconds=4.0, needs="model"))
    name = "3 genes at random, changed in 2 controls"
    designs.append(Design(family="in silico", name=name, experiment=InSilico(), trials=30, quick=1, seconds=15.0, needs="model"))
    return designs
