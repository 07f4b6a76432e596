"""Samples binned before, summed or thinned: so are their depths, as their counts lack the rows that are no gene of the model."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.content import DEPTH_COLUMNS, OwnSamples, Trust
from generain_core.samples.own_files.trust import trusted

SUMMED = "summed"
THINNED = "thinned"


def summed_depths(
    expression: Expression, groups: NDArray[np.integer], rows: NDArray[np.integer], summed: Any
) -> OwnSamples | None:
    """Return the depths of summed samples of an own file, without bins; None of other samples.

    A sum's expressed genes can't be known without the rows that the file lacks: they are at least those of the richest of
    its samples, and those above zero in the sum.

    Args:
        expression: before it is summed.
        groups: per row that is summed, its group.
        rows: which rows are summed.
        summed: groups × identifiers.

    Raises:
        NeedsConsent: the file was changed since it was written.
    """
    own = trusted(expression).own
    if own is None:
        return None
    count = int(groups.max()) + 1
    depths = own.depths.iloc[rows].reset_index(drop=True)
    totals = np.bincount(groups, depths["total_counts"].to_numpy(np.float64), count)
    above = np.asarray((summed > 0).sum(axis=1)).ravel()
    richest = depths["n_genes_by_counts"].groupby(groups).max().reindex(range(count)).to_numpy()
    table = pd.DataFrame(dict(zip(DEPTH_COLUMNS, (totals, np.maximum(richest, above), above), strict=True)))
    return _depths_alone(own, table, SUMMED)


def thinned_depths(
    own: OwnSamples, before: Any, after: Any, keep: NDArray[np.float64], generator: np.random.Generator
) -> OwnSamples:
    """Return the depths of samples of an own file whose counts were thinned, without bins.

    Reads of rows that the file lacks are thinned as the others were. How many of these rows are still above zero can't be
    known; they count as before.

    Args:
        own: what is known of the samples.
        before: counts, samples × genes.
        after: the same, thinned.
        keep: of each sample, the share of its reads that was kept.
        generator: of the draw.
    """
    totals = own.depths["total_counts"].to_numpy(np.float64)
    outside = np.rint(np.maximum(totals - _sums(before), 0)).astype(np.int64)
    beyond = (own.depths["n_genes_by_counts"] - own.depths["n_genes_matched"]).clip(lower=0).to_numpy()
    above = np.asarray((after > 0).sum(axis=1)).ravel()
    depths = np.where(keep < 1, _sums(after) + generator.binomial(outside, keep), totals)
    columns = (depths, above + beyond, above)
    return _depths_alone(own, pd.DataFrame(dict(zip(DEPTH_COLUMNS, columns, strict=True))), THINNED)


def _sums(values: Any) -> NDArray[np.float64]:
    return np.asarray(values.sum(axis=1, dtype=np.float64)).ravel()


def _depths_alone(own: OwnSamples, depths: pd.DataFrame, change: str) -> OwnSamples:
    return replace(
        own,
        depths=depths,
        bins=np.empty((len(depths), 0), np.int16),
        obsm={},
        columns=pd.DataFrame(index=depths.index),
        about={change: True},
        stability={},
        trust=Trust.SEALED,
        whole=False,
        sealed=frozenset(),
    )
