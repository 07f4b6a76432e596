"""How the demo release is made: the sizes of everything, in one place."""

from dataclasses import dataclass

from generain_core import settings


@dataclass(frozen=True)
class Recipe:
    """Sizes of a demo release.

    Attributes:
        seed: of every random draw.
        per_type: simulated samples of each type that are the reference and are trained on.
        archs4_per_type: of these, how many are in the demo's ARCHS4 file.
        reference: binning boundaries of each gene.
        width: numbers that each gene and sample gets.
        layers: of each network.
        positions: genes of a sample that a network is trained on; twice as many in BERT_Pred_Expr, which learns nothing from few.
        epochs: passes of the two GPTs.
        bert_epochs: passes of the two BERTs, which learn from 15 % of the places at a time. They go without dropout: as small
            as they are, what holds them back is too little time to learn, and attention without it is several times faster.
        batch: samples that make one step.
        learning_rate: the peak of its cycle.
        attributes: how many of the attributes are predicted; 0 for all.
        threads: of the training on the CPU; another number gives other last digits.
        ready: whether maps and a reference are made ahead.
    """

    seed: int = settings.SEED
    per_type: int = 80
    archs4_per_type: int = 5
    reference: int = 150
    width: int = 64
    layers: int = 2
    positions: int = 256
    epochs: int = 4
    bert_epochs: int = 16
    batch: int = 8
    learning_rate: float = 3e-3
    attributes: int = 0
    threads: int = 1
    ready: bool = True


def small(seed: int = settings.SEED) -> Recipe:
    """Return the recipe of a demo that is made whole in seconds, and learns next to nothing."""
    return Recipe(
        seed,
        per_type=6,
        archs4_per_type=2,
        reference=30,
        width=8,
        layers=1,
        positions=48,
        epochs=1,
        bert_epochs=1,
        batch=16,
        attributes=12,
        ready=False,
    )
