"""Counts: unequal depth, few cells, panels, shared controls, tables that are no counts; shifts and single genes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from generain_core.calibration.bench import Bench, Design, by_space
from generain_core.calibration.designs.gene_tests import by_limma, moved_genes
from generain_core.calibration.designs.shifts import ENERGY, SHIFT
from generain_core.calibration.independent.permutations import permanova
from generain_core.calibration.measures import Measure, rejections
from generain_core.calibration.simulation.counts import BulkWorld, CellWorld, bulk_counts, cell_counts
from generain_core.calibration.simulation.layout import PERTURBED, Layout, groups, pairs, strata
from generain_core.calibration.simulation.logs import table

CHANGE = 1.0
"""Log2 change of genes that are moved, up or down."""


def shift_levels(result: Any, space: str = "") -> Iterator[Measure]:
    """Tell the level of the tests of shifts of a table of perturbations without effect."""
    for name, prefix in by_space(result):
        if not space or name == space:
            yield from rejections(SHIFT, result[f"{prefix}p_value"], "level", space=name)
            yield from rejections(ENERGY, result[f"{prefix}energy_p"], "level", space=name)


@dataclass(frozen=True)
class BulkExperiment:
    """Draws bulk counts; `moved` is the share of genes that the perturbation moves, `scaled` makes CPM of the counts."""

    layout: Layout
    world: BulkWorld
    moved: float = 0.0
    scaled: bool = False
    model: bool = False

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        moves = bench.rng.random(self.world.genes) < self.moved
        changes = np.where(moves, CHANGE * bench.rng.choice([-1.0, 1.0], self.world.genes), 0.0)
        counts = bulk_counts(bench.rng, self.layout, self.world, changes if self.moved else None)
        values = np.round(counts * (1e6 / counts.sum(1))[:, None], 3) if self.scaled else counts
        adata = table(values, bench.genes, self.layout.obs())
        options: dict[str, Any] = {"model": bench.model} if self.model else {}
        result = bench.perturb(adata, of=[PERTURBED], measure="log2", **options, **self.layout.options)
        if not self.moved:
            yield from shift_levels(result.table)
            logs = np.log10(counts * (1e7 / counts.sum(1))[:, None] + 1)
            plain = permanova(logs, self.layout.perturbed, self.layout.block, bench.rng)
            yield from rejections(SHIFT, plain, "level", space="expression", method="PERMANOVA, depth as it is")
        yield from moved_genes(result, bench.genes, moves)
        if not self.scaled:
            yield from by_limma(counts, self.layout, moves)


@dataclass(frozen=True)
class CellExperiment:
    """Draws single cells of wells, of which the perturbed have fewer."""

    layout: Layout
    world: CellWorld

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        counts, wells = cell_counts(bench.rng, self.layout, self.world)
        obs = self.layout.obs().iloc[wells].assign(well=[f"well {i}" for i in wells])
        obs.index = [f"cell {i}" for i in range(len(obs))]
        adata = table(counts, bench.genes, obs)
        result = bench.perturb(adata, of=[PERTURBED], measure="log2", sum_by=["condition", "well"])
        yield from shift_levels(result.table)
        yield from moved_genes(result, bench.genes, np.zeros(self.world.genes, dtype=bool))


GENE_LAYOUTS: dict[str, Layout] = {
    "3 against 3": groups(3, 3),
    "5 against 5": groups(5, 5),
    "10 against 10": groups(10, 10),
    "3 against 21": groups(3, 21),
    "5 pairs": pairs(5),
    "3 strata of 2 against 2": strata(3, 2, 2),
}


def count_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = []
    for ratio in (1.0, 2.0, 5.0, 10.0, 20.0):
        for name in ("5 against 5", "3 against 21", "3 against 3"):
            world = BulkWorld(ratio=1 / ratio, genes=600, depth=6e4)
            words = f"{name}, counts, perturbed samples {ratio:g} times less deep"
            designs.append(_design("unequal depth", words, BulkExperiment(GENE_LAYOUTS[name], world)))
    deeper = BulkExperiment(groups(5, 5), BulkWorld(ratio=5, genes=600, depth=1e4))
    designs.append(_design("unequal depth", "5 against 5, counts, perturbed samples 5 times as deep", deeper))
    little = BulkExperiment(groups(10, 10), BulkWorld(ratio=1 / 1.15, genes=600, depth=6e4))
    designs.append(_design("unequal depth", "10 against 10, counts, perturbed samples 1.15 times less deep", little))
    cpm = BulkExperiment(groups(5, 5), BulkWorld(ratio=0.2, genes=600, depth=6e4), scaled=True)
    designs.append(_design("unequal depth", "5 against 5, CPM, perturbed samples 5 times less deep", cpm))
    for cells in (60, 30, 12):
        words = f"3 wells of {cells} cells against 20 of 60"
        experiment = CellExperiment(groups(3, 20), CellWorld(perturbed=cells))
        designs.append(Design(family="few cells", name=words, experiment=experiment, trials=100, quick=3, seconds=1.0))
    panel = BulkExperiment(groups(12, 12), BulkWorld(genes=120, depth=2e5, dispersion=0.1))
    designs.append(_design("panels", "12 against 12, a panel of 120 genes", panel))
    designs.append(_design("panels", "12 against 12, a panel, a tenth of its genes moved", replace(panel, moved=0.1)))
    for name, layout in GENE_LAYOUTS.items():
        designs.append(_design("moved genes", f"{name}, counts", BulkExperiment(layout, BulkWorld())))
        words = f"{name}, counts, a tenth of the genes moved"
        designs.append(_design("moved genes", words, BulkExperiment(layout, BulkWorld(), moved=0.1)))
    return designs


def _design(family: str, name: str, experiment: BulkExperiment) -> Design:
    return Design(family=family, name=name, experiment=experiment, trials=200, quick=6, seconds=0.15)
