"""Counts as a sequencer gives them: bulk samples and single cells, in which depth, cells and genes are what they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core.calibration.simulation.layout import Layout

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class BulkWorld:
    """How bulk counts vary: negative binomial around means that differ much between genes.

    Attributes:
        genes: how many.
        dispersion: of genes in the middle; each gene's own varies around it by a factor of about 2.
        depth: counts of a control sample, in the middle.
        ratio: depth of perturbed samples over that of controls.
        depths: standard deviation of log depth between samples.
        blocks: standard deviation of log means between blocks (donors, batches).
        together: standard deviation of the factors that genes have in common, in log.
    """

    genes: int = 800
    dispersion: float = 0.05
    depth: float = 2e6
    ratio: float = 1.0
    depths: float = 0.15
    blocks: float = 0.3
    together: float = 0.15


@dataclass(frozen=True, kw_only=True)
class CellWorld:
    """How single cells vary: wells with effects of their own, four kinds of cells in shares that differ between wells.

    Attributes:
        genes: how many.
        perturbed, controls: cells of a perturbed and of a control well.
        counts: of a cell, in the middle.
    """

    genes: int = 600
    perturbed: int = 12
    controls: int = 60
    counts: float = 1500


def bulk_counts(rng: np.random.Generator, layout: Layout, world: BulkWorld, changes: Values | None = None) -> Values:
    """Return counts, samples × genes.

    Args:
        rng: random numbers.
        layout: who is perturbed.
        world: how counts vary.
        changes: log2 change of each gene in perturbed samples (genes), or of each sample and gene.
    """
    mean = rng.gamma(0.5, 1, world.genes) + 0.02
    mean /= mean.sum()
    dispersion = world.dispersion * rng.lognormal(0, 0.6, world.genes)
    perturbed = layout.perturbed
    depth = world.depth * np.where(perturbed, world.ratio, 1.0) * rng.lognormal(0, world.depths, layout.n)
    logs = np.log(mean) + np.zeros((layout.n, 1))
    if layout.kind:
        logs = logs + rng.normal(0, world.blocks, (len(layout.sizes), world.genes))[layout.block]
    if world.together:
        loadings = rng.normal(size=(5, world.genes)) / np.sqrt(5)
        logs = logs + world.together * rng.normal(size=(layout.n, 5)) @ loadings
    if changes is not None:
        each = changes if changes.ndim == 2 else np.where(perturbed[:, None], changes, 0.0)
        logs = logs + np.log(2) * each
    noise = rng.gamma(1 / dispersion, dispersion, (layout.n, world.genes))
    values: Values = rng.poisson(depth[:, None] * np.exp(logs) * noise).astype(np.float64)
    return values


def cell_counts(rng: np.random.Generator, layout: Layout, world: CellWorld) -> tuple[Values, NDArray[np.int64]]:
    """Return counts of cells (× genes), and the well of each: a well is a sample of the layout."""
    mean = rng.gamma(0.5, 1, world.genes) + 0.02
    kinds = rng.gamma(0.7, 1, (4, world.genes)) * mean
    kinds /= kinds.sum(1, keepdims=True)
    rows, wells = [], []
    for well, is_perturbed in enumerate(layout.perturbed):
        cells = world.perturbed if is_perturbed else world.controls
        kind = rng.choice(4, cells, p=rng.dirichlet([3] * 4))
        own = rng.gamma(20, 1 / 20, world.genes)
        rows.append(rng.poisson(world.counts * rng.lognormal(0, 0.4, (cells, 1)) * kinds[kind] * own))
        wells += [well] * cells
    return np.concatenate(rows).astype(np.float64), np.array(wells, dtype=np.int64)
