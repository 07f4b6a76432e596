"""Embed samples: the mean of the last hidden states over a sample's expressed genes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.network import Network
from generain_core.models.tokens import MAX_GENES, model_input

Progress = Callable[[float, str], None]
BATCH_BYTES = 256 << 20
"""What the hidden states of one batch may take at first, in all layers that are alive at once."""
_ALIVE = 16
"""Widths of float32 alive for each place in a layer: its input, queries, keys, values, feed-forward and their sums."""


def embed_bins(
    network: Network,
    bins: Any,
    gene_tokens: NDArray[np.int64],
    *,
    device: str = "cpu",
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Return the embedding of each sample (samples × width, float32).

    The embedding is ours (the paper defines none): the mean of the last layer's hidden states, after the final layer
    normalization in GPT, over the genes with a bin above 1. Samples go through in batches and don't touch each other.

    Args:
        network: an opened network; it is moved to the device.
        bins: samples × genes, Binning-By-Gene bins 1 to 2,000; an array, or anything that gives one when rows are taken.
        gene_tokens: token index of each gene, as long as the bins are wide.
        device: a name that torch knows: ``cpu``, ``cuda``, ``mps``.
        batch_size: samples a batch; by default as many as `BATCH_BYTES` allows. Halved when the device runs out of memory.
        progress: told the share done and words; what it raises stops the work.

    Raises:
        GeneRAINError: bins are no bins, a sample has no expressed gene, an index is none of the network's, the device is not
            there or is too small for one sample.
    """
    tokens = _checked(network, gene_tokens)
    tell: Progress = progress or (lambda share, words: None)
    try:
        network.body.to(device)
        tokens = tokens.to(device)
    except (RuntimeError, AssertionError) as problem:
        raise GeneRAINError(f"There is no device {device!r} here; choose cpu.") from problem
    at_once = batch_size or _fitting(network, len(gene_tokens))
    if at_once < 1:
        raise GeneRAINError(f"A batch of {at_once} samples is too small; give 1 or more.")
    made = np.empty((bins.shape[0], network.width), dtype=np.float32)
    start = 0
    tell(0.0, "embedding")
    while start < len(made):
        stop = min(start + at_once, len(made))
        rows = torch.from_numpy(np.ascontiguousarray(bins[start:stop])).to(device)
        try:
            made[start:stop] = _embed(network, rows, tokens)
        except torch.OutOfMemoryError as problem:
            if at_once == 1:
                raise GeneRAINError(f"{device} has too little memory for one sample; choose cpu.") from problem
            at_once = max(1, at_once // 2)
            continue
        start = stop
        tell(start / len(made), f"{start:,} of {len(made):,} samples embedded")
    return made


@torch.inference_mode()
def _embed(network: Network, bins: torch.Tensor, tokens: torch.Tensor) -> NDArray[np.float32]:
    most = min(network.max_genes or MAX_GENES, MAX_GENES)
    given = model_input(bins, tokens, network.family, most)
    expressed = given.mask.sum(1, keepdim=True)
    if not bool((expressed > 0).all()):
        raise GeneRAINError("A sample has no expressed gene of the model; leave it out.")
    hidden = network.hidden(given.tokens, given.positions, given.mask)
    sums = (hidden * given.mask.unsqueeze(-1)).sum(1)
    means: NDArray[np.float32] = (sums / expressed).float().cpu().numpy()
    return means


def _checked(network: Network, gene_tokens: NDArray[np.int64]) -> torch.Tensor:
    if len(gene_tokens) and (gene_tokens.min() < 0 or gene_tokens.max() >= network.genes):
        raise GeneRAINError(
            f"{network.source} has {network.genes:,} genes, but the token indices run from {gene_tokens.min():,} to "
            f"{gene_tokens.max():,}; take the index and the checkpoint from the same download."
        )
    return torch.from_numpy(np.asarray(gene_tokens, dtype=np.int64))


def _fitting(network: Network, genes: int) -> int:
    places = min(genes, network.max_genes or MAX_GENES, MAX_GENES)
    return max(1, BATCH_BYTES // (4 * _ALIVE * network.width * max(places, 1)))
