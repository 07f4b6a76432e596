"""Tables that look further into a result: genes that perturbations move, gene sets among them, and attributes they share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.errors import GeneRAINError, Untestable
from generain_core.lists.enrichment import Enrichment
from generain_core.perturbations.effects.permutations import ALPHA
from generain_core.perturbations.genes import gene_sets
from generain_core.perturbations.genes.gene_values import GeneValues, Measure, gene_values, measures
from generain_core.perturbations.genes.moved_attributes import MovedAttributes, moved_attributes
from generain_core.perturbations.genes.moved_genes import CHECKS, EXCHANGES, MovedGenes, find_moved_genes
from generain_core.perturbations.run import Perturbed
from generain_core.progress import Progress

T = TypeVar("T")
MOST = 50
"""Perturbations that are looked into if none is named."""


@dataclass(frozen=True, eq=False)
class Untested:
    """A perturbation whose genes can't be tested, and why, in a sentence."""

    perturbation: str
    reason: str


def perturbations_of_interest(result: Perturbed, of: Sequence[str] = ()) -> list[str]:
    """Return the perturbations that are named, or those found in whichever space (else by the fitted tail), the `MOST` surest.

    Raises:
        GeneRAINError: none is named and none was found.
    """
    if of:
        return [str(name) for name in of]
    table = result.table
    for column in ("fdr", "tail_fdr"):
        rates = table[[f"{head}{column}" for head in ("", "expression_") if f"{head}{column}" in table]].min(axis=1)
        if (rates <= ALPHA).any():
            return _surest(table.assign(rate=rates)[rates <= ALPHA])
    raise GeneRAINError("No perturbation was found, so there are no moved genes to write; name some with --of.")


def _surest(found: pd.DataFrame) -> list[str]:
    """Return the first of those that were found: by false discovery rate, then by distance where there is one."""
    distances = [name for name in ("distance", "expression_distance") if name in found]
    farthest = found[distances].max(axis=1) if distances else 0.0
    order = found.assign(near=-farthest).sort_values(["rate", "near"], kind="stable")
    return [str(name) for name in order["perturbation"].head(MOST)]


def moved_genes(
    result: Perturbed, *, of: Sequence[str] = (), measure: Measure | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, list[MovedGenes | Untested]]:
    """Test the genes of several perturbations; return one table, and each perturbation's result.

    Raises:
        GeneRAINError: no perturbation is named or found, one that is named can't be tested, or none can.
    """
    each = _looked_into(result, of, measure, progress, lambda genes, _: genes)
    return _joined([(genes.perturbation, genes.table) for genes in each if isinstance(genes, MovedGenes)]), each


def gene_sets_of_moved_genes(
    result: Perturbed,
    libraries: Mapping[str, Mapping[str, frozenset[str]]],
    *,
    of: Sequence[str] = (),
    measure: Measure | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, list[tuple[str, Enrichment] | Untested]]:
    """Test gene sets among the genes of several perturbations by camera; return one table, and each perturbation's result.

    Raises:
        GeneRAINError: as `moved_genes`.
    """

    def test(genes: MovedGenes, values: GeneValues) -> tuple[str, Enrichment]:
        return genes.perturbation, gene_sets.moved_gene_sets(result, genes, values, libraries)

    each = _looked_into(result, of, measure, progress, test)
    tables = [(found[0], found[1].table[list(gene_sets.COLUMNS)]) for found in each if isinstance(found, tuple)]
    joined = _joined(tables)
    return joined.assign(genes=joined["genes"].map(" ".join)), each


def attributes_of_moved_genes(
    result: Perturbed,
    store: AttributeStore,
    *,
    of: Sequence[str] = (),
    measure: Measure | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, list[tuple[str, MovedAttributes] | Untested]]:
    """Find the predicted attributes that moved genes share; return one table, and the result of each perturbation.

    Raises:
        GeneRAINError: as `moved_genes`.
    """

    def test(genes: MovedGenes, _: GeneValues) -> tuple[str, MovedAttributes]:
        return genes.perturbation, moved_attributes(genes, store, progress)

    each = _looked_into(result, of, measure, progress, test, EXCHANGES)
    return _joined([(found[0], found[1].table) for found in each if isinstance(found, tuple)]), each


def _looked_into(
    result: Perturbed,
    of: Sequence[str],
    measure: Measure | None,
    progress: Progress | None,
    test: Callable[[MovedGenes, GeneValues], T],
    exchanges: int = CHECKS,
) -> list[T | Untested]:
    """Test the genes of each perturbation of interest and ask a question of them; none may be asked of none.

    What is at fault beside a perturbation's own samples and genes (a file of the release; work that was stopped) is raised.
    """
    names = perturbations_of_interest(result, of)
    values = gene_values(result, measure or measures(result)[0])
    each: list[T | Untested] = []
    for i, name in enumerate(names):
        if progress:
            progress(i / len(names), f"genes of {name}")
        try:
            each.append(test(find_moved_genes(result, name, values.measure, values=values, most_exchanges=exchanges), values))
        except Untestable as problem:
            if of:
                raise
            each.append(Untested(name, str(problem)))
    reasons = [found.reason for found in each if isinstance(found, Untested)]
    if len(reasons) == len(each):
        of_all = f"Genes of none of the perturbations that were found ({len(each):,}) can be tested."
        raise Untestable(f"{of_all} The first: {reasons[0]}")
    return each


def _joined(tables: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    return pd.concat(
        [table.assign(perturbation=name)[["perturbation", *table.columns]] for name, table in tables], ignore_index=True
    )
