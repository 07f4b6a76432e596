"""What a design tells of single genes, and the independent tests of the same genes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generain_core.calibration.independent.limma import limma, rates
from generain_core.calibration.independent.welch import welch
from generain_core.calibration.measures import Measure, false_discoveries, rejections
from generain_core.calibration.simulation.layout import Layout
from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.permutations import ALPHA

GENES, FOUND = "p_value of moved genes", "fdr of moved genes"
NOMINALS = (0.05, 0.01, 0.001)


def moved_genes(result: Any, genes: list[str], moves: NDArray[np.bool_]) -> Iterator[Measure]:
    """Tell level, false discoveries and power of the genes that a perturbation moves; which move in truth is known.

    Args:
        result: of `perturb`, with one perturbation asked for.
        genes: of the simulated table.
        moves: which of them the perturbation moves.
    """
    true = dict(zip(genes, moves, strict=False))
    try:
        table = result.genes
    except GeneRAINError:
        yield from rejections(GENES, [np.nan], "level", nominals=NOMINALS)
        yield from false_discoveries(FOUND, [np.nan], [False], nominal=ALPHA)
        return
    acting = np.array([bool(true.get(gene, False)) for gene in table["gene"]])
    yield from rejections(GENES, table["p_value"][~acting], "level", nominals=NOMINALS)
    yield from false_discoveries(FOUND, table["fdr"], acting, nominal=ALPHA)


def by_limma(counts: NDArray[np.float64], layout: Layout, moves: NDArray[np.bool_]) -> Iterator[Measure]:
    """Ask limma's moderated t and Welch's t of the same counts: genes with ten counts in as many samples as the smaller group,
    as log2 of counts per ten million, with two counts added.
    """
    kept = (counts >= 10).sum(0) >= max(2, int(min(layout.perturbed.sum(), (~layout.perturbed).sum())))
    if kept.sum() < 3:
        return
    totals = counts.sum(1)
    logs = np.log2(counts[:, kept] * (1e7 / totals)[:, None] + max(1.0, 2e7 / totals.mean()))
    acting, perturbed = moves[kept], layout.perturbed
    blocks = layout.block if layout.kind else np.zeros(layout.n, dtype=np.int64)
    for method, trend in (("limma", False), ("limma-trend", True)):
        p = limma(logs, perturbed, blocks, trend=trend)
        yield from rejections(GENES, p[~acting], "level", method=method, nominals=NOMINALS)
        yield from false_discoveries(FOUND, rates(p), acting, method=method, nominal=ALPHA)
    if not layout.kind:
        p = np.nan_to_num(welch(logs[perturbed], logs[~perturbed]), nan=1.0)
        yield from rejections(GENES, p[~acting], "level", method="Welch's t", nominals=NOMINALS)
        yield from false_discoveries(FOUND, rates(p), acting, method="Welch's t", nominal=ALPHA)
