"""Stability: how far a sample's embedding moves when genes are missing, or equal bins stand in another order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from generain_core.errors import GeneRAINError
from generain_core.models.batches import BinRows
from generain_core.models.network import Network
from generain_core.models.pooling import embed_bins
from generain_core.models.precision import median_distance
from generain_core.models.ties import embed_orders
from generain_core.progress import Progress, silent
from generain_core.text import percent

SHARES = (0.05, 0.10, 0.20)
ROUNDS = 3
MOST_SAMPLES = 200
"""So many samples, evenly spaced, are tried at most."""
STABLE = 0.25
LOOSE = 0.5
"""Limits of a sample's spread in distances to its nearest other sample: up to `STABLE` it is stable, up to `LOOSE` its place is
sure and its near neighbors are not, above that it may change places with its neighbor (at one half, two balls touch)."""
MOST = 0.9
"""Share of the samples that must keep a limit for the whole to be called so."""


class Steadiness(StrEnum):
    """How well samples keep their places when genes are missing."""

    STABLE = "stable"
    LOOSE = "loose"
    UNSTABLE = "unstable"
    UNKNOWN = "nothing to compare with"


@dataclass(frozen=True, kw_only=True)
class Stability:
    """What gene drop-out does to embeddings.

    Attributes:
        samples: one row for each tried sample and share: sample (its row), share (of expressed genes dropped), spread
            (root mean square distance from its own embedding), to_nearest (spread / distance to the nearest other sample),
            to_median (spread / median distance between samples), itself (share of rounds in which it stayed nearest to
            itself), verdict.
        shares: one row a share: share, spread, to_nearest, to_median (medians over samples), itself (mean), verdict.
        steadiness: of the whole.
        verdict: one sentence on the whole, as it is written beside the numbers.
        ties: one row a tried sample: the same of so many orders of equal bins, and same_nearest (share of the orders in which
            the nearest other sample is the one it was).
        tie_verdict: one sentence on these.
        rounds: drop-outs of each share.
        seed: of the drop-outs.
    """

    samples: pd.DataFrame
    shares: pd.DataFrame
    steadiness: Steadiness
    verdict: str
    ties: pd.DataFrame
    tie_verdict: str
    rounds: int
    seed: int


def embeddings_needed(samples: int, shares: int = len(SHARES), rounds: int = ROUNDS) -> int:
    """Return how many samples `stability` embeds, to tell how long it takes."""
    return min(samples, MOST_SAMPLES) * (shares + 1) * rounds


def stability(
    network: Network,
    bins: BinRows,
    gene_tokens: NDArray[np.int64],
    embedding: NDArray[np.float32],
    *,
    shares: Sequence[float] = SHARES,
    rounds: int = ROUNDS,
    seed: int = 0,
    device: str = "cpu",
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Embed samples again and again while some of their expressed genes, drawn at random, count as not expressed.

    Genes are drawn anew for each sample and round. Depth and bins of the others stay, as when an annotation lacks genes.

    Args:
        network: an opened network.
        bins: samples × genes, as for `embed_bins`.
        gene_tokens: token index of each gene.
        embedding: of all samples, with all genes (samples × width).
        shares: of the expressed genes to drop.
        rounds: drop-outs of each share.
        seed: of the drop-outs.
        device: where.
        batch_size: samples a batch.
        progress: told the share done and words.

    Raises:
        GeneRAINError: shares that are none, less than one round, an embedding of other samples; as `embed_bins`.
    """
    total = int(bins.shape[0])
    if not shares or min(shares) <= 0 or max(shares) >= 1 or rounds < 1:
        raise GeneRAINError(f"Shares {list(shares)} in {rounds} rounds can't be dropped; give shares between 0 and 1 and rounds.")
    if len(embedding) != total:
        raise GeneRAINError(f"There are {total:,} samples but embeddings of {len(embedding):,}; embed these samples first.")
    report: Progress = progress or silent
    tried = np.unique(np.linspace(0, total - 1, min(MOST_SAMPLES, total)).astype(int))
    own = np.asarray(embedding, np.float64)
    between = cdist(own[tried], own)
    between[np.arange(len(tried)), tried] = np.inf
    nearest, median = between.min(1), median_distance(own[tried])
    rows = []
    for i, share in enumerate(shares):
        moved, itself = np.zeros(len(tried)), np.zeros(len(tried))
        for turn in range(rounds):
            before = i * rounds + turn

            def told(part: float, words: str, before: int = before, share: float = share) -> None:
                report((before + part) / ((len(shares) + 1) * rounds), f"{percent(share)} of genes dropped: {words}")

            dropped = _Dropped(bins, tried, share, (seed, i, turn))
            result = embed_bins(network, dropped, gene_tokens, device=device, batch_size=batch_size, progress=told)
            away = np.linalg.norm(result - own[tried], axis=1)
            others = cdist(result.astype(np.float64), own)
            others[np.arange(len(tried)), tried] = np.inf
            moved += away**2
            itself += away < others.min(1)
        rows.append(_frame(tried, share, np.sqrt(moved / rounds), nearest, median, itself / rounds))

    def last(part: float, words: str) -> None:
        report((len(shares) + part) / (len(shares) + 1), words)

    options: dict[str, Any] = {"seed": seed, "device": device, "batch_size": batch_size, "progress": last}
    ties = _ties(embed_orders(network, Some(bins, tried), gene_tokens, rounds, **options), own, tried, nearest, median)
    return summarize_spreads(pd.concat(rows, ignore_index=True), rounds, seed, ties)


