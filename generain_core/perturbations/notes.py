"""What has to be known to read the result of a perturbation experiment, in codes; `generain_core.wording` has the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class NoteKind(StrEnum):
    """What a note is about."""

    FROM_SPECIES = "samples of another species"
    CELLS_SUMMED = "cells summed"
    CELLS_DRAWN = "as many cells drawn of each sum"
    THINNED = "counts thinned to equal depth"
    NOT_THINNED = "counts not thinned"
    UNEQUAL_DEPTH = "perturbations of unequal depth"
    SPELLINGS_SUMMED = "spellings summed"
    NO_MODEL = "no model"
    TOO_FEW_EXPRESSED = "too few expressed genes"
    TOO_FEW_MEASURED = "too few measured genes"
    EXPRESSION_ONLY = "samples in the expression space only"
    NUMBERS_TAKEN_OFF = "numbers taken off the control"
    LABELS_MERGED = "labels merged"
    MORE_LABELS_MERGED = "more labels merged"
    WITHOUT_LABEL = "samples without a label"
    WITHOUT_STRATUM = "samples without a stratum"
    WITHOUT_PAIR = "samples without a pair"
    REPEATS_SUMMED = "samples of one donor summed"
    REPEATS_KEPT = "samples of one donor kept apart"
    MAY_BE_REPEATS = "samples that may be of one donor"
    DONORS_CROSSED = "donors that could be pairs"
    MAY_BE_PAIRS = "samples that could be compared within pairs"
    MAY_BE_CONTROLS = "perturbations that may be controls"
    CONTRAST = "two groups compared"
    BATCH_WITHOUT_CONTROLS = "perturbed samples of batches without controls"
    COVARIATES = "covariates"
    AGAINST_OTHERS = "compared with all others"
    ROUGH_SPREAD = "rough spread of controls"
    SPREAD_OF_REPLICATES = "spread of replicates"
    NO_SPREAD = "no spread"
    UNTESTED = "perturbations without a p-value"
    FEW_RELABELINGS = "few relabelings"
    REFERENCE_DRAWN = "reference samples drawn"
    LITTLE_VARIANCE = "little variance on the components"
    CONTROLS_ASKED = "judged by controls, as asked"
    CONTROLS_ALONE = "judged by controls for want of replicates"
    CONTROLS_CHOSEN = "judged by controls though labels could be exchanged"
    CONTROLS_TOO_FEW = "too few controls to judge by"
    CONTROLS_YARDSTICK = "how controls were left out"
    CONTROLS_FLOOR = "smallest p-value of controls"
    CONTROLS_DEPTH = "depth outside that of controls"
    CEILING_CONTROLS = "noise ceiling of controls"
    CEILING_GUIDES = "noise ceiling of guides"


OUTSIDE_THE_MODEL = frozenset(
    {NoteKind.NO_MODEL, NoteKind.TOO_FEW_EXPRESSED, NoteKind.TOO_FEW_MEASURED, NoteKind.EXPRESSION_ONLY}
)
"""Why samples have no place in the model's space."""
WAYS = frozenset(
    {
        NoteKind.CONTROLS_ASKED,
        NoteKind.CONTROLS_ALONE,
        NoteKind.CONTROLS_CHOSEN,
        NoteKind.CONTROLS_TOO_FEW,
        NoteKind.CONTROLS_FLOOR,
        NoteKind.CEILING_CONTROLS,
        NoteKind.CEILING_GUIDES,
    }
)
"""Which way perturbations are judged, why, and how far that reaches."""
SUMS = frozenset({NoteKind.CELLS_SUMMED, NoteKind.SPELLINGS_SUMMED, NoteKind.CELLS_DRAWN})
"""How single cells became samples."""
DONORS = frozenset({NoteKind.REPEATS_SUMMED, NoteKind.REPEATS_KEPT, NoteKind.MAY_BE_REPEATS, NoteKind.DONORS_CROSSED})
"""What was done about several samples of one donor."""
DEPTH = frozenset({NoteKind.THINNED, NoteKind.NOT_THINNED, NoteKind.UNEQUAL_DEPTH})
"""What was done about unequal depth."""


@dataclass(frozen=True)
class Note:
    """A thing that a reader of a result has to know.

    Attributes:
        kind: what it is about.
        facts: the numbers and names in it.
        space: of which space's ranking it is; '' for all.
    """

    kind: NoteKind
    facts: Mapping[str, Any] = field(default_factory=dict)
    space: str = ""
