"""What the reference values of a gene set say of a usual sample, gene by gene."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.release.files import Release
from generain_core.release.identity import boundaries_identity
from generain_core.release.readers.boundaries import Boundaries
from generain_core.samples.binning.bins import BINS, DEPTH
from generain_core.storage import cache

DRAWS = 24
"""Samples that are drawn from the reference values, each gene by itself, to see what is usual."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Profile:
    """The genes of a gene set as the reference values have them.

    Attributes:
        genes: the gene set, in the boundaries' order.
        means: of a gene's reference values, log10 of depth-scaled counts.
        spreads: their standard deviations.
        zeros: the share of them that is zero.
        values: drawn samples × genes: for each gene one of its reference values.
        bins: of the drawn values.
        largest: the largest share of a sample's total that any gene has among the reference values.
        usual_largest: the share that only one gene in a thousand ever reaches.
    """

    genes: tuple[str, ...]
    means: NDArray[np.float32]
    spreads: NDArray[np.float32]
    zeros: NDArray[np.float32]
    values: NDArray[np.float32]
    bins: NDArray[np.int16]
    largest: float
    usual_largest: float


def profile_of(release: Release, gene_set: str, boundaries: Boundaries) -> Profile:
    """Return the profile of a gene set; it is kept in the cache.

    Raises:
        ReleaseError: the boundaries are damaged.
    """
    key = cache.key_of(1, boundaries_identity(release, gene_set), DRAWS, settings.SEED)
    found = cache.load("second-opinion", key)
    if found is None or found.arrays["means"].shape != (len(boundaries.genes),):
        found = cache.store("second-opinion", key, _made(boundaries), {})
    arrays = found.arrays
    shares = (10.0 ** arrays["tops"].astype(np.float64) - 1) / DEPTH
    return Profile(
        genes=boundaries.genes,
        means=arrays["means"],
        spreads=arrays["spreads"],
        zeros=arrays["zeros"],
        values=arrays["values"],
        bins=arrays["bins"],
        largest=float(shares.max()),
        usual_largest=float(np.quantile(shares, 0.999)),
    )


def _made(boundaries: Boundaries) -> dict[str, np.ndarray]:
    count, width = len(boundaries.genes), len(boundaries.values)
    single = {name: np.empty(count, np.float32) for name in ("means", "spreads", "zeros", "tops")}
    values, bins = np.empty((DRAWS, count), np.float32), np.empty((DRAWS, count), np.int16)
    rng = np.random.default_rng(settings.SEED)
    for start in range(0, count, boundaries.block_genes):
        block = boundaries.block(start, min(start + boundaries.block_genes, count))
        part = slice(start, start + len(block))
        nothing = (block <= 0).sum(axis=1)
        single["means"][part], single["spreads"][part] = block.mean(axis=1), block.std(axis=1)
        single["zeros"][part], single["tops"][part] = nothing / width, block[:, -1]
        chosen = rng.integers(0, width, (len(block), DRAWS))
        drawn = np.take_along_axis(block, chosen, axis=1)
        above = np.maximum(width - nothing, 1)[:, None]
        ranks = np.floor((chosen - nothing[:, None]) / (above / (BINS - 1))) + 2
        values[:, part] = drawn.T
        bins[:, part] = np.where(drawn > 0, np.clip(ranks, 2, BINS), 1).astype(np.int16).T
    return single | {"values": values, "bins": bins}
