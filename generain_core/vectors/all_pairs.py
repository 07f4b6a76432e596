"""All pairs of genes, looked at once in tiles: who is nearest to whom, how far down one stands on the other's list, who is a hub.

The products of all genes with all others would take gigabytes. A tile of rows at a time is enough for what is asked of them,
twice: once for each gene's nearest, once for the ranks back. What is kept is a few hundred bytes a gene.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generain_core.progress import Progress, part, silent
from generain_core.storage import cache
from generain_core.vectors.hubness import Hubness, K, hubness
from generain_core.vectors.space import GeneSpace

NEAREST = 50
"""Neighbors of each gene that are kept."""
DENSE = 10
"""Neighbors whose mean cosine tells how dense a gene's place is."""
QUICK = 5_000
"""Genes with vectors up to which all their pairs take about a second."""
TILE = 32 << 20
"""What the products of one tile take in memory."""
_TIE = 1e-12
_KIND = "all-pairs"


@dataclass(frozen=True, eq=False)
class AllPairs:
    """What all pairs of genes tell of each.

    Attributes:
        near: rows of each gene's nearest, the nearest first (genes × `NEAREST`, or as many as there are).
        back: rank of the gene as seen from each of these (the same shape).
        counts: of how many genes' `K` nearest each gene is one.
        density: mean cosine of each gene to its `DENSE` nearest.
    """

    near: np.ndarray
    back: np.ndarray
    counts: np.ndarray
    density: np.ndarray

    @property
    def hubness(self) -> Hubness:
        """Return how often each gene is among the nearest of all."""
        return Hubness(self.counts, min(K, len(self.counts) - 1), len(self.counts))


def kept_pairs(space: GeneSpace) -> AllPairs | None:
    """Return what was told of all pairs before; None if that was never asked."""
    entry = cache.load(_KIND, _key(space))
    return None if entry is None else AllPairs(**{name: entry.arrays[name] for name in ("near", "back", "counts", "density")})


def kept_hubness(space: GeneSpace) -> Hubness:
    """Return how often each gene is among the nearest: of all, where that was asked before or is quick, else of a sample.

    What it says of a gene is then the same wherever it is told; `sampled` says of how many genes it is.
    """
    pairs = kept_pairs(space) if len(space) > QUICK else all_pairs(space)
    return hubness(space) if pairs is None else pairs.hubness


def all_pairs(space: GeneSpace, progress: Progress = silent) -> AllPairs:
    """Look at all pairs of genes in double precision; cached.

    Genes of equal similarity keep the order of the release, as in `GeneSpace.neighbors`.

    Args:
        space: of two genes or more.
        progress: told the share done; what it raises stops the work.
    """
    kept = kept_pairs(space)
    if kept is not None:
        return kept
    unit = space.unit(space.genes)
    near, density = _nearest(unit, min(NEAREST, len(unit) - 1), space.margin, part(progress, 0.0, 0.4))
    back = _ranks_back(unit, near, part(progress, 0.4, 0.6))
    counts = np.bincount(near[:, :K].ravel(), minlength=len(unit)).astype(np.uint32)
    small = np.uint16 if len(unit) <= np.iinfo(np.uint16).max else np.uint32
    arrays = {"near": near.astype(small), "back": back.astype(small), "counts": counts, "density": density}
    return AllPairs(**cache.store(_KIND, _key(space), arrays, {}).arrays)


def _key(space: GeneSpace) -> str:
    return cache.key_of(1, space.fingerprint, NEAREST, DENSE, K)


def _tiles(unit: np.ndarray, progress: Progress, words: str) -> Iterator[tuple[int, np.ndarray]]:
    """Yield rows, and their products with all; each row's own is out of the way."""
    size = max(1, TILE // (unit.itemsize * len(unit)))
    for start in range(0, len(unit), size):
        products = unit[start : start + size] @ unit.T
        np.fill_diagonal(products[:, start:], -np.inf)
        yield from enumerate(products, start)
        progress(min(1.0, (start + size) / len(unit)), words)


def _nearest(unit: np.ndarray, k: int, margin: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Return each gene's k nearest, and the mean cosine to the first of them.

    Single precision finds those that may be among them, by its `margin`; double precision decides.
    """
    near, density = np.empty((len(unit), k), np.intp), np.empty(len(unit))
    for row, approximate in _tiles(unit.astype(np.float32), progress, "the nearest of each gene"):
        level = np.partition(approximate, len(approximate) - k)[len(approximate) - k]
        candidates = np.flatnonzero(approximate >= level - margin)
        cosines = unit[candidates] @ unit[row]
        order = np.argsort(-np.round(cosines / _TIE), kind="stable")[:k]
        near[row] = candidates[order]
        density[row] = cosines[order[:DENSE]].mean()
    return near, density


def _ranks_back(unit: np.ndarray, near: np.ndarray, progress: Progress) -> np.ndarray:
    """Return the rank of each gene as seen from each of its nearest."""
    back = np.empty(near.size, np.intp)
    places = np.argsort(near.ravel(), kind="stable")
    starts = np.searchsorted(near.ravel()[places], np.arange(len(unit) + 1))
    for row, cosines in _tiles(unit, progress, "the ranks back"):
        asked = places[starts[row] : starts[row + 1]]
        if len(asked):
            back[asked] = _ranks(cosines, asked // near.shape[1])
    return back.reshape(near.shape)


def _ranks(cosines: np.ndarray, genes: np.ndarray) -> np.ndarray:
    """Return the ranks of genes by their cosines, from 1; those as near as each other rank in their order."""
    values, ascending = cosines[genes], np.sort(cosines)
    above = len(ascending) - np.searchsorted(ascending, values + _TIE, "right")
    level = len(ascending) - np.searchsorted(ascending, values - _TIE, "left") - above
    ranks: np.ndarray = 1 + above
    for place in np.flatnonzero(level > 1):
        same = np.flatnonzero(np.abs(cosines - values[place]) <= _TIE)
        ranks[place] += int((same < genes[place]).sum())
    return ranks
