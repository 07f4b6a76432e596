"""Lists of genes: coherence, enrichment three ways, shared attributes, neighbors, and attributes of moved genes."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generain_core.calibration.bench import Bench, Design
from generain_core.calibration.independent.limma import rates
from generain_core.calibration.measures import Measure, false_discoveries, rejections
from generain_core.calibration.simulation.counts import BulkWorld, bulk_counts
from generain_core.calibration.simulation.layout import PERTURBED, groups
from generain_core.calibration.simulation.logs import table
from generain_core.errors import GeneRAINError
from generain_core.vectors import vector_sets

COHERENCE, SHARED, NEIGHBORS = "p_value of coherence", "p_value of shared attributes", "p_value of neighbors"
SHARED_ANY, MOVED_ANY = "p_adjusted of shared attributes", "p_adjusted of moved genes' attributes"
OVER, RANKS, CAMERA = "p_value of over-representation", "p_value of ranks", "p_value of camera"
MOVED = "p_value of moved genes' attributes"
SETS, SIZE = 40, 25


@dataclass(frozen=True)
class RandomList:
    """Draws a list of any genes, and asks what these have in common."""

    size: int

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from scipy.stats import fisher_exact, mannwhitneyu

        genes = [str(gene) for gene in bench.rng.choice(bench.genes, self.size, replace=False)]
        if vector_sets(bench.generain.release):
            space = bench.generain.atlas().space
            some = [str(gene) for gene in bench.rng.choice(space.genes, self.size, replace=False)]
            yield from rejections(COHERENCE, _p(bench.generain.coherence(some, seed=bench.seed).p_value), "level")
            pair = bench.generain.neighbors(some[0], k=len(space.genes) - 1, calibrated=True).sample(50, random_state=bench.seed)
            yield from rejections(NEIGHBORS, pair["p_value"], "level")
        sets = {f"set {i}": [str(gene) for gene in bench.rng.choice(bench.genes, SIZE, replace=False)] for i in range(SETS)}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sets.gmt"
            path.write_text("".join(f"{name}\t\t{chr(9).join(members)}\n" for name, members in sets.items()), encoding="utf-8")
            over = bench.generain.enrich(genes, path).table
            scores = dict(zip(bench.genes, bench.rng.normal(size=len(bench.genes)), strict=True))
            ranks = bench.generain.enrich(scores, path, ranked=True).table
        yield from rejections(OVER, over["p_value"], "level")
        yield from false_discoveries("fdr of over-representation", over["fdr"], np.zeros(len(over), dtype=bool))
        yield from rejections(RANKS, ranks["p_value"], "level")
        yield from false_discoveries("fdr of ranks", ranks["fdr"], np.zeros(len(ranks), dtype=bool))
        listed, total = set(genes), len(bench.genes)
        exact, sums = [], []
        for members in sets.values():
            both = len(listed & set(members))
            rest_of_all = total - len(listed) - len(members) + both
            cells = np.array([[both, len(members) - both], [len(listed) - both, rest_of_all]])
            exact.append(float(fisher_exact(cells, alternative="greater").pvalue))
            inside = set(members)
            of_set = [score for gene, score in scores.items() if gene in inside]
            rest = [score for gene, score in scores.items() if gene not in inside]
            sums.append(float(mannwhitneyu(of_set, rest, alternative="greater", method="asymptotic").pvalue))
        for number, share, p, method in (
            (OVER, "fdr of over-representation", exact, "Fisher's exact test"),
            (RANKS, "fdr of ranks", sums, "Mann-Whitney U"),
        ):
            yield from rejections(number, p, "level", method=method)
            yield from false_discoveries(share, rates(np.array(p)), np.zeros(SETS, dtype=bool), method=method)


@dataclass(frozen=True)
class SharedAttributes:
    """Draws a list of any genes, and asks which predicted attributes these share."""

    size: int

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from generain_core.lists.shared_attributes import shared_attributes

        store = bench.generain.predictions.store
        genes = bench.generain.gene_list(
            [str(gene) for gene in bench.rng.choice(np.array(store.genes), self.size, replace=False)]
        )
        told = shared_attributes(bench.generain.predictions, genes, seed=bench.seed).table
        yield from rejections(SHARED, told["p_value"], "level")
        yield from rejections(SHARED_ANY, told["p_adjusted"].min(), "level")


@dataclass(frozen=True)
class SetsOfMovedGenes:
    """Draws samples that differ in nothing, and asks which gene sets their genes lie in; genes of a set vary together, or not."""

    together: float

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        from generain_core.lists.camera import SampleRanking, camera
        from generain_core.lists.enrichment import over_representation, rank_enrichment
        from generain_core.perturbations.genes.gene_values import gene_values
        from generain_core.perturbations.genes.moved_genes import find_moved_genes
        from generain_core.perturbations.genes.residuals import residuals, z_scores

        layout, genes = groups(5, 5), 1000
        sets, changes = self._sets(bench, genes, layout.n)
        counts = bulk_counts(bench.rng, layout, BulkWorld(genes=genes, together=0.0), changes)
        result = bench.perturb(table(counts, bench.genes, layout.obs())).perturbed
        values = gene_values(result, "log2")
        moved = find_moved_genes(result, PERTURBED, "log2", values=values)
        left, freedom = residuals(result, moved, values)
        names = [str(gene) for gene in moved.table["gene"]]
        scores = dict(zip(names, z_scores(moved).tolist(), strict=True))
        libraries = {"sets": sets}
        told = camera(SampleRanking(scores=scores, residuals=left, freedom=freedom), libraries).table
        yield from rejections(CAMERA, told["p_value"], "level")
        yield from false_discoveries("fdr of camera", told["fdr"], np.zeros(len(told), dtype=bool))
        yield from rejections(RANKS, rank_enrichment(scores, libraries).table["p_value"], "level")
        yield from rejections(OVER, over_representation(names[:100], libraries, names).table["p_value"], "level")

    def _sets(self, bench: Bench, genes: int, samples: int) -> tuple[dict[str, frozenset[str]], NDArray[np.float64]]:
        """Return sets of genes, and the log2 changes by which those of a set go together in each sample."""
        order = bench.rng.permutation(genes)[: SETS * SIZE].reshape(SETS, -1) if genes >= SETS * SIZE else None
        members = order if order is not None else bench.rng.integers(genes, size=(SETS, SIZE))
        changes = np.zeros((samples, genes))
        for each in members:
            changes[:, each] += self.together * bench.rng.normal(size=(samples, 1))
        return {f"set {i}": frozenset(bench.genes[j] for j in each) for i, each in enumerate(members)}, changes


@dataclass(frozen=True)
class AttributesOfMovedGenes:
    """Draws samples that differ in nothing, and asks which predicted attributes their surest genes share."""

    def __call__(self, bench: Bench) -> Iterator[Measure]:
        """Run the experiment."""
        layout, world = groups(6, 6), BulkWorld(genes=min(1500, len(bench.genes)), together=0.3)
        adata = table(bulk_counts(bench.rng, layout, world), bench.genes, layout.obs())
        try:
            told = bench.perturb(adata, of=[PERTURBED], measure="log2").attributes
        except GeneRAINError:
            yield from rejections(MOVED, [np.nan], "level")
            return
        yield from rejections(MOVED, told["p_value"], "level")
        yield from rejections(MOVED_ANY, told["p_adjusted"].min(), "level")


def _p(value: float | None) -> float:
    return float("nan") if value is None else value


def list_designs() -> list[Design]:
    """Return the designs of this family."""
    designs = [
        Design(family="lists", name=f"{size} genes at random", experiment=RandomList(size), trials=200, quick=6, seconds=0.3)
        for size in (10, 100)
    ]
    for words, together in (("genes of a set vary alone", 0.0), ("genes of a set vary together", 0.4)):
        name = f"gene sets, 5 against 5 without effect, {words}"
        designs.append(Design(family="lists", name=name, experiment=SetsOfMovedGenes(together), trials=200, quick=6, seconds=0.3))
    shared = SharedAttributes(20)
    designs.append(
        Design(
            family="attributes", name="20 genes at random, their attributes", experiment=shared, trials=100, quick=4, seconds=0.5
        )
    )
    moved = AttributesOfMovedGenes()
    name = "6 against 6 without effect, attributes of the surest genes"
    designs.append(Design(family="attributes", name=name, experiment=moved, trials=100, quick=4, seconds=0.5))
    return designs
