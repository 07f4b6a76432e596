"""Many perturbations that share their controls, with replicates or without, in batches; targets; doses."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.calibration.bench import Bench, Design, by_space
from generain_core.calibration.designs.shifts import SHIFT
from generain_core.calibration.independent.limma import rates
from generain_core.calibration.independent.permutations import permanova
from generain_core.calibration.independent.welch import welch
from generain_core.calibration.measures import Measure, false_discoveries, rejections
from generain_core.calibration.simulation.counts import BulkWorld, bulk_counts
from generain_core.calibration.simulation.layout import CONTROL, PERTURBED, Layout
from generain_core.calibration.simulation.logs import LogWorld, counts_of_logs, draw_logs, table
from generain_core.perturbations.run import Perturbed

RATE, RANK, TAIL, TAIL_RATE = "fdr of shifts", "p_value among controls", "tail_p", "tail_fdr"
TREND, TARGET = "p_value of trends", "p_value of targets"
AGREEMENT = "p_value of agreement with vectors"


@dataclass(frozen=True)
class SharedControls:
    """Draws perturbations with replicates, all against the same controls; some act."""

    layout: Layout
    acting: int = 0
    effect: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        samples = draw_logs(bench.rng, self.layout, LogWorld(), self.effect, self.acting)
        result = bench.perturb(table(counts_of_logs(samples.logs), bench.genes, self.layout.obs()), **self.layout.options).table
        acts = _acting(result["perturbation"], self.acting)
        for space, prefix in by_space(result):
            yield from rejections(SHIFT, result.loc[~acts, f"{prefix}p_value"], "level", space=space)
            yield from false_discoveries(RATE, result[f"{prefix}fdr"], acts, space=space)
        label = self.layout.label
        names = [f"{PERTURBED} {i}" for i in range(self.layout.perturbations)]
        plain = []
        for name in names:
            some = (label == name) | (label == CONTROL)
            plain.append(permanova(samples.logs[some], (label == name)[some], self.layout.block[some], bench.rng))
        p, true = np.array(plain), np.arange(len(names)) < self.acting
        yield from rejections(SHIFT, p[~true], "level", space="expression", method="PERMANOVA")
        yield from false_discoveries(RATE, rates(p), true, space="expression", method="PERMANOVA")


@dataclass(frozen=True)
class Screen:
    """Draws a screen without replicates, which is judged by its controls; some perturbations act."""

    layout: Layout
    acting: int = 0
    effect: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from scipy.stats import norm

        samples = draw_logs(bench.rng, self.layout, LogWorld(genes=120), self.effect, self.acting)
        adata = table(counts_of_logs(samples.logs), bench.genes, self.layout.obs())
        result = bench.perturb(adata, test="controls", **self.layout.options).table
        acts = _acting(result["perturbation"], self.acting)
        for space, prefix in by_space(result):
            yield from rejections(RANK, result.loc[~acts, f"{prefix}p_value"], "level", space=space)
            yield from rejections(TAIL, result.loc[~acts, f"{prefix}tail_p"], "level", space=space, nominals=(0.05, 0.01, 0.001))
            yield from false_discoveries(RATE, result[f"{prefix}fdr"], acts, space=space)
            yield from false_discoveries(TAIL_RATE, result[f"{prefix}tail_fdr"], acts, space=space)
        scores, names = self._scores(samples.logs)
        p, true = norm.sf(scores), _acting(pd.Series(names), self.acting)
        for number, share in ((RANK, RATE), (TAIL, TAIL_RATE)):
            nominals = (0.05, 0.01, 0.001) if number == TAIL else (0.05, 0.01)
            yield from rejections(number, p[~true], "level", space="expression", method="z-score of distances", nominals=nominals)
            yield from false_discoveries(share, rates(p), true, space="expression", method="z-score of distances")

    def _scores(self, logs: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
        """Return how far each perturbation lies from its block's controls, in standard deviations of their own distances."""
        label, block, centered = self.layout.label, self.layout.block, logs.copy()
        control = label == CONTROL
        for one in np.unique(block):
            centered[block == one] -= logs[control & (block == one)].mean(0)
        names = list(dict.fromkeys(label[~control]))
        apart = np.linalg.norm(centered, axis=1)
        means = np.array([np.linalg.norm(centered[label == name].mean(0)) for name in names])
        scale = float(np.sqrt((label == names[0]).sum()))
        return (means * scale - apart[control].mean()) / apart[control].std(ddof=1), names


