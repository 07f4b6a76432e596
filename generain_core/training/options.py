"""How a network is trained: every number that may be chosen, with the authors' settings as defaults."""

import math
from dataclasses import dataclass
from typing import Literal

from generain_core.errors import GeneRAINError
from generain_core.models.network import HEADS
from generain_core.release.model_descriptions import MODEL_NAMES, Family, describe_model

Precision = Literal["auto", "float32", "mixed"]
_FAMILIES: tuple[Family, ...] = ("gpt", "bert_genes", "bert_expression")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Settings of a training.

    The number of attention heads is no option: no tensor of a checkpoint tells it, and readers take the published 4.

    Attributes:
        width: length of a hidden state; a multiple of 4. The feed-forward layers are four times as wide.
        layers: of the transformer.
        positions: genes of a sample that enter at most, those of the highest bins; 1 to 2,048. Whoever opens a checkpoint sees
            the number in the position table of GPT and BERT_Pred_Genes; in BERT_Pred_Expr that table has a row for each gene,
            and readers take 2,048.
        dropout: of attention and feed-forward layers.
        epochs: passes over the training samples; the learning rate's cycle spans all of them.
        batch: samples that go through at once in one process.
        accumulate: batches of each process whose gradients make one step. The effective batch is
            ``batch × accumulate × processes`` samples.
        learning_rate: the peak of the one-cycle schedule, which is stepped with the optimizer.
        warm_up: share of the steps that rise to the peak.
        start_divisor: the schedule starts at ``learning_rate / start_divisor``.
        weight_decay: of AdamW.
        validation: share of the samples that are held out, drawn with the seed.
        masked: share of the expressed genes that BERT has to predict, each drawn on its own.
        mask_share: share of these that are replaced by token (or expression bin) 0.
        random_share: share of these that are replaced by a random gene (or bin); the others stay as they are.
        seed: of first weights, split, order, masks and dropout.
        precision: ``float32``, ``mixed`` (16 bits where that holds) or ``auto``: mixed on CUDA alone.
    """

    width: int = 200
    layers: int = 6
    positions: int = 2048
    dropout: float = 0.05
    epochs: int = 40
    batch: int = 12
    accumulate: int = 5
    learning_rate: float = 1e-4
    warm_up: float = 0.2
    start_divisor: float = 5.0
    weight_decay: float = 0.01
    validation: float = 0.1
    masked: float = 0.15
    mask_share: float = 0.8
    random_share: float = 0.1
    seed: int = 0
    precision: Precision = "auto"

    def __post_init__(self) -> None:
        """Refuse settings that can't be.

        Raises:
            GeneRAINError: the message names the setting and what is accepted.
        """
        for name, low, high in (*_WHOLE, *_SHARES):
            _within(name, getattr(self, name), low, high)
        if self.width % HEADS:
            raise GeneRAINError(
                f"A width of {self.width} can't be shared by {HEADS} attention heads; give a multiple of {HEADS}."
            )
        if self.mask_share + self.random_share > 1:
            raise GeneRAINError("The shares of masked and random replacements add up to more than 1; give less.")
        if self.precision not in ("auto", "float32", "mixed"):
            raise GeneRAINError(f"There is no precision {self.precision!r}; choose auto, float32 or mixed.")


_WHOLE = (
    ("width", 4, 1 << 14),
    ("layers", 1, 1000),
    ("positions", 2, 2048),
    ("epochs", 1, 1_000_000),
    ("batch", 1, 1_000_000),
    ("accumulate", 1, 1_000_000),
    ("seed", 0, 2**32 - 1),
)
_SHARES = (
    ("dropout", 0.0, 0.99),
    ("learning_rate", 1e-12, 10.0),
    ("warm_up", 0.0, 0.99),
    ("start_divisor", 1.0, 1e6),
    ("weight_decay", 0.0, 10.0),
    ("validation", 0.0, 0.9),
    ("masked", 1e-6, 1.0),
    ("mask_share", 0.0, 1.0),
    ("random_share", 0.0, 1.0),
)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not math.isfinite(value) or not low <= value <= high:
        raise GeneRAINError(f"{name.replace('_', ' ')} can't be {value:g}; give a number from {low:g} to {high:g}.")


def family_of(kind: str) -> Family:
    """Return the family of a kind: the name of a released model, or the family's own.

    Raises:
        GeneRAINError: there is no such kind.
    """
    for family in _FAMILIES:
        if kind == family:
            return family
    if kind not in MODEL_NAMES:
        raise GeneRAINError(f"There is no kind of model {kind[:60]!r}; choose {', '.join((*MODEL_NAMES, *_FAMILIES))}.")
    return describe_model(kind).family
