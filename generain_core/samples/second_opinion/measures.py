"""Numbers of a sample that tell a human bulk sample from other tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.samples.binning.bins import BINS

USUALLY_ON = 0.05
"""Genes are usually on if at most this share of their reference values is zero."""
_STEADY = 0.1
_EDGE = 0.025
_HOUSEKEEPING = frozenset(
    [
        "ACTB",
        "ACTG1",
        "B2M",
        "CFL1",
        "EEF1A1",
        "EEF2",
        "ENO1",
        "FTH1",
        "FTL",
        "GAPDH",
        "HNRNPA1",
        "HSP90AB1",
        "LDHA",
        "MYL6",
        "NPM1",
        "PFN1",
        "PKM",
        "PPIA",
        "RPL13A",
        "RPL3",
        "RPL4",
        "RPLP0",
        "RPLP1",
        "RPS18",
        "RPS27A",
        "RPS3",
        "TMSB10",
        "TPT1",
        "TUBA1B",
        "UBC",
    ]
)
_FEWEST = 10
MEASURES = ("correlation", "spread", "zeros", "steady_at_edges", "unevenness")


def measures(
    values: NDArray[np.floating],
    bins: NDArray[np.integer],
    means: NDArray[np.floating],
    spreads: NDArray[np.floating],
    zeros: NDArray[np.floating],
) -> pd.DataFrame:
    """Return one row a sample, over the genes that are given (all samples × genes, or one number a gene).

    Columns: ``correlation``, of log10 depth-scaled counts with the reference's means; ``spread``, their standard deviation
    over that of the means, both over genes that are usually on; ``zeros``, the share of these that are zero;
    ``steady_at_edges``, the share of the steadiest tenth of them, housekeeping genes mostly, whose bins lie among the outer
    5 %; ``unevenness``, the Kolmogorov-Smirnov distance of bins above 1 from evenly spread ones.
    """
    on = np.flatnonzero(zeros <= USUALLY_ON)
    steady = on[np.argsort(spreads[on], kind="stable")[: max(20, int(len(on) * _STEADY))]]
    own = bins[:, steady]
    edges = ((own <= 1 + _EDGE * BINS) | (own > BINS * (1 - _EDGE))).mean(axis=1)
    rows = zip(values, bins, strict=True)
    uneven = [_unevenness(row) for row in bins]
    columns = {
        "correlation": [_correlation(row, means) for row, _ in rows],
        "spread": values[:, on].std(axis=1, dtype=np.float64) / max(float(means[on].std(dtype=np.float64)), 1e-9),
        "zeros": (bins[:, on] <= 1).mean(axis=1),
        "steady_at_edges": edges,
        "unevenness": uneven,
    }
    return pd.DataFrame(columns)


def housekeeping_leads(counts: Any, genes: Sequence[str]) -> bool:
    """Say whether housekeeping genes lie among the highest tenth of the expressed ones in most samples, as in real human tissue.

    It tells real samples, whose names belong to their values, without any reference.
    """
    places = [i for i, gene in enumerate(genes) if gene in _HOUSEKEEPING]
    if len(places) < _FEWEST:
        return False
    some = counts[:: max(1, counts.shape[0] // 50)]
    dense = np.asarray(some if isinstance(some, np.ndarray) else some.toarray(), np.float64)
    leads = [np.median(row[places]) > np.quantile(row[row > 0], 0.9) for row in dense if (row > 0).any()]
    return bool(leads) and float(np.mean(leads)) > 0.5


def _correlation(row: NDArray[np.floating], means: NDArray[np.floating]) -> float:
    one, other = row.astype(np.float64) - row.mean(dtype=np.float64), means.astype(np.float64) - means.mean(dtype=np.float64)
    norm = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / norm if norm > 0 else 0.0


def _unevenness(row: NDArray[np.integer]) -> float:
    counts = np.bincount(row[row > 1].astype(np.int64), minlength=BINS + 1)[2 : BINS + 1]
    total = counts.sum()
    if not total:
        return 1.0
    even = np.arange(1, BINS) / (BINS - 1)
    return float(np.abs(np.cumsum(counts) / total - even).max())
