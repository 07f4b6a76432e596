"""Which genes are at the top of an attribute: the probability above which they are, found once; and whose top a gene is in."""

from collections.abc import Sequence

import numpy as np

from generain_core.attributes.similar import fold
from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.progress import Progress, silent
from generain_core.storage import cache

_KIND = "attribute-tops"
_FOLDED = 100
"""Attributes that are looked at for being nearly the same."""


def thresholds(store: AttributeStore, percentile: float, progress: Progress = silent) -> np.ndarray:
    """Return, per attribute, the probability above which a gene's percentile is the one asked for or more; cached.

    A gene's percentile counts the other genes below it, see `AttributeStore.percentiles`: it reaches P if at least P % of the
    others are below, that is, if its probability is above the one that has that place from below. NaN, above which nothing
    is, where an attribute has no such gene.

    Args:
        store: the predictions.
        percentile: above 0, at most 100.
        progress: told the share done.
    """
    key = cache.key_of(1, store.fingerprint, percentile)
    entry = cache.load(_KIND, key)
    if entry is None:
        places = np.ceil(np.round(percentile / 100 * np.maximum(store.counts - 1, 1), 9)).astype(np.intp)
        limits = np.empty(len(store.table), np.float32)
        for start, block in store.blocks():
            for row, line in enumerate(block, start):
                limits[row] = np.partition(line, places[row] - 1)[places[row] - 1] if store.counts[row] > 1 else np.nan
            progress((start + len(block)) / len(store.table), "the top of each attribute")
        entry = cache.store(_KIND, key, {"limits": limits}, {})
    return np.asarray(entry.arrays["limits"])


def percentiles_at(store: AttributeStore, genes: Sequence[int] | np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the percentiles of some genes in some attributes (genes × attributes), as `AttributeStore.percentiles` has them.

    Args:
        store: the predictions.
        genes: rows of the store.
        places: rows of attributes.
    """
    rows = np.asarray(genes, np.intp)
    if store.below is None:
        return np.array([store.percentiles_of(int(place))[rows] for place in places]).T.reshape(len(rows), len(places))
    shares = 100 * store.below[rows][:, places].astype(np.float64) / np.maximum(store.counts[places] - 1, 1)
    result: np.ndarray = np.where(np.isnan(store.by_gene[rows][:, places]), np.nan, shares)
    return result


def own_attributes(store: AttributeStore, row: int, limits: np.ndarray, most: int) -> tuple[str, ...]:
    """Return the attributes in whose top a gene stands, the one in which it is highest first, nearly the same ones once.

    Args:
        store: the predictions.
        row: of the gene.
        limits: of the top, per attribute; see `thresholds`.
        most: how many at most.
    """
    places = np.flatnonzero(store.by_gene[row] > limits)
    order = places[np.argsort(-percentiles_at(store, [row], places)[0], kind="stable")][:_FOLDED]
    return tuple(str(store.attributes[place]) for place in dict.fromkeys(fold(store, order).tolist()))[:most]


def common_attributes(store: AttributeStore, rows: np.ndarray, limits: np.ndarray, most: int) -> tuple[str, ...]:
    """Return the attributes in whose top more than half of some genes stand, those of most genes first.

    Two genes or fewer have none: their own are in `own_attributes`.
    """
    if len(rows) < 3:
        return ()
    counts = (store.by_gene[np.sort(rows)] > limits).sum(axis=0)
    places = np.flatnonzero(counts > len(rows) / 2)
    heights = np.nan_to_num(percentiles_at(store, rows, places)).mean(axis=0) if len(places) else np.empty(0)
    order = places[np.lexsort((-heights, -counts[places]))][:_FOLDED]
    return tuple(str(store.attributes[place]) for place in dict.fromkeys(fold(store, order).tolist()))[:most]
