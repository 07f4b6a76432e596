"""Tables that look further into a result: the genes that perturbations move, and the predicted attributes these share."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.errors import GeneRAINError
from generain_core.perturbations.genes.gene_values import Measure, gene_values, measures
from generain_core.perturbations.genes.moved_attributes import MovedAttributes, moved_attributes
from generain_core.perturbations.genes.moved_genes import EXCHANGES, MovedGenes, find_moved_genes
from generain_core.perturbations.run import Perturbed
from generain_core.progress import Progress

MOST = 50
"""Perturbations that are looked into if none is named."""


@dataclass(frozen=True, eq=False)
class Untested:
    """A perturbation whose genes can't be tested, and why, in a sentence."""

    perturbation: str
    reason: str


def perturbations_of_interest(result: Perturbed, of: Sequence[str] = ()) -> list[str]:
    """Return the perturbations that are named, or those that were found (if ranks find none, by the fitted tail), at most 50.

    Raises:
        GeneRAINError: none is named and none was found.
    """
    significant = result.table.loc[result.table["fdr"] <= 0.05, "perturbation"]
    if not len(significant) and "tail_fdr" in result.table:
        significant = result.table.loc[result.table["tail_fdr"] <= 0.05, "perturbation"]
    names = [str(name) for name in (of or significant.head(MOST))]
    if not names:
        raise GeneRAINError("No perturbation was found, so there are no moved genes to write; name some with --of.")
    return names


def moved_genes(
    result: Perturbed, *, of: Sequence[str] = (), measure: Measure | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, list[MovedGenes | Untested]]:
    """Test the genes of several perturbations; return one table, and each perturbation's result.

    Raises:
        GeneRAINError: no perturbation is named or found, one that is named can't be tested, or none can.
    """
    names, measure = perturbations_of_interest(result, of), measure or measures(result)[0]
    values = gene_values(result, measure)
    parts: list[pd.DataFrame] = []
    each: list[MovedGenes | Untested] = []
    for i, name in enumerate(names):
        if progress:
            progress(i / len(names), f"genes of {name}")
        try:
            genes = find_moved_genes(result, name, measure, values=values)
        except GeneRAINError as problem:
            if of:
                raise
            each.append(Untested(name, str(problem)))
            continue
        parts.append(_named(genes.table, name))
        each.append(genes)
    if not parts:
        raise GeneRAINError("None of the perturbations that were found has samples enough to test genes.")
    return pd.concat(parts, ignore_index=True), each


def attributes_of_moved_genes(
    result: Perturbed,
    store: AttributeStore,
    *,
    of: Sequence[str] = (),
    measure: Measure | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, dict[str, MovedAttributes]]:
    """Find the predicted attributes that moved genes share; return one table, and the result of each perturbation.

    Raises:
        GeneRAINError: no perturbation is named or found, or one can't be tested.
    """
    names, measure = perturbations_of_interest(result, of), measure or measures(result)[0]
    values = gene_values(result, measure)
    each: dict[str, MovedAttributes] = {}
    for name in names:
        genes = find_moved_genes(result, name, measure, values=values, most_exchanges=EXCHANGES)
        each[name] = moved_attributes(genes, store, progress)
    return pd.concat([_named(found.table, name) for name, found in each.items()], ignore_index=True), each


def _named(table: pd.DataFrame, perturbation: str) -> pd.DataFrame:
    return table.assign(perturbation=perturbation)[["perturbation", *table.columns]]