def _ties(
    orders: Iterable[NDArray[np.float32]],
    own: NDArray[np.float64],
    tried: NDArray[np.int64],
    nearest: NDArray[np.float64],
    median: float,
) -> pd.DataFrame:
    """Return how far other orders of equal bins move the tried samples, and how often the nearest other sample stays."""
    before = cdist(own[tried], own)
    before[np.arange(len(tried)), tried] = np.inf
    moved, itself, same, count = np.zeros(len(tried)), np.zeros(len(tried)), np.zeros(len(tried)), 0
    for embedding in orders:
        away = np.linalg.norm(embedding - own[tried], axis=1)
        others = cdist(embedding.astype(np.float64), own)
        others[np.arange(len(tried)), tried] = np.inf
        moved, itself, count = moved + away**2, itself + (away < others.min(1)), count + 1
        same += others.argmin(1) == before.argmin(1)
    table = _frame(tried, 0.0, np.sqrt(moved / count), nearest, median, itself / count).drop(columns="share")
    return table.assign(same_nearest=same / count)


def summarize_spreads(samples: pd.DataFrame, rounds: int, seed: int, ties: pd.DataFrame | None = None) -> Stability:
    """Return the verdicts on measured spreads (sample, share, spread, to_nearest, to_median, itself), and on those of ties."""
    ties = _NO_TIES if ties is None else ties.assign(verdict=[_of_sample(ratio) for ratio in ties["to_nearest"]])
    samples = samples.assign(verdict=[_of_sample(ratio) for ratio in samples["to_nearest"]])
    rows = []
    for share, part in samples.groupby("share", sort=True):
        middle = part[["spread", "to_nearest", "to_median"]].median()
        verdict = _of_all(part["to_nearest"].to_numpy())
        rows.append({"share": share, **middle.to_dict(), "itself": part["itself"].mean(), "verdict": verdict})
    shares = pd.DataFrame(rows)
    steadiness = _of_whole(shares)
    return Stability(
        samples=samples,
        shares=shares,
        steadiness=steadiness,
        verdict=_sentence(steadiness, shares),
        ties=ties,
        tie_verdict=_tie_sentence(ties),
        rounds=rounds,
        seed=seed,
    )


class Some:
    """Bins of some samples, taken as rows are asked for."""

    def __init__(self, bins: BinRows, rows: NDArray[np.int64]) -> None:
        """Keep where they are from."""
        self._bins, self._rows = bins, rows
        self.shape = (len(rows), int(bins.shape[1]))

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """Return bins of a run of the samples."""
        chosen = self._rows[rows].tolist()
        return np.concatenate([np.asarray(self._bins[i : i + 1]) for i in chosen])


