"""The outcome of samples: what kind it is, and a value for each sample that has one."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from generain_core.cohort.notes import CohortNote


class OutcomeKind(StrEnum):
    """What kind of outcome is predicted."""

    TWO_CLASSES = "two_classes"
    CLASSES = "classes"
    NUMBER = "number"
    SURVIVAL = "survival"

    @property
    def of_classes(self) -> bool:
        """Say whether samples belong to classes."""
        return self in (OutcomeKind.TWO_CLASSES, OutcomeKind.CLASSES)


PRIMARY = {
    OutcomeKind.TWO_CLASSES: "auroc",
    OutcomeKind.CLASSES: "auroc",
    OutcomeKind.NUMBER: "r2",
    OutcomeKind.SURVIVAL: "concordance",
}
"""The score that decides, of each kind."""
SECONDARY = {
    OutcomeKind.TWO_CLASSES: "balanced_accuracy",
    OutcomeKind.CLASSES: "balanced_accuracy",
    OutcomeKind.NUMBER: "spearman",
    OutcomeKind.SURVIVAL: None,
}
"""The score beside it, if there is one."""
CHANCE = {"auroc": 0.5, "r2": 0.0, "concordance": 0.5, "spearman": 0.0}
"""What a score is where nothing is known; that of the balanced accuracy is one over the number of classes."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What is to be predicted.

    Attributes:
        column: the sample column.
        kind: what kind it is.
        values: of each sample: the class from 0, a number, or time and event (samples × 2); NaN or -1 where there is none.
        usable: which samples have one.
        classes: names of the classes, the second the one that is predicted of two.
        event: the column of the event, or ''.
        event_words: what that column says where the event was seen.
        notes: what was decided.
    """

    column: str
    kind: OutcomeKind
    values: NDArray[np.float64]
    usable: NDArray[np.bool_]
    classes: tuple[str, ...] = ()
    event: str = ""
    event_words: tuple[str, ...] = ()
    notes: tuple[CohortNote, ...] = ()

    @property
    def primary(self) -> str:
        """Return the score that decides."""
        return PRIMARY[self.kind]

    @property
    def chance(self) -> float:
        """Return the primary score where nothing is known."""
        return CHANCE[self.primary]

    def targets(self) -> NDArray[np.float64]:
        """Return the values of the usable samples."""
        return self.values[self.usable]
