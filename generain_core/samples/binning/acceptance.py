"""Which samples can be binned, and why the others can't."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from generain_core.errors import GeneRAINError
from generain_core.samples.binning.gene_matching import Match
from generain_core.samples.interpret.expression import Expression, Matrix
from generain_core.text import significant

LARGEST_TOTAL = 1e300
TRAINED_TOTAL = 1_000_000
"""Counts that a sample had at least to be trained on; fewer are no hindrance, but are told."""
MIN_GENES = 2000
"""A sample needs more expressed genes than this, as in the authors' pipeline."""


def accept(expression: Expression, match: Match, min_genes: int = MIN_GENES) -> pd.DataFrame:
    """Return one row a sample, indexed by its name.

    Columns: total_counts and n_genes_by_counts (gene rows above zero), both over all gene rows of the upload, in the model or
    not, or as they were written with samples that this program binned before; n_genes_matched (of those, rows of genes to be
    binned); kept; reason ("" for kept samples).

    Raises:
        GeneRAINError: `min_genes` is negative.
    """
    if min_genes < 0:
        raise GeneRAINError(f"The least number of expressed genes can't be {min_genes}; give 0 or more.")
    own = expression.own
    totals = sample_depths(expression, match.counted)
    expressed = (
        expressed_genes(expression.values, match.counted) if own is None else own.depths["n_genes_by_counts"].to_numpy(np.int64)
    )
    frame = pd.DataFrame(
        {
            "total_counts": totals,
            "n_genes_by_counts": expressed,
            "n_genes_matched": expressed_genes(expression.values, match.of_gene >= 0),
            "kept": (totals > 0) & (totals < LARGEST_TOTAL) & (expressed > min_genes),
        },
        index=pd.Index(expression.samples, dtype=object, name="sample"),
    )
    frame["reason"] = [_reason(*row, min_genes) for row in zip(frame["kept"], totals, expressed, strict=True)]
    return frame


def sample_depths(expression: Expression, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the total of each sample over the columns that count, or what was written of samples that were binned before."""
    own = expression.own
    return depth(expression.values, counted) if own is None else own.depths["total_counts"].to_numpy(np.float64)


def depth(values: Matrix, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the total of each sample over some columns: rounded once, so that it is the same in any order of the genes."""
    if not sparse.issparse(values):
        return np.array([_exact_sum(row[counted]) for row in values])
    kept = (values[:, counted].data, values[:, counted].indptr)
    return np.array([_exact_sum(kept[0][a:z]) for a, z in zip(kept[1][:-1], kept[1][1:], strict=True)])


def lowered(min_genes: int) -> str:
    """Return the warning that stays with a result whose samples may be poorer than the authors allow; '' if none is due."""
    if min_genes >= MIN_GENES:
        return ""
    return (
        f"Samples with more than {min_genes:,} expressed genes were kept; the authors ask for more than {MIN_GENES:,}, "
        "so bins of the poorer samples are less certain."
    )


def _exact_sum(values: NDArray[np.generic]) -> float:
    with np.errstate(over="ignore"):
        total = float(values.sum(dtype=np.float64))
    if total >= LARGEST_TOTAL:
        return total
    whole = values.dtype.kind in "iub" or bool((values == np.floor(values.astype(np.float64))).all())
    return total if whole and total < 2**53 else math.fsum(values[values != 0].tolist())


def expressed_genes(values: Matrix, columns: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many of some columns are above zero in each sample."""
    positive = values > 0
    return np.asarray(positive @ columns.astype(np.int64)).ravel() if sparse.issparse(values) else positive[:, columns].sum(1)


def _reason(kept: bool, total: float, expressed: int, min_genes: int) -> str:
    if kept:
        return ""
    if not total > 0:
        return "no counts at all"
    if total >= LARGEST_TOTAL:
        return f"a total of {significant(total, 1)}, which can't be of counts"
    return f"{expressed:,} expressed genes; more than {min_genes:,} are needed"
