"""What BERT has to predict: drawn for each sample by itself, so that no batch, process or restart changes it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from generain_core.models.loss import MASK_TOKEN
from generain_core.models.types import ModelInput
from generain_core.release.model_descriptions import Family
from generain_core.release.readers.checkpoint import EXPRESSION_BINS
from generain_core.training.options import Options

_SHOWN = 7
"""Keeps the random numbers of what is shown apart from those of what is hidden."""


class Task(NamedTuple):
    """What a network is shown of some samples and what it has to predict.

    Attributes:
        shown: the model input, with hidden tokens replaced.
        targets: the true token at each place (samples × kept genes); in GPT the next one.
        predicted: True at places whose target counts for the loss.
    """

    shown: ModelInput
    targets: torch.Tensor
    predicted: torch.Tensor

    def readable(self) -> "Task":
        """Return the task with one place to attend to in samples without any expressed gene; nothing is predicted there."""
        empty = self.shown.mask.sum(1) == 0
        mask = self.shown.mask.clone()
        mask[empty, 0] = 1
        return self._replace(shown=replace(self.shown, mask=mask))


def next_gene(inputs: ModelInput, *, unexpressed: bool = False) -> Task:
    """Return the task of GPT: at each place the next gene; the first is not predicted.

    Args:
        inputs: the model input.
        unexpressed: whether unexpressed genes are predicted too, as in the authors' training; their order means nothing.
    """
    targets = torch.zeros_like(inputs.tokens)
    targets[:, :-1] = inputs.tokens[:, 1:]
    predicted = torch.zeros_like(inputs.mask, dtype=torch.bool)
    predicted[:, :-1] = inputs.mask[:, :1].bool() if unexpressed else inputs.mask[:, 1:].bool()
    return Task(inputs, targets, predicted)


def masked(inputs: ModelInput, draws: NDArray[np.float32], gene_tokens: torch.Tensor, family: Family, options: Options) -> Task:
    """Return the task of BERT: hidden tokens of expressed genes, at least one in a sample that has any.

    Args:
        inputs: the model input.
        draws: three numbers from 0 to 1 for each place (3 × samples × kept genes), as `draw` makes them: whether it is hidden,
            what happens to it, what it is replaced by.
        gene_tokens: the genes that may replace one.
        family: ``bert_genes`` or ``bert_expression``.
        options: the shares.
    """
    device = inputs.tokens.device
    hide, fate, other = (torch.from_numpy(draw).to(device) for draw in draws)
    expressed = inputs.mask.bool()
    hide = hide.masked_fill(~expressed, torch.inf)
    least = (hide == hide.min(1, keepdim=True).values) & expressed
    predicted = hide < options.masked
    predicted |= least & ~predicted.any(1, keepdim=True)
    if family == "bert_expression":
        replaced = 1 + (other * (EXPRESSION_BINS - 1)).long().clamp(max=EXPRESSION_BINS - 2)
    else:
        replaced = gene_tokens[(other * len(gene_tokens)).long().clamp(max=len(gene_tokens) - 1)]
    mask_share, random_share = options.replacements(family)
    tokens = torch.where(predicted & (fate < mask_share), MASK_TOKEN, inputs.tokens)
    randomly = predicted & (fate >= mask_share) & (fate < mask_share + random_share)
    shown = ModelInput(torch.where(randomly, replaced, tokens), inputs.positions, inputs.mask, inputs.columns)
    return Task(shown, inputs.tokens, predicted)


def some_of(inputs: ModelInput, samples: NDArray[np.int64], shown: int, key: tuple[int, ...]) -> ModelInput:
    """Return so many of the genes that enter, drawn for each sample by itself; those that are expressed stay in front.

    Args:
        inputs: the model input of samples.
        samples: their numbers.
        shown: genes to show.
        key: with a sample's number, the seed of what is drawn.
    """
    places = inputs.tokens.shape[1]
    if shown >= places:
        return inputs
    drawn = [np.sort(np.random.default_rng((*key, _SHOWN, sample)).permutation(places)[:shown]) for sample in samples.tolist()]
    at = torch.from_numpy(np.stack(drawn)).to(inputs.tokens.device)
    at = at.gather(1, torch.argsort(1 - inputs.mask.gather(1, at), dim=1, stable=True))
    return ModelInput(*(each.gather(1, at) for each in (inputs.tokens, inputs.positions, inputs.mask, inputs.columns)))


def draw(samples: NDArray[np.int64], places: int, key: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the random numbers of some samples (3 × samples × places); each sample's depend on `key` and its number alone."""
    numbers = np.empty((3, len(samples), places), dtype=np.float32)
    for i, sample in enumerate(samples.tolist()):
        numbers[:, i] = np.random.default_rng((*key, sample)).random((3, places), dtype=np.float32)
    return numbers
