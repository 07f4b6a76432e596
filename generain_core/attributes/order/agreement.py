"""How well each gene's profile of predictions agrees with the mean profile of its nearest genes, in place and out of place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generain_core import settings
from generain_core.geometry.neighbors import nearest_directions

NEAREST = 10
"""Genes whose profiles are compared with a gene's."""
BLOCK = 500
"""Genes whose place is proved together."""
LEAST = 30
"""Genes with vectors that a block needs."""
FARTHEST = 100
"""Places by which names are held to be shifted, at most."""
ASKED, LEAST_ASKED, MOST_ASKED = 5000, 60, 170
"""Genes that are asked in all, and the least and the most of a block, evenly spaced."""
STRETCH, NEAR = 17, 20
"""Genes asked among which a shift within a block is looked for, and how far."""
CLEARLY = 6.0
"""Standard errors by which genes of a block must agree better in place than elsewhere in the block."""
SHIFTED = 6.0
"""Standard errors by which a stretch of genes must agree better beside their place to be held to be shifted."""


@dataclass(frozen=True, kw_only=True)
class BlockAgreement:
    """How well some genes, one after another, agree with their nearest genes.

    Attributes:
        start, stop: the places of the genes, from 0.
        asked: how many of them were asked.
        in_place: mean agreement (cosine of standardized log-odds) of a gene's profile with that of its nearest genes.
        elsewhere: the same of the profiles at all other places of the block.
        clearness: their difference in standard errors.
        shift: the places by which profiles agree best when they are shifted, 0 if in place.
        shifted: whether some of the genes clearly agree better so, and are not in place therefore.
    """

    start: int
    stop: int
    asked: int
    in_place: float
    elsewhere: float
    clearness: float
    shift: int
    shifted: bool

    @property
    def proved(self) -> bool:
        """Say whether these genes are where they are said to be."""
        return self.asked >= LEAST and self.clearness >= CLEARLY and self.shift == 0 and not self.shifted


@dataclass(frozen=True)
class Agreement:
    """How well all genes agree with their nearest genes: on average, in a shuffled order, and block by block."""

    in_place: float
    shuffled: float
    blocks: tuple[BlockAgreement, ...]


