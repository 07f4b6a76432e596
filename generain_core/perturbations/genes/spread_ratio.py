"""By how much more the few samples of a perturbation vary than controls do, told by many genes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.genes.gene_values import GeneValues

GENES = 1000
"""Genes that are asked, evenly spaced over all."""
_EXPRESSED = 0.5


def spread_ratios(
    values: GeneValues, controls: NDArray[np.int64], strata: NDArray[np.int64], groups: Mapping[str, NDArray[np.int64]]
) -> dict[str, float]:
    """Return by how much more the samples of each perturbation vary around their mean than controls do, 1 or more.

    Of each gene that most controls express, the variance of a perturbation's samples, less the means of controls of their
    strata, is divided by that of controls; the median over genes by what it would be of equal variances (the median of F). With
    few samples genes that vary together move that median, so that no perturbation has less than the middle of all of them.

    Args:
        values: of all genes.
        controls: rows of ``values.samples``.
        strata: of each row.
        groups: rows of each perturbation; those with fewer than two are not told of.
    """
    from scipy.stats import f as fisher

    several = {name: rows for name, rows in groups.items() if len(rows) > 1}
    if not several:
        return {}
    genes = np.unique(np.linspace(0, len(values.genes) - 1, min(GENES, len(values.genes))).astype(np.int64))
    names = np.unique(strata[controls]).tolist()
    freedom = len(controls) - len(names)
    ratios: dict[str, list[NDArray[np.float64]]] = {name: [] for name in several}
    for _, block, counts in values.blocks(np.arange(len(values.samples)), genes):
        means = {stratum: block[controls[strata[controls] == stratum]].mean(0) for stratum in names}
        left = np.stack([block[i] - means[strata[i]] for i in controls])
        variance = (left**2).sum(0) / max(1, freedom)
        told = ((np.asarray(counts)[controls] > 0).mean(0) >= _EXPRESSED) & (variance > 0)
        for name, rows in several.items():
            if all(strata[i] in means for i in rows):
                own = np.stack([block[i] - means[strata[i]] for i in rows])[:, told]
                ratios[name].append(own.var(axis=0, ddof=1) / variance[told])
    squares = {}
    for name, parts in ratios.items():
        found = np.concatenate([*parts, np.empty(0)])
        if len(found):
            squares[name] = float(np.median(found) / fisher.median(len(several[name]) - 1, max(1, freedom)))
    middle = float(np.median(list(squares.values()))) if squares else 1.0
    return {name: float(np.sqrt(max(1.0, middle, square))) for name, square in squares.items()}
