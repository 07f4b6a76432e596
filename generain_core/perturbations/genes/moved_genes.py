"""Which genes a perturbation moves: a moderated t-test of each, within strata or pairs, with false discovery rates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import false_discovery_rates, samples_to_compare, usable_samples
from generain_core.perturbations.effects.exchange import exchanges, within_blocks
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes.gene_values import GeneValues, Measure, gene_values
from generain_core.perturbations.genes.moderated import moderate
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.one_against_many import LEAST
from generain_core.progress import Progress, silent

CHECKS = 20
"""Exchanges of labels, to see how many genes the same test would find by chance."""
EXCHANGES = 199
"""Exchanges of labels, where it is asked what the moved genes have in common."""
FEW, TOP, MOST = 10, 100, 500
_MANY = 0.3
COLUMNS = ("gene", "change", "mean_reference", "mean_perturbed", "t", "p_value", "fdr")


@dataclass(frozen=True, eq=False, kw_only=True)
class MovedGenes:
    """What a perturbation did to each gene.

    Attributes:
        perturbation, target: its label, and the gene that it names or ''.
        measure: what was tested.
        table: one row a tested gene, the surest first; see `COLUMNS`.
        n_samples, n_reference: how many were compared with how many.
        freedom, prior_freedom: of a gene's own variance, and what all genes add to it.
        by_chance: how many genes the same test finds with labels exchanged within strata or pairs, for each of up to
            `CHECKS` random exchanges; empty where there are too few ways to exchange them.
        exchanged: exchanges × genes of the table, how sure the same test is of each gene (the size of t) with labels exchanged.
        not_tested: genes left out as expressed in too few samples, or equal in all.
        notes: what has to be known to read it.
    """

    perturbation: str
    target: str
    measure: Measure
    table: pd.DataFrame
    n_samples: int
    n_reference: int
    freedom: int
    prior_freedom: float
    by_chance: tuple[int, ...]
    exchanged: NDArray[np.float32]
    not_tested: int
    notes: tuple[str, ...]

    @property
    def found(self) -> pd.DataFrame:
        """Return the genes with a false discovery rate of 5 % or less."""
        return self.table[self.table["fdr"] <= ALPHA]


def find_moved_genes(
    result: Perturbed,
    name: str,
    measure: Measure,
    *,
    values: GeneValues | None = None,
    most_exchanges: int = CHECKS,
    progress: Progress | None = None,
) -> MovedGenes:
    """Test every gene for a change between a perturbation and what it is compared with.

    The change is the mean over strata (or pairs) of the difference of means, a stratum weighing n m / (n + m). Tested by
    the moderated t of a linear model with an intercept for each stratum or pair (Smyth 2004,
    doi 10.2202/1544-6115.1027), two-sided; a permutation could not reach 5 % among thousands of genes with few samples. As a
    check, the same test is run with labels exchanged within strata or pairs. A gene is tested if it is expressed in at least
    as many samples as the smaller group has, whichever they are.

    Args:
        result: of `run`.
        name: the perturbation.
        measure: bins or log2 depth.
        values: of the genes, if they are at hand.
        most_exchanges: of labels, for `MovedGenes.exchanged`; all of them where they are fewer.
        progress: told the share done.

    Raises:
        GeneRAINError: no such perturbation, or too few samples for a test.
    """
    report: Progress = progress or silent
    if name in result.depth.untestable:
        raise GeneRAINError(f"{name} can't be tested: {result.depth.untestable[name]}.")
    values = values or gene_values(result, measure)
    rows, perturbed, blocks = compared_samples(result, name, values)
    within = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    n, k = len(rows), int(perturbed.sum())
    freedom = n - len(within) - 1
    if (k < 2 and n - k < LEAST) or freedom < 1:
        raise GeneRAINError(
            f"{name} has {k} samples against {n - k}: too few to test genes; at least 2 with replicates are needed, "
            f"or 1 against {LEAST}."
        )
    labels = exchanges(perturbed, within, most_exchanges, result.choices.settings.seed)
    centered, weight = within_blocks(labels, within)
    products, squares, means, tested = [], [], [], []
    for part, block, expressed in values.blocks(rows):
        report(0.9 * part.start / len(values.genes), f"{part.start:,} of {len(values.genes):,} genes")
        keep = (expressed.sum(0) >= (max(2, min(k, n - k)) if k > 1 else n / 2)) & (np.ptp(block, axis=0) > 0)
        some = block[:, keep]
        means.append(np.stack([some[~perturbed].mean(0), some[perturbed].mean(0)]))
        for members in within:
            some[members] -= some[members].mean(0)
        products.append(centered @ some)
        squares.append((some**2).sum(0))
        tested.append(np.arange(part.start, part.stop)[keep])
    genes = np.concatenate(tested)
    if not len(genes):
        raise GeneRAINError(f"No gene is expressed in enough samples of {name} and its reference to be tested.")
    changes, total = np.concatenate(products, axis=1) / weight, np.concatenate(squares)
    table, prior = _table(changes[0], total, freedom, weight)
    by_chance, exchanged = _exchanged(changes[1:], total, freedom, weight)
    low, high = np.concatenate(means, axis=1)
    table = table.assign(gene=np.array(values.genes, dtype=object)[genes], mean_reference=low, mean_perturbed=high)
    table = table[list(COLUMNS)].sort_values(["p_value", "gene"], kind="stable")
    exchanged = exchanged[:, table.index]
    table = table.reset_index(drop=True)
    report(1.0, "genes tested")
    left = len(values.genes) - len(genes)
    notes = _notes(freedom, by_chance, table)
    target = result.design.targets.get(name, "")
    return MovedGenes(
        perturbation=name,
        target=target,
        measure=values.measure,
        table=table,
        n_samples=k,
        n_reference=n - k,
        freedom=freedom,
        prior_freedom=prior,
        by_chance=tuple(by_chance),
        exchanged=exchanged,
        not_tested=left,
        notes=notes,
    )


def surest_genes(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the genes to ask further about, and which these are in words.

    Those with a false discovery rate of 5 %, at most the `MOST` surest; if they are fewer than `FEW`, the `TOP` surest.
    """
    significant = table[table["fdr"] <= ALPHA].head(MOST)
    if len(significant) >= FEW:
        return significant, f"{len(significant):,} genes with a false discovery rate of 5 % or less"
    top = table.head(TOP)
    return top, f"the {len(top):,} surest genes, as only {len(significant):,} have a rate of 5 %"


