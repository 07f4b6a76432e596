"""Whether perturbations are judged by exchanging labels or by the controls' own distances, and why."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from generain_core.errors import GeneRAINError
from generain_core.perturbations.design.experiment import Design
from generain_core.perturbations.effects.analysis import usable_samples
from generain_core.perturbations.notes import Note, NoteKind

Test = Literal["auto", "exchange", "controls"]
TESTS: tuple[Test, ...] = ("auto", "exchange", "controls")
LEAST_CONTROLS = 10
"""Fewer controls are not taken for a yardstick unless that is asked for."""
FEW = 3
"""So many samples a perturbation, in the middle of them, are few beside many controls."""
_LEAST_ASKED = 4
_SCREEN = 20


@dataclass(frozen=True)
class ChosenTest:
    """Which way is taken, and what a reader has to know of that."""

    by_controls: bool
    notes: tuple[Note, ...] = field(default=())


def choose_test(design: Design, asked: Test = "auto") -> ChosenTest:
    """Choose the way: by the controls where most perturbations have one sample, or few beside many controls.

    Raises:
        GeneRAINError: the controls are asked for and there are too few, or the design does not compare with controls.
    """
    usable = design.take(usable_samples(design))
    counts = pd.Series(usable.labels[~usable.is_control], dtype=object).value_counts()
    controls, middle = int(usable.is_control.sum()), float(counts.median()) if len(counts) else 0.0
    facts: dict[str, Any] = {"controls": controls, "perturbations": len(counts), "single": int((counts == 1).sum())}
    against_controls = design.reference == "control" and design.pairs is None
    if design.covariates and asked == "controls":
        raise GeneRAINError("Judging by the controls takes no covariates; leave them out, or test by exchange.")
    if asked == "controls":
        if not against_controls:
            raise GeneRAINError("Judging by the controls needs a comparison with controls, without pairs; leave the pairs out.")
        if controls < _LEAST_ASKED:
            raise GeneRAINError(
                f"{controls} control{'s' if controls != 1 else ''} can't be a yardstick: at least {_LEAST_ASKED} are needed, "
                "and 19 for a p-value of 5 %. Compare with all other samples instead, if most perturbations do little."
            )
        return ChosenTest(True, (Note(NoteKind.CONTROLS_ASKED, facts),))
    if asked == "exchange" or design.covariates or not against_controls or not len(counts):
        return ChosenTest(False)
    alone = facts["single"] > 0.5 * len(counts)
    if controls < LEAST_CONTROLS:
        return ChosenTest(False, (Note(NoteKind.CONTROLS_TOO_FEW, facts),) if alone else ())
    if alone:
        return ChosenTest(True, (Note(NoteKind.CONTROLS_ALONE, facts),))
    if middle <= FEW and controls >= _SCREEN and len(counts) >= _SCREEN and controls >= 10 * middle:
        return ChosenTest(True, (Note(NoteKind.CONTROLS_CHOSEN, facts | {"samples": int(np.ceil(middle))}),))
    return ChosenTest(False)
