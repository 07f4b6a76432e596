"""How a network is trained: every number that may be chosen, with the authors' settings as defaults."""

import math
from dataclasses import dataclass
from typing import Literal

from generain_core.errors import GeneRAINError
from generain_core.models.network import HEADS
from generain_core.release.model_descriptions import MODEL_NAMES, Family, describe_model

Precision = Literal["auto", "float32", "mixed"]
Schedule = Literal["epochs", "steps"]
_FAMILIES: tuple[Family, ...] = ("gpt", "bert_genes", "bert_expression")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Settings of a training. Every default is what the authors' own training did, as their public code has it.

    The number of attention heads is no option: no tensor of a checkpoint tells it, and readers take the published 4.

    Attributes:
        width: length of a hidden state; a multiple of 4. The feed-forward layers are four times as wide.
        layers: of the transformer.
        positions: genes of a sample that enter at most, those of the highest bins; 1 to 2,048. Whoever opens a checkpoint sees
            the number in the position table of GPT and BERT_Pred_Genes; in BERT_Pred_Expr that table has a row for each gene,
            and readers take 2,048.
        shown: of these genes, how many are shown at once, drawn anew in each epoch; None for all. For BERT_Pred_Expr alone,
            where a gene's place carries no meaning: bins are still those among all genes that enter.
        dropout: of attention and feed-forward layers.
        embedding_dropout: of what enters GPT's first layer. In BERT that is `dropout`.
        epochs: passes over the training samples.
        batch: samples that go through at once in one process.
        accumulate: batches of each process whose gradients make one step; None for as many as come nearest to
            `effective_batch`, which is ``batch × accumulate × processes`` samples.
        effective_batch: samples of a step where `accumulate` is None.
        schedule: ``epochs``: one cycle of `cycle` epochs, stepped after each epoch, and held after the first `cycle_held` of
            them; ``steps``: one cycle over all steps, stepped with the optimizer.
        cycle: epochs of the whole cycle.
        cycle_held: epochs after which the rate stays where it is.
        learning_rate: the peak of the cycle.
        warm_up: share of the cycle that rises to the peak.
        start_divisor: the cycle starts at ``learning_rate / start_divisor``.
        weight_decay: of AdamW.
        validation: share of the samples that are held out, drawn with the seed.
        predict_unexpressed: in GPT, whether places of unexpressed genes are predicted too; their order means nothing.
        masked: share of the expressed genes that BERT has to predict, each drawn on its own.
        mask_share: share of these that are replaced by token (or expression bin) 0; None for 1 in BERT_Pred_Genes and 0.8 in
            BERT_Pred_Expr.
        random_share: share of these that are replaced by a random gene (or bin); the others stay as they are. None for 0 in
            BERT_Pred_Genes and 0.1 in BERT_Pred_Expr.
        padding: in BERT, whether token (or bin) 0, which is also the mask, is the padding index: its row begins at zero and has
            no gradient where it is read. (The head shares the table, so that the row is not zero for good.)
        seed: of first weights, split, order, masks and dropout.
        precision: ``float32``, ``mixed`` (16 bits where that holds) or ``auto``: mixed on CUDA alone.
    """

    width: int = 200
    layers: int = 6
    positions: int = 2048
    shown: int | None = None
    dropout: float = 0.05
    embedding_dropout: float = 0.1
    epochs: int = 40
    batch: int = 12
    accumulate: int | None = None
    effective_batch: int = 180
    schedule: Schedule = "epochs"
    cycle: int = 40
    cycle_held: int = 30
    learning_rate: float = 1e-4
    warm_up: float = 0.2
    start_divisor: float = 5.0
    weight_decay: float = 0.01
    validation: float = 0.1
    predict_unexpressed: bool = True
    masked: float = 0.15
    mask_share: float | None = None
    random_share: float | None = None
    padding: bool = True
    seed: int = 0
    precision: Precision = "auto"

    def __post_init__(self) -> None:
        """Refuse settings that can't be.

        Raises:
            GeneRAINError: the message names the setting and what is accepted.
        """
        for name, low, high in (*_WHOLE, *_SHARES):
            if getattr(self, name) is not None:
                _within(name, getattr(self, name), low, high)
        if self.width % HEADS:
            raise GeneRAINError(
                f"A width of {self.width} can't be shared by {HEADS} attention heads; give a multiple of {HEADS}."
            )
        for family in _FAMILIES:
            if sum(self.replacements(family)) > 1:
                raise GeneRAINError("The shares of masked and random replacements add up to more than 1; give less.")
        if self.schedule not in ("epochs", "steps"):
            raise GeneRAINError(f"There is no schedule {self.schedule!r}; choose epochs or steps.")
        if self.schedule == "epochs" and self.cycle_held >= self.cycle:
            raise GeneRAINError(
                f"The cycle has {self.cycle} epochs and can't be held after {self.cycle_held}; give fewer, or a longer cycle."
            )
        if self.precision not in ("auto", "float32", "mixed"):
            raise GeneRAINError(f"There is no precision {self.precision!r}; choose auto, float32 or mixed.")

    def replacements(self, family: Family) -> tuple[float, float]:
        """Return the shares of hidden tokens that become token 0 and a random one; one share alone leaves the other's default.

        Where `mask_share` is given and `random_share` is not, the latter is at most what the former leaves.
        """
        mask, random = (0.8, 0.1) if family == "bert_expression" else (1.0, 0.0)
        if self.random_share is not None:
            mask, random = min(mask, 1 - self.random_share), self.random_share
        if self.mask_share is not None:
            mask = self.mask_share
            random = self.random_share if self.random_share is not None else min(random, 1 - mask)
        return mask, random

    def batches_of_step(self, processes: int) -> int:
        """Return how many batches of each process make a step."""
        return self.accumulate or max(1, round(self.effective_batch / (self.batch * processes)))


OF_EARLIER_VERSIONS: dict[str, object] = {
    "shown": None,
    "embedding_dropout": 0.0,
    "effective_batch": 180,
    "schedule": "steps",
    "cycle": 40,
    "cycle_held": 30,
    "predict_unexpressed": False,
    "padding": False,
}
"""What a checkpoint was trained with whose version did not know these options."""

_WHOLE = (
    ("width", 4, 1 << 14),
    ("layers", 1, 1000),
    ("positions", 2, 2048),
    ("shown", 2, 2048),
    ("epochs", 1, 1_000_000),
    ("batch", 1, 1_000_000),
    ("accumulate", 1, 1_000_000),
    ("effective_batch", 1, 1_000_000_000),
    ("cycle", 2, 1_000_000),
    ("cycle_held", 0, 1_000_000),
    ("seed", 0, 2**32 - 1),
)
_SHARES = (
    ("dropout", 0.0, 0.99),
    ("embedding_dropout", 0.0, 0.99),
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
