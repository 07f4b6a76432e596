"""Control samples, embedded again with a gene set to another value."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.perturbations.effects.analysis import usable_samples
from generain_core.perturbations.run import Perturbed
from generain_core.release.files import Release

To = Literal["unexpressed", "top"]
BINS: dict[To, int] = {"unexpressed": 1, "top": 2000}
_LIKE = 40
_ABOVE_ALL = 2001
_SAME = 1e-5
"""An embedding differs by up to this much in other company, where nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class InSilicoOptions:
    """What is tried: the gene's new value, control samples and random genes to embed at most, and which perturbations.

    Attributes:
        to: unexpressed (a knock-down) or top (an activation).
        controls: control samples that are changed.
        random_genes: placebos of each target, drawn from the 40 genes of most like rank.
        most: perturbations, the surest first.
        published: whether the authors' own change is made too, beside ours.
        device: where the model runs.
    """

    to: To = "unexpressed"
    controls: int = 8
    random_genes: int = 19
    most: int = 50
    published: bool = True
    device: str = "auto"


@dataclass(frozen=True, eq=False)
class Change:
    """What changing a gene does, and what changing placebos does: genes of like rank.

    Attributes:
        shift: mean over the controls; NaN if the change is read in none.
        placebos: the same of each placebo that the model reads (placebos × width).
        read_in: controls in which the change is read.
    """

    shift: NDArray[np.float64]
    placebos: NDArray[np.float64]
    read_in: int

    @classmethod
    def of(cls, moved: NDArray[np.float64]) -> "Change":
        """Summarize what moved: genes (the target first) × controls × width."""
        read = (np.abs(moved).max(2) > _SAME).sum(1)
        means = moved.mean(1)
        shift = means[0] if read[0] else np.full(moved.shape[2], np.nan)
        return cls(shift, means[1:][read[1:] > 0], int(read[0]))

    @property
    def length(self) -> float:
        """Return the length of the shift."""
        return float(np.linalg.norm(self.shift))

    @property
    def placebo_length(self) -> float:
        """Return the median length of the placebos' shifts; NaN without any."""
        return float(np.median(np.linalg.norm(self.placebos, axis=1))) if len(self.placebos) else float("nan")

    @property
    def placebo_p(self) -> float:
        """Return the share of placebos that shift as far, the gene itself counted: shifts follow rank, whatever the gene does."""
        if not len(self.placebos) or not np.isfinite(self.length):
            return float("nan")
        as_far = int((np.linalg.norm(self.placebos, axis=1) >= self.length).sum())
        return (1 + as_far) / (1 + len(self.placebos))


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
            network=opened.network.on(device),
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

    def of(self, target: str, targets: set[str], number: int) -> tuple[Change, Change]:
        """Return what changing the target does: ours, where a gene may leave and another enter, and the authors'.

        Theirs keeps the genes that a control had, puts them in a new order, and attends to the unexpressed too. The placebos are
        the same, drawn by `number` from genes that are no targets.
        """
        if target not in self.genes:
            nothing = Change.of(np.zeros((1, self.n, self.start.shape[1])))
            return nothing, nothing
        column = self.genes.index(target)
        changed = [column, *self._placebos(column, targets, number)]
        ours = Change.of(self._ours(changed))
        return ours, Change.of(self._published(changed)) if self.ask.published else Change.of(np.zeros((1, *self.start.shape)))

    def _ours(self, changed: list[int]) -> NDArray[np.float64]:
        from generain_core.models.pooling import embed_bins

        stacked = np.tile(self.bins, (len(changed), 1))
        for i, each in enumerate(changed):
            stacked[i * self.n : (i + 1) * self.n, each] = BINS[self.ask.to]
        embedding = embed_bins(self.network, stacked, self.tokens, device=self.device).astype(np.float64)
        moved: NDArray[np.float64] = embedding.reshape(len(changed), *self.start.shape) - self.start
        return moved

    def _published(self, changed: list[int]) -> NDArray[np.float64]:
        from generain_core.perturbations.in_silico.published_change import embed_kept, genes_kept

        moved = np.zeros((len(changed), *self.start.shape))
        for control, bins in enumerate(self.bins):
            kept = genes_kept(bins, self.network.most_genes)
            there = [(i, int(np.searchsorted(kept, each))) for i, each in enumerate(changed) if each in kept]
            values = np.tile(bins[kept], (1 + len(there), 1))
            for row, (_, place) in enumerate(there, 1):
                values[row, place] = _ABOVE_ALL if self.ask.to == "top" else BINS["unexpressed"]
            embedding = embed_kept(self.network, values, self.tokens[kept], self.device).astype(np.float64)
            for row, (i, _) in enumerate(there, 1):
                moved[i, control] = embedding[row] - embedding[0]
        return moved

    def _placebos(self, column: int, targets: set[str], number: int) -> list[int]:
        """Return genes of like rank: of nearest mean place among the bins of the controls, half above and half below."""
        apart = self.places - self.places[column]
        allowed = np.array([gene not in targets for gene in self.genes])
        allowed[column] = False
        near = list[int]()
        for side in (apart <= 0, apart > 0):
            distance = np.where(allowed & side, np.abs(apart), np.inf)
            near += np.argsort(distance, kind="stable")[: min(_LIKE // 2, int((allowed & side).sum()))].tolist()
        generator = np.random.default_rng([self.seed, number])
        return [int(i) for i in generator.choice(near, min(self.ask.random_genes, len(near)), replace=False)]

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Return the mean place of each gene in the order of the bins, the highest first."""
        order = np.argsort(-self.bins, axis=1, kind="stable")
        return np.asarray(np.argsort(order, axis=1, kind="stable").mean(0))
