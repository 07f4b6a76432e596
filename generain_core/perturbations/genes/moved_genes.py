"""Which genes a perturbation moves: a moderated t-test of each, within strata or pairs, with false discovery rates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.errors import Untestable
from generain_core.perturbations.design.covariates import columns_of
from generain_core.perturbations.effects.adjusted.adjusted_effect import why_not
from generain_core.perturbations.effects.adjusted.linear_model import LinearModel, linear_model
from generain_core.perturbations.effects.analysis import blocks_of, false_discovery_rates, samples_to_compare, usable_samples
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes.by_exchange import Exchanges, changes_of, exchanges_of, pooled_p
from generain_core.perturbations.genes.enough_counts import LEAST_COUNT, LEAST_PER_MILLION, enough_counts, least_samples
from generain_core.perturbations.genes.gene_values import GeneValues, Measure, gene_values
from generain_core.perturbations.genes.moderated import moderate
from generain_core.perturbations.genes.trend import Trend
from generain_core.perturbations.run import Perturbed
from generain_core.perturbations.screens.one_against_many import LEAST
from generain_core.progress import Progress, silent
from generain_core.text import percent, significant, with_noun

CHECKS = 20
"""Exchanges of labels, to see how many genes the same test would find by chance."""
UNEQUAL = 99
"""Exchanges of labels, where groups are unequal and p leans on them."""
EXCHANGES = 199
"""Exchanges of labels, where it is asked what the moved genes have in common."""
FEW, TOP, MOST = 10, 100, 500
_MANY, _ONE_WAY = 0.3, 200
COLUMNS = ("gene", "change", "mean_reference", "mean_perturbed", "t", "p_value", "fdr", "p_moderated")


@dataclass(frozen=True, eq=False, kw_only=True)
class MovedGenes:
    """What a perturbation did to each gene.

    Attributes:
        perturbation, target: its label, and the gene that it names or ''.
        measure, values: what was tested, and in words.
        table: one row a tested gene, the surest first; see `COLUMNS`.
        n_samples, n_reference: how many were compared with how many.
        freedom, prior_freedom: of a gene's own variance, and what all genes add to it.
        by_chance: how many genes the same test finds with labels exchanged within strata or pairs, for each of up to
            `CHECKS` random exchanges; empty where there are too few ways to exchange them.
        exchanged: exchanges × genes of the table, how sure the same test is of each gene (the size of t) with labels exchanged.
        not_tested: genes left out for too few counts, or as equal in all samples.
        by_exchange: whether ``p_value`` leans on exchanges of labels, as groups are unequal; else it is ``p_moderated``, limma's.
        notes: what has to be known to read it.
    """

    perturbation: str
    target: str
    measure: Measure
    values: str
    table: pd.DataFrame
    n_samples: int
    n_reference: int
    freedom: int
    prior_freedom: float
    by_chance: tuple[int, ...]
    exchanged: NDArray[np.float32]
    not_tested: int
    by_exchange: bool
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
    the moderated t of a linear model with an intercept for each stratum or pair, the prior of a gene's variance following its
    mean log2 depth: limma-trend (Smyth 2004, doi 10.2202/1544-6115.1027; Law et al. 2014, doi 10.1186/gb-2014-15-2-r29).
    Genes need counts enough (`enough_counts`), as logs of few counts are far from normal. Where groups are unequal, skewed
    values make one side's tail too frequent; so p is then the larger of that of t and that of labels exchanged within strata or
    pairs, taken over all genes (`pooled_p`). Exchanges also say how many genes the test finds by chance.

    Args:
        result: of `run`.
        name: the perturbation.
        measure: bins or log2 depth.
        values: of the genes, if they are at hand.
        most_exchanges: of labels, for `MovedGenes.exchanged`; all of them where they are fewer.
        progress: told the share done.

    Raises:
        Untestable: no such perturbation, or too few samples for a test.
    """
    report: Progress = progress or silent
    if name in result.depth.untestable:
        raise Untestable(f"{name} can't be tested: {result.depth.untestable[name]}.")
    values = values or gene_values(result, measure)
    rows, perturbed, model = compared_samples(result, name, values)
    n, k = len(rows), int(perturbed.sum())
    if (k < 2 and n - k < LEAST) or model.freedom < 1:
        raise Untestable(
            f"{name} has {with_noun(k, 'sample')} against {n - k}: too few to test genes; at least 2 with replicates are needed, "
            f"or 1 against {LEAST}."
        )
    unequal = any(2 * perturbed[members].sum() != len(members) for members in model.within)
    # as many are always drawn, and the first of them taken, so that p does not depend on how many are asked for
    most = max(most_exchanges, UNEQUAL if unequal else 0)
    draws = exchanges_of(model, perturbed, max(most, EXCHANGES), result.choices.settings.seed).first(most)
    changes, squares, facts = _changes(values, rows, perturbed, model, draws, report)
    genes = facts["row"].to_numpy()
    trend = Trend(facts["level"].to_numpy())
    table, prior = _table(changes[0], squares[0], model, trend)
    exchanged = np.zeros((len(draws), len(genes)), dtype=np.float32)
    by_chance: list[int] = []
    for i in range(len(draws)):
        other, _ = _table(changes[i + 1], squares[i + 1], model, trend)
        exchanged[i] = other["t"].abs()
        if len(draws) >= CHECKS > i:
            by_chance.append(int((false_discovery_rates(other["p_moderated"]) <= ALPHA).sum()))
    table["p_value"] = table["p_moderated"]
    if unequal:
        pooled = pooled_p(table["t"].abs().to_numpy(), exchanged[:UNEQUAL]) if len(draws) else np.ones(len(genes))
        table["p_value"] = np.maximum(table["p_moderated"], pooled)
    table = table.assign(
        gene=np.array(values.genes, dtype=object)[genes],
        mean_reference=facts["mean_reference"],
        mean_perturbed=facts["mean_perturbed"],
        fdr=false_discovery_rates(table["p_value"]),
    )
    table = table[list(COLUMNS)].sort_values(["p_value", "p_moderated", "gene"], kind="stable")
    exchanged = exchanged[:most_exchanges, table.index]
    table = table.reset_index(drop=True)
    report(1.0, "genes tested")
    target = result.design.targets.get(name, "")
    return MovedGenes(
        perturbation=name,
        target=target,
        measure=values.measure,
        values=values.words,
        table=table,
        n_samples=k,
        n_reference=n - k,
        freedom=model.freedom,
        prior_freedom=prior,
        by_chance=tuple(by_chance),
        exchanged=exchanged,
        not_tested=len(values.genes) - len(genes),
        by_exchange=unequal,
        notes=_notes(model, by_chance, table, values, least_samples(n, k), min(len(draws), UNEQUAL) if unequal else None),
    )