@dataclass(frozen=True)
class Target:
    """Draws counts of perturbations named by genes; of the first, the target is knocked down to `left`, of others it is not."""

    layout: Layout
    left: float = 1.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        world = BulkWorld(genes=300, depth=3e5)
        names = [str(name) for name in bench.rng.choice(bench.genes[: world.genes], self.layout.perturbations, replace=False)]
        labels = self.layout.label
        labels = np.array([each if each == CONTROL else names[int(each.rpartition(" ")[2])] for each in labels], dtype=object)
        column = {gene: i for i, gene in enumerate(bench.genes[: world.genes])}
        changes = np.zeros((self.layout.n, world.genes))
        for name in names:
            changes[labels == name, column[name]] = np.log2(self.left)
        counts = bulk_counts(bench.rng, self.layout, world, changes)
        adata = table(counts, bench.genes, self.layout.obs().assign(condition=labels))
        result = bench.perturb(adata)
        if self.left == 1 and self.layout.sizes[0][0] > 1:
            yield from _agreement(bench, result.perturbed)
        targets = result.targets
        quantity = "level" if self.left == 1 else "power"
        yield from rejections(TARGET, targets["p_value"], quantity)  # type: ignore[arg-type]
        logs = np.log2(counts * (1e7 / counts.sum(1))[:, None] + 1)
        control = labels == CONTROL
        if self.layout.sizes[0][0] > 1:
            each = [welch(logs[labels == n][:, [column[n]]], logs[control][:, [column[n]]]) for n in names]
            p = np.concatenate(each)
            yield from rejections(TARGET, p, quantity, method="Welch's t")  # type: ignore[arg-type]


def _agreement(bench: Bench, result: Perturbed) -> Iterator[Measure]:
    """Ask whether vectors of genes that were named at random foresee which of their perturbations are alike."""
    from generain_core.perturbations.similarity.shift_similarity import compare_shifts
    from generain_core.perturbations.similarity.vector_agreement import LEAST, compare_with_vectors

    space = bench.generain.atlas().space
    alike = compare_shifts(result.rankings[0])
    if sum(target in space for target in alike.targets) < LEAST:
        yield from rejections(AGREEMENT, [np.nan], "level")
        return
    told = compare_with_vectors(alike, space, seed=bench.seed)
    yield from rejections(AGREEMENT, told.p_value, "level")
    yield from rejections(f"{AGREEMENT}, a target", told.genes["p_value"], "level")


@dataclass(frozen=True)
class Doses:
    """Draws a compound at several doses on plates; it acts alike at all of them, or more at the higher ones (`slope`)."""

    levels: int
    replicates: int
    plates: int
    effect: float = 0.0
    slope: float = 0.0

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from scipy.stats import spearmanr

        wells = self.levels * self.replicates
        layout = Layout(sizes=((wells, 4),) * self.plates, kind="batch")
        samples = draw_logs(bench.rng, layout, LogWorld(), self.effect)
        dose = np.where(layout.perturbed, np.tile(np.r_[np.zeros(4), np.arange(wells) % self.levels + 1], self.plates), 0)
        direction = bench.rng.normal(size=samples.logs.shape[1])
        direction *= LogWorld().length / float(np.linalg.norm(direction))
        logs = samples.logs + self.slope * (dose / self.levels)[:, None] * direction
        obs = layout.obs(dose=dose.tolist())
        trends = bench.perturb(table(counts_of_logs(logs), bench.genes, obs), strata="batch").trends("dose")
        quantity = "power" if self.slope else "level"
        for space in trends["space"].unique():
            here = trends.loc[trends["space"] == space, "p_value"]
            yield from rejections(TREND, here, quantity, space=space)  # type: ignore[arg-type]
        own = logs[layout.perturbed]
        for one in range(self.plates):
            here = layout.block[layout.perturbed] == one
            own[here] -= own[here].mean(0)
        first = own @ np.linalg.svd(own, full_matrices=False)[2][0]
        p = spearmanr(first, dose[layout.perturbed]).pvalue
        yield from rejections(TREND, p, quantity, space="expression", method="Spearman on component 1")  # type: ignore[arg-type]


