"""Attributes that the genes of a list share, each beside matched random lists."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from generain_core import settings
from generain_core.attributes.predictions import Predictions
from generain_core.attributes.similar import fold
from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.attributes.store.summaries import lower_counts
from generain_core.errors import GeneRAINError
from generain_core.lists.gene_list import GeneList
from generain_core.progress import Progress, silent
from generain_core.vectors.matched_genes import draw, strata_of

DRAWS = 999
_FOLDED = 400
_ATTRIBUTES = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedAttributes:
    """Attributes of a list.

    Attributes:
        table: one row an attribute, the largest effect first: attribute, mean_percentile, expected (mean over random lists),
            effect (in standard deviations of these), p_value (share of random lists with as much), p_adjusted (for all
            attributes, by the largest effect in each random list), folded_into (a better one that is nearly the same, or '').
            Both p are NaN where the list was chosen by similarity.
        genes: how many genes have predictions.
        missing: genes without predictions.
        matched_on: what each random gene has in common with the gene in whose place it stands.
        draws: how many random lists.
    """

    table: pd.DataFrame
    genes: int
    missing: tuple[str, ...]
    matched_on: tuple[str, ...]
    draws: int


def shared_attributes(
    predictions: Predictions, genes: GeneList, draws: int = DRAWS, seed: int = settings.SEED, progress: Progress = silent
) -> SharedAttributes:
    """Compare a list's mean percentile in each attribute with that of lists of random genes of like biotype and expression.

    Source of `p_adjusted`: Westfall and Young 1993, single step, over lists exchanged with the one asked about.

    Raises:
        GeneRAINError: no gene with predictions, or fewer than 999 draws.
    """
    store = predictions.store
    rows = np.array([store.row(gene) for gene in genes.genes if gene in store], np.intp)
    if not len(rows):
        raise GeneRAINError(f"None of the {len(genes):,} genes has predicted attributes; give some of the {len(store.genes):,}.")
    if draws < DRAWS:
        raise GeneRAINError(f"{draws} random lists were asked for; ask for {DRAWS} or more.")
    strata = strata_of(predictions)
    drawn = draw(strata, rows, draws, np.random.default_rng(seed))
    means = _means(store, np.vstack([rows[None], drawn]), progress)
    middle, spread = means.mean(axis=0), means.std(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        effects = np.where(spread > 0, (means - middle) / spread, 0.0)
    highest = np.nanmax(effects, axis=1)
    p_values = (means >= means[0] - 1e-9).mean(axis=0)
    ordered = np.sort(highest)
    p_adjusted = (len(ordered) - np.searchsorted(ordered, effects[0] - 1e-9, "left")) / len(ordered)
    null = means[1:]
    effect = (means[0] - null.mean(axis=0)) / np.maximum(null.std(axis=0, ddof=1), 1e-12)
    table = pd.DataFrame(
        {
            "attribute": store.attributes.astype(str),
            "mean_percentile": means[0],
            "expected": null.mean(axis=0),
            "effect": effect,
            "p_value": np.nan if genes.origin.by_similarity else p_values,
            "p_adjusted": np.nan if genes.origin.by_similarity else np.maximum(p_adjusted, p_values),
        }
    )
    order = np.argsort(-np.nan_to_num(effect, nan=-np.inf), kind="stable")
    table = table.iloc[order].reset_index(drop=True).assign(folded_into=_folded(store, order))
    store.let_go()
    return SharedAttributes(
        table=table,
        genes=len(rows),
        missing=tuple(gene for gene in genes.genes if gene not in store),
        matched_on=strata.matched_on,
        draws=draws,
    )


def _means(store: AttributeStore, lists: np.ndarray, progress: Progress) -> np.ndarray:
    """Return the mean percentile of each list (lists × genes, rows of the store) in each attribute; NaN without any gene."""
    number, size = lists.shape
    starts = np.arange(number + 1) * size
    chosen = sparse.csr_matrix((np.ones(lists.size, np.float32), lists.ravel(), starts), (number, len(store.genes)))
    means = np.empty((number, len(store.table)))
    for start, shares in _percentiles(store):
        part = slice(start, start + shares.shape[1])
        missing = np.isnan(shares)
        if missing.any():
            counts = chosen @ (~missing).astype(np.float32)
            sums = chosen @ np.where(missing, 0, shares)
            means[:, part] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
        else:
            means[:, part] = (chosen @ shares) / size
        progress(part.stop / len(store.table), f"{part.stop:,} of {len(store.table):,} attributes")
    return means


def _percentiles(store: AttributeStore) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the first attribute and the percentiles of all genes (genes × attributes, float32), some attributes at a time."""
    for start, block in store.blocks(size=4 * _ATTRIBUTES * len(store.genes)):
        part = slice(start, start + len(block))
        below = np.asarray(store.below[:, part]) if store.below is not None else lower_counts(np.array(block)).T
        shares = below.astype(np.float32) * (100 / np.maximum(store.counts[part] - 1, 1)).astype(np.float32)
        shares[np.isnan(block).T] = np.nan
        yield start, shares


def _folded(store: AttributeStore, order: np.ndarray) -> list[str]:
    """Return for each of the first attributes of an order the earlier one that is nearly the same, or ''."""
    some = order[:_FOLDED]
    heads = fold(store, some)
    names = ["" if head == place else str(store.attributes[head]) for place, head in zip(some, heads, strict=True)]
    return names + [""] * (len(order) - len(some))