def _changes(
    values: GeneValues,
    rows: NDArray[np.int64],
    perturbed: NDArray[np.bool_],
    model: LinearModel,
    draws: Exchanges,
    report: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.float64], pd.DataFrame]:
    """Return changes and sums of squares (exchanges × tested genes), and of each tested gene its row, means and level.

    Raises:
        Untestable: no gene has counts enough.
    """
    n, k = len(rows), int(perturbed.sum())
    changes, squares, facts = [], [], []
    for part, block, scaled in values.blocks(rows):
        report(0.9 * part.start / len(values.genes), f"{part.start:,} of {len(values.genes):,} genes")
        keep = enough_counts(scaled, values.scale[rows], least_samples(n, k), counted=values.counted)
        keep &= np.ptp(block, axis=0) > 0
        some = block[:, keep]
        change, square = changes_of(model, draws, model.rest(some))
        changes.append(change)
        squares.append(square)
        facts.append(
            pd.DataFrame(
                {
                    "row": np.arange(part.start, part.stop)[keep],
                    "mean_reference": some[~perturbed].mean(0),
                    "mean_perturbed": some[perturbed].mean(0),
                    "level": np.log2(scaled[:, keep] + values.prior).mean(0),
                }
            )
        )
    table = pd.concat(facts, ignore_index=True)
    if not len(table):
        raise Untestable(
            f"No gene has {what_is_enough(values, least_samples(n, k))}, so none can be tested: logs of fewer are too uneven."
        )
    return np.concatenate(changes, axis=1), np.concatenate(squares, axis=1), table


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
) -> tuple[NDArray[np.int64], NDArray[np.bool_], LinearModel]:
    """Return the rows of the values to compare, which of them are perturbed, and the model of their genes.

    Raises:
        Untestable: no such perturbation, or covariates tell it from what it is compared with.
    """
    place = {sample: i for i, sample in enumerate(values.samples)}
    design = result.design
    design = design.take(np.array([sample in place for sample in design.samples]) & usable_samples(design))
    if name not in design.perturbations:
        raise Untestable(f"There is no perturbation {name[:60]!r} with samples that can be compared.")
    perturbed, reference = samples_to_compare(design, name, result.choices.settings.seed)
    groups = blocks_of(design)
    shared = np.intersect1d(groups[perturbed], groups[reference])
    used = (perturbed | reference) & np.isin(groups, shared)
    if design.pairs is not None and len(shared) > len(np.unique(design.pairs[used])):
        raise Untestable(
            f"Genes of {name} can't be tested: pairs stand in several strata, which are not independent; leave "
            "the strata out for one value of each pair."
        )
    rows = np.array([place[design.samples[i]] for i in np.flatnonzero(used)], dtype=np.int64)
    covariates = columns_of(design.covariates)
    model = linear_model(perturbed[used], groups[used], None if covariates is None else covariates[used])
    if model.is_confounded:
        raise Untestable(f"Genes of {name} can't be tested: {why_not(model)}.")
    return rows, perturbed[used], model