def _acting(names: "pd.Series[str]", acting: int) -> NDArray[np.bool_]:
    known = {f"{PERTURBED} {i}" for i in range(acting)}
    return names.isin(known).to_numpy()


def many_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = []
    shared = {
        "12 perturbations of 3, 20 shared controls": Layout(sizes=((3, 20),), perturbations=12),
        "8 perturbations of 5, 6 shared controls": Layout(sizes=((5, 6),), perturbations=8),
        "6 perturbations of 2 in each of 3 batches, 3 controls each": Layout(sizes=((2, 3),) * 3, kind="batch", perturbations=6),
    }
    for name, layout in shared.items():
        designs.append(
            Design(family="shared controls", name=name, experiment=SharedControls(layout), trials=100, quick=4, seconds=0.3)
        )
        acting = SharedControls(layout, layout.perturbations // 3, 0.7)
        words = f"{name}, a third of them act"
        designs.append(Design(family="shared controls", name=words, experiment=acting, trials=100, quick=4, seconds=0.3))
    screens = {
        "60 perturbations of one sample, 60 controls": Layout(sizes=((1, 60),), perturbations=60),
        "40 perturbations of one sample, 25 controls": Layout(sizes=((1, 25),), perturbations=40),
        "40 perturbations of one sample in each of 2 batches, 30 controls each": Layout(
            sizes=((1, 30),) * 2, kind="batch", perturbations=40
        ),
        "40 perturbations of one sample in each of 4 batches, 8 controls each": Layout(
            sizes=((1, 8),) * 4, kind="batch", perturbations=40
        ),
    }
    for name, layout in screens.items():
        designs.append(Design(family="screens", name=name, experiment=Screen(layout), trials=100, quick=3, seconds=0.5))
    some = Screen(screens["60 perturbations of one sample, 60 controls"], 20, 1.6)
    words = "60 perturbations of one sample, 60 controls, a third of them act"
    designs.append(Design(family="screens", name=words, experiment=some, trials=100, quick=3, seconds=0.5))
    for perturbed, controls in ((3, 3), (5, 5), (3, 21), (1, 12)):
        layout = Layout(sizes=((perturbed, controls),), perturbations=6)
        for left in (1.0, 0.5):
            words = f"6 targets, {perturbed} against {controls}, {left:.0%} left"
            experiment = Target(layout, left)
            designs.append(Design(family="targets", name=words, experiment=experiment, trials=100, quick=5, seconds=0.2))
    for levels, replicates, plates in ((4, 3, 1), (4, 1, 3), (6, 2, 2)):
        name = (
            f"{levels} doses, {replicates} on each of {plates} plates"
            if plates > 1
            else f"{levels} doses, {replicates} wells each"
        )
        for words, effect, slope in (("no effect", 0.0, 0.0), ("an effect at all doses alike", 1.0, 0.0), ("a trend", 0.0, 0.8)):
            doses = Doses(levels, replicates, plates, effect, slope)
            designs.append(
                Design(family="dose and time", name=f"{name}, {words}", experiment=doses, trials=200, quick=6, seconds=0.15)
            )
    return designs
