"""Embed samples: the mean of the last hidden states over a sample's expressed genes."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.models.batches import BinRows, Work, in_blocks
from generain_core.models.devices import autocast
from generain_core.models.network import Network
from generain_core.models.types import ModelInput
from generain_core.progress import Progress


def embed_bins(
    network: Network,
    bins: BinRows,
    gene_tokens: NDArray[np.int64],
    *,
    device: str = "cpu",
    batch_size: int | None = None,
    mixed: bool = False,
    out: Any = None,
    progress: Progress | None = None,
) -> Any:
    """Return the embedding of each sample (samples × width, float32).

    The embedding is ours (the paper defines none): the mean of the last layer's hidden states, after the final layer
    normalization in GPT, over the genes with a bin above 1. Samples go through in batches and don't touch each other.

    Args:
        network: an opened network.
        bins: samples × genes, Binning-By-Gene bins 1 to 2,000; an array, or anything that gives one when rows are taken.
        gene_tokens: token index of each gene, as long as the bins are wide.
        device: a name that torch knows: ``cpu``, ``cuda``, ``mps``.
        batch_size: samples a batch; by default as many as fit. Halved when the device runs out of memory.
        mixed: compute in 16 bits where that holds; see `generain_core.models.precision`.
        out: where to write the rows, such as a memory map or a dataset of an h5 file; by default a new array.
        progress: told the share done and words; what it raises stops the work.

    Raises:
        GeneRAINError: as `in_blocks`.
    """
    embedding = np.empty((int(bins.shape[0]), network.width), dtype=np.float32) if out is None else out
    work = mean_in(device, mixed=mixed)
    for block in in_blocks(network, bins, gene_tokens, work, device=device, batch_size=batch_size, progress=progress):
        embedding[block.start : block.stop] = block.made
    return embedding


def mean_in(device: str, *, mixed: bool) -> Work:
    """Return the work that makes an embedding of each sample of a batch, in float32 or in mixed precision."""

    def work(network: Network, inputs: ModelInput) -> torch.Tensor:
        with autocast(device, mixed=mixed):
            hidden = network.expressed_hidden(inputs)
        mask = inputs.mask[:, : hidden.shape[1]]
        sums = (hidden.float() * mask.unsqueeze(-1)).sum(1)
        return sums / mask.sum(1, keepdim=True)

    return work
