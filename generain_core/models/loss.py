"""How surprising a network finds a sample: the loss it was trained on, without ever holding the whole logits."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.models.batches import BinRows, in_blocks
from generain_core.models.network import Network
from generain_core.models.types import ModelInput
from generain_core.progress import Progress
from generain_core.release.readers.checkpoint import EXPRESSION_BINS
from generain_core.text import percent

ROUNDS = 4
"""Masked passes of each sample, for the BERT families."""
MASKED = 0.15
"""Share of the expressed genes hidden in a pass, as in training."""
MASK_TOKEN = 0
"""What stands in the place of a hidden gene or bin, as in training."""
LOGIT_BYTES = 64 << 20
"""What logits may take at once."""
DEFINITIONS = {
    "gpt": "mean cross-entropy (nats) of each expressed gene, given those of higher bins before it; the first is not predicted",
    "bert_genes": f"mean cross-entropy (nats) of hidden genes, given the others: {percent(MASKED)} of the genes, the same in "
    "every "
    f"sample, are replaced by token {MASK_TOKEN}, in {ROUNDS} passes",
    "bert_expression": f"mean cross-entropy (nats) of hidden expression bins, given the others: those of {percent(MASKED)} of "
    "the "
    f"genes, the same in every sample, are replaced by bin {MASK_TOKEN}, in {ROUNDS} passes",
}
"""What the loss of each family is, in words, to stay with the numbers."""


def sample_losses(
    network: Network,
    bins: BinRows,
    gene_tokens: NDArray[np.int64],
    *,
    device: str = "cpu",
    batch_size: int | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Return the loss of each sample (nats, float32); NaN where there is nothing to predict.

    What is predicted is written in `DEFINITIONS`. In BERT a gene is hidden in round r if the r-th number that `seed` gives its
    token is below `MASKED`; where that hides none of a sample's, the gene of the smallest number is hidden. So a sample's loss
    doesn't depend on its company or on which other genes the table has. Always float32.

    Args:
        network: an opened network.
        bins: samples × genes, as for `embed_bins`; the other arguments too.
        gene_tokens: token index of each gene.
        device: where.
        batch_size: samples a batch.
        rounds: masked passes of each sample, in BERT.
        seed: of the masks.
        progress: told the share done and words.

    Raises:
        GeneRAINError: as `embed_bins`.
    """
    numbers = torch.from_numpy(np.random.default_rng(seed).random((rounds, network.genes)))

    def work(network: Network, inputs: ModelInput) -> torch.Tensor:
        return next_gene_loss(network, inputs) if network.family == "gpt" else _masked_loss(network, inputs, numbers)

    losses = np.empty(int(bins.shape[0]), dtype=np.float32)
    options: dict[str, Any] = {"device": device, "batch_size": batch_size, "progress": progress, "doing": "judged"}
    for block in in_blocks(network, bins, gene_tokens, work, **options):
        losses[block.start : block.stop] = block.made
    return losses


def next_gene_loss(network: Network, inputs: ModelInput) -> torch.Tensor:
    """Return the mean cross-entropy of the next gene over the expressed genes of each sample."""
    hidden = network.expressed_hidden(inputs)
    longest = hidden.shape[1]
    predicted = inputs.mask[:, 1:longest].bool()
    return _mean_loss(network, hidden[:, :-1], inputs.tokens[:, 1:longest], predicted)


def _masked_loss(network: Network, inputs: ModelInput, numbers: torch.Tensor) -> torch.Tensor:
    by_gene = network.family == "bert_expression"
    genes = (inputs.positions if by_gene else inputs.tokens).cpu()
    expressed = inputs.mask.bool()
    sums: torch.Tensor | float = 0.0
    counts: torch.Tensor | float = 0.0
    for of_gene in numbers:
        drawn = of_gene[genes].to(expressed.device, torch.float32).masked_fill(~expressed, torch.inf)
        hidden_genes = expressed & ((drawn < MASKED) | (drawn == drawn.min(1, keepdim=True).values))
        hidden_genes &= (drawn < MASKED) | ~(drawn < MASKED).any(1, keepdim=True)
        shown = ModelInput(inputs.tokens.masked_fill(hidden_genes, MASK_TOKEN), inputs.positions, inputs.mask, inputs.columns)
        states = network.expressed_hidden(shown)
        longest = states.shape[1]
        hit = hidden_genes[:, :longest]
        each = hit.sum(1)
        sums = sums + _mean_loss(network, states, inputs.tokens[:, :longest], hit) * each
        counts = counts + each
    return torch.as_tensor(sums / counts)


def _mean_loss(network: Network, hidden: torch.Tensor, targets: torch.Tensor, predicted: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy over the predicted places of each sample; logits of so many places at a time as fit."""
    states, wanted = hidden[predicted].float(), targets[predicted]
    words = EXPRESSION_BINS if network.family == "bert_expression" else network.genes
    step = max(1, LOGIT_BYTES // (4 * words))
    losses = [_cross_entropy(network, states[i : i + step], wanted[i : i + step]) for i in range(0, len(states), step)]
    each = torch.zeros(predicted.shape, device=hidden.device)
    if losses:
        each[predicted] = torch.cat(losses)
    return each.sum(1) / predicted.sum(1)


def _cross_entropy(network: Network, states: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    logits = network.logits(states)
    return torch.logsumexp(logits, dim=1) - logits.gather(1, wanted.unsqueeze(1)).squeeze(1)
