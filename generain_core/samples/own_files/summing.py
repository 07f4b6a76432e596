"""Samples that were binned before, summed: their depths are summed too, as their counts lack the rows of no model gene."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.interpret.expression import Expression
from generain_core.samples.own_files.content import DEPTH_COLUMNS, OwnSamples, Trust
from generain_core.samples.own_files.trust import trusted

SUMMED = "summed"


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
    nothing = pd.DataFrame(index=table.index)
    return replace(
        own,
        depths=table,
        bins=np.empty((count, 0), np.int16),
        obsm={},
        columns=nothing,
        about={SUMMED: True},
        stability={},
        trust=Trust.SEALED,
        whole=False,
        sealed=frozenset(),
    )
