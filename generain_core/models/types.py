"""What a network is and what it reads: the words that all of this room share."""

from dataclasses import dataclass

import torch

MAX_GENES = 2048
"""Genes of a sample that enter at most, by the authors' rule."""


@dataclass(frozen=True)
class ModelInput:
    """What a network reads of some samples; all tensors are samples × kept genes, on one device.

    Attributes:
        tokens: gene indices, or expression bins 1 to 100 for ``bert_expression``.
        positions: 0, 1, 2 …, or gene indices for ``bert_expression``.
        mask: 1 where the gene is expressed (bin above 1), 0 elsewhere.
        columns: which column of the bins each place came from: the token audit.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    columns: torch.Tensor
