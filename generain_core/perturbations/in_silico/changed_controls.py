"""Control samples, embedded again with a gene set to another value."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import usable_samples
from generain_core.perturbations.run import Perturbed
from generain_core.release.files import Release

To = Literal["unexpressed", "top"]
BINS: dict[To, int] = {"unexpressed": 1, "top": 2000}
_LIKE = 200
_SAME = 1e-5
"""An embedding differs by up to this much in other company, where nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class InSilicoOptions:
    """What is tried: the gene's new value, control samples and random genes to embed at most, and which perturbations.

    Attributes:
        to: unexpressed (a knock-down) or top (an activation).
        controls: control samples that are changed.
        random_genes: drawn for each target from the 200 of most like mean bin.
        most: perturbations, the surest first.
        device: where the model runs.
    """

    to: To = "unexpressed"
    controls: int = 8
    random_genes: int = 19
    most: int = 50
    device: str = "auto"


@dataclass(frozen=True, eq=False, kw_only=True)
class ChangedControls:
    """Control samples and the network that embeds them with genes changed."""

    network: Any
    bins: NDArray[np.int64]
    tokens: NDArray[np.int64]
    genes: tuple[str, ...]
    start: NDArray[np.float64]
    device: str
    ask: InSilicoOptions
    seed: int

    @classmethod
    def open(cls, result: Perturbed, release: Release, ask: InSilicoOptions, seed: int) -> "ChangedControls":
        """Open the model, choose control samples and embed them as they are.

        Raises:
            GeneRAINError: no control was embedded, or the options ask for none.
        """
        from generain_core.models.devices import device_of
        from generain_core.models.model import open_model
        from generain_core.models.pooling import embed_bins

        if ask.controls < 1 or ask.random_genes < 1:
            raise GeneRAINError("Give at least 1 control sample and 1 random gene.")
        data, design, device = result.adata, result.design, device_of(ask.device)
        controls = set(np.array(design.samples, dtype=object)[design.is_control & usable_samples(design)])
        rows = np.flatnonzero([str(name) in controls for name in data.obs_names])
        if not len(rows):
            raise GeneRAINError(f"No control sample ({design.control}) was embedded, so none can be changed.")
        if len(rows) > ask.controls:
            rows = np.sort(np.random.default_rng(seed).choice(rows, ask.controls, replace=False))
        opened = open_model(release, result.model)
        read = opened.read(data)
        bins = np.asarray(read.bins[rows])
        start = embed_bins(opened.network, bins, read.tokens, device=device).astype(np.float64)
        return cls(
            network=opened.network,
            bins=bins,
            tokens=read.tokens,
            genes=read.genes,
            start=start,
            device=device,
            ask=ask,
            seed=seed,
        )

    @property
    def n(self) -> int:
        """Return how many control samples there are."""
        return len(self.bins)

    def of(self, target: str, targets: set[str], number: int) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Return the mean shift when the target is changed, when random genes are, and in how many controls it is read."""
        from generain_core.models.pooling import embed_bins

        width = self.start.shape[1]
        if target not in self.genes:
            return np.full(width, np.nan), np.empty((0, width)), 0
        column = self.genes.index(target)
        changed = [column, *self._random(column, targets, number)]
        stacked = np.tile(self.bins, (len(changed), 1))
        for i, each in enumerate(changed):
            stacked[i * self.n : (i + 1) * self.n, each] = BINS[self.ask.to]
        embedding = embed_bins(self.network, stacked, self.tokens, device=self.device).astype(np.float64)
        moved = embedding.reshape(len(changed), self.n, width) - self.start
        read = int((np.abs(moved[0]).max(1) > _SAME).sum())
        means = moved.mean(1)
        return (means[0] if read else np.full(width, np.nan)), means[1:], read

    def _random(self, column: int, targets: set[str], number: int) -> list[int]:
        level = self.bins.mean(0)
        apart = np.abs(level - level[column])
        allowed = np.array([gene not in targets for gene in self.genes])
        near = np.argsort(np.where(allowed, apart, np.inf), kind="stable")[: min(_LIKE, int(allowed.sum()))]
        generator = np.random.default_rng([self.seed, number])
        return [int(i) for i in generator.choice(near, min(self.ask.random_genes, len(near)), replace=False)]
