"""What the test of moved genes leaves, against least squares with an intercept for each stratum."""

import numpy as np

from generain_core.perturbations.genes.gene_values import gene_values
from generain_core.perturbations.genes.moved_genes import find_moved_genes
from generain_core.perturbations.genes.residuals import residuals, z_scores
from tests.perturbations.test_moved import experiment, logs


def test_residuals_are_those_of_least_squares_and_scores_those_of_the_p_values() -> None:
    what, batch = ["ctrl", "ctrl", "A", "ctrl", "A", "A", "A", "ctrl", "ctrl"], ["x"] * 3 + ["y"] * 6
    result = experiment(2, what, {"batch": batch}, {})
    moved = find_moved_genes(result, "A", "log2")
    found, freedom = residuals(result, moved, gene_values(result, "log2"))
    design = np.stack([[b == "x" for b in batch], [b == "y" for b in batch], [w == "A" for w in what]], axis=1).astype(float)
    rows = [int(gene[1:]) for gene in moved.table["gene"]]
    values = logs(result)[:, rows]
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    assert freedom == 6
    np.testing.assert_allclose(found, left / np.sqrt((left**2).sum(0) / 6), atol=2e-3)
    scores = z_scores(moved)
    assert (np.sign(scores) == np.sign(moved.table["t"])).all()
    assert (np.diff(np.abs(scores)) <= 1e-9).all()