def compared_samples(
    result: Perturbed, name: str, values: GeneValues
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return the rows of the values to compare, which of them are perturbed, and the stratum or pair of each."""
    place = {sample: i for i, sample in enumerate(values.samples)}
    design = result.design
    design = design.take(np.array([sample in place for sample in design.samples]) & usable_samples(design))
    if name not in design.perturbations:
        raise GeneRAINError(f"There is no perturbation {name[:60]!r} with samples that can be compared.")
    perturbed, reference = samples_to_compare(design, name, result.choices.settings.seed)
    groups = design.strata
    if design.pairs is not None:
        groups = design.strata * (int(design.pairs.max()) + 1) + design.pairs
    shared = np.intersect1d(groups[perturbed], groups[reference])
    used = (perturbed | reference) & np.isin(groups, shared)
    rows = np.array([place[design.samples[i]] for i in np.flatnonzero(used)], dtype=np.int64)
    return rows, perturbed[used], groups[used]


def _exchanged(
    changes: NDArray[np.float64], squares: NDArray[np.float64], freedom: int, weight: float
) -> tuple[list[int], NDArray[np.float32]]:
    """Return how many genes the first exchanges find, if there are enough of them, and of all the size of t, × genes."""
    strengths, counts = np.zeros(changes.shape, dtype=np.float32), []
    for i, change in enumerate(changes):
        table, _ = _table(change, squares, freedom, weight, rates=len(changes) >= CHECKS > i)
        strengths[i] = table["t"].abs()
        if "fdr" in table:
            counts.append(int((table["fdr"] <= ALPHA).sum()))
    return counts, strengths


def _table(
    change: NDArray[np.float64], squares: NDArray[np.float64], freedom: int, weight: float, *, rates: bool = True
) -> tuple[pd.DataFrame, float]:
    variance = np.maximum(squares - change**2 * weight, 0) / freedom
    test = moderate(change, variance, freedom, weight)
    table = pd.DataFrame({"change": change, "t": test.t, "p_value": test.p})
    return table.assign(fdr=false_discovery_rates(table["p_value"])) if rates else table, test.prior_freedom


def _notes(freedom: int, by_chance: list[int], table: pd.DataFrame) -> tuple[str, ...]:
    notes = (
        [f"A gene's own variance has {freedom} degrees of freedom only; it leans on what is usual among genes."]
        if freedom < 4
        else []
    )
    count = int((table["fdr"] <= ALPHA).sum())
    if count > _MANY * len(table):
        notes.append(
            f"{count / len(table):.0%} of all tested genes were found: where few genes take many of the reads, scaling to equal "
            "depth lowers all others, so look at the size of the changes too."
        )
    if by_chance:
        middle = int(np.median(by_chance))
        notes.append(
            f"With labels exchanged at random, the same test found {middle:,} genes in the middle of {len(by_chance)} tries "
            f"(most: {max(by_chance):,}), against {count:,} with the labels as they are."
        )
        if count and middle > 0.2 * count:
            notes.append("That is many: samples differ for other reasons than the perturbation, so trust the list less.")
    else:
        notes.append("There are too few ways to exchange the labels for a check of how many genes are found by chance.")
    return tuple(notes)
