"""Build a reference: embed block after block of samples, then make what placing new samples among them needs."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from generain_core.errors import GeneRAINError
from generain_core.models.devices import device_of
from generain_core.models.model import Model
from generain_core.models.parallel import Processes, processes
from generain_core.models.pooling import embed_bins
from generain_core.progress import Progress, silent
from generain_core.reference import calibration
from generain_core.reference.catalog import weights_of
from generain_core.reference.fitted import is_of_earlier_version
from generain_core.reference.sources import SampleBlock, Source
from generain_core.reference.store import STATE, Recipe, State, append_block, begin_reference, write_state
from generain_core.release.files import Release
from generain_core.storage.atomic import clear_unfinished
from generain_core.storage.exclusive_folder import exclusive_folder
from generain_core.text import with_noun

BLOCK = 256
"""Samples that are read, embedded and written at once. A block never holds samples of two origins."""
BATCH = 16


def build_reference(
    folder: Path,
    release: Release,
    model: Model,
    sources: Sequence[Source],
    *,
    device: str = "cpu",
    batch_size: int = BATCH,
    min_genes: int = 2000,
    plane: str = "umap",
    progress: Progress | None = None,
) -> State:
    """Embed all samples of some sources into a folder; run again after any stop, it goes on where it was.

    The blocks begin at fixed places and each sample meets the same others in its batch, so that on one machine a run that was
    stopped ends in the same bytes as one that was not. Sources that are there already are not embedded again; new ones are
    added behind them. Under ``torchrun`` the batches of a block are shared out over the processes, each of which reads the
    sources; the first one writes.

    Args:
        folder: the reference's own folder, made if it is missing.
        release: where the model is from.
        model: an opened model.
        sources: where the samples come from; binned for the model's gene set.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: samples a batch, for the reference's whole life.
        min_genes: the least number of expressed genes that the sources ask for.
        plane: ``umap``, or ``pca``, which is quicker and is also taken of fewer than 30 samples.
        progress: told the share done and words; what it raises stops the work, and what was done is kept.

    Raises:
        GeneRAINError: the folder holds other things or a reference of another make, a source holds no gene of the model, or
            no sample is fit.
    """
    report: Progress = progress or silent
    weights = weights_of(release, model.name)
    recipe = Recipe(
        model=model.name,
        gene_set=model.gene_set,
        width=model.network.width,
        batch_size=batch_size,
        min_genes=min_genes,
        plane=plane,
        weights=weights,
        release=release.label,
        simulated=release.simulated,
        ties="token index",
    )
    with processes(device_of(device)) as shared, exclusive_folder(folder) if shared.first else nullcontext():
        begun = None
        if shared.first:
            clear_unfinished(folder, STATE, *calibration.WRITTEN)
            begun = begin_reference(folder, recipe, [source.origin for source in sources])
        state: State = shared.from_first(begun)
        total = sum(origin.samples for origin in state.origins)
        by_origin = {source.origin: source for source in sources}
        while not state.is_filled:
            origin = state.origins[state.origin]
            source = by_origin[origin]
            before = sum(each.samples for each in state.origins[: state.origin])
            report(0.9 * (before + state.row) / max(total, 1), f"{state.rows:,} of {with_noun(total, 'sample')} embedded")
            block = source.take(state.row, state.row + BLOCK)

            def inside(share: float, words: str, start: int = before + state.row, size: int = len(block.bins)) -> None:
                report(0.9 * (start + share * size) / max(total, 1), f"{state.rows:,} of {with_noun(total, 'sample')} embedded")

            _add(folder, state, block, source, model, shared, inside)
            state.row += BLOCK
            if state.row >= origin.samples:
                state.origin, state.row = state.origin + 1, 0
            if shared.first:
                write_state(folder, state)
        if shared.first:
            _finish(folder, state, total, report)
        return state


def _finish(folder: Path, state: State, total: int, report: Progress) -> None:
    """Make what placing needs of all samples, unless it was made of just these."""
    if not state.rows:
        raise GeneRAINError(f"None of the {with_noun(total, 'sample')} is fit for the model; lower the least number of genes.")
    if state.finished != state.rows or is_of_earlier_version(folder):
        calibration.calibrate(folder, state, lambda share, words: report(0.9 + 0.1 * share, words))
        state.finished = state.rows
        write_state(folder, state)


def _add(
    folder: Path, state: State, block: SampleBlock, source: Source, model: Model, shared: Processes, progress: Progress
) -> None:
    """Embed a block and add it; samples that express none of the model's genes are left out and counted.

    Several processes embed whole batches each. Batches are of samples in the order of their expressed genes, as `embed_bins`
    makes them of a block in one process, so that every sample meets the same others.
    """
    read = model.read_bins(block.bins, source.genes, model.gene_set)
    fit_rows = np.flatnonzero((read.bins[:] > 1).any(axis=1))
    state.dropped += block.dropped + len(block.bins) - len(fit_rows)
    if len(fit_rows):
        batch, bins = state.made.batch_size, read.bins[:][fit_rows]
        by_length = np.argsort(-(bins > 1).sum(1), kind="stable")
        own = by_length[shared.share(len(fit_rows), batch)]
        options: dict[str, Any] = {"device": shared.device, "batch_size": batch, "progress": progress}
        embedding = embed_bins(model.network, bins[own], read.tokens, **options)
        embedding = shared.gathered(embedding, len(fit_rows), batch)
        if shared.first:
            append_block(folder, state, embedding[np.argsort(by_length)], block.table.iloc[fit_rows])
