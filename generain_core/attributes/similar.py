"""Which attributes are alike: correlation of their probabilities over all genes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from generain_core.attributes.store.attribute_store import AttributeStore
from generain_core.errors import GeneRAINError

ALIKE = 0.95
"""Attributes whose probabilities correlate at least so much count as nearly the same."""
_FOLDED_AT_MOST = 1000


def correlations(store: AttributeStore, row: int) -> np.ndarray:
    """Return Pearson's correlation of an attribute with every attribute over the genes that have both (float64).

    The table is read once, block by block; it is NaN where an attribute is the same for all genes.
    """
    own = np.asarray(store.by_attribute[row]).astype(np.float64)
    whole = bool((store.counts == len(store.genes)).all())
    result = np.empty(len(store.table))
    centered = (own - own.mean()).astype(np.float32) if whole else own
    for start, block in store.blocks():
        part = slice(start, start + len(block))
        if whole:
            spread = store.deviations[part] * store.deviations[row] * len(own)
            with np.errstate(divide="ignore", invalid="ignore"):
                result[part] = np.where(spread > 0, (block @ centered) / spread, np.nan)
        else:
            result[part] = [pearson(own, other) for other in block]
    return np.clip(result, -1, 1)


def similar(store: AttributeStore, row: int, k: int = 20) -> pd.DataFrame:
    """Return the attributes most correlated with one over all genes: attribute, correlation (float64), median.

    Raises:
        GeneRAINError: k below 1.
    """
    if k < 1:
        raise GeneRAINError(f"{k} attributes were asked for; ask for 1 or more.")
    found = correlations(store, row)
    found[row] = np.nan
    near = np.argsort(-found, kind="stable")[: min(k + 10, int((~np.isnan(found)).sum()))]
    own = np.asarray(store.by_attribute[row])
    exact = np.array([pearson(own, store.by_attribute[i]) for i in near])
    store.let_go()
    order = np.lexsort((near, -exact))[:k]
    rows = near[order]
    return pd.DataFrame({"attribute": store.attributes[rows], "correlation": exact[order], "median": store.medians[rows]})


def pearson(a: np.ndarray, b: np.ndarray) -> float:
    """Return Pearson's correlation over the places where both have a value, computed in float64; NaN if one doesn't vary."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    both = ~(np.isnan(x) | np.isnan(y))
    if not both.all():
        x, y = x[both], y[both]
    if len(x) < 2:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    length = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / length, -1, 1)) if length > 0 else float("nan")


def fold(store: AttributeStore, rows: Sequence[int] | np.ndarray, limit: float = ALIKE) -> np.ndarray:
    """Return for each attribute the one it is folded under: the first before it that it correlates with by `limit` or more.

    An attribute that is folded takes none under itself, so that everyone is nearly the same as whom it stands under.
    A missing probability counts as the attribute's mean.
    """
    rows = np.asarray(rows, np.intp)
    unit = np.asarray(store.by_attribute)[rows]  # without the ways of a memory map, which cost time
    unit -= store.means[rows, None].astype(np.float32)
    if (store.counts[rows] < len(store.genes)).any():
        np.nan_to_num(unit, copy=False)
    lengths = np.sqrt(np.einsum("ij,ij->i", unit, unit, dtype=np.float64))
    store.let_go()
    unit /= np.maximum(lengths, 1e-12)[:, None].astype(np.float32)
    alike = unit @ unit.T >= limit
    heads = np.arange(len(rows))
    for i in range(len(rows)):
        before = np.flatnonzero(alike[i, :i] & (heads[:i] == np.arange(i)))
        if len(before):
            heads[i] = before[0]
    return rows[heads]


def leaders_of(store: AttributeStore, order: np.ndarray, k: int) -> tuple[np.ndarray, list[list[int]]]:
    """Return the first k attributes of an order that are not nearly the same as an earlier one, and who was left out."""
    size = min(max(2 * k, 100), _FOLDED_AT_MOST)
    while True:
        part = order[:size]
        heads = fold(store, part)
        leaders = list(dict.fromkeys(heads.tolist()))[:k]
        if len(leaders) == k or size >= min(len(order), _FOLDED_AT_MOST):
            break
        size = min(2 * size, _FOLDED_AT_MOST)
    alike = [[int(m) for m, head in zip(part, heads, strict=True) if head == leader and m != leader] for leader in leaders]
    return np.array(leaders, np.intp), alike
