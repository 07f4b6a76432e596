"""What a test of moved genes leaves unexplained: how genes vary together among samples of one kind."""

import numpy as np
from numpy.typing import NDArray

from generain_core.perturbations.genes.gene_values import GeneValues
from generain_core.perturbations.genes.moved_genes import MovedGenes, compared_samples
from generain_core.perturbations.run import Perturbed

MOST_SAMPLES = 300
"""Samples whose residuals are kept; of more, so many at random."""


def residuals(result: Perturbed, moved: MovedGenes, values: GeneValues, seed: int = 0) -> tuple[NDArray[np.float32], int]:
    """Return residuals of the tested genes (samples × genes, in the order of ``moved.table``), and their degrees of freedom.

    They are what is left of a gene's values once the mean of each stratum or pair and the perturbation's change are taken
    away, divided so that the sum of a gene's squares is the degrees of freedom.
    """
    rows, _, model = compared_samples(result, moved.perturbation, values)
    place = {gene: i for i, gene in enumerate(values.genes)}
    genes = np.array([place[gene] for gene in moved.table["gene"]], dtype=np.int64)
    left = np.empty((len(rows), len(genes)), np.float32)
    for part, block, _ in values.blocks(rows, genes):
        rest = model.rest(block)
        left[:, part] = rest - np.outer(model.label, model.label @ rest / model.weight)
    if len(rows) > MOST_SAMPLES:
        left = left[np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST_SAMPLES])]
    freedom = min(moved.freedom, len(left))
    scale = np.sqrt(np.maximum((left.astype(np.float64) ** 2).sum(0) / freedom, np.finfo(np.float32).tiny))
    return left / scale.astype(np.float32), freedom


def z_scores(moved: MovedGenes) -> NDArray[np.float64]:
    """Return each tested gene's p-value as a z-score with the sign of its change."""
    from scipy.stats import norm

    p_values = np.clip(moved.table["p_value"].to_numpy(np.float64), 1e-300, 1.0)
    scores: NDArray[np.float64] = np.sign(moved.table["t"].to_numpy(np.float64)) * norm.isf(p_values / 2)
    return scores
