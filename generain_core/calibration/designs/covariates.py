"""Groups that differ in something else too, which is told as a covariate; and one group against another among several."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.calibration.bench import Bench, Design, by_space
from generain_core.calibration.designs.gene_tests import FOUND, GENES, NOMINALS, moved_genes
from generain_core.calibration.designs.shifts import SHIFT
from generain_core.calibration.independent.limma import limma, rates
from generain_core.calibration.independent.permutations import permanova, residuals_exchanged
from generain_core.calibration.measures import Measure, Quantity, false_discoveries, rejections
from generain_core.calibration.simulation.counts import BulkWorld, bulk_counts
from generain_core.calibration.simulation.layout import PERTURBED, Layout, groups
from generain_core.calibration.simulation.logs import LogWorld, counts_of_logs, draw_logs, table

AGE, BATCH = 0.6, 0.8
"""What a standard deviation of age, and another batch, shift samples by, in spreads; perturbed samples are older by one."""


@dataclass(frozen=True)
class BesideCovariates:
    """Draws samples whose age (and batch) goes along with who is perturbed, and moves them too."""

    layout: Layout
    batches: bool = False
    effect: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world, layout, rng = LogWorld(), self.layout, bench.rng
        samples = draw_logs(rng, layout, world, self.effect)
        age = rng.normal(size=layout.n) + layout.perturbed
        batch = (rng.random(layout.n) < np.where(layout.perturbed, 0.7, 0.3)).astype(float)
        directions = rng.normal(size=(2, world.genes))
        directions *= world.length / np.linalg.norm(directions, axis=1, keepdims=True)
        logs = samples.logs + AGE * age[:, None] * directions[0]
        told, names = age[:, None], ["age"]
        if self.batches:
            logs = logs + BATCH * batch[:, None] * directions[1]
            told, names = np.column_stack([age, batch]), ["age", "lane"]
        obs = layout.obs(age=(50 + 12 * age).tolist(), lane=[f"lane {int(each)}" for each in batch])
        result = bench.perturb(table(counts_of_logs(logs), bench.genes, obs), covariates=names).table
        quantity: Quantity = "power" if self.effect else "level"
        for space, prefix in by_space(result):
            yield from rejections(SHIFT, result[f"{prefix}p_value"], quantity, space=space)
        plain = residuals_exchanged(logs, layout.perturbed, told, rng)
        yield from rejections(SHIFT, plain, quantity, space="expression", method="residuals exchanged")
        without = permanova(logs, layout.perturbed, layout.block, rng)
        yield from rejections(SHIFT, without, quantity, space="expression", method="PERMANOVA, covariates left out")


@dataclass(frozen=True)
class GenesBesideCovariates:
    """Draws counts in which a third of the genes go along with age, and so with who is perturbed; `moved` are moved as well."""

    layout: Layout
    moved: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world, layout, rng = BulkWorld(), self.layout, bench.rng
        age = rng.normal(size=layout.n) + layout.perturbed
        of_age = np.where(rng.random(world.genes) < 1 / 3, 0.4 * rng.choice([-1.0, 1.0], world.genes), 0.0)
        moves = rng.random(world.genes) < self.moved
        changes = np.outer(layout.perturbed, np.where(moves, rng.choice([-1.0, 1.0], world.genes), 0.0))
        counts = bulk_counts(rng, layout, world, changes + np.outer(age, of_age))
        adata = table(counts, bench.genes, layout.obs(age=(50 + 12 * age).tolist()))
        yield from moved_genes(bench.perturb(adata, covariates=["age"], of=[PERTURBED], measure="log2"), bench.genes, moves)
        kept = (counts >= 10).sum(0) >= min(layout.perturbed.sum(), (~layout.perturbed).sum())
        logs = np.log2(counts[:, kept] * (1e7 / counts.sum(1))[:, None] + 2)
        for method, covariates in (("limma", age[:, None]), ("limma, age left out", None)):
            p = limma(logs, layout.perturbed, layout.block, covariates=covariates)
            yield from rejections(GENES, p[~moves[kept]], "level", method=method, nominals=NOMINALS)
            yield from false_discoveries(FOUND, rates(p), moves[kept], method=method)


@dataclass(frozen=True)
class Contrast:
    """Draws four groups, two of which are compared with each other and differ in nothing; the others are far away."""

    samples: int

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        layout = Layout(sizes=((self.samples, self.samples),), perturbations=3)
        logs = draw_logs(bench.rng, layout, LogWorld(), 2.0, acting=1).logs
        adata = table(counts_of_logs(logs), bench.genes, layout.obs())
        result = bench.perturb(adata, control="", contrast=(f"{PERTURBED} 1", f"{PERTURBED} 2")).table
        for space, prefix in by_space(result):
            yield from rejections(SHIFT, result[f"{prefix}p_value"], "level", space=space)
        some = np.isin(layout.label, [f"{PERTURBED} 1", f"{PERTURBED} 2"])
        first = layout.label[some] == f"{PERTURBED} 1"
        p = permanova(logs[some], np.asarray(first, dtype=bool), layout.block[some], bench.rng)
        yield from rejections(SHIFT, p, "level", space="expression", method="PERMANOVA")


def covariate_designs() -> list[Design]:
    """Return the designs of this family."""
    designs, family = [], "covariates and contrasts"
    for name, layout in (("6 against 6", groups(6, 6)), ("12 against 12", groups(12, 12)), ("5 against 20", groups(5, 20))):
        for words, batches in (("age", False), ("age and batch", True)):
            title = f"{name}, perturbed differ in {words}"
            some = BesideCovariates(layout, batches)
            designs.append(Design(family=family, name=title, experiment=some, trials=400, quick=8, seconds=0.1))
        acting = BesideCovariates(layout, effect=0.7)
        title = f"{name}, perturbed differ in age, an effect of 0.7"
        designs.append(Design(family=family, name=title, experiment=acting, trials=200, quick=6, seconds=0.1))
        for moved, words in ((0.0, ""), (0.1, ", a tenth of the genes moved")):
            genes = GenesBesideCovariates(layout, moved)
            title = f"{name}, counts, perturbed differ in age{words}"
            designs.append(Design(family=family, name=title, experiment=genes, trials=100, quick=4, seconds=0.3))
    for samples in (3, 6):
        title = f"{samples} against {samples} of four groups"
        designs.append(Design(family=family, name=title, experiment=Contrast(samples), trials=400, quick=8, seconds=0.08))
    return designs
