"""Hubs: genes that are among the nearest of far more genes than others are, so that nearness to them says little.

Radovanović et al. 2010, Hubs in space, JMLR 11: the k-occurrence N_k of a point is in how many others' k nearest it is.
"""

from dataclasses import dataclass

import numpy as np

from generain_core import settings
from generain_core.storage import cache
from generain_core.vectors.gene_map import nearest
from generain_core.vectors.space import GeneSpace

K = 30
SAMPLE = 2000
HUB = 5.0
"""A gene that is found so many times more often than the average gene counts as a hub."""


@dataclass(frozen=True, eq=False)
class Hubness:
    """How often each gene is among the `k` nearest of `sampled` genes (int, per gene of the space), and the average of that."""

    counts: np.ndarray
    k: int
    sampled: int

    @property
    def average(self) -> float:
        """Return how often a gene is found on average."""
        return float(self.counts.mean())

    def times(self, row: int) -> float:
        """Return how many times more often than the average a gene is found."""
        return float(self.counts[row] / self.average)


def hubness(space: GeneSpace, k: int = K, sample: int = SAMPLE, seed: int = settings.SEED) -> Hubness:
    """Count in how many genes' nearest each gene is, over a seeded sample of genes (all, where there are no more); cached."""
    k, sample = min(k, len(space) - 1), min(sample, len(space))
    key = cache.key_of(1, space.fingerprint, k, sample, seed)
    entry = cache.load("hubness", key)
    if entry is None:
        rows = np.sort(np.random.default_rng(seed).permutation(len(space))[:sample])
        near, _ = nearest(space, k, rows)
        entry = cache.store("hubness", key, {"counts": np.bincount(near.ravel(), minlength=len(space))}, {})
    return Hubness(entry.arrays["counts"], k, sample)