def profiles_of(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return genes × attributes of log-odds, each attribute standardized, each gene of length 1; genes without any get zeros.

    Args:
        values: probabilities, attributes × genes, NaN where there is none.
    """
    clipped = np.clip(np.asarray(values, np.float32), 1e-6, 1 - 1e-6)
    odds = np.log(clipped) - np.log1p(-clipped)
    missing = np.isnan(odds)
    counts = np.maximum((~missing).sum(axis=1, keepdims=True), 1)
    odds[missing] = 0
    odds -= odds.sum(axis=1, keepdims=True) / counts
    odds[missing] = 0
    odds /= np.maximum(np.sqrt((odds**2).sum(axis=1, keepdims=True) / counts), 1e-12)
    profiles = np.ascontiguousarray(odds.T)
    profiles /= np.maximum(np.linalg.norm(profiles, axis=1, keepdims=True), 1e-12)
    return profiles


def agreement(profiles: NDArray[np.float32], rows: NDArray[np.integer], unit: NDArray[np.float32]) -> Agreement | None:
    """Compare each gene's profile with the mean of its nearest genes'.

    Args:
        profiles: of `profiles_of`, genes in the order to be examined.
        rows: of each gene, its row in `unit`, -1 without a vector.
        unit: vectors of length 1.

    Returns:
        None where fewer genes have vectors than a block needs.
    """
    there = np.flatnonzero(rows >= 0)
    if len(there) < max(LEAST, 2 * NEAREST):
        return None
    asked = _asked(len(rows), rows)
    place_in_there = np.searchsorted(there, asked)
    near, _ = nearest_directions(np.ascontiguousarray(unit[rows[there]]), NEAREST, place_in_there)
    expected = np.stack([profiles[there[each]].mean(axis=0) for each in near])
    expected /= np.maximum(np.linalg.norm(expected, axis=1, keepdims=True), 1e-12)
    own = np.einsum("ij,ij->i", expected, profiles[asked])
    shuffled = np.random.default_rng(settings.SEED).permutation(len(rows))
    by_chance = np.einsum("ij,ij->i", expected, profiles[shuffled[asked]])
    blocks = [_block(start, stop, asked, expected, profiles) for start, stop in bounds(len(rows))]
    return Agreement(float(own.mean()), float(by_chance.mean()), tuple(blocks))


def bounds(genes: int) -> list[tuple[int, int]]:
    """Return where blocks begin and end; what is left over at the end belongs to the last."""
    starts = list(range(0, max(genes - BLOCK // 2, 1), BLOCK))
    return list(zip(starts, [*starts[1:], genes], strict=True))


def _asked(genes: int, rows: NDArray[np.integer]) -> NDArray[np.intp]:
    asked, blocks = list[NDArray[np.intp]](), bounds(genes)
    most = int(np.clip(ASKED // len(blocks), LEAST_ASKED, MOST_ASKED))
    for start, stop in blocks:
        there = start + np.flatnonzero(rows[start:stop] >= 0)
        asked.append(there[np.unique(np.linspace(0, len(there) - 1, min(len(there), most)).astype(int))])
    return np.concatenate(asked)


def _block(
    start: int, stop: int, asked: NDArray[np.intp], expected: NDArray[np.float32], profiles: NDArray[np.float32]
) -> BlockAgreement:
    mine = np.flatnonzero((asked >= start) & (asked < stop))
    if len(mine) < LEAST:
        return BlockAgreement(
            start=start, stop=stop, asked=len(mine), in_place=0, elsewhere=0, clearness=0, shift=0, shifted=False
        )
    places = asked[mine]
    first, last = max(0, start - FARTHEST), min(len(profiles), stop + FARTHEST)
    everywhere = expected[mine] @ profiles[first:last].T
    own = everywhere[np.arange(len(mine)), places - first]
    inside = everywhere[:, start - first : stop - first]
    elsewhere = (inside.sum(axis=1) - own) / max(inside.shape[1] - 1, 1)
    gain = own - elsewhere
    shift, shifted = _shift(everywhere, places - first, own)
    return BlockAgreement(
        start=start,
        stop=stop,
        asked=len(mine),
        in_place=float(own.mean()),
        elsewhere=float(elsewhere.mean()),
        clearness=_clearness(gain),
        shift=shift,
        shifted=shifted,
    )


def _shift(everywhere: NDArray[np.float32], places: NDArray[np.intp], own: NDArray[np.float32]) -> tuple[int, bool]:
    """Return the shift by which a block agrees best, and whether some stretch of it clearly agrees better beside its place."""
    best, most, shifted = 0, 0.0, False
    stretches = np.array_split(np.arange(len(places)), max(1, len(places) // STRETCH))
    for shift in [s for far in range(1, FARTHEST + 1) for s in (far, -far)]:
        moved = places + shift
        valid = (moved >= 0) & (moved < everywhere.shape[1])
        if valid.sum() < 0.8 * len(places):
            continue
        gain = np.full(len(places), np.nan)
        gain[valid] = everywhere[np.flatnonzero(valid), moved[valid]] - own[valid]
        if gain[valid].mean() > most:
            best, most = shift, float(gain[valid].mean())
            shifted = shifted or _clearness(gain[valid]) > SHIFTED
        if abs(shift) <= NEAR and not shifted:
            shifted = any(np.isfinite(part).all() and _clearness(part) > SHIFTED for part in (gain[s] for s in stretches))
    return best, shifted


def _clearness(gains: NDArray[np.floating]) -> float:
    error = float(gains.std(ddof=1)) / float(np.sqrt(len(gains))) if len(gains) > 1 else 0.0
    return float(gains.mean()) / error if error > 0 else 0.0
