"""How often LASSO takes a gene up over the folds."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from generain_core.cohort.run import CohortResult

COLUMNS = ["gene", "frequency", "folds", "coefficient"]
LASSO = "expression_lasso"
_LEAST = 1e-6


def lasso_genes(result: CohortResult) -> pd.DataFrame:
    """Return the genes that LASSO took up, the most frequent first: share of folds, number, mean standardized coefficient.

    The coefficient is that of the second of two classes, the number or the log hazard; of several classes the largest counts,
    without a sign.
    """
    folds = result.results[LASSO]
    genes = np.array(result.samples.genes, dtype=object)
    taken, total = np.zeros(len(genes)), np.zeros(len(genes))
    for each in folds:
        columns, weights = _weights(each.pipeline)
        chosen = np.abs(weights) > _LEAST
        taken[columns[chosen]] += 1
        total[columns[chosen]] += weights[chosen]
    rows = np.flatnonzero(taken)
    rows = rows[np.lexsort((genes[rows].astype(str), -np.abs(total[rows]), -taken[rows]))]
    table = {"gene": genes[rows], "frequency": taken[rows] / len(folds), "folds": taken[rows].astype(int)}
    return pd.DataFrame(table | {"coefficient": total[rows] / taken[rows]}, columns=COLUMNS)


def _weights(pipeline: Any) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the columns that a sparse probe read, and the weight of each."""
    steps = dict(pipeline.steps)
    columns = steps["varied"].columns_
    if "associated" in steps:
        columns = columns[steps["associated"].columns_]
    last = steps["probe"]
    if hasattr(last, "slopes_"):
        return columns, np.asarray(last.slopes_)
    if hasattr(last, "regressor_"):
        return columns, np.asarray(last.regressor_.coef_).ravel()
    if hasattr(last, "estimators_"):
        weights = np.array([np.ravel(each.coef_) for each in last.estimators_ if hasattr(each, "coef_")])
        return columns, np.abs(weights).max(0)
    return columns, np.ravel(last.coef_)