class _Dropped:
    """Bins of some samples with a share of the expressed genes of each set to 1, drawn as rows are asked for."""

    def __init__(self, bins: BinRows, rows: NDArray[np.int64], share: float, seed: tuple[int, ...]) -> None:
        self._bins, self._rows, self._share, self._seed = bins, rows, share, seed
        self.shape = (len(rows), int(bins.shape[1]))

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        chosen = self._rows[rows]
        dropped = np.concatenate([np.array(self._bins[i : i + 1]) for i in chosen.tolist()])
        for row, sample in zip(dropped, chosen.tolist(), strict=True):
            expressed = np.flatnonzero(row > 1)
            count = min(len(expressed) - 1, round(self._share * len(expressed)))
            row[np.random.default_rng((*self._seed, sample)).choice(expressed, max(0, count), replace=False)] = 1
        return dropped


def _frame(
    tried: NDArray[np.int64],
    share: float,
    spread: NDArray[np.float64],
    nearest: NDArray[np.float64],
    median: float,
    itself: NDArray[np.float64],
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(np.isfinite(nearest), spread / nearest, np.nan), spread / (median or np.nan)
    names = ("sample", "share", "spread", "to_nearest", "to_median", "itself")
    return pd.DataFrame(dict(zip(names, (tried, share, spread, *ratios, itself), strict=True)))


def _of_sample(ratio: float) -> str:
    if np.isnan(ratio):
        return "nothing to compare with"
    return "stable" if ratio <= STABLE else "loose" if ratio <= LOOSE else "unstable"


def _of_all(ratios: NDArray[np.float64]) -> str:
    if np.isnan(ratios).all():
        return "nothing to compare with"
    held = {limit: float(np.mean(ratios <= limit)) for limit in (STABLE, LOOSE)}
    return "stable" if held[STABLE] >= MOST else "loose" if held[LOOSE] >= MOST else "unstable"


def _of_whole(shares: pd.DataFrame) -> Steadiness:
    """Return the steadiness over all shares: stable in each, or unstable where the smallest share already is."""
    verdicts = shares["verdict"]
    if (verdicts == Steadiness.UNKNOWN).any():
        return Steadiness.UNKNOWN
    if verdicts.iloc[0] == Steadiness.UNSTABLE or not np.isfinite(shares["to_nearest"].iloc[-1]):
        return Steadiness.UNSTABLE
    return Steadiness.STABLE if (verdicts == Steadiness.STABLE).all() else Steadiness.LOOSE


_NO_TIES = pd.DataFrame(columns=["sample", "spread", "to_nearest", "to_median", "itself", "same_nearest", "verdict"], dtype=float)


def _tie_sentence(ties: pd.DataFrame) -> str:
    if not len(ties) or not np.isfinite(ties["to_median"]).any():
        return ""
    stays = ties["same_nearest"].mean()
    return (
        f"Equal bins may stand in any order: another one typically moves a sample by {percent(ties['to_median'].median(), 1)} "
        "of the "
        f"median distance between samples ({ties['to_nearest'].median():.2f} of that to its nearest); the nearest sample stays "
        f"the same in {percent(stays)} of the orders. The mean over several orders depends less on it."
    )


def _sentence(steadiness: Steadiness, shares: pd.DataFrame) -> str:
    if steadiness is Steadiness.UNKNOWN:
        return "One sample alone has no distances to compare its spread with; embed several."
    holds = shares.loc[shares["verdict"] == Steadiness.STABLE, "share"].tolist()
    last = shares.iloc[-1]
    if not np.isfinite(last["to_nearest"]):
        return (
            "Unstable: most samples have another one in the very same place, so no spread is small against the distance to it; "
            "leave out copies of samples and try again."
        )
    moved = (
        f"with {percent(last['share'])} of the expressed genes missing, a sample typically moves by {last['to_nearest']:.2f} "
        "of the "
        f"distance to its nearest other sample ({last['to_median']:.2f} of the median distance)"
    )
    if steadiness is Steadiness.STABLE:
        return f"Stable: {moved}, so missing genes hardly change who is near whom."
    if steadiness is Steadiness.UNSTABLE:
        return f"Unstable: {moved}; trust groups that are far apart, not single neighbors."
    sure = f"stable up to {percent(holds[-1])}" if holds else "in place, but not in its near neighbors"
    return f"Loose: {moved}; the picture is {sure}."