def what_is_enough(values: GeneValues, least: float) -> str:
    """Return what a gene needs to be tested, in words."""
    wanted = f"{LEAST_COUNT} counts (in a sample of middle depth)" if values.counted else f"{LEAST_PER_MILLION:g} per million"
    return f"{wanted} in {int(np.ceil(least - 1e-9))} of the samples"


def _table(
    change: NDArray[np.float64], squares: NDArray[np.float64], model: LinearModel, trend: Trend
) -> tuple[pd.DataFrame, float]:
    variance = np.maximum(squares - change**2 * model.weight, 0) / model.freedom
    test = moderate(change, variance, model.freedom, model.weight, trend)
    return pd.DataFrame({"change": change, "t": test.t, "p_moderated": test.p}), test.prior_freedom


def _notes(
    model: LinearModel, by_chance: list[int], table: pd.DataFrame, values: GeneValues, least: float, draws: int | None
) -> tuple[str, ...]:
    notes, genes = [], len(values.genes)
    if genes > len(table):
        notes.append(
            f"{genes - len(table):,} of {genes:,} genes were not tested: they have less than {what_is_enough(values, least)}, "
            "or are equal in all."
        )
    if model.freedom < 4:
        notes.append(f"A gene's own variance has {model.freedom} degrees of freedom only; it leans on what is usual among genes.")
    if draws is not None:
        notes.append(
            f"Groups are unequal, so p is no smaller than that of {draws:,} exchanges of the labels over all genes: "
            f"{significant(1 / (draws * len(table) + 1))} at the least."
        )
    count, ways = int((table["fdr"] <= ALPHA).sum()), np.sign(table["change"][table["fdr"] <= ALPHA])
    one_way = count >= _ONE_WAY and abs(float(ways.mean())) > 0.9
    if count > _MANY * len(table) or one_way:
        notes.append(
            f"{percent(count / len(table))} of all tested genes were found{', nearly all one way' if one_way else ''}: where few "
            "genes take many of the reads, scaling to equal depth lowers all others; look at the size of the changes too."
        )
    if by_chance:
        middle = int(np.median(by_chance))
        notes.append(
            f"With labels exchanged at random, the moderated t-test found {middle:,} genes in the middle of "
            f"{len(by_chance)} tries (most: {max(by_chance):,}), against {count:,} with the labels as they are."
        )
        if count and middle > 0.2 * count:
            notes.append("That is many: samples differ for other reasons than the perturbation, so trust the list less.")
    else:
        notes.append("There are too few ways to exchange the labels for a check of how many genes are found by chance.")
    return tuple(notes)
