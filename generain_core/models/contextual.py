"""Contextual gene embeddings: what a network makes of a gene within each sample."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.errors import GeneRAINError
from generain_core.models.batches import in_blocks
from generain_core.models.model import Model, ReadBins
from generain_core.models.network import Network
from generain_core.models.types import ModelInput
from generain_core.progress import Progress

if TYPE_CHECKING:
    import anndata

MOST_BYTES = 1 << 30
"""What the result may take."""


def gene_states(
    model: Model,
    adata: "anndata.AnnData",
    genes: Sequence[str],
    *,
    device: str = "cpu",
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Return the last hidden states of chosen genes (samples × genes × width), NaN where a gene did not enter.

    A gene enters if it is expressed and among the 2,048 of the highest bins of the sample.

    Args:
        model: an opened model.
        adata: samples × genes with bins, as `normalize` makes it for the model's gene set.
        genes: names as the model has them.
        device: where.
        batch_size: samples a batch.
        progress: told the share done and words.

    Raises:
        GeneRAINError: a gene that the model doesn't read or the samples don't have, or a result too large; as `embed_bins`.
    """
    read = model.read(adata)
    check_chosen(model, read, genes)
    column_of = {gene: i for i, gene in enumerate(read.genes)}
    chosen = torch.tensor([column_of[gene] for gene in genes])

    def work(network: Network, inputs: ModelInput) -> torch.Tensor:
        return _states(network, inputs, chosen.to(inputs.columns.device), len(read.genes))

    states = np.empty((read.bins.shape[0], len(genes), model.network.width), dtype=np.float32)
    options: dict[str, Any] = {"device": device, "batch_size": batch_size, "progress": progress}
    for block in in_blocks(model.network, read.bins, read.tokens, work, **options):
        states[block.start : block.stop] = block.made
    return states


def check_chosen(model: Model, read: ReadBins, genes: Sequence[str]) -> None:
    """Refuse genes whose contextual embeddings can't be had, before anything long is begun.

    Raises:
        GeneRAINError: a gene that the model doesn't read or the samples don't have, or a result too large.
    """
    genes_read = set(read.genes)
    for gene in genes:
        if gene not in genes_read:
            why = "the samples don't have it" if gene in model.index and gene in model.modelled else "it is none of its genes"
            raise GeneRAINError(f"{model.name} doesn't read {gene[:40]!r} here: {why}; choose another gene.")
    size = 4 * read.bins.shape[0] * len(genes) * model.network.width
    if not genes or size > MOST_BYTES:
        most = MOST_BYTES // (4 * max(1, read.bins.shape[0]) * model.network.width)
        raise GeneRAINError(f"{len(genes):,} genes of {read.bins.shape[0]:,} samples were asked for; choose 1 to {most:,} genes.")


def _states(network: Network, inputs: ModelInput, chosen: torch.Tensor, genes: int) -> torch.Tensor:
    hidden = network.expressed_hidden(inputs).float()
    longest = hidden.shape[1]
    columns, entered = inputs.columns[:, :longest], inputs.mask[:, :longest].bool()
    where = torch.full((len(columns), genes + 1), -1, device=columns.device)
    places = torch.arange(longest, device=columns.device).expand_as(columns)
    where.scatter_(1, torch.where(entered, columns, genes), places)
    wanted = where[:, chosen]
    index = wanted.clamp(min=0).unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
    return hidden.gather(1, index).masked_fill((wanted < 0).unsqueeze(-1), torch.nan)
